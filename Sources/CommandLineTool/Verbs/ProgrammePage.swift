import Calendars
import Exchange
import Expressions

/// The page of a manual about one programme: its people, then stage by stage who is asked what by when.
struct ProgrammePage {
    let programme: Programme

    init(_ programme: Programme) { self.programme = programme }

    /// One line of a state's ways on.
    private struct Way {
        let on: String
        let does: String
        let targets: [String]
    }

    // MARK: States

    private func who(_ state: StateDeclaration) -> String {
        switch state.opening {
        case .nothing: return ""
        case .tasks(let tasks):
            return tasks.map { task in
                let need = task.need.words.map { " (\($0))" } ?? ""
                return Naming.list(task.who.map(\.words)) + need
            }.joined(separator: "; ")
        case .match(let match): return "\(match.from), \(match.atOnce) at once"
        case .rank: return "the call"
        }
    }

    private func asked(_ state: StateDeclaration) -> String {
        switch state.opening {
        case .nothing: return ""
        case .tasks(let tasks):
            return tasks.map { task in
                task.form ?? task.programme?.programme ?? task.binds.map { "to sign \($0)" } ?? "to decide"
            }.joined(separator: "; ")
        case .match(let match): return "by the rules \(match.rules), until \(match.reach)"
        case .rank(let rank): return "ranked by \(rank.by.text)"
        }
    }

    private func due(_ state: StateDeclaration) -> String {
        guard case .tasks(let tasks) = state.opening else { return "" }
        let dues = tasks.map { task in
            task.due.map { due in task.dueFrom.map { "\($0.text) to \(due.text)" } ?? due.text } ?? ""
        }
        return dues.contains { !$0.isEmpty } ? dues.joined(separator: "; ") : ""
    }

    /// Answers first, then conditions, then what the clock does.
    private func ways(_ state: StateDeclaration) -> [Way] {
        func way(_ on: String, _ steps: [ExchangeStep]) -> Way {
            let does = steps.map { step in
                let words = step.to.map { target in "→ \(target)" } ?? step.words
                return step.conditionWords.isEmpty ? words : "\(words) \(step.conditionWords)"
            }
            return Way(on: on, does: does.joined(separator: ", else "), targets: steps.compactMap(\.to))
        }
        return state.next.map { way($0.name, $0.steps) } + state.inside.may.map { way($0.name, $0.steps) }
            + state.inside.asSoonAs.map { way("as soon as it holds", [$0]) }
            + state.inside.clock.map { way($0.when.text, $0.steps) }
    }

    // MARK: For people

    func print(on terminal: Terminal) {
        terminal.print("\(programme.title, .bold)  \(programme.name) version \(programme.version)")
        terminal.print(
            "Cases are called \(programme.reference); languages \(programme.languages.joined(separator: ", ")); zone \(programme.zone.name)."
        )
        terminal.print()
        var people = Table(.init("ROLE"), .init("TITLE"), .init("STAFF"), .init("ACTS FOR"), .init("KNOWN FROM"))
        for role in programme.peopleOrder.compactMap({ programme.people[$0] }) {
            people.add(
                "\(role.name, .cyan)", "\(role.title)", "\(role.isStaff ? "yes" : "")",
                "\(role.actsFor.sorted().joined(separator: ", "))", "\(role.sources.map(words).joined(separator: ", "))"
            )
        }
        terminal.print(people)
        for stage in programme.stages {
            let states = programme.statesOrder.compactMap { programme.states[$0] }.filter { $0.stage == stage.kind }
            section("Stage \(stage.kind.rawValue)", states, stage.inside, on: terminal)
        }
        for track in programme.tracksOrder.compactMap({ programme.tracks[$0] }) {
            section(
                "Track \(track.name): \(track.title)", track.statesOrder.compactMap { track.states[$0] }, track.inside,
                on: terminal)
        }
        decisions("In every stage", programme.everywhere, on: terminal)
        terminal.print()
        terminal.print("\("Ends", .bold)")
        for end in programme.endsOrder.compactMap({ programme.ends[$0] }) {
            terminal.print("  \(end.name, .cyan): \(end.kind.rawValue)")
        }
    }

    private func words(_ source: RoleSource) -> String {
        switch source {
        case .answer(let form, let field): "\(form).\(field)"
        case .track(let track): "the track \(track)"
        case .memberAnswer(let track, let field): "\(track), their \(field)"
        case .table(let table, let path): "\(table) by \(path)"
        case .caller: "whoever started the case"
        }
    }

    private func section(_ title: String, _ states: [StateDeclaration], _ inside: Surroundings, on terminal: Terminal) {
        terminal.print()
        terminal.print("\(title, .bold)")
        var table = Table(
            .init("STATE", shrinks: false), .init("WHO"), .init("ASKED"), .init("DUE"), .init("NEXT"))
        for state in states {
            let ways = ways(state).map { "\($0.on): \($0.does)" }
            table.add(
                "\(state.name, .cyan)", "\(who(state))", "\(asked(state))", "\(due(state))", "\(ways.first ?? "")")
            for way in ways.dropFirst() { table.add("", "", "", "", "\(way)") }
        }
        terminal.print(table)
        decisions("Meanwhile", inside, on: terminal)
    }

    private func decisions(_ title: String, _ inside: Surroundings, on terminal: Terminal) {
        for decision in inside.may {
            let steps = decision.steps.map { step in
                step.conditionWords.isEmpty ? step.words : "\(step.words) \(step.conditionWords)"
            }
            terminal.print(
                "\(title): \(Naming.list(decision.who.map(\.words), "or")) may \(decision.name, .cyan): \(steps.joined(separator: ", else "))"
            )
        }
        for line in inside.clock {
            terminal.print("\(title): \(line.when.text): \(line.steps.map(\.words).joined(separator: ", else "))")
        }
        for use in inside.keep { terminal.print("\(title): \(use.action) is kept up to date") }
    }

    // MARK: For programs

    var value: Value {
        .object([
            "name": .string(programme.name), "version": .number(programme.version), "hash": .string(programme.hash),
            "title": .string(programme.title), "reference": .string(programme.reference),
            "languages": .texts(programme.languages), "zone": .string(programme.zone.name),
            "people": .list(programme.peopleOrder.compactMap { programme.people[$0] }.map(value)),
            "stages": .list(
                programme.stages.map { stage in
                    let states = programme.statesOrder.compactMap { programme.states[$0] }
                    return .object([
                        "name": .string(stage.kind.rawValue), "title": .string(stage.title),
                        "states": .list(states.filter { $0.stage == stage.kind }.map(value)),
                    ])
                }),
            "tracks": .list(
                programme.tracksOrder.compactMap { programme.tracks[$0] }.map { track in
                    .object([
                        "name": .string(track.name), "title": .string(track.title),
                        "states": .list(track.statesOrder.compactMap { track.states[$0] }.map(value)),
                    ])
                }),
            "ends": .list(
                programme.endsOrder.compactMap { programme.ends[$0] }.map {
                    .object(["name": .string($0.name), "kind": .string($0.kind.rawValue)])
                }),
        ])
    }

    private func value(_ role: Role) -> Value {
        .object([
            "name": .string(role.name), "title": .string(role.title), "is_staff": .bool(role.isStaff),
            "acts_for": .texts(role.actsFor.sorted()), "known_from": .texts(role.sources.map(words)),
        ])
    }

    private func value(_ state: StateDeclaration) -> Value {
        .object([
            "name": .string(state.name), "title": .string(state.title), "who": .string(who(state)),
            "asked": .string(asked(state)), "due": .string(due(state)),
            "next": .list(
                ways(state).map {
                    .object(["on": .string($0.on), "does": .string($0.does), "targets": .texts($0.targets)])
                }),
        ])
    }
}
