/// A value of the Common Expression Language.
public enum Value: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([Value])
    case map([Value: Value])
    /// Since 1970-01-01T00:00:00Z; nanos 0 to 999,999,999.
    case timestamp(seconds: Int64, nanos: Int32)
    /// Both parts have the same sign.
    case duration(seconds: Int64, nanos: Int32)
    case type(String)

    /// A map with text keys.
    public static func object(_ fields: [String: Value]) -> Value {
        var entries: [Value: Value] = [:]
        entries.reserveCapacity(fields.count)
        for (name, value) in fields { entries[.string(name)] = value }
        return .map(entries)
    }

    /// The field of a map with text keys, or nil.
    public subscript(name: String) -> Value? {
        guard case .map(let entries) = self else { return nil }
        return entries[.string(name)]
    }

    public var asString: String? { if case .string(let text) = self { text } else { nil } }
    public var asBool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    public var asList: [Value]? { if case .list(let values) = self { values } else { nil } }

    /// The number of an int, uint or double.
    public var asDouble: Double? {
        switch self {
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    /// The whole number of an int, a uint that fits or a double that is whole.
    public var asInt: Int? {
        switch self {
        case .int(let number): Int(exactly: number)
        case .uint(let number): Int(exactly: number)
        case .double(let number): Int(exactly: number)
        default: nil
        }
    }

    /// CEL's name of the value's type.
    public var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map: "map"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        }
    }
}

/// Why an expression has no value.
public struct EvaluationError: Error, Hashable, Sendable {
    /// A sentence without personal data: it names operations and types, never values of answers.
    public let message: String

    public init(_ message: String) {
        self.message = message
    }
}

/// Where an expression finds its variables.
public protocol Activation {
    /// The variable's value; nil if there is none of that name.
    func value(of name: String) throws(EvaluationError) -> Value?

    /// A field of a variable that is not made together with the others, because few ask for it; nil for all others.
    func value(of name: String, field: String) throws(EvaluationError) -> Value?
}

/// Variables that are all there.
public struct Bindings: Activation, Sendable {
    public var values: [String: Value]

    public init(_ values: [String: Value] = [:]) {
        self.values = values
    }

    public func value(of name: String) -> Value? { values[name] }
    public func value(of name: String, field: String) -> Value? { nil }
}

/// The static types of the language.
public indirect enum ValueType: Hashable, Sendable {
    /// Anything; checked at run time.
    case dyn
    case null, bool, int, uint, double, string, bytes, timestamp, duration, type
    case list(ValueType)
    case map(ValueType, ValueType)
    /// A type that the environment declares: a struct (a map at run time) or a text of its own kind (a string).
    case named(String)

    /// The type in words, for messages.
    public var words: String {
        switch self {
        case .dyn: "anything"
        case .null: "null"
        case .bool: "yes or no"
        case .int, .uint, .double: "a number"
        case .string: "a text"
        case .bytes: "bytes"
        case .timestamp: "a timestamp"
        case .duration: "a duration"
        case .type: "a type"
        case .list(let of): of == .dyn ? "a list" : "a list of \(of.words)"
        case .map: "a map"
        case .named(let name): name.hasPrefix("$") ? "the " + String(name.dropFirst()) : "a " + name
        }
    }

    var isNumber: Bool { self == .int || self == .uint || self == .double }
}
