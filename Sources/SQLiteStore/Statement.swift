import CSQLite
import Calendars
import Glibc

/// A prepared statement of one connection.
final class Statement {
    private unowned let connection: Connection
    private let handle: OpaquePointer

    /// - Parameter isKept: prepared to be used again and again.
    init(_ connection: Connection, _ database: OpaquePointer, _ sql: String, isKept: Bool) throws {
        self.connection = connection
        var prepared: OpaquePointer?
        let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        try connection.check(sqlite3_prepare_v3(database, sql, -1, flags, &prepared, nil))
        guard let prepared else { preconditionFailure("an empty statement") }
        handle = prepared
    }

    deinit { sqlite3_finalize(handle) }

    /// Runs it to its end.
    func run<each Value: Bindable>(_ values: repeat each Value) throws {
        try forEach(repeat each values) { _ in true }
    }

    /// Calls `body` with each row until it answers false.
    func forEach<each Value: Bindable>(_ values: repeat each Value, body: (Row) throws -> Bool) throws {
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            value.bind(to: handle, at: index)
        }
        try step(body)
    }

    /// As `forEach`, with parameters whose number is known only at run time.
    func forEach(list values: [any Bindable], body: (Row) throws -> Bool) throws {
        for (index, value) in values.enumerated() { value.bind(to: handle, at: Int32(index + 1)) }
        try step(body)
    }

    private func step(_ body: (Row) throws -> Bool) throws {
        // Its result repeats the error that step gave.
        defer { sqlite3_reset(handle) }
        while true {
            errno = 0
            let code = sqlite3_step(handle)
            guard code == SQLITE_ROW else { return try connection.check(code) }
            if try !body(Row(handle)) { return }
        }
    }
}

/// The row that a statement stands on, valid until the next.
struct Row {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func int(_ column: Int32) -> Int { Int(integer(column)) }
    func flag(_ column: Int32) -> Bool { integer(column) != 0 }
    func instant(_ column: Int32) -> Instant { Instant(milliseconds: integer(column)) }
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}

/// A value that a statement takes.
protocol Bindable {
    /// Copies the value into the parameter; 1 is the first.
    func bind(to statement: OpaquePointer, at index: Int32)
}

extension Int64: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) { sqlite3_bind_int64(statement, index, self) }
}

extension Int: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) { sqlite3_bind_int64(statement, index, Int64(self)) }
}

extension Bool: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) { sqlite3_bind_int64(statement, index, self ? 1 : 0) }
}

extension Instant: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) { sqlite3_bind_int64(statement, index, milliseconds) }
}

extension String: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) {
        var text = self
        text.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) { characters in
                sqlite3_bind_text(
                    statement, index, characters.baseAddress, Int32(characters.count), sojourn_sqlite_transient())
            }
        }
        // A text without an address would be NULL.
        if text.isEmpty { sqlite3_bind_text(statement, index, "", 0, sojourn_sqlite_static()) }
    }
}

extension [UInt8]: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) {
        // Bytes without an address would be NULL.
        guard !isEmpty else {
            sqlite3_bind_zeroblob(statement, index, 0)
            return
        }
        withUnsafeBytes { bytes in
            _ = sqlite3_bind_blob64(
                statement, index, bytes.baseAddress, UInt64(bytes.count), sojourn_sqlite_transient())
        }
    }
}

extension Optional: Bindable where Wrapped: Bindable {
    func bind(to statement: OpaquePointer, at index: Int32) {
        if let self { self.bind(to: statement, at: index) } else { sqlite3_bind_null(statement, index) }
    }
}
