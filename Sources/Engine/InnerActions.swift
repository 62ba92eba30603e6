import CaseStore
import Exchange
import Expressions

/// Effects that the engine itself does: a search in the register, the ranking of a call, cases of other programmes.
struct InnerActions: Sendable {
    static let names: Set<String> = ["match.search", "case.rank", "case.start", "case.answer", "case.recall"]

    let cases: CaseService
    let register: Register

    func run(_ row: EffectRow, input: [String: Value]) async throws {
        switch row.action {
        case "match.search": try await search(row, input)
        case "case.rank": try await rank(row)
        case "case.start": try await start(row, input)
        case "case.answer": try await answer(input)
        case "case.recall": try await recall(input)
        default: throw EngineFailure.noEffect(row.action)
        }
    }

    /// Filters and scores the register's offers for a case, and tells the case.
    private func search(_ row: EffectRow, _ input: [String: Value]) async throws {
        let (found, machine) = try await cases.load(row.caseID)
        guard let entry = input["entry"]?.asInt, let kind = input["from"]?.asString,
            let rules = input["rules"]?.asString
        else { throw EngineFailure.damaged("the search of \(row.reference)") }
        var terms = try await register.terms(for: found, machine, rules: rules, from: kind)
        terms.kept = Limits.candidates
        let table = try await register.table(of: kind)
        guard let ranking = machine.ranking(for: found, rules: rules, offers: table, terms: terms) else {
            throw EngineFailure.damaged("the search of \(row.reference)")
        }
        try await tell(
            row.caseID,
            // The best are enough to ask; "sojourn match" computes the whole list with every reason anew.
            .candidates(
                entry: entry, found: ranking.candidates, excluded: ranking.exclusions(limit: Limits.candidates)))
    }

    /// A case that has ended meanwhile needs nothing any more.
    private func tell(_ caseID: String, _ command: Command, by actor: Actor = .service) async throws {
        do {
            _ = try await cases.submit(command, to: caseID, by: actor)
        } catch EngineFailure.refused(.hasEnded) {
            return
        }
    }

    /// Ranks all cases that wait in the same call, and tells those that are in.
    private func rank(_ row: EffectRow) async throws {
        let (found, machine) = try await cases.load(row.caseID)
        let rankings = RankingService(cases: cases)
        guard let mine = machine.rankEntry(of: found),
            let ranking = try await rankings.ranking(
                of: mine.call, programme: machine.programme.name, state: found.region.state)
        else { return }
        _ = try await rankings.take(ranking, programme: machine.programme.name)
    }

    /// Starts a case of the programme that a task calls; the same effect starts it once.
    private func start(_ row: EffectRow, _ input: [String: Value]) async throws {
        guard let name = input["programme"]?.asString, let parent = input["parent"], let task = input["task"],
            let id = input["id"]?.asString
        else { throw EngineFailure.damaged("the call of \(row.reference)") }
        guard try await cases.store.findCase(id: id) == nil else { return }
        let version = input["version"]?.asInt ?? 0
        let machine = try await cases.shelf.newest(named: version > 0 ? "\(name)@\(version)" : name)
        var people: [String: [Party]] = [:]
        if let caller = input["caller"].flatMap({ Party(value: $0, id: "caller") }) {
            for role in machine.programme.people.values where role.sources.contains(.caller) {
                people[role.name] = [caller]
            }
        }
        _ = try await cases.start(
            machine, people: people, roster: try await register.roster(),
            origin: [
                "parent": parent, "task": task, "caller": input["caller"] ?? .null,
                "given": input["give"] ?? .object([:]),
            ], by: .service, id: id)
    }

    /// Brings the end of a called case to the task that called it.
    private func answer(_ input: [String: Value]) async throws {
        guard let parent = input["case"]?.asString, let task = input["task"]?.asInt else {
            throw EngineFailure.damaged("the answer of a called case")
        }
        let (caller, machine) = try await cases.load(parent)
        // What the called case gives and the task's form asks for becomes the answer.
        let form = caller.tasks.first { $0.number == task }?.form.flatMap { machine.programme.forms[$0] }
        let values = (input["values"]?.fields ?? [:]).filter { form?[$0.key] != nil && !$0.value.isUnknown }
        do {
            _ = try await cases.submit(
                .answer(task: task, outcome: input["outcome"]?.asString, values: values, reason: nil), to: parent,
                by: .service)
        } catch EngineFailure.refused(.taskClosed), EngineFailure.refused(.hasEnded) {
            // The caller has gone on without it: its task is closed, and the journal of the called case tells the rest.
            return
        }
    }

    /// Takes a called case back: its caller's decision there, as if they had taken it themselves.
    private func recall(_ input: [String: Value]) async throws {
        guard let id = input["id"]?.asString, try await cases.store.findCase(id: id) != nil else { return }
        let (found, machine) = try await cases.load(id)
        guard found.end == nil, let (decision, role) = machine.takingBack(of: found) else { return }
        let caller = Actor(id: found.people[role]?.first?.id ?? "", role: role)
        try await tell(id, .decide(name: decision, member: nil, values: [:], reason: nil), by: caller)
    }
}
