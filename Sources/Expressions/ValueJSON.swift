/// Why a text is no JSON value.
public struct JSONMistake: Error, Hashable, Sendable {
    public let message: String
    /// Bytes from the start.
    public let offset: Int
}

extension Value {
    /// The value as JSON: whole numbers without a point, doubles always with one (or an exponent), keys in byte order.
    ///
    /// What JSON lacks is written as an object with one key: `{"$bytes": …}`, `{"$uint": …}`, `{"$timestamp": [s, n]}`,
    /// `{"$duration": [s, n]}`, `{"$type": …}`, `{"$double": "nan"}`; maps with other keys than texts as `{"$map": [[k, v]]}`.
    public var json: String {
        var writer = JSONWriter()
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The bytes of `json`.
    public var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// Reads JSON strictly: no repeated key, at most `JSONReader.depthLimit` levels, nothing behind.
    public init(json bytes: some Sequence<UInt8>) throws(JSONMistake) {
        var reader = JSONReader(bytes: Array(bytes))
        self = try reader.document()
    }
}

/// Writes JSON piece by piece, for what is written too often to be made a value first.
package struct JSONWriter: ~Copyable {
    private var buffer: ByteBuffer

    /// - Parameter reserving: bytes that it takes before it grows.
    package init(reserving: Int = 256) { buffer = ByteBuffer(reserving: reserving) }

    /// All that was written.
    package var bytes: [UInt8] { buffer.bytes }

    package var isEmpty: Bool { buffer.count == 0 }

    package mutating func write(_ value: Value) {
        switch value {
        case .null: raw("null")
        case .bool(let flag): raw(flag ? "true" : "false")
        case .int(let number): int(number)
        case .uint(let number): tagged("$uint", .string(String(number)))
        case .double(let number): double(number)
        case .string(let text): string(text)
        case .bytes(let data): tagged("$bytes", .string(Base64.text(data)))
        case .list(let values):
            buffer.append(0x5B)
            for (index, value) in values.enumerated() {
                if index > 0 { buffer.append(0x2C) }
                write(value)
            }
            buffer.append(0x5D)
        case .map(let entries): map(entries)
        case .timestamp(let seconds, let nanos): tagged("$timestamp", .list([.int(seconds), .int(Int64(nanos))]))
        case .duration(let seconds, let nanos): tagged("$duration", .list([.int(seconds), .int(Int64(nanos))]))
        case .type(let name): tagged("$type", .string(name))
        }
    }

    /// Puts down what is JSON already.
    package mutating func raw(_ text: String) { buffer.append(text) }
    package mutating func raw(_ bytes: [UInt8]) { buffer.append(bytes) }

    /// Writes a whole number without making a text of it first.
    package mutating func int(_ number: Int64) {
        buffer.append(decimal: number)
    }

    private mutating func tagged(_ tag: String, _ value: Value) {
        buffer.append(0x7B)
        string(tag)
        buffer.append(0x3A)
        write(value)
        buffer.append(0x7D)
    }

    private mutating func double(_ number: Double) {
        guard number.isFinite else {
            tagged("$double", .string(number.isNaN ? "nan" : number > 0 ? "inf" : "-inf"))
            return
        }
        raw(number.description)
    }

    private mutating func map(_ entries: [Value: Value]) {
        var named: [(String, Value)] = []
        named.reserveCapacity(entries.count)
        for (key, value) in entries { if case .string(let name) = key { named.append((name, value)) } }
        guard named.count == entries.count, !(named.count == 1 && named[0].0.hasPrefix("$")) else {
            let pairs = entries.map { ($0.key.json, $0.key, $0.value) }.sorted { $0.0 < $1.0 }
            tagged("$map", .list(pairs.map { .list([$0.1, $0.2]) }))
            return
        }
        if named.count > 1 { named.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) } }
        buffer.append(0x7B)
        for (index, entry) in named.enumerated() {
            if index > 0 { buffer.append(0x2C) }
            string(entry.0)
            buffer.append(0x3A)
            write(entry.1)
        }
        buffer.append(0x7D)
    }

    private static let hex = Array("0123456789abcdef".utf8)

    package mutating func string(_ text: String) {
        buffer.append(0x22)
        var text = text
        text.withUTF8 { bytes in
            // What needs no mark before it is copied in one piece, most texts whole.
            var start = 0
            for index in bytes.indices where Self.isMarked(bytes[index]) {
                buffer.append(UnsafeBufferPointer(rebasing: bytes[start..<index]))
                mark(bytes[index])
                start = index + 1
            }
            buffer.append(UnsafeBufferPointer(rebasing: bytes[start...]))
        }
        buffer.append(0x22)
    }

    private static func isMarked(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F
    }

    private mutating func mark(_ byte: UInt8) {
        switch byte {
        case 0x22: raw("\\\"")
        case 0x5C: raw("\\\\")
        case 0x0A: raw("\\n")
        case 0x0D: raw("\\r")
        case 0x09: raw("\\t")
        default:
            raw("\\u00")
            buffer.append(Self.hex[Int(byte >> 4)])
            buffer.append(Self.hex[Int(byte & 15)])
        }
    }
}

struct JSONReader {
    static let depthLimit = 64
    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private func mistake(_ message: String) -> JSONMistake { JSONMistake(message: message, offset: offset) }

    mutating func document() throws(JSONMistake) -> Value {
        let value = try value()
        space()
        guard offset == bytes.count else { throw mistake("something stands behind the value") }
        return value
    }

    private mutating func space() {
        while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    }

    private mutating func value() throws(JSONMistake) -> Value {
        space()
        guard offset < bytes.count else { throw mistake("a value is missing") }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw mistake("more than \(Self.depthLimit) levels") }
        switch bytes[offset] {
        case 0x22: return .string(try string())
        case 0x7B: return try object()
        case 0x5B: return try list()
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: Value) throws(JSONMistake) -> Value {
        guard bytes[offset...].starts(with: word.utf8) else { throw mistake("no JSON value") }
        offset += word.utf8.count
        return value
    }

    private mutating func list() throws(JSONMistake) -> Value {
        offset += 1
        var values: [Value] = []
        space()
        if offset < bytes.count, bytes[offset] == 0x5D {
            offset += 1
            return .list(values)
        }
        while true {
            values.append(try value())
            space()
            guard offset < bytes.count else { throw mistake("the list is not closed") }
            offset += 1
            if bytes[offset - 1] == 0x5D { return .list(values) }
            guard bytes[offset - 1] == 0x2C else { throw mistake("a comma is missing") }
        }
    }

    private mutating func object() throws(JSONMistake) -> Value {
        offset += 1
        var entries: [Value: Value] = [:]
        space()
        if offset < bytes.count, bytes[offset] == 0x7D {
            offset += 1
            return .map(entries)
        }
        while true {
            space()
            guard offset < bytes.count, bytes[offset] == 0x22 else { throw mistake("a key in quotes is missing") }
            let key = try string()
            space()
            guard offset < bytes.count, bytes[offset] == 0x3A else { throw mistake("a colon is missing") }
            offset += 1
            let value = try value()
            guard entries.updateValue(value, forKey: .string(key)) == nil else { throw mistake("a key stands twice") }
            space()
            guard offset < bytes.count else { throw mistake("the object is not closed") }
            offset += 1
            if bytes[offset - 1] == 0x7D { return try untagged(entries) }
            guard bytes[offset - 1] == 0x2C else { throw mistake("a comma is missing") }
        }
    }

    private func untagged(_ entries: [Value: Value]) throws(JSONMistake) -> Value {
        guard entries.count == 1, let (key, value) = entries.first, case .string(let tag) = key, tag.hasPrefix("$")
        else {
            return .map(entries)
        }
        switch (tag, value) {
        case ("$uint", .string(let text)): if let number = UInt64(text) { return .uint(number) }
        case ("$bytes", .string(let text)): if let data = Base64.bytes(text) { return .bytes(data) }
        case ("$double", .string(let text)):
            switch text {
            case "nan": return .double(.nan)
            case "inf": return .double(.infinity)
            case "-inf": return .double(-.infinity)
            default: break
            }
        case ("$type", .string(let name)): return .type(name)
        case ("$timestamp", .list(let parts)), ("$duration", .list(let parts)):
            if parts.count == 2, case .int(let seconds) = parts[0], case .int(let nanos) = parts[1],
                let nanos = Int32(exactly: nanos), abs(Int64(nanos)) < 1_000_000_000
            {
                return tag == "$duration"
                    ? .duration(seconds: seconds, nanos: nanos) : .timestamp(seconds: seconds, nanos: nanos)
            }
        case ("$map", .list(let pairs)):
            var result: [Value: Value] = [:]
            for pair in pairs {
                guard case .list(let both) = pair, both.count == 2, result.updateValue(both[1], forKey: both[0]) == nil
                else { throw mistake("no value of kind \(tag)") }
            }
            return .map(result)
        default: break
        }
        throw mistake("no value of kind \(tag)")
    }

    private mutating func number() throws(JSONMistake) -> Value {
        let start = offset
        var isWhole = true
        func isDigit(_ place: Int) -> Bool { place < bytes.count && (0x30...0x39).contains(bytes[place]) }
        if offset < bytes.count, bytes[offset] == 0x2D { offset += 1 }
        guard isDigit(offset) else { throw mistake("no JSON value") }
        if bytes[offset] == 0x30 { offset += 1 } else { while isDigit(offset) { offset += 1 } }
        if offset < bytes.count, bytes[offset] == 0x2E {
            isWhole = false
            offset += 1
            guard isDigit(offset) else { throw mistake("a digit is missing") }
            while isDigit(offset) { offset += 1 }
        }
        if offset < bytes.count, bytes[offset] | 0x20 == 0x65 {
            isWhole = false
            offset += 1
            if offset < bytes.count, bytes[offset] == 0x2B || bytes[offset] == 0x2D { offset += 1 }
            guard isDigit(offset) else { throw mistake("a digit is missing") }
            while isDigit(offset) { offset += 1 }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isWhole, let number = Int64(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else { throw mistake("the number is too large") }
        return .double(number)
    }

    private mutating func string() throws(JSONMistake) -> String {
        offset += 1
        let start = offset
        while offset < bytes.count, bytes[offset] != 0x22, bytes[offset] != 0x5C, bytes[offset] >= 0x20 { offset += 1 }
        guard offset < bytes.count else { throw mistake("the text is not closed") }
        if bytes[offset] == 0x22 {
            defer { offset += 1 }
            return try text(bytes[start..<offset])
        }
        var result = Array(bytes[start..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case 0x22: return try text(result[...])
            case 0x5C: try escape(into: &result)
            case 0..<0x20: throw mistake("a control character stands in a text")
            default: result.append(byte)
            }
        }
        throw mistake("the text is not closed")
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(JSONMistake) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw mistake("the text is not UTF-8") }
        return text
    }

    private mutating func escape(into result: inout [UInt8]) throws(JSONMistake) {
        guard offset < bytes.count else { throw mistake("the text is not closed") }
        let byte = bytes[offset]
        offset += 1
        let plain: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9,
        ]
        if let one = plain[byte] {
            result.append(one)
            return
        }
        guard byte == 0x75 else { throw mistake("no escape in a text") }
        var code = try hex()
        if (0xD800...0xDBFF).contains(code) {
            guard offset + 1 < bytes.count, bytes[offset] == 0x5C, bytes[offset + 1] == 0x75 else {
                throw mistake("half a character")
            }
            offset += 2
            let low = try hex()
            guard (0xDC00...0xDFFF).contains(low) else { throw mistake("half a character") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw mistake("half a character") }
        result.append(contentsOf: String(Character(scalar)).utf8)
    }

    private mutating func hex() throws(JSONMistake) -> UInt32 {
        guard offset + 4 <= bytes.count else { throw mistake("four digits are missing") }
        var code: UInt32 = 0
        for place in 0..<4 {
            guard let digit = Base64.hexDigit(bytes[offset + place]) else { throw mistake("four digits are missing") }
            code = code << 4 | UInt32(digit)
        }
        offset += 4
        return code
    }
}

/// Base64 of RFC 4648 with padding, and hexadecimal digits.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let left = min(3, bytes.count - index)
            var group: UInt32 = 0
            for place in 0..<3 { group = group << 8 | (place < left ? UInt32(bytes[index + place]) : 0) }
            for place in 0..<4 {
                result.append(place <= left ? alphabet[Int(group >> UInt32(18 - 6 * place)) & 63] : 0x3D)
            }
            index += 3
        }
        return String(decoding: result, as: UTF8.self)
    }

    static func bytes(_ text: String) -> [UInt8]? {
        var all = Array(text.utf8)
        guard all.count % 4 == 0 else { return nil }
        while all.last == 0x3D, all.count % 4 != 2 { all.removeLast() }
        var result: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        for byte in all {
            guard let digit = alphabet.firstIndex(of: byte) else { return nil }
            group = group << 6 | UInt32(digit)
            count += 1
            if count == 4 {
                result += [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)]
                group = 0
                count = 0
            }
        }
        if count == 3 { result += [UInt8(group >> 10 & 255), UInt8(group >> 2 & 255)] }
        if count == 2 { result.append(UInt8(group >> 4 & 255)) }
        return count == 1 ? nil : result
    }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
