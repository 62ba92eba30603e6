import Exchange
import Expressions

/// Follows classes of personal data through expressions (C11): a value carries the classes of every field that it is made
/// of, those that conditions read with it; `has`, `known`, `size` and counting members tell nothing of the content.
struct PrivacyFlow {
    let environment: Environment
    let facts: [String: Condition]
    /// Struct and field → what it carries.
    let fields: [String: [String: PrivacyLabel]]
    /// In a track: the forms of the member itself.
    let ownForms: Set<String>
    /// What a variable itself carries: a role whose holder is personal data of an answer.
    var variables: [String: PrivacyLabel] = [:]
    private var locals: [String: ValueType] = [:]
    private var walked: [String: PrivacyLabel] = [:]

    init(
        environment: Environment, facts: [String: Condition], fields: [String: [String: PrivacyLabel]],
        ownForms: Set<String>
    ) {
        self.environment = environment
        self.facts = facts
        self.fields = fields
        self.ownForms = ownForms
    }

    /// What the whole value of an expression carries.
    mutating func label(_ node: Tree, locals: [String: ValueType] = [:]) -> PrivacyLabel {
        let former = self.locals
        self.locals.merge(locals) { $1 }
        defer { self.locals = former }
        return whole(node)
    }

    /// What is carried by having got to a list, whose entries count when they are read.
    mutating func reached(_ node: Tree, locals: [String: ValueType]) -> PrivacyLabel {
        let former = self.locals
        self.locals.merge(locals) { $1 }
        defer { self.locals = former }
        return path(node)
    }

    private mutating func whole(_ node: Tree) -> PrivacyLabel {
        path(node).union(carried(by: type(of: node), isOwn: isOwn(node)))
    }

    /// What is carried by having got to a value, apart from what is inside it.
    private mutating func path(_ node: Tree) -> PrivacyLabel {
        switch node.kind {
        case .literal: return PrivacyLabel()
        case .identifier(let name):
            guard locals[name] == nil else { return PrivacyLabel() }
            guard let fact = facts[name] else { return variables[name] ?? PrivacyLabel() }
            if let known = walked[name] { return known }
            let former = locals
            locals = [:]
            defer { locals = former }
            let label = whole(fact.expression.node)
            walked[name] = label
            return label
        case .select(let operand, let field, let isTest):
            guard !isTest else { return tested(operand) }
            var label = path(operand)
            if case .named(let name) = type(of: operand), let found = fields[name]?[field] {
                label.formUnion(named(found, isOwn: isOwn(operand)))
            }
            return label
        case .call(let function, let target, let arguments): return call(function, target, arguments)
        case .list(let items): return items.reduce(into: PrivacyLabel()) { $0.formUnion(whole($1)) }
        case .map(let entries):
            return entries.reduce(into: PrivacyLabel()) { $0.formUnion(whole($1.key).union(whole($1.value))) }
        case .fold(let fold):
            var label = path(fold.range)
            let former = locals
            if case .list(let of) = type(of: fold.range) {
                locals[fold.variable] = of
            } else {
                locals[fold.variable] = .dyn
            }
            locals[fold.accumulator] = .dyn
            defer { locals = former }
            for part in [fold.start, fold.condition, fold.step, fold.result] { label.formUnion(whole(part)) }
            return label
        }
    }

    /// What is only asked whether it is there tells nothing of itself.
    private mutating func tested(_ node: Tree) -> PrivacyLabel {
        if case .select(let inner, _, _) = node.kind { return tested(inner) }
        if case .identifier = node.kind { return PrivacyLabel() }
        return path(node)
    }

    private mutating func call(_ function: String, _ target: Tree?, _ arguments: [Tree]) -> PrivacyLabel {
        switch function {
        case "known", "newer", "size":
            return ([target].compactMap(\.self) + arguments).reduce(into: PrivacyLabel()) { $0.formUnion(tested($1)) }
        case "of", "row", "_[_]", "filter", "@sortByAssociatedKeys":
            // One of the entries, whose own fields count when they are read.
            let list = target.map { path($0) } ?? arguments.first.map { path($0) } ?? PrivacyLabel()
            return arguments.dropFirst(target == nil ? 1 : 0).reduce(into: list) { label, argument in
                if case .identifier("self") = argument.kind { return }
                label.formUnion(whole(argument))
            }
        case "all", "any", "count", "live", "good", "over":
            if let target, case .named(let name) = type(of: target), name.hasPrefix("$track") { return PrivacyLabel() }
        default: break
        }
        return ([target].compactMap(\.self) + arguments).reduce(into: PrivacyLabel()) { $0.formUnion(whole($1)) }
    }

    // MARK: Types

    private func type(of node: Tree) -> ValueType {
        switch node.kind {
        case .identifier(let name): return locals[name] ?? environment.variables[name] ?? .dyn
        case .select(let operand, let field, isTest: false):
            if case .named(let name) = type(of: operand) { return environment.structs[name]?[field]?.type ?? .dyn }
            return .dyn
        default: return environment.type(of: node, locals: locals)
        }
    }

    /// Whether a value belongs to the member in whose track it is read.
    private func isOwn(_ node: Tree) -> Bool {
        switch node.kind {
        case .identifier(let name): locals[name] == nil && (name == "self" || name == "row" || ownForms.contains(name))
        case .select(let operand, _, _): isOwn(operand)
        case .call("of", _, let arguments):
            arguments.contains { if case .identifier("self") = $0.kind { true } else { false } }
        default: false
        }
    }

    /// A member's answers are the reader's own only when they are read as the member's.
    private func named(_ label: PrivacyLabel, isOwn: Bool) -> PrivacyLabel {
        guard !isOwn else { return label }
        return label.classes.reduce(into: PrivacyLabel()) { result, privacy in
            let people = Set((label.subjects[privacy] ?? []).map { $0 == "self" ? "another member" : $0 })
            result.formUnion(PrivacyLabel(privacy, of: people))
        }
    }

    /// Everything inside a value of this type.
    private func carried(by type: ValueType, isOwn: Bool, seen: Set<String> = []) -> PrivacyLabel {
        switch type {
        case .list(let of): return carried(by: of, isOwn: isOwn, seen: seen)
        case .map(let key, let value):
            return carried(by: key, isOwn: isOwn, seen: seen).union(carried(by: value, isOwn: isOwn, seen: seen))
        case .named(let name):
            guard !seen.contains(name), let members = environment.structs[name] else { return PrivacyLabel() }
            var label = PrivacyLabel()
            for (field, found) in members {
                if let mine = fields[name]?[field] { label.formUnion(named(mine, isOwn: isOwn)) }
                label.formUnion(carried(by: found.type, isOwn: isOwn, seen: seen.union([name])))
            }
            return label
        default: return PrivacyLabel()
        }
    }
}
