/// Walks the tree; every step costs, so that every evaluation ends.
struct Evaluator<Source: Activation> {
    let activation: Source
    let functions: [String: FunctionDeclaration]
    let friendlyNumbers: Bool
    let container: String
    let costLimit: Int
    private var cost = 0
    /// Names bound by folds, the innermost last.
    private var locals: [(name: String, value: Value)] = []

    init(
        activation: Source, functions: [String: FunctionDeclaration], friendlyNumbers: Bool, container: String,
        costLimit: Int
    ) {
        self.activation = activation
        self.functions = functions
        self.friendlyNumbers = friendlyNumbers
        self.container = container
        self.costLimit = costLimit
    }

    mutating func value(_ node: Node) throws(EvaluationError) -> Value {
        cost += 1
        guard cost <= costLimit else { throw EvaluationError("the expression takes more than \(costLimit) steps") }
        switch node.kind {
        case .literal(let value): return value
        case .identifier(let name):
            guard let value = try variable(name) else { throw EvaluationError("there is no \"\(name)\"") }
            return value
        case .select(let operand, let field, let isTest): return try select(operand, field, isTest: isTest, node)
        case .call(let function, let target, let arguments): return try call(function, target, arguments)
        case .list(let nodes):
            var values: [Value] = []
            values.reserveCapacity(nodes.count)
            for node in nodes { values.append(try value(node)) }
            return .list(values)
        case .map(let entries):
            var result: [Value: Value] = [:]
            for entry in entries {
                let key = try Arithmetic.key(try value(entry.key))
                if Arithmetic.find(key, in: result) != nil { throw EvaluationError("a key stands twice in a map") }
                result[key] = try value(entry.value)
            }
            return .map(result)
        case .fold(let fold): return try self.fold(fold)
        }
    }

    private func variable(_ name: String) throws(EvaluationError) -> Value? {
        var plain = name
        if name.hasPrefix(".") {
            plain = String(name.dropFirst())
        } else {
            for local in locals.reversed() where local.name == name { return local.value }
            var container = container
            while !container.isEmpty {
                if let value = try activation.value(of: container + "." + name) { return value }
                container = container.lastIndex(of: ".").map { String(container[..<$0]) } ?? ""
            }
        }
        if let value = try activation.value(of: plain) { return value }
        switch plain {
        case "int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type",
            "google.protobuf.Timestamp", "google.protobuf.Duration":
            return .type(plain)
        default: return nil
        }
    }

    private mutating func select(
        _ operand: Node, _ field: String, isTest: Bool, _ node: Node
    ) throws(EvaluationError) -> Value {
        if !isTest, case .identifier = operand.kind {
        } else if !isTest, let name = Checker.qualified(node), let value = try variable(name) {
            return value
        }
        if !isTest, let name = Checker.qualified(node), case .identifier(let first) = operand.kind,
            try variable(first) == nil,
            let value = try variable(name)
        {
            return value
        }
        if case .identifier(let name) = operand.kind, !locals.contains(where: { $0.name == name }),
            let value = try activation.value(of: name, field: field)
        {
            return isTest ? .bool(true) : value
        }
        let base = try value(operand)
        guard case .map(let entries) = base else {
            throw EvaluationError("\(base.typeName) has no field \"\(field)\"")
        }
        if isTest { return .bool(entries[.string(field)].map { $0 != .null || !friendlyNumbers } ?? false) }
        guard let value = entries[.string(field)] else {
            throw EvaluationError("\"\(field)\" is not known")
        }
        return value
    }

    // MARK: Calls

    private mutating func call(
        _ function: String, _ target: Node?, _ arguments: [Node]
    ) throws(EvaluationError) -> Value {
        switch function {
        case "_&&_": return try logic(arguments, deciding: false)
        case "_||_": return try logic(arguments, deciding: true)
        case "_?_:_":
            guard case .bool(let condition) = try value(arguments[0]) else {
                throw EvaluationError("before ? yes or no is needed")
            }
            return try value(condition ? arguments[1] : arguments[2])
        case "@not_strictly_false":
            // A loop goes on over a step that failed: a later member may still decide.
            guard let result = try? value(arguments[0]) else { return .bool(true) }
            return result == .bool(false) ? result : .bool(true)
        default: break
        }
        if let target, let name = Checker.qualified(target), functions[name + "." + function] != nil,
            (try? variable(name)) == nil
        {
            return try declared(name + "." + function, try values(nil, arguments))
        }
        let all = try values(target, arguments)
        if functions[function] == nil || target == nil && Standard.operators[function] != nil {
            if let result = try standard(function, all, isMethod: target != nil) { return result }
        }
        return try declared(function, all)
    }

    private mutating func values(_ target: Node?, _ arguments: [Node]) throws(EvaluationError) -> [Value] {
        var result: [Value] = []
        result.reserveCapacity(arguments.count + 1)
        if let target { result.append(try value(target)) }
        for argument in arguments { result.append(try value(argument)) }
        return result
    }

    private func declared(_ name: String, _ values: [Value]) throws(EvaluationError) -> Value {
        let plain = name.hasPrefix(".") ? String(name.dropFirst()) : name
        guard let declaration = functions[plain] else {
            throw EvaluationError(
                "\(plain) cannot be used with \(values.map(\.typeName).joined(separator: ", "))")
        }
        return try declaration.implementation(values)
    }

    /// `&&` and `||` in any order: one side that decides covers a failure of the other.
    private mutating func logic(_ arguments: [Node], deciding: Bool) throws(EvaluationError) -> Value {
        var failure: EvaluationError?
        for argument in arguments {
            do {
                let result = try value(argument)
                guard case .bool(let flag) = result else {
                    failure = failure ?? EvaluationError("yes or no is needed, \(result.typeName) given")
                    continue
                }
                if flag == deciding { return .bool(deciding) }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!deciding)
    }

    private mutating func fold(_ fold: Node.Fold) throws(EvaluationError) -> Value {
        let members: [Value]
        switch try value(fold.range) {
        case .list(let values): members = values
        case .map(let entries): members = Array(entries.keys)
        case let other: throw EvaluationError("\(other.typeName) has no members to go through")
        }
        var accumulated: Result<Value, EvaluationError> = .success(try value(fold.start))
        let depth = locals.count
        defer { locals.removeSubrange(depth...) }
        for member in members {
            locals.removeSubrange(depth...)
            locals.append((fold.variable, member))
            if case .success(let value) = accumulated { locals.append((fold.accumulator, value)) }
            if case .success = accumulated, try value(fold.condition) != .bool(true) { break }
            do throws(EvaluationError) {
                if case .failure(let failure) = accumulated {
                    // A failed step is carried along; a later one may still decide (exists, all).
                    locals.append((fold.accumulator, .null))
                    let next = try value(fold.step)
                    guard case .bool(let flag) = next, isDeciding(fold, flag) else { throw failure }
                    accumulated = .success(next)
                } else {
                    accumulated = .success(try value(fold.step))
                }
            } catch {
                guard isLogical(fold) else { throw error }
                if case .success = accumulated { accumulated = .failure(error) }
            }
        }
        let value = try accumulated.get()
        locals.removeSubrange(depth...)
        locals.append((fold.accumulator, value))
        return try self.value(fold.result)
    }

    private func isLogical(_ fold: Node.Fold) -> Bool {
        if case .call(let function, _, _) = fold.step.kind { function == "_&&_" || function == "_||_" } else { false }
    }

    private func isDeciding(_ fold: Node.Fold, _ flag: Bool) -> Bool {
        if case .call(let function, _, _) = fold.step.kind { flag == (function == "_||_") } else { false }
    }

    private func standard(
        _ function: String, _ values: [Value], isMethod: Bool
    ) throws(EvaluationError) -> Value? {
        switch values.count {
        case 1: try StandardFunctions.unary(function, values[0], isMethod: isMethod)
        case 2:
            try StandardFunctions.binary(
                function, values[0], values[1], isMethod: isMethod, friendlyNumbers: friendlyNumbers)
        default: nil
        }
    }
}
