import Calendars
import Exchange
import Expressions

/// C10 and C11: what is personal is erased, and reaches only those who may see it.
extension Compilation {
    // MARK: C10

    func checkRetention(_ proofs: [RegionProof]) {
        for form in p.formsOrder.compactMap({ p.forms[$0] }) {
            for field in form.fields {
                guard let node = fieldNodes["\(form.name).\(field.name)"] else { continue }
                guard let privacy = [field.privacy].compactMap(\.self).first ?? Self.columnPrivacy(field) else {
                    continue
                }
                guard let erase = field.erase else {
                    if privacy == .content { continue }
                    error(
                        node,
                        "\"\(field.name)\" is \(privacy.words) and is never erased; add erase: \(exampleOfErasure)")
                    continue
                }
                let isEver = erase.dates.allSatisfy { date in
                    proofs.contains { proof in
                        proof.graph.states.contains { proof.knowledge.mayBeKnown(date, in: $0.name) }
                    }
                }
                if !isEver {
                    error(
                        phrasePlaces[PhrasePlace(line: node.line, text: erase.text)] ?? node,
                        "\"\(erase.dates[0])\" is never known, so this is never erased; write for example 2 years after the end"
                    )
                }
            }
        }
        for field in p.takes where (field.privacy ?? .content) != .content {
            guard let node = takeNodes[field.name] else { continue }
            error(
                node,
                "what is taken over stays with the case, so \"\(field.name)\" cannot be \(field.privacy?.words ?? ""); ask for it in a form, with erase"
            )
        }
    }

    static func columnPrivacy(_ field: Field) -> PrivacyClass? {
        guard case .rows(let columns, _, _) = field.type else { return nil }
        return columns.compactMap(\.privacy).first { $0 != .content }
    }

    private var exampleOfErasure: String {
        p.dates.first.map { "30 days after \($0.name)\(singleDays.contains($0.name) ? "" : " ends")" }
            ?? "2 years after the end"
    }

    // MARK: C11

    /// Who answers a form: roles, and `self` for the member of a track.
    private func subjects(of form: String) -> Set<String> {
        var result: Set<String> = []
        func add(_ who: [Who]) {
            for one in who {
                switch one {
                case .role(let role): result.insert(role)
                case .member: result.insert("self")
                default: result.insert("others")
                }
            }
        }
        for graph in graphs {
            for state in graph.states {
                guard case .tasks(let tasks) = state.opening else { continue }
                for task in tasks where task.form == form { add(task.who) }
                for outcome in state.next where outcome.steps.contains(where: { $0.form == form }) {
                    add(tasks.flatMap(\.who))
                }
            }
        }
        let insides =
            p.stages.map(\.inside) + [p.everywhere] + p.states.values.map(\.inside)
            + p.tracks.values.flatMap { [$0.inside] + $0.states.values.map(\.inside) }
        for decision in insides.flatMap(\.may) where decision.steps.contains(where: { $0.form == form }) {
            add(decision.who)
        }
        // A role with several holders answers for more than one person.
        return Set(
            result.map { role in
                let isMany = p.people[role]?.sources.contains { if case .track = $0 { true } else { false } } ?? false
                return isMany ? "several" : role
            })
    }

    /// What each field of each struct carries.
    func privacyFields() -> [String: [String: PrivacyLabel]] {
        var result: [String: [String: PrivacyLabel]] = [:]
        for form in p.forms.values {
            let isPersonal = form.fields.contains { $0.privacy != nil || Self.columnPrivacy($0) != nil }
            guard isPersonal else { continue }
            let people = subjects(of: form.name)
            for field in form.fields {
                if let privacy = field.privacy, privacy != .content {
                    let label = PrivacyLabel(privacy, of: people)
                    result["$form \(form.name)", default: [:]][field.name] = label
                    result["$answer of \(form.name)", default: [:]][field.name] = label
                }
                guard case .rows(let columns, _, _) = field.type else { continue }
                for column in columns {
                    let privacies = Set([column.privacy, field.privacy].compactMap(\.self)).subtracting([.content])
                    for privacy in privacies {
                        let label = PrivacyLabel(privacy, of: people)
                        result["$row of \(form.name).\(field.name)", default: [:]][column.name, default: .init()]
                            .formUnion(label)
                    }
                }
            }
        }
        for track in p.tracks.values {
            guard case .rows(let form, let field) = track.each, let row = result["$row of \(form).\(field)"] else {
                continue
            }
            result["$row of track \(track.name)"] = row
            result["$member of \(track.name)"] = row
        }
        return result
    }

    func checkPrivacy(_ proofs: [RegionProof]) {
        let fields = privacyFields()
        guard !fields.isEmpty else { return }
        for proof in proofs {
            var seen: Set<String> = []
            for edge in proof.graph.edges + proof.graph.stays where !edge.step.id.isEmpty {
                guard seen.insert(edge.step.id).inserted else { continue }
                check(edge.step, proof, fields, askedIn: edge.from)
            }
            for state in proof.graph.states {
                for action in state.entering + state.inside.keep { check(action, proof.scope, fields) }
                if case .tasks(let tasks) = state.opening { checkBound(tasks, state, proof.scope, fields) }
            }
        }
        for action in p.everywhere.keep + p.stages.flatMap(\.inside.keep) { check(action, .case, fields) }
        for track in p.tracks.values { for action in track.inside.keep { check(action, .track(track.name), fields) } }
        for (name, _, _) in endNodes { for send in p.ends[name]?.send ?? [] { check(send, .case, fields, nil) } }
        for (name, _, _) in trackNodes {
            for end in p.tracks[name]?.ends.values.sorted(by: { $0.name < $1.name }) ?? [] {
                for send in end.send { check(send, .track(name), fields, nil) }
            }
        }
    }

    private func flow(
        _ scope: Scope, _ fields: [String: [String: PrivacyLabel]], _ environment: Environment? = nil
    ) -> PrivacyFlow {
        var own: Set<String> = []
        if case .track(let name) = scope { own = p.tracks[name]?.forms ?? [] }
        var flow = PrivacyFlow(
            environment: environment ?? self.environment(scope), facts: facts(scope), fields: fields, ownForms: own)
        for role in p.people.values {
            for privacy in role.sources.compactMap(privacy(of:)) where privacy != .content {
                flow.variables[role.name, default: PrivacyLabel()].formUnion(PrivacyLabel(privacy, of: [role.name]))
            }
        }
        return flow
    }

    /// The class of the answer that names a role's holder.
    private func privacy(of source: RoleSource) -> PrivacyClass? {
        switch source {
        case .answer(let form, let field): p.forms[form]?[field]?.privacy
        case .memberAnswer(let track, let field):
            p.tracks[track]?.forms.sorted().compactMap { p.forms[$0]?[field]?.privacy }.first
        default: nil
        }
    }

    private func check(
        _ step: ExchangeStep, _ proof: RegionProof, _ fields: [String: [String: PrivacyLabel]], askedIn state: String
    ) {
        var reason: PrivacyLabel?
        if case .answer(let path) = step.reason,
            case .success(let expression) = environment(proof.scope).compile(path.description)
        {
            var flow = flow(proof.scope, fields)
            reason = flow.label(expression.node)
        }
        for send in step.send { check(send, proof.scope, fields, reason) }
        if let remind = step.remind, !remind.message.isEmpty {
            var who = remind.who
            if who.isEmpty, case .tasks(let tasks)? = proof.graph.state(state)?.opening { who = tasks.flatMap(\.who) }
            check(Send(message: remind.message, to: who), proof.scope, fields, reason)
        }
        for action in step.actions { check(action, proof.scope, fields) }
    }

    private func check(
        _ send: Send, _ scope: Scope, _ fields: [String: [String: PrivacyLabel]], _ reason: PrivacyLabel?
    ) {
        let readers = readers(send.to, scope)
        for language in p.languages {
            let name = TextName(kind: .message, name: send.message, language: language)
            guard let text = p.messages[send.message]?.texts[language], let place = textPlaces[name] else { continue }
            check(text, place, readers, scope, fields, reason)
        }
    }

    /// Those who may get it: roles, `self`, and people in answers, who hold no role.
    private func readers(_ who: [Who], _ scope: Scope) -> [String] {
        var result: [String] = []
        func add(_ name: String) { if !result.contains(name) { result.append(name) } }
        for one in who {
            switch one {
            case .role(let role), .deputy(let role): add(role)
            case .member: add("self")
            case .memberDeputy: add("the deputy of self")
            case .everyone:
                for role in p.peopleOrder.compactMap({ p.people[$0] }) where !role.isStaff || !role.actsFor.isEmpty {
                    add(role.name)
                }
            case .path(let path): add(path.description)
            }
        }
        return result
    }

    private func sees(_ reader: String, _ scope: Scope) -> Set<PrivacyClass> {
        if let role = p.people[reader] { return role.sees }
        guard reader == "self", case .track(let track) = scope else { return [] }
        return p.people.values.filter { $0.sources.contains(.track(track)) }.reduce(into: []) { $0.formUnion($1.sees) }
    }

    /// The first reader who may not see a class; nil if all may.
    private func excluded(_ privacy: PrivacyClass, _ label: PrivacyLabel, _ readers: [String], _ scope: Scope)
        -> String?
    {
        readers.first { !sees($0, scope).contains(privacy) && !label.isOwn(privacy, of: $0) }
    }

    private func check(
        _ text: MessageText, _ place: TextPlace, _ readers: [String], _ scope: Scope,
        _ fields: [String: [String: PrivacyLabel]], _ reason: PrivacyLabel?
    ) {
        func judge(_ label: PrivacyLabel, _ shown: String, _ node: Node, _ offset: Int) {
            for privacy in label.classes {
                if let reader = excluded(privacy, label, readers, scope) {
                    report(
                        .error, inText: node,
                        "\(shown) is \(privacy.words) and \"\(reader)\" may not see it; leave it out, or link to the page",
                        offset: offset)
                } else if privacy.isOnlyLinked {
                    report(
                        .error, inText: node,
                        "\(shown) is \(privacy.words), which no mail or letter may carry; leave it out, or link to the page",
                        offset: offset)
                } else {
                    continue
                }
                return
            }
        }
        func walk(_ parts: [Template.Part], _ node: Node, _ locals: [String: ValueType]) {
            for part in parts {
                switch part {
                case .text: break
                case .value(let expression, let at):
                    var label = label(of: expression, locals)
                    if let reason, expression.references.contains(where: { $0.variable == "reason" }) {
                        label.formUnion(reason)
                    }
                    judge(label, "{{ \(expression.text.trimmingSpaces) }}", node, at)
                case .each(let name, let expression, let inner, let at):
                    var mine = locals
                    if case .list(let of) = expression.resultType { mine[name] = of } else { mine[name] = .dyn }
                    var flow = flow(scope, fields, place.environment)
                    judge(
                        flow.reached(expression.node, locals: locals),
                        "{{ for … in \(expression.text.trimmingSpaces) }}", node, at)
                    walk(inner, node, mine)
                case .either(let condition, let yes, let no, let at):
                    judge(
                        label(of: condition, locals), "the condition \"\(condition.text.trimmingSpaces)\"", node, at)
                    walk(yes, node, locals)
                    walk(no, node, locals)
                }
            }
        }
        func label(of expression: Expression, _ locals: [String: ValueType]) -> PrivacyLabel {
            var flow = flow(scope, fields, place.environment)
            return flow.label(expression.node, locals: locals)
        }
        walk(text.subject.parts, place.head, [:])
        walk(text.body.parts, place.body, [:])
        for (name, part) in text.parts.sorted(by: { $0.key < $1.key }) {
            guard let node = place.parts[name] else { continue }
            switch part.selector {
            case .count(let condition), .choose(let condition):
                judge(label(of: condition.expression, [:]), "the part \"\(name)\"", node, 0)
            }
            for form in part.forms.keys.sorted() { walk(part.forms[form]?.parts ?? [], node, [:]) }
        }
    }

    /// An action hands its inputs to whoever gets what it makes; a message to another system goes to nobody who may see.
    private func check(_ action: ActionUse, _ scope: Scope, _ fields: [String: [String: PrivacyLabel]]) {
        guard let node = stepPlaces[action.id] else { return }
        let readers = readers(action.who, scope)
        let isOutside = action.action.hasPrefix("webhook.")
        for input in action.inputs {
            var flow = flow(scope, fields)
            var label = PrivacyLabel()
            switch input.source {
            case .constant: continue
            case .value(let condition): label = flow.label(condition.expression.node)
            case .template(let template):
                for reference in expressions(template.parts) {
                    label.formUnion(flow.label(reference.0.node, locals: reference.1))
                }
            }
            for privacy in label.classes {
                let reader = excluded(privacy, label, readers, scope)
                if privacy.isOnlyLinked {
                    error(
                        node,
                        "\"\(input.name)\" carries \(privacy.words), which \(action.action) may not; leave it out, or link to the page"
                    )
                } else if let reader {
                    error(
                        node,
                        "\"\(input.name)\" carries \(privacy.words) and \"\(reader)\" may not see it; leave it out")
                } else if isOutside, readers.isEmpty {
                    error(
                        node,
                        "\"\(input.name)\" carries \(privacy.words) to another system; name under \"who\" the role that gets it and may see it, or leave it out"
                    )
                }
            }
        }
        if !action.template.isEmpty {
            for language in p.languages {
                let name = TextName(kind: .document, name: action.template, language: language)
                guard let text = p.documents[action.template]?.texts[language], let place = textPlaces[name] else {
                    continue
                }
                check(text, place, readers, scope, fields, nil)
            }
        }
        for message in [action.sendMade, action.sendRenewed, action.sendUndone] where !message.isEmpty {
            check(Send(message: message, to: action.who), scope, fields, nil)
        }
    }

    private func expressions(
        _ parts: [Template.Part], _ locals: [String: ValueType] = [:]
    ) -> [(Expression, [String: ValueType])] {
        parts.flatMap { part -> [(Expression, [String: ValueType])] in
            switch part {
            case .text: return []
            case .value(let expression, _): return [(expression, locals)]
            case .each(let name, let expression, let inner, _):
                var mine = locals
                if case .list(let of) = expression.resultType { mine[name] = of } else { mine[name] = .dyn }
                return [(expression, locals)] + expressions(inner, mine)
            case .either(let condition, let yes, let no, _):
                return [(condition, locals)] + expressions(yes, locals) + expressions(no, locals)
            }
        }
    }

    /// Who signs a form reads it.
    private func checkBound(
        _ tasks: [TaskDeclaration], _ state: StateDeclaration, _ scope: Scope,
        _ fields: [String: [String: PrivacyLabel]]
    ) {
        guard let node = place(state.name, scope) else { return }
        for task in tasks {
            guard let form = task.binds, let members = fields["$form \(form)"] else { continue }
            for (field, label) in members.sorted(by: { $0.key < $1.key }) {
                for privacy in label.classes {
                    guard let reader = excluded(privacy, label, readers(task.who, scope), scope) else { continue }
                    error(
                        node,
                        "\"\(reader)\" signs the form \(form) here, whose \"\(field)\" is \(privacy.words), and may not see it; add sees: [\(privacy.rawValue)] to \"\(reader)\", or ask \"\(field)\" in a form of its own"
                    )
                }
            }
        }
    }
}
