import Calendars
import Exchange
import Expressions

/// States and steps.
extension Compilation {
    enum StepKind {
        case next, decision, clock, automatic
    }

    // MARK: States

    func state(_ name: String, _ node: Node, _ scope: Scope, prefix: String) -> StateDeclaration? {
        guard let fields = fields(node, of: "state") else { return nil }
        checkKeys(fields, "state")
        var state = StateDeclaration(name: name, stage: nil, line: node.line)
        if let node = fields["title"], let text = text(node, "\"title\"") { state.title = text }
        let openings = ["task", "match", "rank"].filter { fields[$0] != nil }
        if openings.count > 1, let key = fields.key(openings[1]) {
            error(key, "a state opens one of task, match and rank; make a state of its own for \"\(openings[1])\"")
        }
        if let node = fields["task"] {
            let tasks = (node.itemList ?? [node]).compactMap { task($0, scope) }
            if !tasks.isEmpty { state.opening = .tasks(tasks) }
        } else if let node = fields["match"] {
            if let match = match(node, scope) { state.opening = .match(match) }
        } else if let node = fields["rank"] {
            if let rank = rank(node, scope) { state.opening = .rank(rank) }
        }
        if let node = fields["next"] { state.next = outcomes(node, scope, prefix: prefix) }
        state.inside = surroundings(fields, scope, prefix: prefix)
        if let node = fields["do"] { state.entering = actions(node, scope, prefix: "\(prefix).do", isKept: false) }
        checkResults(state, fields, openings.first)
        return state
    }

    private func checkResults(_ state: StateDeclaration, _ fields: Fields, _ opening: String?) {
        let names = state.next.map(\.name)
        guard let node = fields["next"] ?? fields.key(opening ?? ""), !isDamaged(fields.node) else { return }
        switch opening {
        case "task":
            if state.next.isEmpty { error(node, "nobody says where the answer leads; add next: with every answer") }
        case "match":
            if !names.contains("found") {
                error(node, "a match needs \"found\" under next: where it goes with enough hosts")
            }
            for name in names where !["found", "none"].contains(name) {
                error(node, "a match gives found or none, not \"\(name)\"")
            }
        case "rank":
            for name in ["in", "out"] where !names.contains(name) {
                error(node, "a rank needs \"\(name)\" under next:")
            }
        default:
            if let next = fields.key("next") {
                error(
                    next,
                    "\"next\" is the way on by an answer, but nothing is asked here; add a task, or use clock or as-soon-as"
                )
            }
        }
    }

    private func outcomes(_ node: Node, _ scope: Scope, prefix: String) -> [Outcome] {
        guard let fields = Fields(node) else {
            error(node, "\"next\" is written answer: state, such as {accept: assessment}")
            return []
        }
        var result: [Outcome] = []
        for (key, value) in fields.entries {
            guard let name = name(key, "an answer's name") else { continue }
            let steps = steps(value, scope, prefix: "\(prefix).next.\(name)", kind: .next)
            result.append(Outcome(name: name, steps: steps))
        }
        return result
    }

    // MARK: Tasks

    private func task(_ node: Node, _ scope: Scope) -> TaskDeclaration? {
        guard let fields = fields(node, of: "task") else { return nil }
        checkKeys(fields, "task")
        var task = TaskDeclaration(who: fields["who"].map { who($0, scope) } ?? [])
        task.form = fields["form"].flatMap { form($0) }
        task.binds = fields["binds"].flatMap { form($0) }
        if let node = fields["only"] { only(node, &task) }
        if let node = fields["need"], let text = text(node, "\"need\"") { need(text, node, &task) }
        if let node = fields["due"], let text = text(node, "\"due\"") {
            switch TimePhrase.parseRange(
                text, dates: dateNames(scope), singleDays: singleDays, states: stateNames)
            {
            case .success(let range):
                task.dueFrom = range.from
                task.due = range.to
                phrasePlaces[PhrasePlace(line: node.line, text: range.to.text)] = node
                for phrase in [range.from, range.to].compactMap(\.self) { phraseDates.formUnion(phrase.dates) }
                if case .due = range.to.hook {
                    error(node, "a task cannot be due by its own due; count from the state or a date")
                }
            case .failure(let mistake): error(node, mistake.message, offset: mistake.offset)
            }
        }
        if let node = fields["programme"], let text = text(node, "\"programme\"") {
            let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
            let version = parts.count == 2 ? Int(parts[1]) : nil
            if parts.count == 2, version == nil { error(node, "a version is a number, such as thematic-visit@1") }
            var give: [(name: String, value: Condition)] = []
            if let given = fields["give"].flatMap({ Fields($0) }) {
                for (key, value) in given.entries {
                    guard let name = name(key, "a name"),
                        let made = condition(value, environment(scope), wants: nil, what: "\"\(name)\"")
                    else { continue }
                    give.append((name, made))
                }
            }
            task.programme = ProgrammeCall(programme: parts.first ?? text, version: version, give: give)
        } else if let key = fields.key("give") {
            error(key, "\"give\" goes with \"programme\"")
        }
        return task
    }

    private func only(_ node: Node, _ task: inout TaskDeclaration) {
        if node.itemList != nil {
            for (text, item) in words(node, "a field") {
                let names = task.form.flatMap { p.forms[$0] }?.fields.map(\.name) ?? []
                if known(text, among: names, "field", at: item) { task.onlyFields.append(text) }
            }
        } else if let text = text(node, "\"only\"") {
            task.only = path(text, node)
        }
    }

    private func need(_ text: String, _ node: Node, _ task: inout TaskDeclaration) {
        let words = text.split(separator: " ").map(String.init)
        if text == "all" {
            task.need = .all
        } else if text == "any" {
            task.need = .any
        } else if words.count == 1, let count = Int(text), count > 0 {
            task.need = .count(count)
        } else if words.count == 3, words[1] == "of", let count = Int(words[0]), let total = Int(words[2]), count > 0,
            count <= total
        {
            task.need = .count(count)
        } else {
            error(node, "\"need\" is any, all, a number, or 2 of 3")
        }
    }

    func form(_ node: Node) -> String? {
        guard let text = text(node, "\"form\"") else { return nil }
        guard known(text, among: p.formsOrder, "form", at: node, add: "add it under \"forms\"") else { return nil }
        formUses.insert(text)
        return text
    }

    // MARK: Match and rank

    private func match(_ node: Node, _ scope: Scope) -> MatchDeclaration? {
        guard let fields = fields(node, of: "match") else { return nil }
        checkKeys(fields, "match")
        guard scope == .case else {
            error(node, "only the case searches; a member that needs members runs a programme of its own")
            return nil
        }
        guard let from = fields["from"].flatMap({ text($0, "\"from\"") }), let rules = fields["rules"],
            let track = fields["track"], let reach = fields["reach"], let rulesName = text(rules, "\"rules\""),
            let trackName = text(track, "\"track\""), let reachName = text(reach, "\"reach\"")
        else { return nil }
        if let node = fields["from"] { _ = known(from, among: ["hosts", "experts"], "register", at: node) }
        _ = known(rulesName, among: p.rules.keys.sorted(), "rules", at: rules)
        if known(trackName, among: p.tracksOrder, "track", at: track), let found = p.tracks[trackName] {
            if !isMatch(found) { error(track, "the track \"\(trackName)\" has no \"each: match\"") }
            _ = known(reachName, among: found.statesOrder + endNames(of: trackName), "state of \(trackName)", at: reach)
        }
        var match = MatchDeclaration(from: from, rules: rulesName, track: trackName, reach: reachName)
        if let node = fields["at-once"] { match.atOnce = whole(node, "at-once", in: 1...100) ?? 1 }
        if let node = fields["rounds"] { match.rounds = whole(node, "rounds", in: 1...1_000) }
        if let node = fields["want"] {
            match.want = condition(node, environment(scope), wants: .double, what: "\"want\"")
        }
        if let node = fields["again"], let text = text(node, "\"again\"") {
            if text == "when offers come" {
                // Offers come in no hurry: what came is seen the next morning.
                match.againWhenOffersCome = true
                match.again = phrase("every day", node, scope)
            } else {
                match.again = phrase(text, node, scope)
            }
        }
        if let node = fields["order"] { match.order = firstState(node, "order") }
        match.isAsAWhole = flag(fields["as-a-whole"], "as-a-whole")
        if match.isAsAWhole, let node = fields["again"] {
            error(
                node,
                "a case that waits for a round of the whole call does not search again by itself; delete \"again\"")
        }
        return match
    }

    private func firstState(_ node: Node, _ what: String) -> String? {
        guard let text = text(node, "\"\(what)\"") else { return nil }
        guard text.hasPrefix("first ") else {
            error(node, "\"\(what)\" names the state whose first entering counts: first screening")
            return nil
        }
        let state = String(text.dropFirst(6))
        return known(state, among: stateNodes.map(\.name), "state", at: node) ? state : nil
    }

    private func rank(_ node: Node, _ scope: Scope) -> RankDeclaration? {
        guard let fields = fields(node, of: "rank") else { return nil }
        checkKeys(fields, "rank")
        guard scope == .case else {
            error(node, "only the case is ranked")
            return nil
        }
        let environment = environment(scope)
        guard let callNode = fields["in"], let callText = text(callNode, "\"in\""), let call = path(callText, callNode),
            let by = fields["by"].flatMap({ condition($0, environment, wants: .double, what: "\"by\"") }),
            let spend = fields["spend"].flatMap({ condition($0, environment, wants: nil, what: "\"spend\"") }),
            let of = fields["of"].flatMap({ condition($0, environment, wants: nil, what: "\"of\"") })
        else { return nil }
        for (condition, key) in [(spend, "spend"), (of, "of")] {
            let type = condition.expression.resultType
            if let node = fields[key], ![.double, .int, .uint, .dyn, .named("money")].contains(type) {
                error(node, "\"\(key)\" must be money or a number, this is \(type.words)")
            }
        }
        let date = p.dates.first { date in
            date.sources.contains { if case .table(_, let by) = $0 { by == call } else { false } }
        }
        guard let date else {
            error(
                callNode,
                "no date tells when the call closes; declare one under dates: call: {from: calls by \(callText)}")
            return nil
        }
        return RankDeclaration(
            call: call, date: date.name, by: by, tie: fields["tie"].flatMap { firstState($0, "tie") }, spend: spend,
            of: of)
    }

    // MARK: Clock

    func clock(_ node: Node, _ scope: Scope, prefix: String) -> [ClockLine] {
        guard let fields = Fields(node) else {
            error(node, "a clock is written time: step, such as {7 days: remind, 60 days: expired}")
            return []
        }
        var result: [ClockLine] = []
        for (key, value) in fields.entries {
            let steps = steps(value, scope, prefix: "\(prefix).\(key.scalarText ?? "")", kind: .clock)
            guard let when = phrase(key, scope, what: "a time") else { continue }
            let id = "\(prefix).\(when.text)"
            if result.contains(where: { $0.id == id }) {
                error(key, "\"\(when.text)\" is in this clock already; write both steps' contents in one")
                continue
            }
            result.append(ClockLine(when: when, steps: steps, id: id, line: key.line))
        }
        return result
    }

    // MARK: Decisions

    func decisions(_ node: Node, _ scope: Scope, prefix: String) -> [Decision] {
        guard let fields = Fields(node) else {
            error(node, "\"may\" is written name: {who: …, to: …}")
            return []
        }
        var result: [Decision] = []
        for (key, value) in fields.entries {
            guard let name = name(key, "a decision's name") else { continue }
            var who: [Who] = []
            var steps: [ExchangeStep] = []
            var title = name
            for (index, item) in (value.itemList ?? [value]).enumerated() {
                guard let fields = self.fields(item, of: "decision") else { continue }
                checkKeys(fields, "decision")
                let found = fields["who"].map { self.who($0, scope) } ?? []
                for one in found where !who.contains(one) { who.append(one) }
                if let node = fields["title"], let text = text(node, "\"title\"") { title = text }
                if let step = step(fields, scope, id: "\(prefix).\(name).\(index + 1)", kind: .decision) {
                    steps.append(step)
                }
            }
            var decision = Decision(name: name, who: who, steps: steps)
            decision.title = title
            result.append(decision)
        }
        return result
    }

    // MARK: Steps

    /// One step or a list of steps.
    func steps(_ node: Node, _ scope: Scope, prefix: String, kind: StepKind) -> [ExchangeStep] {
        let items = node.itemList ?? [node]
        var result: [ExchangeStep] = []
        for (index, item) in items.enumerated() {
            let id = "\(prefix).\(index + 1)"
            if item.scalarText != nil {
                if let step = shortStep(item, scope, id: id, kind: kind) { result.append(step) }
                continue
            }
            guard let fields = fields(item, of: "step") else { continue }
            checkKeys(fields, "step")
            if let step = step(fields, scope, id: id, kind: kind) { result.append(step) }
            checkPlace(fields, item, isLast: index == items.count - 1, count: items.count, kind)
        }
        if items.isEmpty { error(node, "a step is missing; write a state, or delete the line") }
        checkCovered(result)
        return result
    }

    private func checkPlace(_ fields: Fields, _ node: Node, isLast: Bool, count: Int, _ kind: StepKind) {
        let isConditional = ["if", "until", "since", "in"].contains { fields[$0] != nil }
        switch kind {
        case .next:
            if isLast, isConditional {
                let place = fields.key("if") ?? node
                error(
                    place,
                    "when none of these hold the case has nowhere to go; leave out the last \"if\", or add a last step without one"
                )
            }
            if !isLast, !isConditional { error(node, "what follows is never reached: this step has no \"if\"") }
        case .automatic:
            if fields["if"] == nil { error(node, "a step that is taken as soon as something is so needs \"if\"") }
            if fields["to"] == nil { error(node, "a step that is taken as soon as something is so needs \"to\"") }
            for key in ["until", "since"] {
                if let place = fields.key(key) {
                    error(place, "as-soon-as does not read the clock; use \"clock\" for a time")
                }
            }
        case .clock, .decision:
            if kind == .clock, !isLast, !isConditional {
                error(node, "what follows is never reached: this step has no \"if\"")
            }
        }
    }

    /// A step of one word: a state, or `remind`.
    private func shortStep(_ node: Node, _ scope: Scope, id: String, kind: StepKind) -> ExchangeStep? {
        guard let text = node.scalarText else { return nil }
        var step = ExchangeStep(id: id, line: node.line)
        stepPlaces[id] = node
        if text == "remind" {
            if kind != .clock { error(node, "\"remind\" stands in a clock") }
            step.remind = Remind()
            return step
        }
        guard let target = target(text, node, scope) else { return nil }
        step.to = target
        return step
    }

    /// A state or end that a region can go to.
    func target(_ text: String, _ node: Node, _ scope: Scope) -> String? {
        switch scope {
        case .case: if stateNumbers[text] != nil || p.ends[text] != nil { return text }
        case .track(let track):
            if p.tracks[track]?.states[text] != nil || p.tracks[track]?.ends[text] != nil { return text }
        }
        let names: [String]
        switch scope {
        case .case: names = stateNodes.map(\.name) + p.endsOrder
        case .track(let track): names = (p.tracks[track]?.statesOrder ?? []) + endNames(of: track)
        }
        if scope == .case, let kind = Stage.Kind(rawValue: text) {
            let states = stateNodes.filter { $0.stage == kind }.map(\.name)
            error(node, "\"\(text)\" is a stage, not a state; its states are \(states.joined(separator: ", "))")
            return nil
        }
        if p.people[text] != nil {
            error(node, "\"\(text)\" is a person, not a state; people are told with send or escalate")
            return nil
        }
        if case .track = scope, stateNumbers[text] != nil || p.ends[text] != nil {
            error(node, "\"\(text)\" is a state of the case; a member goes to a state or end of its own track")
            return nil
        }
        if let near = Spelling.nearest(text, among: names) {
            let line = stateNodes.first { $0.name == near }.map { " (line \($0.key.line))" } ?? ""
            error(node, "no state \"\(text)\"; did you mean \"\(near)\"\(line)?")
        } else {
            error(node, "no state \"\(text)\"; add it, or list it in \"ends\"")
        }
        return nil
    }

    func step(_ fields: Fields, _ scope: Scope, id: String, kind: StepKind) -> ExchangeStep? {
        var step = ExchangeStep(id: id, line: fields.node.line)
        stepPlaces[id] = fields.node
        let environment = environment(scope)
        if let node = fields["to"], let text = text(node, "\"to\"") { step.to = target(text, node, scope) }
        if let node = fields["if"] { step.condition = condition(node, environment, what: "\"if\"") }
        if let node = fields["until"] { step.until = limit(node, scope, "\"until\"") }
        if let node = fields["since"] { step.since = limit(node, scope, "\"since\"") }
        if let node = fields["in"] { step.within = within(node, scope) }
        if let node = fields["reason"] { step.reason = reason(node, environment) }
        if let node = fields["send"] { step.send = sends(node, scope) }
        if let node = fields["remind"] { step.remind = remind(node, scope) }
        if let node = fields["escalate"] { step.escalate = who(node, scope) }
        if let node = fields["do"] { step.actions = actions(node, scope, prefix: "\(id).do", isKept: false) }
        if let node = fields["form"] { step.form = form(node) }
        if let node = fields["add"] { step.add = add(node, scope) }
        if let node = fields["void"] {
            for (text, item) in words(node, "a track or form") {
                if known(text, among: p.tracksOrder + p.formsOrder, "track or form", at: item) {
                    step.void.append(text)
                }
            }
        }
        if let node = fields["hold"], let text = text(node, "\"hold\"") {
            if text.hasPrefix("up to ") {
                step.hold = phrase(String(text.dropFirst(6)), node, scope)
            } else {
                error(node, "a hold is written with its longest time: up to 180 days")
            }
        }
        step.holdForReview = flag(fields["hold-for-review"], "hold-for-review")
        if let node = fields["if-late"], let text = text(node, "\"if-late\"") { step.ifLate = ifLate(text, node) }
        return step
    }

    /// `until: visit` means until it starts; any phrase of one moment else.
    private func limit(_ node: Node, _ scope: Scope, _ what: String) -> TimePhrase? {
        guard let text = text(node, what) else { return nil }
        let names = dateNames(scope)
        if names.contains(text) {
            return phrase(singleDays.contains(text) ? "on the day of \(text)" : "\(text) starts", node, scope)
        }
        return phrase(text, node, scope)
    }

    private func within(_ node: Node, _ scope: Scope) -> Set<String> {
        var names = Stage.Kind.allCases.map(\.rawValue) + stateNodes.map(\.name)
        if case .track(let track) = scope { names += p.tracks[track]?.statesOrder ?? [] }
        var result: Set<String> = []
        for (text, item) in words(node, "a stage or state") {
            if known(text, among: names, "stage or state", at: item) { result.insert(text) }
        }
        return result
    }

    private func reason(_ node: Node, _ environment: Environment) -> ReasonUse? {
        guard let text = text(node, "\"reason\"") else { return nil }
        if text.hasPrefix("any of ") {
            let name = String(text.dropFirst(7))
            for candidate in ["reasons.\(name)", name] where p.lists[candidate] != nil {
                reasonLists.insert(candidate.split(separator: ".").first.map(String.init) ?? candidate)
                return .asked(list: candidate)
            }
            if lost.contains("reasons") { return nil }
            let parts = p.lists.keys.filter { $0.hasPrefix("reasons.") }.map { String($0.dropFirst(8)) }.sorted()
            _ = known(name, among: parts, "list of reasons", at: node, add: "add it to the lists of reasons")
            return nil
        }
        if text.contains(".") {
            guard condition(text, node, environment, wants: .string, what: "\"reason\"") != nil else { return nil }
            return .answer(Path(text.split(separator: ".").map(String.init)))
        }
        guard let code = name(node, "a reason") else { return nil }
        if reasonCodes[code] == nil { reasonCodes[code] = node }
        return .code(code)
    }

    private func ifLate(_ text: String, _ node: Node) -> IfLate? {
        switch text {
        case "skip": return .skip
        case "ask": return .ask
        default:
            let words = text.split(separator: " ").map(String.init)
            if words.count == 4, words[0] == "send", words[1] == "within", ["day", "days"].contains(words[3]),
                let days = Int(words[2]), (1...365).contains(days)
            {
                return .send(withinDays: days)
            }
            error(node, "\"if-late\" is skip, ask, or send within 2 days")
            return nil
        }
    }

    private func add(_ node: Node, _ scope: Scope) -> [AddMember] {
        if let text = node.scalarText {
            guard case .track = scope else {
                error(node, "a person is added from within a track; for rows write add: {visits: extra}")
                return []
            }
            guard condition(text, node, environment(scope), wants: .named("person"), what: "\"add\"") != nil else {
                return []
            }
            return [.person(Path(text.split(separator: ".").map(String.init)))]
        }
        guard let fields = Fields(node) else { return [] }
        var result: [AddMember] = []
        for (key, value) in fields.entries {
            guard let track = text(key, "a track"), known(track, among: p.tracksOrder, "track", at: key),
                let form = form(value)
            else { continue }
            result.append(.row(track: track, form: form))
        }
        return result
    }

    // MARK: Messages

    /// `{MESSAGE: WHO}`.
    func sends(_ node: Node, _ scope: Scope) -> [Send] {
        guard let fields = Fields(node) else {
            error(node, "messages are written {message: people}, such as send: {cancelled: everyone}")
            return []
        }
        var result: [Send] = []
        for (key, value) in fields.entries {
            let readers = who(value, scope)
            guard let name = name(key, "a message's name") else { continue }
            note(message: name, key, scope, readers)
            result.append(Send(message: name, to: readers))
        }
        return result
    }

    func note(message: String, _ node: Node, _ scope: Scope, _ readers: [Who]) {
        messageUses[message, default: []].append(TextUse(scope: scope, node: node, readers: readers))
    }

    private func remind(_ node: Node, _ scope: Scope) -> Remind {
        if node.scalarText != nil {
            guard let name = name(node, "a message's name") else { return Remind() }
            note(message: name, node, scope, [])
            return Remind(message: name)
        }
        guard let send = sends(node, scope).first else { return Remind() }
        return Remind(message: send.message, who: send.to)
    }

    // MARK: People

    func who(_ node: Node, _ scope: Scope) -> [Who] {
        var result: [Who] = []
        for (text, item) in words(node, "people") {
            if let one = one(text, item, scope), !result.contains(one) { result.append(one) }
        }
        if node.itemList?.isEmpty ?? false { error(node, "nobody is named; write a person's role") }
        return result
    }

    private func one(_ text: String, _ node: Node, _ scope: Scope) -> Who? {
        if text == "everyone" { return .everyone }
        if text == "self" || text == "self.deputy" {
            guard case .track = scope else {
                error(node, "\"self\" is the member of a track; here name a person")
                return nil
            }
            return text == "self" ? .member : .memberDeputy
        }
        if p.people[text] != nil {
            usedNames.insert(text)
            return .role(text)
        }
        let parts = text.split(separator: ".").map(String.init)
        if parts.count == 2, parts[1] == "deputy", let role = p.people[parts[0]] {
            if !role.hasDeputy { error(node, "\(parts[0]) has no deputy; give it deputy: yes under \"people\"") }
            usedNames.insert(parts[0])
            return .deputy(parts[0])
        }
        if parts.count > 1 {
            guard let made = condition(text, node, environment(scope), wants: nil, what: "a person") else { return nil }
            switch made.expression.resultType {
            case .named("person"), .list(.named("person")), .dyn: return .path(Path(parts))
            case let type:
                error(node, "\(text) is \(type.words), not a person")
                return nil
            }
        }
        if let near = Spelling.nearest(text, among: p.peopleOrder + ["everyone"]) {
            error(node, "nobody is called \"\(text)\"; did you mean \"\(near)\"?")
        } else {
            error(node, "nobody is called \"\(text)\"; add it under \"people\"")
        }
        return nil
    }

    // MARK: Actions

    func actions(_ node: Node, _ scope: Scope, prefix: String, isKept: Bool) -> [ActionUse] {
        var result: [ActionUse] = []
        for (index, item) in (node.itemList ?? [node]).enumerated() {
            guard let outer = Fields(item), outer.entries.count == 1, let name = outer.entries[0].key.scalarText,
                let fields = Fields(outer.entries[0].value)
            else {
                error(
                    item,
                    "an action is written - family.verb: {inputs}, such as - document.store: {template: invitation}")
                continue
            }
            let key = outer.entries[0].key
            let isName =
                name.split(separator: ".", omittingEmptySubsequences: false).count == 2
                && name.unicodeScalars.allSatisfy {
                    ("a"..."z").contains($0) || $0 == "." || $0 == "_" || ("0"..."9").contains($0)
                }
            if !isName { error(key, "an action is called family.verb, such as document.store") }
            if let found = action(name, fields, scope, id: "\(prefix).\(index + 1).\(name)", isKept: isKept) {
                result.append(found)
            }
        }
        return result
    }

    private func action(_ name: String, _ fields: Fields, _ scope: Scope, id: String, isKept: Bool) -> ActionUse? {
        var use = ActionUse(action: name, id: id, line: fields.node.line)
        stepPlaces[id] = fields.node
        if let node = fields["who"] { use.who = who(node, scope) }
        if let node = fields["template"], let text = text(node, "\"template\"") {
            use.template = text
            documentUses[text, default: []].append(TextUse(scope: scope, node: node, readers: use.who))
        }
        if let node = fields["send"] { carriers(node, scope, &use, isKept: isKept) }
        if let node = fields["if"] { use.condition = condition(node, environment(scope), what: "\"if\"") }
        if let node = fields["if-failed"] {
            if let step = Fields(node), let people = step["escalate"] {
                use.ifFailed = who(people, scope)
            } else {
                error(node, "\"if-failed\" says who is told: {escalate: coordinator}")
            }
        }
        if let node = fields["if-unsure"], let text = text(node, "\"if-unsure\"") {
            if let found = IfUnsure(rawValue: text) {
                use.ifUnsure = found
            } else {
                error(node, "\"if-unsure\" is send-again, ask or take-as-sent")
            }
        }
        let own: Set<String> = ["who", "send", "template", "if", "if-failed", "if-unsure"]
        for (key, value) in fields.entries {
            guard let name = key.scalarText, !own.contains(name) else { continue }
            inputPlaces["\(id).\(name)"] = key
            if let input = input(name, value, scope) { use.inputs.append(input) }
        }
        return use
    }

    private func carriers(_ node: Node, _ scope: Scope, _ use: inout ActionUse, isKept: Bool) {
        if node.scalarText != nil {
            guard let message = name(node, "a message's name") else { return }
            note(message: message, node, scope, use.who)
            use.sendMade = message
            return
        }
        guard let fields = Fields(node) else { return }
        for (key, value) in fields.entries {
            guard let when = key.scalarText, let message = name(value, "a message's name") else { continue }
            switch when {
            case "made": use.sendMade = message
            case "renewed" where isKept: use.sendRenewed = message
            case "undone" where isKept: use.sendUndone = message
            default:
                error(
                    key,
                    isKept
                        ? "what is kept is made, renewed and undone; there is no \"\(when)\""
                        : "an action that is done once is made; for renewed and undone use \"keep\"")
            }
            note(message: message, value, scope, use.who)
        }
    }

    private func input(_ name: String, _ node: Node, _ scope: Scope) -> ActionInput? {
        guard let text = node.scalarText else {
            if let items = node.itemList {
                let values = items.compactMap { item in self.text(item, "\"\(name)\"").map { Value.string($0) } }
                return ActionInput(name: name, source: .constant(.list(values)))
            }
            error(node, "\"\(name)\" takes a text or a list of texts")
            return nil
        }
        guard text.contains("{{") else { return ActionInput(name: name, source: .constant(.string(text))) }
        guard let template = template(text, node, environment(scope)) else { return nil }
        if let expression = template.onlyExpression {
            return ActionInput(
                name: name, source: .value(Condition(text: text, expression: expression, line: node.line)))
        }
        return ActionInput(name: name, source: .template(template))
    }

    // MARK: Matching rules

    func compileRules(_ fields: Fields) {
        guard let node = fields["rules"] else { return }
        guard let rules = Fields(node) else {
            error(node, "rules are written name: {filters: …, score: …}")
            return
        }
        var environment = caseEnvironment
        environment.variables["offer"] = .named("$offer")
        environment.variables["past"] = MatchingFunctions.pastType
        for function in MatchingFunctions.all + functions { environment.functions[function.name] = function }
        for (key, value) in rules.entries {
            guard let name = name(key, "the rules' name"), let parts = self.fields(value, of: "rules") else { continue }
            checkKeys(parts, "rules")
            var filters: [MatchingRules.Filter] = []
            for (key, value) in parts["filters"].flatMap({ Fields($0) })?.entries ?? [] {
                guard let name = self.name(key, "a filter's name"), let filter = Fields(value), let test = filter["if"],
                    let made = condition(test, environment, what: "\"if\"")
                else {
                    if Fields(value)?["if"] == nil {
                        error(value, "a filter is written {if: \"condition\", say: \"why not\"}")
                    }
                    continue
                }
                let say = filter["say"].flatMap { text($0, "\"say\"") } ?? name
                filters.append(MatchingRules.Filter(name: name, condition: made, say: say))
            }
            var score: [MatchingRules.Part] = []
            for (key, value) in parts["score"].flatMap({ Fields($0) })?.entries ?? [] {
                guard let name = self.name(key, "a score's name"), let part = Fields(value),
                    let points = part["points"],
                    let made = condition(points, environment, wants: .double, what: "\"points\"")
                else {
                    if Fields(value)?["points"] == nil {
                        error(value, "a score is written {weight: 3, points: \"condition\", say: \"why\"}")
                    }
                    continue
                }
                let say = part["say"].flatMap { text($0, "\"say\"") } ?? name
                let weight = part["weight"]?.scalarText.flatMap { Double($0) } ?? 1
                if weight < 0 || !weight.isFinite, let node = part["weight"] { error(node, "a weight is 0 or more") }
                score.append(MatchingRules.Part(name: name, points: made, weight: max(weight, 0), say: say))
            }
            p.rules[name] = MatchingRules(name: name, filters: filters, score: score)
        }
    }
}
