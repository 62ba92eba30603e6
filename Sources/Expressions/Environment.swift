/// A function beyond the standard ones.
public struct FunctionDeclaration: Sendable {
    /// One way to call it.
    public struct Overload: Sendable {
        /// What it is called on; nil: `name(arguments)`.
        public let receiver: ValueType?
        public let arguments: [ValueType]
        /// Whether the last argument may be repeated.
        public let isVariadic: Bool
        public let result: ValueType

        public init(receiver: ValueType? = nil, arguments: [ValueType], isVariadic: Bool = false, result: ValueType) {
            self.receiver = receiver
            self.arguments = arguments
            self.isVariadic = isVariadic
            self.result = result
        }
    }

    public let name: String
    public let overloads: [Overload]
    /// Computes from the receiver, if any, and the arguments; never traps.
    public let implementation: @Sendable ([Value]) throws(EvaluationError) -> Value

    public init(
        name: String, overloads: [Overload],
        implementation: @escaping @Sendable ([Value]) throws(EvaluationError) -> Value
    ) {
        self.name = name
        self.overloads = overloads
        self.implementation = implementation
    }
}

/// What expressions can name: variables with their types, structs, texts of their own kind, functions and macros.
public struct Environment: Sendable {
    /// One field of a struct.
    public struct StructField: Hashable, Sendable {
        public let type: ValueType
        /// Whether it may be missing.
        public let isOptional: Bool

        public init(_ type: ValueType, isOptional: Bool = false) {
            self.type = type
            self.isOptional = isOptional
        }
    }

    public var variables: [String: ValueType]
    public var structs: [String: [String: StructField]]
    /// Named types that are texts at run time and compare only with their own kind, such as `date`.
    public var textTypes: Set<String>
    public var functions: [String: FunctionDeclaration]
    public var macros: [Macro]
    /// Whether int, uint and double mix in arithmetic and comparison.
    public var friendlyNumbers: Bool
    /// The namespace in which names are looked up first.
    public var container: String

    /// cel-spec's own.
    public static let standard = Environment()

    public init(
        variables: [String: ValueType] = [:], structs: [String: [String: StructField]] = [:],
        textTypes: Set<String> = [], functions: [FunctionDeclaration] = [], macros: [Macro] = [],
        friendlyNumbers: Bool = false, container: String = ""
    ) {
        self.variables = variables
        self.structs = structs
        self.textTypes = textTypes
        self.functions = Dictionary(functions.map { ($0.name, $0) }) { first, _ in first }
        self.macros = macros + Macro.standard
        self.friendlyNumbers = friendlyNumbers
        self.container = container
    }

    /// Reads and checks an expression.
    ///
    /// - Parameter isChecked: false reads it without checking types, for cel-spec's unchecked cases.
    public func compile(_ text: String, isChecked: Bool = true) -> Result<Expression, ExpressionMistakes> {
        let node: Node
        do {
            node = try Parser.parse(text, macros: macros)
        } catch {
            return .failure(ExpressionMistakes([error]))
        }
        guard isChecked else {
            return .success(Expression(text: text, resultType: .dyn, node: node, environment: self))
        }
        var checker = Checker(environment: self)
        let type = checker.check(node)
        guard checker.mistakes.isEmpty else { return .failure(ExpressionMistakes(checker.mistakes)) }
        return .success(Expression(text: text, resultType: type, node: node, environment: self))
    }
}

extension Environment {
    /// The type of a part of a checked expression.
    ///
    /// - Parameter locals: names bound around it by macros or sections, with their types.
    public func type(of node: Node, locals: [String: ValueType] = [:]) -> ValueType {
        var environment = self
        for (name, type) in locals { environment.variables[name] = type }
        var checker = Checker(environment: environment)
        return checker.check(node)
    }
}

/// What an expression reads: a variable and the fields selected from it.
public struct Reference: Hashable, Sendable {
    public let variable: String
    public let fields: [String]
    /// Code points from the start of the text.
    public let offset: Int
}

/// A checked expression, ready to be evaluated any number of times.
public struct Expression: Sendable {
    public let text: String
    public let resultType: ValueType
    public let node: Node
    let functions: [String: FunctionDeclaration]
    let friendlyNumbers: Bool
    let container: String

    init(text: String, resultType: ValueType, node: Node, environment: Environment) {
        self.text = text
        self.resultType = resultType
        self.node = node
        functions = environment.functions
        friendlyNumbers = environment.friendlyNumbers
        container = environment.container
    }

    /// The value, or why there is none; ends within `costLimit` steps.
    public func evaluate(
        _ activation: some Activation, costLimit: Int = Limits.cost
    ) throws(EvaluationError) -> Value {
        var evaluator = Evaluator(
            activation: activation, functions: functions, friendlyNumbers: friendlyNumbers, container: container,
            costLimit: costLimit)
        return try evaluator.value(node)
    }

    /// Every variable that is read, with the fields selected from it; names bound by macros are left out.
    public var references: [Reference] {
        var result: [Reference] = []
        Self.collect(node, bound: [], into: &result)
        return result
    }

    private static func collect(_ node: Node, bound: Set<String>, into result: inout [Reference]) {
        switch node.kind {
        case .literal: break
        case .identifier(let name):
            if !bound.contains(name) { result.append(Reference(variable: name, fields: [], offset: node.offset)) }
        case .select:
            var fields: [String] = []
            var operand = node
            while case .select(let inner, let field, _) = operand.kind {
                fields.insert(field, at: 0)
                operand = inner
            }
            if case .identifier(let name) = operand.kind {
                if !bound.contains(name) {
                    result.append(Reference(variable: name, fields: fields, offset: operand.offset))
                }
            } else {
                collect(operand, bound: bound, into: &result)
            }
        case .call(_, let target, let arguments):
            if let target { collect(target, bound: bound, into: &result) }
            for argument in arguments { collect(argument, bound: bound, into: &result) }
        case .list(let nodes): for node in nodes { collect(node, bound: bound, into: &result) }
        case .map(let entries):
            for entry in entries {
                collect(entry.key, bound: bound, into: &result)
                collect(entry.value, bound: bound, into: &result)
            }
        case .fold(let fold):
            collect(fold.range, bound: bound, into: &result)
            collect(fold.start, bound: bound, into: &result)
            let inner = bound.union([fold.variable, fold.accumulator])
            collect(fold.condition, bound: inner, into: &result)
            collect(fold.step, bound: inner, into: &result)
            collect(fold.result, bound: inner, into: &result)
        }
    }
}
