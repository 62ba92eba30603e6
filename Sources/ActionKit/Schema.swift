public import Expressions

/// The shape of an action's input or output: a closed subset of JSON Schema.
public indirect enum Schema: Hashable, Sendable {
    case anything
    case boolean
    /// Within the range.
    case integer(ClosedRange<Int>)
    case number
    case text(TextFormat, maximumBytes: Int)
    case choice([String])
    case list(of: Schema, maximum: Int)
    case object([SchemaField])

    /// What a text must be.
    public enum TextFormat: String, Hashable, Sendable {
        case plain
        /// One line without control characters.
        case line
        case email
        case url
        /// A day, such as 2027-06-14.
        case date
    }

    /// Mistakes of a value, each with its path; empty is good.
    public func check(_ value: Value, path: String = "") -> [String] {
        let place = path.isEmpty ? "the value" : "\"\(path)\""
        switch self {
        case .anything: return []
        case .boolean: return value.asBool == nil ? ["\(place) must be true or false"] : []
        case .integer(let range):
            return value.asInt.map { range.contains($0) } ?? false
                ? [] : ["\(place) must be a whole number from \(range.lowerBound) to \(range.upperBound)"]
        case .number: return value.asDouble == nil ? ["\(place) must be a number"] : []
        case .text(let format, let maximum): return check(text: value, format, maximum, place)
        case .choice(let words):
            return value.asString.map { words.contains($0) } ?? false
                ? [] : ["\(place) must be one of \(words.joined(separator: ", "))"]
        case .list(let of, let maximum):
            guard let values = value.asList else { return ["\(place) must be a list"] }
            guard values.count <= maximum else { return ["\(place) has more than \(maximum) entries"] }
            return values.enumerated().flatMap { of.check($0.element, path: "\(path)[\($0.offset + 1)]") }
        case .object(let fields): return check(object: value, fields, path, place)
        }
    }

    private func check(text value: Value, _ format: TextFormat, _ maximum: Int, _ place: String) -> [String] {
        guard let text = value.asString else { return ["\(place) must be a text"] }
        guard text.utf8.count <= maximum else { return ["\(place) is longer than \(maximum) bytes"] }
        let isLine = text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x85 && $0.value != 0x2028 && $0.value != 0x2029
        }
        switch format {
        case .plain: return []
        case .line: return isLine ? [] : ["\(place) must be one line without control characters"]
        case .email:
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            let isGood =
                isLine && parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !text.contains(" ")
            return isGood ? [] : ["\(place) must be an e-mail address"]
        case .url:
            let isGood = isLine && !text.contains(" ") && (text.hasPrefix("https://") || text.hasPrefix("http://"))
            return isGood ? [] : ["\(place) must be an address such as https://example.org"]
        case .date:
            return text.utf8.count == 10 ? [] : ["\(place) must be a day such as 2027-06-14"]
        }
    }

    private func check(object value: Value, _ fields: [SchemaField], _ path: String, _ place: String) -> [String] {
        guard case .map(let entries) = value else { return ["\(place) must be a map"] }
        var mistakes: [String] = []
        let prefix = path.isEmpty ? "" : path + "."
        for field in fields {
            if let value = entries[.string(field.name)] {
                mistakes += field.schema.check(value, path: prefix + field.name)
            } else if field.isRequired {
                mistakes.append("\"\(prefix)\(field.name)\" is missing")
            }
        }
        return mistakes
    }
}

/// One field of an object.
public struct SchemaField: Hashable, Sendable {
    public let name: String
    public let schema: Schema
    public let isRequired: Bool

    public init(_ name: String, _ schema: Schema, isRequired: Bool = true) {
        self.name = name
        self.schema = schema
        self.isRequired = isRequired
    }
}
