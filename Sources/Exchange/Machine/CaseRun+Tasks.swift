import Calendars
import Expressions

/// Tasks: who holds them, what their answers decide (R29 to R33).
extension CaseRun {
    /// Opens a task of a state and tells those who hold it.
    mutating func openTask(_ declaration: TaskDeclaration, index: Int, _ id: RegionID, entry: Int) {
        var task = OpenTask(number: c.nextTask, region: id, entry: entry, kind: .declared(index), openedAt: at)
        c.nextTask += 1
        task.form = declaration.form
        task.only = declaration.onlyFields
        if let path = declaration.only, case .list(let names)? = read(id).value(at: path) {
            task.only += names.compactMap { if case .string(let name) = $0 { name } else { nil } }
        }
        task.holders = taskHolders(declaration, id)
        c.tasks.append(task)
        setDue(taskAt: c.tasks.count - 1)
        task = c.tasks[c.tasks.count - 1]
        note(.taskOpened, id, String(task.number), roles(of: task).joined(separator: " "), task.form ?? "")
        if let call = declaration.programme {
            callProgramme(call, task: task, id)
        }
        if task.holders.isEmpty {
            stick(id, "nobody can take the task of \"\(region(id)?.state ?? "")\"")
        } else {
            let owner = PendingEffect.Owner(region: id, scope: entry)
            for holder in task.holders {
                tell(
                    "task", to: [(holder.role, holder.party)], id, reason: "", owner: owner, isHeld: false,
                    task: task.number)
            }
        }
    }

    private mutating func taskHolders(_ declaration: TaskDeclaration, _ id: RegionID) -> [OpenTask.Holder] {
        recipients(declaration.who, id).map { OpenTask.Holder(role: $0.role, party: $0.party) }
            .filter { !isExcepted($0) }
    }

    /// Whether somebody may not hold their role in this case: a conflict of interest (R33).
    func isExcepted(_ holder: OpenTask.Holder) -> Bool {
        (p.people[holder.role]?.except ?? []).contains { role in
            holders(of: role).contains { other in
                other.id == holder.party.id
                    || (!other.institution.isEmpty && other.institution == holder.party.institution)
            }
        }
    }

    func roles(of task: OpenTask) -> [String] {
        var result: [String] = []
        for holder in task.holders where !result.contains(holder.role) { result.append(holder.role) }
        return result
    }

    func declaration(of task: OpenTask) -> TaskDeclaration? { machine.declaration(of: task, in: c) }

    mutating func setDue(taskAt index: Int) {
        guard case .declared(let place) = c.tasks[index].kind,
            case .tasks(let list)? = scenery(c.tasks[index].region)?.state.opening, list.indices.contains(place),
            let due = list[place].due
        else { return }
        c.tasks[index].dueAt = moment(due, c.tasks[index].region, kind: .end)
    }

    /// Opens a built-in task for the staff.
    mutating func openStaffTask(_ kind: OpenTask.Kind, _ id: RegionID, entry: Int) {
        guard !c.tasks.contains(where: { $0.kind == kind && $0.region == id }) else { return }
        var task = OpenTask(number: c.nextTask, region: id, entry: entry, kind: kind, openedAt: at)
        c.nextTask += 1
        task.holders = staff().map { OpenTask.Holder(role: $0.role, party: $0.party) }
        task.dueAt = p.zone.startOfDay(
            p.calendar.adding(workingDays: Limits.staffTaskWorkingDays, to: p.zone.date(of: at)).adding(days: 1))
        c.tasks.append(task)
        c.staffToldAt = at
        note(.taskOpened, id, String(task.number), roles(of: task).joined(separator: " "), "")
        let owner = PendingEffect.Owner(region: id, scope: entry)
        for holder in task.holders {
            tell(
                "task", to: [(holder.role, holder.party)], id, reason: "", owner: owner, isHeld: false,
                task: task.number)
        }
    }

    mutating func closeTasks(of id: RegionID, entry: Int) {
        let left = c.tasks.filter { $0.region == id && $0.entry == entry }
        guard !left.isEmpty else { return }
        closeTasks { $0.region == id && $0.entry == entry }
        for task in left { takeBack(task) }
    }

    /// Closes tasks, and takes back the mail about them that has not gone out.
    mutating func closeTasks(choice: String? = nil, where isMeant: (OpenTask) -> Bool) {
        let closed = c.tasks.filter(isMeant)
        guard !closed.isEmpty else { return }
        for task in closed {
            notes.append(
                Note(
                    kind: .taskClosed, at: at, region: task.region,
                    words: [String(task.number)] + [choice].compactMap(\.self)))
        }
        // Who is waited for is reminded; who is not, is not.
        for task in closed where task.isDeclared { changed(.region(task.region)) }
        let numbers = Set(closed.map(\.number))
        c.tasks.removeAll { numbers.contains($0.number) }
        recall { $0.owner != nil && $0.wording?.task.map(numbers.contains) ?? false }
    }

    // MARK: Answering

    /// Takes an answer; nil: taken.
    mutating func answer(_ number: Int, outcome: String?, values: [String: Value], reason: String?) -> Refusal? {
        guard let index = c.tasks.firstIndex(where: { $0.number == number }), c.tasks[index].isDeclared else {
            return .taskClosed(number: number)
        }
        let task = c.tasks[index]
        let id = task.region
        guard mayAnswer(task) else {
            return .notAllowed(role: actor.role, what: "answer this task of \(roles(of: task).joined(separator: ", "))")
        }
        guard let state = declaration(id) else { return .taskClosed(number: number) }
        let choices = state.next.map(\.name)
        guard let given = outcome ?? impliedOutcome(task, choices: choices, values: values), choices.contains(given)
        else { return .noOutcome(given: outcome, choices: choices) }

        // The step's own form is asked together with the decision, so its fields stand among the values.
        let stepForms = Set((state.steps(for: given) ?? []).compactMap(\.form))
        if let refusal = store(values, forms: [task.form].compactMap(\.self) + stepForms.sorted(), task: task, in: id) {
            return refusal
        }
        if let refusal = checkReason(state.steps(for: given) ?? [], given: reason, in: id) { return refusal }
        vote(index: c.tasks.firstIndex { $0.number == number } ?? index, outcome: given, reason: reason)
        note(.answered, id, String(number), actor.role, given, task.form ?? "")
        guard c.hold == nil else { return nil }
        return close(number, reason: reason)
    }

    /// The outcome that the form itself answers: a required choice whose words are the state's ways on.
    private func impliedOutcome(_ task: OpenTask, choices: [String], values: [String: Value]) -> String? {
        if choices.count == 1 { return choices[0] }
        for field in task.form.flatMap({ p.forms[$0] })?.fields ?? [] {
            guard case .choice(.these(let words)) = field.type, Set(words).isSubset(of: choices),
                case .string(let word)? = values[field.name]
            else { continue }
            return word
        }
        return nil
    }

    /// A step that asks for a reason and got none is refused before anything is stored for good.
    private mutating func checkReason(_ steps: [ExchangeStep], given: String?, in id: RegionID) -> Refusal? {
        for step in steps {
            if case .failure(let missing) = reason(step.reason, given: given, in: id) {
                // Only when this step would be the one taken.
                if case .step(let chosen) = choose(steps, in: id), chosen.id == step.id {
                    return .noReason(choices: missing.choices)
                }
            }
        }
        return nil
    }

    /// Whether the actor holds a place, or acts for one who does; one more of the same role waits for a reassignment
    /// (R29), and so does one who was left out for a conflict of interest (R33).
    private func mayAnswer(_ task: OpenTask) -> Bool {
        let roles = roles(of: task)
        guard mayAct(as: roles + task.escalatedTo) else { return false }
        guard !actor.id.isEmpty, roles.contains(actor.role), !task.escalatedTo.contains(actor.role) else { return true }
        return task.holders.contains { $0.party.id == actor.id }
            || acts(for: roles)
    }

    /// Notes the actor's voice: their own place, or the first unanswered place that they act for.
    private mutating func vote(index: Int, outcome: String, reason: String?) {
        let holders = c.tasks[index].holders
        changed(.region(c.tasks[index].region))
        let mine =
            holders.firstIndex { $0.party.id == actor.id && $0.role == actor.role && !actor.id.isEmpty }
            ?? holders.firstIndex { $0.party.id == actor.id && !actor.id.isEmpty }
            ?? holders.firstIndex { $0.role == actor.role && $0.outcome == nil }
            ?? holders.firstIndex { $0.outcome == nil }
        guard let mine else {
            // Nobody holds a place: whoever was told instead takes one.
            guard holders.isEmpty else { return }
            var holder = OpenTask.Holder(role: actor.role, party: Party(id: actor.id, name: actor.role))
            holder.outcome = outcome
            holder.reason = reason
            c.tasks[index].holders = [holder]
            return
        }
        c.tasks[index].holders[mine].outcome = outcome
        c.tasks[index].holders[mine].reason = reason
        if let form = declaration(of: c.tasks[index])?.binds {
            c.tasks[index].holders[mine].boundVersion = answers(form, in: c.tasks[index].region)?.version ?? 0
        }
        let key = c.tasks[index].holders[mine].party.id
        let task = c.tasks[index]
        recall { effect in
            effect.owner == PendingEffect.Owner(region: task.region, scope: task.entry)
                && effect.wording?.reader.id == key
                && effect.wording?.task == task.number
        }
    }

    func answers(_ form: String, in id: RegionID) -> FormAnswers? {
        if case .member(let number) = id, let member = c.member(number),
            p.tracks[member.track]?.forms.contains(form) ?? false
        {
            return member.answers[form]
        }
        return c.answers[form]
    }

    /// Tests whether a task's answers decide, and takes the way on (R30).
    mutating func close(_ number: Int, reason given: String?) -> Refusal? {
        guard let task = c.tasks.first(where: { $0.number == number }), let state = declaration(task.region),
            let first = state.next.first?.name, let need = declaration(of: task)?.need
        else { return nil }
        let voices = task.holders.compactMap(\.outcome)
        guard let result = decide(voices, holders: task.holders.count, need: need, first: first) else { return nil }
        if result == first, case .tasks(let all) = state.opening, all.count > 1 {
            closeTasks { $0.number == number }
            if c.tasks.contains(where: { $0.region == task.region && $0.entry == task.entry && $0.isDeclared }) {
                return nil
            }
        }
        return go(result, state: state, in: task.region, reason: given)
    }

    /// The outcome that the voices decide; nil: not yet.
    private func decide(_ voices: [String], holders: Int, need: TaskDeclaration.Need, first: String) -> String? {
        let needed: Int
        switch need {
        case .any: return voices.first
        case .all: needed = max(holders, 1)
        case .count(let count): needed = count
        }
        let consenting = voices.count { $0 == first }
        if consenting >= needed { return first }
        let open = holders - voices.count
        return consenting + open < needed ? voices.first { $0 != first } : nil
    }

    /// Takes the way on of an outcome or result.
    mutating func go(_ outcome: String, state: StateDeclaration, in id: RegionID, reason given: String?) -> Refusal? {
        guard let steps = state.steps(for: outcome) else { return nil }
        switch choose(steps, in: id) {
        case .fault(let why):
            stick(id, why)
            return nil
        case .none(let why):
            stick(id, "the answer \"\(outcome)\" leads nowhere: \(why)")
            return nil
        case .step(let step):
            switch reason(step.reason, given: given, in: id) {
            case .failure(let missing): return .noReason(choices: missing.choices)
            case .success(let text):
                let scope = region(id)?.entry
                if step.to == nil, let scope { closeTasks(of: id, entry: scope) }
                perform(step, in: id, reason: text, scope: scope)
                return nil
            }
        }
    }

    // MARK: Storing answers

    /// Checks the values against the forms and stores them; all mistakes at once.
    ///
    /// - Parameter correcting: the newest answer is put right, whoever gave it; what others answered stays.
    mutating func store(
        _ values: [String: Value], forms: [String], task: OpenTask?, in id: RegionID, correcting: Bool = false
    ) -> Refusal? {
        var rest = values
        var problems: [FieldProblem] = []
        var typed: [(form: String, values: [String: Value])] = []
        for name in forms {
            guard let form = p.forms[name] else { continue }
            let own = Set(form.fields.map(\.name))
            let given = rest.filter { own.contains($0.key) }
            for key in given.keys { rest[key] = nil }
            let only = task.map { $0.form == name ? $0.only : [] } ?? []
            let former = answers(name, in: id)?.newest?.values ?? [:]
            let reader = FormReading(
                machine: machine, form: form, only: Set(only), former: former, today: p.zone.date(of: at))
            let context = read(id)
            switch reader.read(given, in: context) {
            case .success(let values): typed.append((name, values))
            case .failure(let found): problems += found.problems
            }
        }
        for key in rest.keys.sorted() {
            let known = forms.compactMap { p.forms[$0] }.flatMap { $0.fields.map(\.name) }
            problems.append(
                FieldProblem(
                    field: key,
                    sentence: known.isEmpty
                        ? "\"\(key)\" is not asked here; nothing is"
                        : "\"\(key)\" is not asked here; what is: \(known.joined(separator: ", "))"))
        }
        guard problems.isEmpty else { return .answers(problems) }
        for (form, values) in typed {
            let former = correcting ? answers(form, in: id) : nil
            keep(
                values, as: form, by: former?.newest?.by ?? actor.id, entry: former?.entry ?? task?.entry ?? 0, in: id,
                isNew: former == nil)
        }
        return nil
    }

    /// Writes an answer down; those who were asked together add to one another, a later question begins anew.
    private mutating func keep(
        _ values: [String: Value], as form: String, by party: String, entry: Int, in id: RegionID, isNew: Bool
    ) {
        var all = answers(form, in: id) ?? FormAnswers()
        if isNew, all.entry != entry || entry == 0 { all.answers = [] }
        all.answers.removeAll { $0.by == party }
        all.answers.append(FormAnswers.Answer(by: party, values: values, at: at))
        all.entry = entry
        all.version += 1
        all.order = c.nextOrder
        c.nextOrder += 1
        if case .member(let number) = id, let track = track(of: id), track.forms.contains(form),
            let index = c.members.firstIndex(where: { $0.number == number })
        {
            c.members[index].answers[form] = all
            changed(.region(id))
        } else {
            c.answers[form] = all
            changed(.region(.case))
        }
        c.erased = c.erased.filter { !$0.hasPrefix("\(id.text).\(form).") }
        unbind(form, version: all.version)
        dateCells()
    }

    /// Signatures on an older version fall away; their givers are asked again (R32).
    private mutating func unbind(_ form: String, version: Int) {
        for index in c.tasks.indices {
            guard let declared = declaration(of: c.tasks[index]), declared.binds == form, declared.form != form else {
                continue
            }
            for place in c.tasks[index].holders.indices
            where c.tasks[index].holders[place].outcome != nil && c.tasks[index].holders[place].boundVersion != version
            {
                c.tasks[index].holders[place].outcome = nil
                changed(.region(c.tasks[index].region))
                let holder = c.tasks[index].holders[place]
                let owner = PendingEffect.Owner(region: c.tasks[index].region, scope: c.tasks[index].entry)
                tell(
                    "task", to: [(holder.role, holder.party)], c.tasks[index].region, reason: "", owner: owner,
                    isHeld: false, task: c.tasks[index].number)
            }
        }
    }
}
