package import Calendars
package import Expressions

/// Writes values into a compact byte form: the case's snapshot, a cache of its journal.
///
/// Numbers are LEB128, texts and lists carry their length. Hand-written because the snapshot is written with every step:
/// a general coder costs more than the whole step (docs/decisions/0005).
package struct Packer: ~Copyable {
    private var buffer: ByteBuffer

    package init(reserving count: Int = 1024) {
        buffer = ByteBuffer(reserving: count)
    }

    /// All that was packed.
    package var bytes: [UInt8] { buffer.bytes }

    package mutating func byte(_ value: UInt8) { buffer.append(value) }

    package mutating func unsigned(_ value: UInt64) { buffer.append(leb128: value) }

    /// Zigzag, so that small negative numbers stay small.
    package mutating func int(_ value: Int) { int64(Int64(value)) }

    package mutating func int64(_ value: Int64) {
        unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    package mutating func bool(_ value: Bool) { buffer.append(value ? 1 : 0) }
    package mutating func double(_ value: Double) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { buffer.append($0) }
        }
    }

    package mutating func text(_ value: String) {
        var value = value
        value.withUTF8 { bytes in
            buffer.append(leb128: UInt64(bytes.count))
            buffer.append(bytes)
        }
    }

    package mutating func data(_ value: [UInt8]) {
        buffer.append(leb128: UInt64(value.count))
        buffer.append(value)
    }

    package mutating func instant(_ value: Instant) { int64(value.milliseconds) }

    package mutating func list<Element>(_ values: some Collection<Element>, _ each: (inout Packer, Element) -> Void) {
        unsigned(UInt64(values.count))
        for value in values { each(&self, value) }
    }

    /// In the order of the keys, so that equal dictionaries give equal bytes.
    package mutating func dictionary<Element>(
        _ values: [String: Element], _ each: (inout Packer, Element) -> Void
    ) {
        unsigned(UInt64(values.count))
        if values.isEmpty { return }
        for key in values.count > 1 ? values.keys.sorted() : Array(values.keys) {
            guard let value = values[key] else { continue }
            text(key)
            each(&self, value)
        }
    }

    package mutating func optional<Element>(_ value: Element?, _ each: (inout Packer, Element) -> Void) {
        bool(value != nil)
        if let value { each(&self, value) }
    }

    package mutating func value(_ value: Value) {
        switch value {
        case .null: byte(0)
        case .bool(let flag): byte(flag ? 2 : 1)
        case .int(let number):
            byte(3)
            int64(number)
        case .uint(let number):
            byte(4)
            unsigned(number)
        case .double(let number):
            byte(5)
            double(number)
        case .string(let string):
            byte(6)
            text(string)
        case .bytes(let data):
            byte(7)
            self.data(data)
        case .list(let values):
            byte(8)
            list(values) { $0.value($1) }
        case .map(let entries):
            let isNamed = entries.keys.allSatisfy { if case .string = $0 { true } else { false } }
            if isNamed {
                byte(9)
                dictionary(value.fields) { $0.value($1) }
            } else {
                byte(10)
                let sorted = entries.map { ($0.key.json, $0.key, $0.value) }.sorted { $0.0 < $1.0 }
                list(sorted) {
                    $0.value($1.1)
                    $0.value($1.2)
                }
            }
        case .timestamp(let seconds, let nanos):
            byte(11)
            int64(seconds)
            int(Int(nanos))
        case .duration(let seconds, let nanos):
            byte(12)
            int64(seconds)
            int(Int(nanos))
        case .type(let name):
            byte(13)
            text(name)
        }
    }
}

/// The bytes are not what a `Packer` wrote.
package struct UnpackFailure: Error, Hashable, Sendable {
    package let offset: Int
}

/// Reads what a `Packer` wrote; every length is checked against what is left.
package struct Unpacker {
    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0
    private static let depthLimit = 80

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var isAtEnd: Bool { offset == bytes.count }

    private func failure() -> UnpackFailure { UnpackFailure(offset: offset) }

    package mutating func byte() throws(UnpackFailure) -> UInt8 {
        guard offset < bytes.count else { throw failure() }
        defer { offset += 1 }
        return bytes[offset]
    }

    package mutating func unsigned() throws(UnpackFailure) -> UInt64 {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 64 else { throw failure() }
            result |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return result }
            shift += 7
        }
    }

    package mutating func count() throws(UnpackFailure) -> Int {
        let value = try unsigned()
        guard value <= UInt64(bytes.count - offset) else { throw failure() }
        return Int(value)
    }

    package mutating func int64() throws(UnpackFailure) -> Int64 {
        let value = try unsigned()
        return Int64(bitPattern: (value >> 1)) ^ -Int64(bitPattern: value & 1)
    }

    package mutating func int() throws(UnpackFailure) -> Int { Int(try int64()) }
    package mutating func bool() throws(UnpackFailure) -> Bool { try byte() != 0 }

    package mutating func double() throws(UnpackFailure) -> Double {
        guard bytes.count - offset >= 8 else { throw failure() }
        var pattern: UInt64 = 0
        for place in 0..<8 { pattern |= UInt64(bytes[offset + place]) << UInt64(8 * place) }
        offset += 8
        return Double(bitPattern: pattern)
    }

    package mutating func data() throws(UnpackFailure) -> [UInt8] {
        let count = try count()
        defer { offset += count }
        return Array(bytes[offset..<(offset + count)])
    }

    package mutating func text() throws(UnpackFailure) -> String {
        let count = try count()
        defer { offset += count }
        return String(decoding: bytes[offset..<(offset + count)], as: UTF8.self)
    }

    package mutating func instant() throws(UnpackFailure) -> Instant { Instant(milliseconds: try int64()) }

    package mutating func list<Element>(
        _ each: (inout Unpacker) throws(UnpackFailure) -> Element
    ) throws(UnpackFailure) -> [Element] {
        let count = try count()
        var result: [Element] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try each(&self)) }
        return result
    }

    package mutating func dictionary<Element>(
        _ each: (inout Unpacker) throws(UnpackFailure) -> Element
    ) throws(UnpackFailure) -> [String: Element] {
        let count = try count()
        var result: [String: Element] = [:]
        result.reserveCapacity(count)
        for _ in 0..<count {
            let key = try text()
            result[key] = try each(&self)
        }
        return result
    }

    package mutating func optional<Element>(
        _ each: (inout Unpacker) throws(UnpackFailure) -> Element
    ) throws(UnpackFailure) -> Element? {
        try bool() ? try each(&self) : nil
    }

    package mutating func value() throws(UnpackFailure) -> Value {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw failure() }
        switch try byte() {
        case 0: return .null
        case 1: return .bool(false)
        case 2: return .bool(true)
        case 3: return .int(try int64())
        case 4: return .uint(try unsigned())
        case 5: return .double(try double())
        case 6: return .string(try text())
        case 7: return .bytes(try data())
        case 8: return .list(try list { (reader) throws(UnpackFailure) in try reader.value() })
        case 9: return .object(try dictionary { (reader) throws(UnpackFailure) in try reader.value() })
        case 10:
            var entries: [Value: Value] = [:]
            for _ in 0..<(try count()) {
                let key = try value()
                entries[key] = try value()
            }
            return .map(entries)
        case 11:
            let seconds = try int64()
            return .timestamp(seconds: seconds, nanos: Int32(truncatingIfNeeded: try int()))
        case 12:
            let seconds = try int64()
            return .duration(seconds: seconds, nanos: Int32(truncatingIfNeeded: try int()))
        case 13: return .type(try text())
        default: throw failure()
        }
    }
}
