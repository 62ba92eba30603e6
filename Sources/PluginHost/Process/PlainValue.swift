import Calendars
package import Expressions

extension JSONWriter {
    /// Writes a value as any language reads it; most have nothing of our own and are written as they are.
    mutating func write(plain value: Value) { write(value.isPlain ? value : value.plain) }
}

extension Value {
    /// Whether `plain` would change nothing.
    var isPlain: Bool {
        switch self {
        case .null, .bool, .int, .string: true
        case .double(let number): number.isFinite
        case .list(let values): values.allSatisfy(\.isPlain)
        // A single key with a dollar before it is written as a tag.
        case .map(let entries):
            entries.allSatisfy { $0.key.asString != nil && $0.value.isPlain }
                && !(entries.count == 1 && entries.keys.first?.asString?.hasPrefix("$") ?? false)
        case .uint, .type, .bytes, .timestamp, .duration: false
        }
    }

    /// The value as any language reads it, without tags of our own: times are texts of RFC 3339, durations texts such as
    /// `90s`, bytes base64, numbers that JSON lacks null, keys of maps texts.
    package var plain: Value {
        switch self {
        case .null, .bool, .int, .string: self
        case .double(let number): number.isFinite ? self : .null
        case .uint(let number): Int64(exactly: number).map { .int($0) } ?? .double(Double(number))
        case .type(let name): .string(name)
        case .bytes: Value.field("$bytes", of: self) ?? .null
        case .timestamp(let seconds, let nanos): Self.time(seconds, nanos)
        case .duration(let seconds, _): .string("\(seconds)s")
        case .list(let values): .list(values.map(\.plain))
        case .map(let entries):
            .object(
                Dictionary(entries.map { ($0.key.asString ?? $0.key.json, $0.value.plain) }) { first, _ in first })
        }
    }

    private static func time(_ seconds: Int64, _ nanos: Int32) -> Value {
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return .null }
        return .string(Instant(milliseconds: milliseconds).adding(milliseconds: Int64(nanos) / 1_000_000).rfc3339)
    }

    /// The text of a tagged value's only field, as `json` writes it.
    private static func field(_ tag: String, of value: Value) -> Value? {
        let text = value.json
        let inner = text.dropFirst(tag.utf8.count + 4).dropLast()
        return try? Value(json: inner.utf8)
    }
}
