/// Gives each part of an expression its type, and says every mistake at once in plain words.
struct Checker {
    let environment: Environment
    private(set) var mistakes: [ExpressionMistake] = []
    private var scopes: [[String: ValueType]] = []

    init(environment: Environment) {
        self.environment = environment
    }

    private static let typeNames: [String: ValueType] = [
        "int": .int, "uint": .uint, "double": .double, "bool": .bool, "string": .string, "bytes": .bytes,
        "list": .list(.dyn), "map": .map(.dyn, .dyn), "null_type": .null, "type": .type,
        "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
    ]

    private mutating func fail(_ message: String, _ node: Node) -> ValueType {
        mistakes.append(ExpressionMistake(message: message, offset: node.offset))
        return .dyn
    }

    mutating func check(_ node: Node) -> ValueType {
        switch node.kind {
        case .literal(let value): Self.type(of: value)
        case .identifier(let name): identifier(name, node)
        case .select(let operand, let field, let isTest): select(operand, field, isTest: isTest, node)
        case .call(let function, let target, let arguments): call(function, target, arguments, node)
        case .list(let nodes): .list(joined(nodes.map { check($0) }))
        case .map(let entries): map(entries)
        case .fold(let fold): self.fold(fold)
        }
    }

    private static func type(of value: Value) -> ValueType {
        switch value {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        default: .dyn
        }
    }

    /// One type for several values: the same, or anything.
    private func joined(_ types: [ValueType]) -> ValueType {
        guard let first = types.first else { return .dyn }
        return types.dropFirst().reduce(first) { join($0, $1) }
    }

    private func join(_ left: ValueType, _ right: ValueType) -> ValueType {
        if left == right { return left }
        switch (left, right) {
        case (.list(let a), .list(let b)): return .list(join(a, b))
        case (.map(let k, let a), .map(let l, let b)): return .map(join(k, l), join(a, b))
        default:
            if environment.friendlyNumbers, left.isNumber, right.isNumber { return .double }
            return .dyn
        }
    }

    // MARK: Names

    private mutating func identifier(_ name: String, _ node: Node) -> ValueType {
        if let type = lookup(name) { return type }
        let near = closest(to: name, among: Array(environment.variables.keys))
        return fail("there is no \"\(name)\" here\(near.map { "; did you mean \"\($0)\"?" } ?? "")", node)
    }

    private func lookup(_ name: String) -> ValueType? {
        let plain = name.hasPrefix(".") ? String(name.dropFirst()) : name
        if plain == name {
            for scope in scopes.reversed() { if let type = scope[name] { return type } }
            var container = environment.container
            while !container.isEmpty {
                if let type = environment.variables[container + "." + name] { return type }
                container = container.lastIndex(of: ".").map { String(container[..<$0]) } ?? ""
            }
        }
        if let type = environment.variables[plain] { return type }
        return Self.typeNames[plain] == nil ? nil : .type
    }

    /// A chain of names that is one qualified name, such as `google.protobuf.Timestamp`.
    static func qualified(_ node: Node) -> String? {
        switch node.kind {
        case .identifier(let name): name
        case .select(let operand, let field, isTest: false): qualified(operand).map { $0 + "." + field }
        default: nil
        }
    }

    private mutating func select(_ operand: Node, _ field: String, isTest: Bool, _ node: Node) -> ValueType {
        if !isTest, let name = Self.qualified(node), let type = lookup(name) { return type }
        let type = check(operand)
        switch type {
        case .dyn: return isTest ? .bool : .dyn
        case .map(let key, let value):
            guard key == .string || key == .dyn else { return fail("this map has no keys that are texts", node) }
            return isTest ? .bool : value
        case .named(let name):
            guard let fields = environment.structs[name] else { return fail("\(type.words) has no fields", node) }
            if let found = fields[field] { return isTest ? .bool : found.type }
            let near = closest(to: field, among: Array(fields.keys))
            return fail("\(type.words) has no \"\(field)\"\(near.map { "; did you mean \"\($0)\"?" } ?? "")", node)
        default: return fail("\(type.words) has no field \"\(field)\"", node)
        }
    }

    private mutating func map(_ entries: [(key: Node, value: Node)]) -> ValueType {
        var keys: [ValueType] = []
        var values: [ValueType] = []
        for entry in entries {
            let key = check(entry.key)
            switch key {
            case .dyn, .bool, .int, .uint, .string: break
            default: _ = fail("a key is a text, a whole number or true/false", entry.key)
            }
            keys.append(key)
            values.append(check(entry.value))
        }
        return .map(joined(keys), joined(values))
    }

    private mutating func fold(_ fold: Node.Fold) -> ValueType {
        let range = check(fold.range)
        let element: ValueType
        switch range {
        case .list(let of): element = of
        case .map(let key, _): element = key
        case .dyn: element = .dyn
        default: element = fail("\(range.words) has no members to go through", fold.range)
        }
        let start = check(fold.start)
        scopes.append([fold.variable: element, fold.accumulator: start == .list(.dyn) ? .dyn : start])
        defer { scopes.removeLast() }
        if check(fold.condition) != .bool, start != .dyn { _ = check(fold.condition) }
        let step = check(fold.step)
        if start == .list(.dyn) {
            // What is collected has the type of what one step adds.
            return step
        }
        if start == .bool, step != .bool, step != .dyn {
            return fail("yes or no is needed here, this is \(step.words)", fold.step)
        }
        return check(fold.result)
    }

    // MARK: Calls

    private mutating func call(_ function: String, _ target: Node?, _ arguments: [Node], _ node: Node) -> ValueType {
        if let target, let name = Self.qualified(target), lookup(name) == nil, lookup(root(target)) == nil,
            environment.functions[name + "." + function] != nil
        {
            return declared(name + "." + function, nil, arguments.map { check($0) }, node)
        }
        let receiver = target.map { check($0) }
        let types = arguments.map { check($0) }
        if let receiver {
            if let result = Standard.method(function, receiver, types) { return result }
        } else if let result = operation(function, types, node) {
            return result
        }
        return declared(function, receiver, types, node)
    }

    private func root(_ node: Node) -> String {
        switch node.kind {
        case .identifier(let name): name
        case .select(let operand, _, _): root(operand)
        default: ""
        }
    }

    private mutating func declared(
        _ function: String, _ receiver: ValueType?, _ types: [ValueType], _ node: Node
    ) -> ValueType {
        let name = function.hasPrefix(".") ? String(function.dropFirst()) : function
        guard let declaration = environment.functions[name] else {
            return unknown(name, receiver, types, node)
        }
        for overload in declaration.overloads where fits(overload, receiver, types) { return overload.result }
        let wanted = declaration.overloads.map { overload in
            let words = overload.arguments.map(\.words).joined(separator: ", ")
            return overload.receiver.map { "\($0.words).\(name)(\(words))" } ?? "\(name)(\(words))"
        }
        return fail("\(name) is written \(wanted.joined(separator: " or "))", node)
    }

    private func fits(_ overload: FunctionDeclaration.Overload, _ receiver: ValueType?, _ types: [ValueType]) -> Bool {
        switch (overload.receiver, receiver) {
        case (nil, nil): break
        case (let wanted?, let given?): guard accepts(wanted, given) else { return false }
        default: return false
        }
        var wanted = overload.arguments
        if overload.isVariadic, let last = wanted.last {
            while wanted.count < types.count { wanted.append(last) }
        }
        return wanted.count == types.count && zip(wanted, types).allSatisfy { accepts($0, $1) }
    }

    private func accepts(_ wanted: ValueType, _ given: ValueType) -> Bool {
        if wanted == given || wanted == .dyn || given == .dyn { return true }
        switch (wanted, given) {
        case (.list(let a), .list(let b)): return accepts(a, b)
        case (.map(let k, let a), .map(let l, let b)): return accepts(k, l) && accepts(a, b)
        case (.map(let key, _), .named(let name)):
            return (key == .string || key == .dyn) && environment.structs[name] != nil
        case (.string, .named(let name)): return environment.textTypes.contains(name)
        default: return environment.friendlyNumbers && wanted.isNumber && given.isNumber
        }
    }

    private mutating func unknown(
        _ name: String, _ receiver: ValueType?, _ types: [ValueType], _ node: Node
    ) -> ValueType {
        if let words = Standard.operators[name] {
            return fail(mismatch(words, types), node)
        }
        if Standard.names.contains(name) {
            let given = ((receiver.map { [$0] } ?? []) + types).map(\.words).joined(separator: ", ")
            return fail("\(name) cannot be used with \(given.isEmpty ? "nothing" : given)", node)
        }
        let near = closest(to: name, among: Array(environment.functions.keys) + Standard.names)
        return fail("there is no function \"\(name)\"\(near.map { "; did you mean \"\($0)\"?" } ?? "")", node)
    }

    private func mismatch(_ words: String, _ types: [ValueType]) -> String {
        guard types.count == 2 else {
            return
                "\(words) needs \(words == "!" ? "yes or no" : "a number"), this is \(types.first?.words ?? "nothing")"
        }
        if types[0].isNumber, types[1].isNumber {
            return "whole numbers and decimals do not mix with \(words) here; write both the same way"
        }
        if (types[0].isNumber && types[1] == .string) || (types[0] == .string && types[1].isNumber) {
            return "a number and a text do not go together with \(words); write the number without quotes"
        }
        return "\(types[0].words) and \(types[1].words) do not go together with \(words)"
    }

    /// Operators and standard functions that are not called on something; nil: none of that name fits.
    private mutating func operation(_ function: String, _ types: [ValueType], _ node: Node) -> ValueType? {
        switch function {
        case "_?_:_":
            guard types.count == 3 else { return nil }
            if types[0] != .bool, types[0] != .dyn {
                return fail("before ? yes or no is needed, this is \(types[0].words)", node)
            }
            if types[1] == types[2] { return types[1] }
            if types[1] == .dyn || types[2] == .dyn { return .dyn }
            if accepts(types[1], types[2]) { return join(types[1], types[2]) }
            return fail(
                "both values after ? must be of one kind; these are \(types[1].words) and \(types[2].words)", node)
        case "_==_", "_!=_":
            return types.count == 2 && comparable(types[0], types[1]) ? .bool : nil
        case "@in":
            guard types.count == 2 else { return nil }
            switch types[1] {
            case .dyn: return .bool
            case .list(let of): return comparable(types[0], of) ? .bool : nil
            case .map(let key, _): return comparable(types[0], key) ? .bool : nil
            default: return nil
            }
        case "_[_]": return index(types)
        default: return Standard.function(function, types, environment)
        }
    }

    private func comparable(_ left: ValueType, _ right: ValueType) -> Bool {
        if accepts(left, right) || accepts(right, left) {
            if case .named = left, right == .string { return true }
            return true
        }
        // Whether something is there at all can be asked of everything that may be missing.
        if left == .null || right == .null {
            let other = left == .null ? right : left
            if case .named = other { return true }
            return environment.friendlyNumbers
        }
        return false
    }

    private func index(_ types: [ValueType]) -> ValueType? {
        guard types.count == 2 else { return nil }
        switch types[0] {
        case .dyn: return .dyn
        case .list(let of):
            return types[1] == .int || types[1] == .dyn || (environment.friendlyNumbers && types[1].isNumber) ? of : nil
        case .map(let key, let value): return accepts(key, types[1]) ? value : nil
        case .named(let name): return environment.structs[name] != nil && types[1] == .string ? .dyn : nil
        default: return nil
        }
    }
}

/// The known name that is nearest to a misspelt one, or nil if none is near.
public func closest(to name: String, among known: [String]) -> String? {
    let limit = name.utf8.count <= 4 ? 1 : 2
    var best: (distance: Int, name: String)?
    for candidate in known where !candidate.hasPrefix("@") && !candidate.hasPrefix("_") {
        let distance = editDistance(name, candidate)
        guard distance <= limit else { continue }
        if best.map({ (distance, candidate) < ($0.distance, $0.name) }) ?? true { best = (distance, candidate) }
    }
    return best?.name
}

/// Insertions, removals, replacements and swaps of neighbours that lead from one word to the other.
public func editDistance(_ left: String, _ right: String) -> Int {
    let a = Array(left.utf8.prefix(64))
    let b = Array(right.utf8.prefix(64))
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
            row.append(cost)
        }
        before = last
        last = row
    }
    return last[b.count]
}
