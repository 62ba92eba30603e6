import Calendars
import CaseStore
import Engine
import Exchange
import Expressions

/// What a migration would do, or did, for people and as JSON.
struct MigrationPage {
    /// Changes of one case that are printed; `--json` has all.
    private static let changesShown = 12

    let plan: MigrationPlan
    let old: [ProgrammeRow]

    init(_ plan: MigrationPlan, old: [ProgrammeRow]) { (self.plan, self.old) = (plan, old) }

    private var zone: Zone { plan.new.programme.zone }

    /// Whether nothing stands in the way of any case.
    func isClear(_ done: MigrationService.Done?) -> Bool {
        guard let done else { return plan.isClear }
        return plan.isClear && done.left.isEmpty
    }

    // MARK: For people

    func print(_ done: MigrationService.Done?, isDry: Bool, on terminal: Terminal) {
        for item in plan.items {
            terminal.print("\(item.reference, .bold)  \(words(item.verdict))")
            let sentences = sentences(item)
            for sentence in sentences.prefix(Self.changesShown) { terminal.print("  \(sentence)") }
            if sentences.count > Self.changesShown {
                terminal.print("  \("and \(sentences.count - Self.changesShown) more; --json has all", .dim)")
            }
        }
        let count = plan.items.count { $0.moves }
        let name = "\(plan.new.programme.name) version \(plan.new.programme.version)"
        guard !plan.items.isEmpty else {
            terminal.note("no live case is left to move to \(name)")
            return
        }
        if !plan.missing.isEmpty {
            let options = plan.missing.map { "--map \($0.kind.rawValue):\($0.name)=NEW" }
            terminal.note(
                "the new version has no \(Naming.list(plan.missing.map(\.words), "and no")); say what they are there: \(options.joined(separator: " "))"
            )
        }
        guard let done else {
            let what = isDry ? "this was a dry run" : "nothing was changed; --partly moves those that can"
            terminal.note("\(count) of \(Naming.count(plan.items.count, "case")) can move to \(name); \(what)")
            return
        }
        for (reference, why) in done.left { terminal.note("\(reference) changed meanwhile and stays: \(why)") }
        let rest = plan.items.count - done.moved.count
        terminal.note(
            "\(Naming.count(done.moved.count, "case")) moved to \(name)"
                + (rest > 0 ? "; \(Naming.count(rest, "case stays", "cases stay")) with the old version" : ""))
    }

    private func words(_ verdict: MigrationPlan.Verdict) -> String {
        switch verdict {
        case .moves(let changes): changes.isEmpty ? "moves as it is" : "moves"
        case .waits(let names): "waits for a mapping: \(Naming.list(names.map(\.words)))"
        case .cannot(let why): "cannot move: \(why.joined(separator: "; "))"
        }
    }

    private func sentences(_ item: MigrationPlan.Item) -> [String] {
        guard case .moves(let changes) = item.verdict else { return [] }
        var result = changes.map { $0.sentence(zone) }
        if let history = item.history, history != .same { result.append(history.sentence(zone)) }
        return result
    }

    // MARK: As JSON

    func value(_ done: MigrationService.Done?) -> Value {
        let moved = Set(done?.moved ?? [])
        return .object([
            "to": .object([
                "name": .string(plan.new.programme.name), "version": .number(plan.new.programme.version),
                "hash": .string(plan.new.programme.hash),
            ]),
            "from": .list(
                old.map {
                    .object(["name": .string($0.name), "version": .number($0.version), "hash": .string($0.hash)])
                }),
            "map": plan.map.value, "missing": .texts(plan.missing.map(\.words)), "is_dry": .bool(done == nil),
            "moved": .number(moved.count),
            "left": .list(
                (done?.left ?? []).map { .object(["reference": .string($0.reference), "why": .string($0.why)]) }),
            "cases": .list(
                plan.items.map { item in
                    .object([
                        "reference": .string(item.reference), "id": .string(item.id), "from": .string(item.from),
                        "verdict": .string(word(item.verdict)), "says": .string(words(item.verdict)),
                        "changes": .texts(sentences(item)), "has_moved": .bool(moved.contains(item.reference)),
                        "history": item.history.map { .string($0.sentence(zone)) } ?? .null,
                    ])
                }),
        ])
    }

    private func word(_ verdict: MigrationPlan.Verdict) -> String {
        switch verdict {
        case .moves: "moves"
        case .waits: "waits"
        case .cannot: "cannot"
        }
    }
}
