/// A call that is opened into a tree before anything is checked.
public struct Macro: Sendable {
    public let name: String
    /// Whether it is called on something: `list.all(x, …)`.
    public let isReceiver: Bool
    /// nil: any number.
    public let argumentCount: Int?
    /// Makes the tree; nil leaves the call as a function call.
    public let expand:
        @Sendable (_ target: Node?, _ arguments: [Node], _ context: inout MacroContext) throws(ExpressionMistake) ->
            Node?

    public init(
        name: String, isReceiver: Bool, argumentCount: Int?,
        expand: @escaping @Sendable (Node?, [Node], inout MacroContext) throws(ExpressionMistake) -> Node?
    ) {
        self.name = name
        self.isReceiver = isReceiver
        self.argumentCount = argumentCount
        self.expand = expand
    }
}

/// Where a macro stands, and a number that makes its hidden names unique.
public struct MacroContext: Sendable {
    public let offset: Int
    public let number: Int

    /// A name that no text can write.
    public func hidden(_ name: String) -> String { "@\(name)\(number)" }

    public func node(_ kind: Node.Kind) -> Node { Node(kind, at: offset) }

    public func call(_ function: String, _ arguments: Node...) -> Node {
        node(.call(function, target: nil, arguments: arguments))
    }

    public func literal(_ value: Value) -> Node { node(.literal(value)) }
}

extension Macro {
    /// has, all, exists, exists_one, map and filter of cel-spec.
    public static let standard: [Macro] = [
        Macro(name: "has", isReceiver: false, argumentCount: 1) { (_, arguments, context) throws(ExpressionMistake) in
            guard case .select(let operand, let field, isTest: false) = arguments[0].kind else {
                throw ExpressionMistake(
                    message: "has( ) takes a field, such as has(request.budget)", offset: context.offset)
            }
            return Node(.select(operand, field: field, isTest: true), at: arguments[0].offset)
        },
        fold("all") { body, accumulator, context in
            (
                context.literal(.bool(true)), context.call("@not_strictly_false", accumulator),
                context.call("_&&_", accumulator, body), accumulator
            )
        },
        fold("exists") { body, accumulator, context in
            (
                context.literal(.bool(false)),
                context.call("@not_strictly_false", context.call("!_", accumulator)),
                context.call("_||_", accumulator, body), accumulator
            )
        },
        fold("exists_one") { body, accumulator, context in
            (
                context.literal(.int(0)), context.literal(.bool(true)),
                context.call("_?_:_", body, context.call("_+_", accumulator, context.literal(.int(1))), accumulator),
                context.call("_==_", accumulator, context.literal(.int(1)))
            )
        },
        Macro(name: "map", isReceiver: true, argumentCount: 2) {
            (target, arguments, context) throws(ExpressionMistake) in
            try collect(target, arguments[0], filter: nil, arguments[1], context)
        },
        Macro(name: "map", isReceiver: true, argumentCount: 3) {
            (target, arguments, context) throws(ExpressionMistake) in
            try collect(target, arguments[0], filter: arguments[1], arguments[2], context)
        },
        Macro(name: "filter", isReceiver: true, argumentCount: 2) {
            (target, arguments, context) throws(ExpressionMistake) in
            try collect(target, arguments[0], filter: arguments[1], arguments[0], context)
        },
        Macro(name: "sortBy", isReceiver: true, argumentCount: 2) {
            (target, arguments, context) throws(ExpressionMistake) in
            guard let target, let keys = try collect(target, arguments[0], filter: nil, arguments[1], context) else {
                return nil
            }
            return context.node(.call(ListFunctions.sortByKeys, target: target, arguments: [keys]))
        },
    ]

    private static func variable(_ node: Node, _ context: MacroContext) throws(ExpressionMistake) -> String {
        guard case .identifier(let name) = node.kind, !name.hasPrefix(".") else {
            throw ExpressionMistake(
                message: "first comes a plain name for each member, such as delegates.all(d, …)", offset: node.offset)
        }
        return name
    }

    private static func fold(
        _ name: String,
        _ parts:
            @escaping @Sendable (Node, Node, MacroContext) -> (start: Node, condition: Node, step: Node, result: Node)
    ) -> Macro {
        Macro(name: name, isReceiver: true, argumentCount: 2) {
            (target, arguments, context) throws(ExpressionMistake) in
            guard let target else { return nil }
            let variable = try variable(arguments[0], context)
            let hidden = context.hidden("result")
            let made = parts(arguments[1], context.node(.identifier(hidden)), context)
            return context.node(
                .fold(
                    Node.Fold(
                        range: target, variable: variable, accumulator: hidden, start: made.start,
                        condition: made.condition, step: made.step, result: made.result)))
        }
    }

    private static func collect(
        _ target: Node?, _ name: Node, filter: Node?, _ body: Node, _ context: MacroContext
    ) throws(ExpressionMistake) -> Node? {
        guard let target else { return nil }
        let variable = try variable(name, context)
        let hidden = context.hidden("result")
        let accumulator = context.node(.identifier(hidden))
        var step = context.call("_+_", accumulator, context.node(.list([body])))
        if let filter { step = context.call("_?_:_", filter, step, accumulator) }
        return context.node(
            .fold(
                Node.Fold(
                    range: target, variable: variable, accumulator: hidden, start: context.node(.list([])),
                    condition: context.literal(.bool(true)), step: step, result: accumulator)))
    }
}
