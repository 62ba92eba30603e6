public import Expressions

extension Schema {
    /// The shape as JSON Schema, with `line` as a format of our own.
    public var jsonSchema: Value {
        switch self {
        case .anything: .object([:])
        case .boolean: .object(["type": .string("boolean")])
        case .integer(let range):
            .object([
                "type": .string("integer"), "minimum": .int(Int64(range.lowerBound)),
                "maximum": .int(Int64(range.upperBound)),
            ])
        case .number: .object(["type": .string("number")])
        case .text(let format, let bytes): Self.text(format, bytes)
        case .choice(let words): .object(["type": .string("string"), "enum": .list(words.map { .string($0) })])
        case .list(let of, let maximum):
            .object(["type": .string("array"), "items": of.jsonSchema, "maxItems": .int(Int64(maximum))])
        case .object(let fields):
            .object([
                "type": .string("object"),
                "properties": .object(
                    Dictionary(fields.map { ($0.name, $0.schema.jsonSchema) }) { first, _ in first }),
                "required": .list(fields.filter(\.isRequired).map { .string($0.name) }),
            ])
        }
    }

    private static func text(_ format: TextFormat, _ bytes: Int) -> Value {
        var fields: [String: Value] = ["type": .string("string"), "maxLength": .int(Int64(bytes / 4))]
        switch format {
        case .plain: break
        case .url: fields["format"] = .string("uri")
        case .line, .email, .date: fields["format"] = .string(format.rawValue)
        }
        return .object(fields)
    }

    /// Levels of a schema that is read.
    private static let levels = 8
    /// Bytes of a text and entries of a list whose schema names no limit.
    private static let textBytes = 65_536
    private static let listEntries = 1_000

    /// A schema out of what `jsonSchema` writes, and out of what others write in the same words; nil for any other.
    public init?(jsonSchema value: Value) { self.init(value, level: 0) }

    private init?(_ value: Value, level: Int) {
        guard level < Self.levels, case .map(let entries) = value else { return nil }
        if entries.isEmpty {
            self = .anything
            return
        }
        switch value["type"]?.asString {
        case "boolean": self = .boolean
        case "integer":
            let (lower, upper) = (value["minimum"]?.asInt ?? Int.min, value["maximum"]?.asInt ?? Int.max)
            guard lower <= upper else { return nil }
            self = .integer(lower...upper)
        case "number": self = .number
        case "string":
            if let words = value["enum"]?.asList {
                self = .choice(words.compactMap(\.asString))
                return
            }
            let word = value["format"]?.asString ?? TextFormat.plain.rawValue
            guard let format = word == "uri" ? .url : TextFormat(rawValue: word) else { return nil }
            let characters = value["maxLength"]?.asInt ?? Self.textBytes / 4
            guard (0...Self.textBytes).contains(characters) else { return nil }
            self = .text(format, maximumBytes: characters * 4)
        case "array":
            guard let of = Schema(value["items"] ?? .object([:]), level: level + 1) else { return nil }
            self = .list(of: of, maximum: max(value["maxItems"]?.asInt ?? Self.listEntries, 0))
        case "object":
            guard case .map(let properties) = value["properties"] ?? .object([:]) else { return nil }
            let required = Set((value["required"]?.asList ?? []).compactMap(\.asString))
            var fields: [SchemaField] = []
            for (name, shape) in properties {
                guard let name = name.asString, let schema = Schema(shape, level: level + 1) else { return nil }
                fields.append(SchemaField(name, schema, isRequired: required.contains(name)))
            }
            self = .object(fields.sorted { $0.name < $1.name })
        default: return nil
        }
    }

    /// What a person typed as what it is meant to be: texts become numbers, yes and no; left alone if it is not that.
    public func typed(_ value: Value) -> Value {
        switch (self, value) {
        case (.boolean, .string("yes")), (.boolean, .string("true")): return .bool(true)
        case (.boolean, .string("no")), (.boolean, .string("false")): return .bool(false)
        case (.integer, .string(let text)) where text.utf8.allSatisfy { (0x2D...0x39).contains($0) }:
            return Int64(text).map { .int($0) } ?? value
        case (.number, .string(let text)) where text.utf8.allSatisfy { (0x2B...0x39).contains($0) }:
            return Double(text).map { .double($0) } ?? value
        case (.list(let of, _), .list(let values)): return .list(values.map { of.typed($0) })
        case (.list(let of, _), .string): return .list([of.typed(value)])
        case (.object(let fields), .map(let entries)):
            return .map(
                Dictionary(
                    entries.map { key, value in
                        let schema = fields.first { $0.name == key.asString }?.schema ?? .anything
                        return (key, schema.typed(value))
                    }
                ) { first, _ in first })
        default: return value
        }
    }
}
