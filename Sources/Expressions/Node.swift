/// A part of an expression's tree.
public final class Node: Sendable {
    public indirect enum Kind: Sendable {
        case literal(Value)
        case identifier(String)
        /// `operand.field`; `isTest` is `has(operand.field)`.
        case select(Node, field: String, isTest: Bool)
        /// `target.function(arguments)` or `function(arguments)`; operators are functions such as `_+_`.
        case call(String, target: Node?, arguments: [Node])
        case list([Node])
        case map([(key: Node, value: Node)])
        /// The fold to which all macros come down: over the range, while the condition holds, the accumulator is stepped.
        case fold(Fold)
    }

    public struct Fold: Sendable {
        public let range: Node
        public let variable: String
        public let accumulator: String
        public let start: Node
        public let condition: Node
        public let step: Node
        public let result: Node

        public init(
            range: Node, variable: String, accumulator: String, start: Node, condition: Node, step: Node, result: Node
        ) {
            self.range = range
            self.variable = variable
            self.accumulator = accumulator
            self.start = start
            self.condition = condition
            self.step = step
            self.result = result
        }
    }

    public let kind: Kind
    /// Code points from the start of the expression.
    public let offset: Int

    public init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}

/// Why a text is no expression, or no expression of this environment.
public struct ExpressionMistake: Error, Hashable, Sendable {
    /// A sentence in plain words: what, and what to write instead.
    public let message: String
    /// Code points from the start of the text.
    public let offset: Int

    public init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }
}

/// All mistakes of one expression or template.
public struct ExpressionMistakes: Error, Hashable, Sendable {
    public let mistakes: [ExpressionMistake]

    public init(_ mistakes: [ExpressionMistake]) {
        self.mistakes = mistakes
    }
}

/// The limits of expressions.
public enum Limits {
    /// Bytes of one expression.
    public static let textBytes = 64 << 10
    /// How deeply an expression may be nested.
    public static let depth = 128
    /// Steps of one evaluation.
    public static let cost = 1_000_000
    /// Bytes of a text that an expression makes, and of a filled template.
    public static let resultBytes = 1 << 20
    /// Instructions of a compiled pattern (`matches`).
    public static let patternSize = 20_000
}
