public import Expressions

/// The settings of one plugin.
public struct Configuration: Sendable {
    /// As written, by name; nested names are joined with a point (`smtp.host`).
    public let values: [String: Value]
    /// The folder in which the plugin may keep its files.
    public let folder: String
    /// Resolves a secret's name; nil if there is none. Secrets stand in no log, no database and no error.
    public let secret: @Sendable (String) -> String?

    public init(values: [String: Value], folder: String, secret: @escaping @Sendable (String) -> String? = { _ in nil })
    {
        self.values = values
        self.folder = folder
        self.secret = secret
    }

    /// The text of a setting; nil if it is not set.
    public func text(_ name: String) -> String? { values[name]?.asString }

    /// The whole number of a setting, or the default; nil if it is set to something else or outside the range.
    public func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int? {
        guard let value = values[name] else { return fallback }
        let number = value.asInt ?? value.asString.flatMap { Int($0) }
        return number.flatMap { range.contains($0) ? $0 : nil }
    }

    /// yes or no, or the default; nil if it is set to something else.
    public func flag(_ name: String, default fallback: Bool) -> Bool? {
        switch values[name] {
        case nil: fallback
        case .bool(let flag)?: flag
        case .string("yes")?: true
        case .string("no")?: false
        default: nil
        }
    }

    /// A list of texts; one text is a list of one; empty if it is not set.
    public func list(_ name: String) -> [String] {
        switch values[name] {
        case .list(let values)?: values.compactMap(\.asString)
        case .string(let text)?: [text]
        default: []
        }
    }
}

/// Everything that is wrong with a plugin's settings.
public struct ConfigurationMistakes: Error, Hashable, Sendable, CustomStringConvertible {
    /// Sentences: which setting, what, and what to write instead.
    public let messages: [String]

    public init(_ messages: [String]) {
        self.messages = messages
    }

    public var description: String { messages.joined(separator: "; ") }
}
