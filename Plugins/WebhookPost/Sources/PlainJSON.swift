import Calendars
import Expressions

/// Values as JSON that any receiver reads: no tags of our own, unlike `Value.json`.
///
/// Timestamps are texts of RFC 3339, durations texts such as `90s`, bytes texts in base64, keys texts in byte order.
struct PlainJSON {
    /// What JSON does not have, in words.
    struct Mistake: Error, Hashable {
        let message: String
    }

    private(set) var text = ""

    /// - Throws: for a number that is none, a map whose keys meet as texts, more levels than the limit.
    static func text(of value: Value) throws(Mistake) -> String {
        var writer = PlainJSON()
        try writer.write(value, depth: 0)
        return writer.text
    }

    private mutating func write(_ value: Value, depth: Int) throws(Mistake) {
        guard depth <= WebhookLimits.depth else {
            throw Mistake(message: "\"data\" has more than \(WebhookLimits.depth) levels")
        }
        switch value {
        case .double(let number) where !number.isFinite:
            throw Mistake(message: "\"data\" holds a number that JSON does not have")
        case .null, .bool, .int, .double, .string: text += value.json
        case .uint(let number): text += String(number)
        case .type(let name): text += Value.string(name).json
        case .bytes: text += value.json.dropFirst("{\"$bytes\":".utf8.count).dropLast()
        case .timestamp(let seconds, let nanos):
            let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            guard !overflow else { throw Mistake(message: "\"data\" holds a time that cannot be written") }
            let instant = Instant(milliseconds: milliseconds).adding(milliseconds: Int64(nanos) / 1_000_000)
            text += Value.string(instant.rfc3339).json
        case .duration(let seconds, let nanos):
            text += "\"" + Self.duration(seconds, nanos) + "\""
        case .list(let values):
            try join(values, "[", "]") { (writer: inout PlainJSON, value: Value) throws(Mistake) in
                try writer.write(value, depth: depth + 1)
            }
        case .map(let entries): try write(entries, depth: depth)
        }
    }

    private static func duration(_ seconds: Int64, _ nanos: Int32) -> String {
        guard nanos != 0 else { return "\(seconds)s" }
        let digits = String(nanos.magnitude)
        let fraction = String(repeating: "0", count: 9 - digits.utf8.count) + digits
        let sign = seconds < 0 || nanos < 0 ? "-" : ""
        return "\(sign)\(seconds.magnitude).\(fraction)s"
    }

    private mutating func write(_ entries: [Value: Value], depth: Int) throws(Mistake) {
        var named: [(name: String, value: Value)] = []
        for (key, value) in entries {
            switch key {
            case .string(let name): named.append((name, value))
            case .int, .uint, .bool:
                var writer = PlainJSON()
                try writer.write(key, depth: depth)
                named.append((writer.text, value))
            default: throw Mistake(message: "\"data\" holds a map whose keys are no texts")
            }
        }
        named.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (left, right) in zip(named, named.dropFirst()) where left.name == right.name {
            throw Mistake(message: "\"data\" holds a map with two keys that are the same text")
        }
        try join(named, "{", "}") { (writer: inout PlainJSON, entry: (name: String, value: Value)) throws(Mistake) in
            writer.text += Value.string(entry.name).json + ":"
            try writer.write(entry.value, depth: depth + 1)
        }
    }

    private mutating func join<Element>(
        _ elements: [Element], _ open: String, _ close: String,
        _ body: (inout PlainJSON, Element) throws(Mistake) -> Void
    ) throws(Mistake) {
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            try body(&self, element)
        }
        text += close
    }
}
