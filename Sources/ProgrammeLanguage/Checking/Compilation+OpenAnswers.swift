import Exchange
import Expressions

/// C2: nothing is read that may be missing.
extension Compilation {
    /// What is known at one place: certainly, and possibly.
    struct Known {
        let proof: RegionProof
        let set: AtomSet
        /// The states in which it is so.
        let states: [String]

        func isKnown(_ name: String) -> Bool { proof.knowledge.isKnown(name, given: set) }
        func mayBe(_ name: String) -> Bool { states.contains { proof.knowledge.mayBeKnown(name, in: $0) } }
    }

    func checkOpenAnswers(_ proofs: [RegionProof]) {
        for proof in proofs {
            checkSteps(proof)
            checkOpenings(proof)
            checkEnds(proof)
        }
        checkForms(proofs)
    }

    // MARK: Steps

    /// Each step once, with what is known in all states in which it can be taken.
    private func checkSteps(_ proof: RegionProof) {
        var order: [String] = []
        var steps: [String: (step: ExchangeStep, before: AtomSet, after: AtomSet, states: [String])] = [:]
        for edge in proof.graph.edges + proof.graph.stays where !edge.step.id.isEmpty {
            guard let before = proof.knowledge.known(before: edge), let after = proof.knowledge.known(at: edge) else {
                continue
            }
            if var former = steps[edge.step.id] {
                former.before.formIntersection(before)
                former.after.formIntersection(after)
                if former.states.count < 20 { former.states.append(edge.from) }
                steps[edge.step.id] = former
            } else {
                order.append(edge.step.id)
                steps[edge.step.id] = (edge.step, before, after, [edge.from])
            }
        }
        for id in order {
            guard let found = steps[id] else { continue }
            let step = found.step
            if let condition = step.condition {
                check(condition, Known(proof: proof, set: found.before, states: found.states))
            }
            let after = Known(proof: proof, set: found.after, states: found.states)
            for send in step.send { checkText(.message, send.message, after, sentAt: stepPlaces[id]) }
            if let remind = step.remind, !remind.message.isEmpty {
                checkText(.message, remind.message, after, sentAt: stepPlaces[id])
            }
            for action in step.actions { check(action, after) }
            for add in step.add {
                if case .person(let path) = add { check(path, at: stepPlaces[id], "\"add\"", after) }
            }
        }
    }

    private func check(_ path: Path, at node: Node?, _ what: String, _ known: Known) {
        guard let node, case .success(let expression) = environment(known.proof.scope).compile(path.description) else {
            return
        }
        var walker = walker(known)
        walker.walk(expression.node)
        for read in walker.reads { error(node, sentence(read, known, guarded: "if: \"has(\(read.path))\"")) }
    }

    private func walker(_ known: Known, environment: Environment? = nil) -> OpenAnswers {
        var walker = walker(known.proof.scope, environment: environment) { known.isKnown($0) }
        walker.implies = { known.proof.knowledge.implies($0, $1) }
        return walker
    }

    /// - Parameter given: what begins so may be missing: an offer that says too little to be judged is left out, with the
    ///   reason.
    private func check(
        _ condition: Condition, _ known: Known, environment: Environment? = nil, given: String = "…"
    ) {
        guard let node = places[ObjectIdentifier(condition.expression.node)] else { return }
        var walker = walker(known, environment: environment)
        walker.walk(condition.expression.node)
        for read in walker.reads where !read.path.hasPrefix(given) || read.path == "…" {
            error(node, sentence(read, known), offset: read.offset)
        }
    }

    private func sentence(_ read: OpenAnswers.Read, _ known: Known, guarded: String? = nil) -> String {
        let path = read.path
        let via = read.fact.map { "the fact \"\($0)\" reads \"\(path)\", which" } ?? "\"\(path)\""
        let names = path.split(separator: ".").map(String.init)
        let root = names.first ?? path
        if path == "…" { return "this is too long to be proven; say parts of it as facts, and each once" }
        if path.hasSuffix("[…]") { return "\(via) may have no such entry; use exists, all or filter" }
        if path.hasSuffix("]"), let bracket = path.lastIndex(of: "[") {
            let list = path[..<bracket]
            let index = Int(path[path.index(after: bracket)...].dropLast()) ?? 0
            return "\(via) may not be there; write \(list).size() > \(index) && …"
        }
        if path.contains("(") {
            return "\(via) may have no row; ask has( ) or known( ) of it first, in the same condition"
        }
        let asked =
            names.count > 1 && p.forms[root]?[names[1]] != nil
            ? "has(\(names.prefix(2).joined(separator: ".")))" : "known(\(path))"
        if p.forms[root] != nil, names.count == 1 {
            guard known.mayBe(root) else {
                let home = p.statesOrder.first { state in p.states[state].map { asks(root, in: $0) } ?? false }
                let place = home.flatMap { self.place($0, .case)?.line }
                let later = home.map { "; it is asked in \"\($0)\" (line \(place ?? 0))" } ?? ""
                return "\(via) is not answered by anybody before \"\(known.states.first ?? "")\"\(later)"
            }
            return "\(via) may not be answered yet; write \(guarded ?? "known(\(path)) && …")"
        }
        if p.dates.contains(where: { $0.name == path }) {
            return known.mayBe(path)
                ? "\(via) may not be known yet; write \(guarded ?? "known(\(path)) && …")"
                : "\(via) is not known in \"\(known.states.first ?? "")\": no answer that sets it has been asked by then"
        }
        if p.people[path] != nil {
            return "\(via) may be nobody yet; write \(guarded ?? "known(\(path)) && …")"
        }
        if names.count > 1, p.forms[root]?[names[1]] != nil {
            return
                "\(via) may be left open; write \(guarded ?? "\(asked) && …"), or make it required: yes"
        }
        return "\(via) may be missing; write \(guarded ?? "has(\(path)) && …")"
    }

    private func asks(_ form: String, in state: StateDeclaration) -> Bool {
        if case .tasks(let tasks) = state.opening, tasks.contains(where: { $0.form == form }) { return true }
        return state.next.contains { $0.steps.contains { $0.form == form } }
    }

    // MARK: Ends

    /// The messages of an end, whichever way leads there; the end of those who are left comes from any state.
    private func checkEnds(_ proof: RegionProof) {
        let ends = proof.graph.track?.ends ?? p.ends
        var sets: [String: AtomSet] = [:]
        for edge in proof.graph.edges where proof.graph.ends.contains(edge.to) {
            guard let set = proof.knowledge.known(behind: edge) else { continue }
            if sets[edge.to] == nil { sets[edge.to] = set } else { sets[edge.to]?.formIntersection(set) }
        }
        if let left = proof.graph.track?.left {
            for set in proof.knowledge.must.values {
                if sets[left] == nil { sets[left] = set } else { sets[left]?.formIntersection(set) }
            }
        }
        for (name, set) in sets.sorted(by: { $0.key < $1.key }) {
            let known = Known(proof: proof, set: set, states: proof.graph.states.map(\.name))
            for send in ends[name]?.send ?? [] { checkText(.message, send.message, known, sentAt: nil) }
        }
    }

    // MARK: Openings

    private func checkOpenings(_ proof: RegionProof) {
        for state in proof.graph.states {
            guard let set = proof.knowledge.must[state.name] else { continue }
            let known = Known(proof: proof, set: set, states: [state.name])
            for action in state.entering { check(action, known) }
            switch state.opening {
            case .match(let match):
                if let want = match.want { check(want, known) }
                guard let rules = p.rules[match.rules] else { continue }
                var environment = caseEnvironment
                environment.variables["offer"] = .named("$offer")
                let judged = rules.filters.map(\.condition) + rules.score.map(\.points)
                for condition in judged { check(condition, known, environment: environment, given: "offer.") }
            case .rank(let rank):
                for condition in [rank.by, rank.spend, rank.of] { check(condition, known) }
            case .tasks(let tasks):
                for task in tasks {
                    for (_, value) in task.programme?.give ?? [] { checkGiven(value, known) }
                }
            case .nothing: break
            }
        }
    }

    /// What is given to another programme may be left out where that is not required there; a form that nobody answered is
    /// a mistake in any case.
    private func checkGiven(_ value: Condition, _ known: Known) {
        guard let node = places[ObjectIdentifier(value.expression.node)] else { return }
        var walker = walker(known)
        walker.walk(value.expression.node)
        for read in walker.reads where !read.path.contains(".") {
            error(node, sentence(read, known), offset: read.offset)
        }
    }

    private func check(_ action: ActionUse, _ known: Known) {
        guard let node = stepPlaces[action.id] else { return }
        if let condition = action.condition { check(condition, known) }
        for input in action.inputs {
            switch input.source {
            case .constant: break
            case .value(let condition):
                var walker = walker(known)
                walker.walk(condition.expression.node)
                for read in walker.reads {
                    error(node, "the input \"\(input.name)\" cannot be filled: " + sentence(read, known))
                }
            case .template(let template):
                for read in self.reads(template.parts, known, environment(known.proof.scope)) {
                    error(
                        node,
                        "the input \"\(input.name)\" cannot be filled: "
                            + sentence(read, known, guarded: Self.section(read)))
                }
            }
        }
        if !action.template.isEmpty { checkText(.document, action.template, known, sentAt: node) }
    }

    // MARK: Forms

    /// Rules and conditions of a form are worked out wherever it is asked, as if it were answered.
    private func checkForms(_ proofs: [RegionProof]) {
        let asked: [[String: Set<String>]] = proofs.map { proof in
            var result: [String: Set<String>] = [:]
            for state in proof.graph.states {
                guard case .tasks(let tasks) = state.opening else { continue }
                for form in tasks.compactMap(\.form) { result[form, default: []].insert(state.name) }
            }
            for edge in proof.graph.edges + proof.graph.stays {
                if let form = edge.step.form { result[form, default: []].insert(edge.from) }
            }
            return result
        }
        for name in p.formsOrder {
            guard let form = p.forms[name], !form.must.isEmpty || form.fields.contains(where: { $0.condition != nil })
            else { continue }
            let wanted = scope(ofForm: name)
            guard let index = proofs.firstIndex(where: { $0.scope == wanted }) else { continue }
            let proof = proofs[index]
            let homes = asked[index][name] ?? []
            var set: AtomSet?
            var states: [String] = []
            for state in proof.graph.states {
                guard homes.contains(state.name), let here = proof.knowledge.must[state.name] else { continue }
                states.append(state.name)
                if set == nil { set = here } else { set?.formIntersection(here) }
            }
            guard let set else { continue }
            check(form, Known(proof: proof, set: set, states: states))
        }
    }

    private func check(_ form: Form, _ known: Known) {
        var environment = environment(known.proof.scope)
        var mine: Set<String> = [form.name]
        var aliases: [String: String] = [:]
        for field in form.fields {
            environment.variables[field.name] = type(of: field, in: form.name)
            aliases[field.name] = "\(form.name).\(field.name)"
            if field.isRequired, field.condition == nil { mine.insert("\(form.name).\(field.name)") }
        }
        environment.variables[form.name] = .named("$form \(form.name)")
        let conditions = form.fields.compactMap(\.condition) + form.must.map(\.rule)
        for condition in conditions {
            guard let node = places[ObjectIdentifier(condition.expression.node)] else { continue }
            var walker = walker(known, environment: environment)
            walker.aliases = aliases
            walker.walk(condition.expression.node, mine)
            for read in walker.reads { error(node, sentence(read, known), offset: read.offset) }
        }
    }

    // MARK: Texts

    private static func section(_ read: OpenAnswers.Read) -> String {
        let isPlain = !read.path.contains(".")
        return "{{ if \(isPlain ? "known" : "has")(\(read.path)) }} … {{ end }}"
    }

    /// A message or document where it is sent; said in the first language in which it is so.
    private func checkText(_ kind: TextName.Kind, _ name: String, _ known: Known, sentAt node: Node?) {
        let use = TextCheck(kind: kind, name: name, set: known.set, scope: known.proof.scope)
        guard checkedTexts.insert(use).inserted else { return }
        let message = kind == .message ? p.messages[name] : p.documents[name]
        for language in p.languages {
            guard let text = message?.texts[language],
                let place = textPlaces[TextName(kind: kind, name: name, language: language)]
            else { continue }
            let found = reads(text, place, known)
            guard !found.isEmpty else { continue }
            let at = node.map { " (sent at line \($0.line))" } ?? ""
            for (node, read) in found {
                report(
                    .error, inText: node, sentence(read, known, guarded: Self.section(read)) + at, offset: read.offset)
            }
            return
        }
    }

    struct TextCheck: Hashable {
        let kind: TextName.Kind
        let name: String
        let set: AtomSet
        let scope: Scope
    }

    private func reads(_ text: MessageText, _ place: TextPlace, _ known: Known) -> [(Node, OpenAnswers.Read)] {
        var result: [(Node, OpenAnswers.Read)] = []
        result += reads(text.subject.parts, known, place.environment).map { (place.head, $0) }
        result += reads(text.body.parts, known, place.environment).map { (place.body, $0) }
        for (name, part) in text.parts.sorted(by: { $0.key < $1.key }) {
            guard let node = place.parts[name] else { continue }
            let selector =
                switch part.selector {
                case .count(let condition), .choose(let condition): condition
                }
            var walker = walker(known, environment: place.environment)
            walker.walk(selector.expression.node)
            result += walker.reads.map { (node, OpenAnswers.Read(path: $0.path, offset: 0, fact: $0.fact)) }
            for form in part.forms.keys.sorted() {
                result += reads(part.forms[form]?.parts ?? [], known, place.environment).map {
                    (node, OpenAnswers.Read(path: $0.path, offset: 0, fact: $0.fact))
                }
            }
        }
        return result
    }

    private func reads(_ parts: [Template.Part], _ known: Known, _ environment: Environment) -> [OpenAnswers.Read] {
        var result: [OpenAnswers.Read] = []
        func walk(_ parts: [Template.Part], _ here: Set<String>, _ locals: [String: ValueType]) {
            for part in parts {
                switch part {
                case .text: break
                case .value(let expression, let at): _ = read(expression, at, here, locals)
                case .each(let name, let expression, let inner, let at):
                    _ = read(expression, at, here, locals)
                    var mine = locals
                    if case .list(let of) = expression.resultType { mine[name] = of } else { mine[name] = .dyn }
                    walk(inner, here.filter { $0 != name && !$0.hasPrefix(name + ".") }, mine)
                case .either(let condition, let yes, let no, let at):
                    let outcome = read(condition, at, here, locals)
                    walk(yes, here.union(outcome.yes), locals)
                    walk(no, here.union(outcome.no), locals)
                }
            }
        }
        func read(
            _ expression: Expression, _ at: Int, _ here: Set<String>, _ locals: [String: ValueType]
        ) -> OpenAnswers.Outcome {
            var walker = walker(known, environment: environment)
            let outcome = walker.walk(expression.node, here, locals: locals)
            result += walker.reads.map { OpenAnswers.Read(path: $0.path, offset: $0.offset + at, fact: $0.fact) }
            return outcome
        }
        walk(parts, [], [:])
        return result
    }
}
