import Exchange
import Expressions

/// A part of an expression, as against a part of a file.
typealias Tree = Expressions.Node

/// Finds what an expression reads that may be missing where it is evaluated (C2): answers left open, forms that nobody
/// has answered, dates and people that are not known.
///
/// A walk along the tree with what is known: `has(a.b)` and `known(a)` make things known in what follows `&&`, in the
/// first branch of `? :` and, denied, after `||`. A fact stands for its expression.
struct OpenAnswers {
    /// One read of something that may be missing.
    struct Read: Hashable {
        /// Such as `request.budget`.
        let path: String
        /// Code points from the start of the text.
        let offset: Int
        /// The fact through which it is read, if any.
        let fact: String?
    }

    /// What is known besides, when an expression is true and when it is not.
    struct Outcome {
        var yes: Set<String> = []
        var no: Set<String> = []
    }

    let environment: Environment
    let facts: [String: Condition]
    /// Names that have another: a form's own fields, written bare.
    var aliases: [String: String] = [:]
    /// Roles that somebody holds in every case.
    let held: Set<String>
    /// Tables, with the answers that are always one of their keys, such as `request.call`.
    var keys: [String: Set<String>] = [:]
    /// What is known at the place, besides what the expression itself finds out.
    let isKnown: (String) -> Bool

    /// Whether a known name brings another with it: who has an agreement has a host.
    var implies: (String, String) -> Bool = { _, _ in false }

    /// Steps of one walk at most; what is longer is taken for reading something that may be missing.
    private static let stepsLimit = 50_000

    private(set) var reads: [Read] = []
    private var steps = 0
    /// Facts that were walked with this already known.
    private var walked: [String: [(known: Set<String>, outcome: Outcome)]] = [:]
    private var locals: [String: ValueType] = [:]
    private var fact: (name: String, offset: Int)?

    init(
        environment: Environment, facts: [String: Condition], held: Set<String>, isKnown: @escaping (String) -> Bool
    ) {
        self.environment = environment
        self.facts = facts
        self.held = held
        self.isKnown = isKnown
    }

    /// Walks an expression; what it reads in vain is added to `reads`.
    @discardableResult
    mutating func walk(_ node: Tree, _ known: Set<String> = [], locals: [String: ValueType] = [:]) -> Outcome {
        let former = self.locals
        self.locals.merge(locals) { $1 }
        defer { self.locals = former }
        return visit(node, known)
    }

    // MARK: The tree

    @discardableResult
    private mutating func visit(_ node: Tree, _ known: Set<String>) -> Outcome {
        steps += 1
        guard steps <= Self.stepsLimit else {
            if steps == Self.stepsLimit + 1 { reads.append(Read(path: "…", offset: node.offset, fact: fact?.name)) }
            return Outcome()
        }
        switch node.kind {
        case .literal: return Outcome()
        case .identifier(let name): return identifier(name, node, known)
        case .select(let operand, let field, let isTest):
            return select(operand, field, isTest: isTest, node, known)
        case .call(let function, let target, let arguments):
            return call(function, target, arguments, node, known)
        case .list(let items):
            for item in items { visit(item, known) }
            return Outcome()
        case .map(let entries):
            for entry in entries {
                visit(entry.key, known)
                visit(entry.value, known)
            }
            return Outcome()
        case .fold(let fold): return visit(fold, known)
        }
    }

    private mutating func identifier(_ name: String, _ node: Tree, _ known: Set<String>) -> Outcome {
        if let type = locals[name] {
            if Self.isUnknowable(type) { need(name, node, known) }
            return Outcome()
        }
        if let fact = facts[name] {
            if let former = walked[name]?.first(where: { $0.known == known }) { return former.outcome }
            let (formerFact, formerLocals) = (self.fact, locals)
            if self.fact == nil { self.fact = (name, node.offset) }
            locals = [:]
            defer { (self.fact, locals) = (formerFact, formerLocals) }
            let outcome = visit(fact.expression.node, known)
            if self.fact?.name == name || walked[name, default: []].count < 8 {
                walked[name, default: []].append((known, outcome))
            }
            return outcome
        }
        if isUnknowable(root: name) || aliases[name] != nil { need(path(of: node) ?? name, node, known) }
        return Outcome(yes: [path(of: node) ?? name])
    }

    private mutating func select(
        _ operand: Tree, _ field: String, isTest: Bool, _ node: Tree, _ known: Set<String>
    ) -> Outcome {
        let whole = path(of: node)
        if isTest {
            visitTested(operand, known)
            guard let whole else { return Outcome() }
            return Outcome(yes: prefixes(whole))
        }
        visit(operand, known)
        let type = type(of: operand)
        if case .named(let name) = type, let found = environment.structs[name]?[field] {
            let isForm = name.hasPrefix("$member") && Self.isUnknowable(found.type)
            if found.isOptional || isForm { need(whole ?? "…\(field)", node, known) }
        }
        return Outcome(yes: [whole].compactMap(\.self).reduce(into: []) { $0.insert($1) })
    }

    /// What stands in `has( )` and `known( )` may itself be unknown; what it is read from may not.
    private mutating func visitTested(_ operand: Tree, _ known: Set<String>) {
        switch operand.kind {
        case .identifier(let name):
            // A fact is computed, so that what it reads must be there.
            if locals[name] == nil, facts[name] != nil { visit(operand, known) }
        case .select(let inner, let field, _):
            if case .named(let name) = type(of: inner), name.hasPrefix("$member"),
                let found = environment.structs[name]?[field], Self.isUnknowable(found.type)
            {
                visit(inner, known)
            } else {
                visit(operand, known)
            }
        case .call(let function, let target?, let arguments) where ["of", "row"].contains(function):
            visit(target, known)
            for argument in arguments { visit(argument, known) }
        default: visit(operand, known)
        }
    }

    private mutating func visit(_ fold: Tree.Fold, _ known: Set<String>) -> Outcome {
        visit(fold.range, known)
        var element = ValueType.dyn
        switch type(of: fold.range) {
        case .list(let of): element = of
        case .map(let key, _): element = key
        default: break
        }
        let former = locals
        locals[fold.variable] = element
        locals[fold.accumulator] = .dyn
        defer { locals = former }
        let inner = known.filter { $0 != fold.variable && !$0.hasPrefix(fold.variable + ".") }
        visit(fold.start, inner)
        visit(fold.condition, inner)
        visit(fold.step, inner)
        visit(fold.result, inner)
        return Outcome()
    }

    // MARK: Calls

    private mutating func call(
        _ function: String, _ target: Tree?, _ arguments: [Tree], _ node: Tree, _ known: Set<String>
    ) -> Outcome {
        switch (function, arguments.count) {
        case ("_&&_", 2): return both(arguments[0], arguments[1], known)
        case ("_||_", 2):
            let left = visit(arguments[0], known)
            let right = visit(arguments[1], known.union(left.no))
            return Outcome(yes: left.yes.intersection(right.yes.union(left.no)), no: left.no.union(right.no))
        case ("!_", 1):
            let inner = visit(arguments[0], known)
            return Outcome(yes: inner.no, no: inner.yes)
        case ("_?_:_", 3):
            let test = visit(arguments[0], known)
            let first = visit(arguments[1], known.union(test.yes))
            let second = visit(arguments[2], known.union(test.no))
            return Outcome(
                yes: first.yes.union(test.yes).intersection(second.yes.union(test.no)),
                no: first.no.union(test.yes).intersection(second.no.union(test.no)))
        case ("known", 1) where target == nil:
            visitTested(arguments[0], known)
            return Outcome(yes: path(of: arguments[0]).map(prefixes) ?? [])
        case ("newer", 2) where target == nil:
            var yes: Set<String> = []
            for argument in arguments {
                visitTested(argument, known)
                yes.formUnion(path(of: argument).map(prefixes) ?? [])
            }
            return Outcome(yes: yes)
        case ("_[_]", 2):
            for argument in arguments { visit(argument, known) }
            guard case .list = type(of: arguments[0]) else { return Outcome() }
            let list = path(of: arguments[0]) ?? "the list"
            if case .literal(.int(let index)) = arguments[1].kind {
                need("\(list)[\(index)]", node, known)
            } else {
                need("\(list)[…]", node, known)
            }
            return Outcome()
        case ("_>_", 2), ("_>=_", 2), ("_==_", 2):
            for argument in arguments { visit(argument, known) }
            return Outcome(yes: entries(function, arguments))
        case ("row", _), ("of", _):
            if let target { visit(target, known) }
            for argument in arguments { visit(argument, known) }
            if let target, isOnRow(function, target, arguments) { return Outcome() }
            need(path(of: node) ?? "\(function)(…)", node, known)
            return Outcome()
        default:
            if let target { visit(target, known) }
            for argument in arguments { visit(argument, known) }
            return Outcome()
        }
    }

    /// CEL's `&&` takes a false side's word over the other side's error, so that either side may guard the other.
    private mutating func both(_ left: Tree, _ right: Tree, _ known: Set<String>) -> Outcome {
        let before = reads
        let first = visit(left, known)
        let afterLeft = reads
        let second = visit(right, known.union(first.yes))
        let outcome = Outcome(yes: first.yes.union(second.yes), no: first.no.intersection(second.no.union(first.yes)))
        guard afterLeft.count > before.count else { return outcome }
        // The left side reads what may be missing: does the right side alone tell that it is there?
        let whole = reads
        reads = before
        let alone = visit(right, known)
        guard reads.count == before.count else {
            reads = whole
            return outcome
        }
        let guarded = visit(left, known.union(alone.yes))
        return Outcome(yes: guarded.yes.union(alone.yes), no: guarded.no.intersection(alone.no))
    }

    /// The entries that a list has when its size is compared with a number: `size(people) > 0` tells of `people[0]`.
    private func entries(_ function: String, _ arguments: [Tree]) -> Set<String> {
        guard case .call("size", let target, let inner) = arguments[0].kind, let list = target ?? inner.first,
            let path = path(of: list), case .literal(.int(let number)) = arguments[1].kind, number < 100
        else { return [] }
        let count = function == "_>_" ? number + 1 : number
        return Set((0..<max(count, 0)).map { "\(path)[\($0)]" })
    }

    /// Whether a table is asked for a row that it has: the key is an answer chosen from that table.
    private func isOnRow(_ function: String, _ target: Tree, _ arguments: [Tree]) -> Bool {
        guard function == "row", arguments.count == 1, case .identifier(let table) = target.kind,
            let key = path(of: arguments[0])
        else { return false }
        return keys[table]?.contains(key) ?? false
    }

    // MARK: Names

    private func type(of node: Tree) -> ValueType {
        switch node.kind {
        case .identifier(let name):
            return locals[name] ?? environment.variables[name] ?? .dyn
        case .select(let operand, let field, isTest: false):
            if case .named(let name) = type(of: operand) { return environment.structs[name]?[field]?.type ?? .dyn }
            return .dyn
        default: return environment.type(of: node, locals: locals)
        }
    }

    /// The path that a node reads; nil for what is computed.
    private func path(of node: Tree) -> String? {
        switch node.kind {
        case .identifier(let name):
            return locals[name] == nil ? aliases[name] ?? name : name
        case .select(let operand, let field, _):
            guard let inner = path(of: operand) else { return nil }
            // In a track `self.identity` and `identity` are the same.
            if inner == "self", case .named(let type)? = environment.variables[field], type.hasPrefix("$form ") {
                return field
            }
            return "\(inner).\(field)"
        case .call(let function, let target?, let arguments) where ["of", "row"].contains(function):
            guard let inner = path(of: target) else { return nil }
            let shown = arguments.map { path(of: $0) ?? "?" }.joined(separator: ", ")
            return shown.contains("?") ? nil : "\(inner).\(function)(\(shown))"
        default: return nil
        }
    }

    /// A path and everything that must be there for it to be.
    private func prefixes(_ path: String) -> Set<String> {
        var result: Set<String> = [path]
        var rest = path
        while let dot = rest.lastIndex(of: ".") {
            rest = String(rest[..<dot])
            result.insert(rest)
        }
        return result
    }

    private static func isUnknowable(_ type: ValueType) -> Bool {
        if case .named(let name) = type { name.hasPrefix("$form ") } else { false }
    }

    private func isUnknowable(root name: String) -> Bool {
        guard case .named(let type)? = environment.variables[name] else { return false }
        if type.hasPrefix("$form ") || type == "dates" { return true }
        return type == "person" && !held.contains(name)
    }

    private mutating func need(_ path: String, _ node: Tree, _ known: Set<String>) {
        if known.contains(path) || isKnown(path) || known.contains(where: { implies($0, path) }) { return }
        let read = Read(path: path, offset: fact?.offset ?? node.offset, fact: fact?.name)
        if !reads.contains(read) { reads.append(read) }
    }
}
