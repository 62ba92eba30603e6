import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `outbox list | show | release | drop`: what is to be sent and done, and what a person must decide about it.
enum OutboxVerbs {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "outbox", "Lists messages and actions on their way, and lets held ones go.",
            examples: [("sojourn outbox list --held", "Lists what waits for a person's release.")],
            subcommands: [list(place), show(place), release(place), drop(place)])
    }

    private static func key(_ place: Workplace, optional: Bool = false) -> Positional {
        Positional(
            "key", "The effect's key, or its beginning of at least 6 letters.", optional: optional,
            completion: .dynamic { parsed, _ in
                let keys = try? await place.withService(parsed) { service in
                    var filter = EffectFilter()
                    filter.states = [.held, .queued, .claimed, .unknown]
                    return try await service.engine.store.effects(filter).map(\.key)
                }
                return keys ?? []
            })
    }

    /// The beginning of a key that names one effect, at least.
    private static let shortestKey = 6

    private static func find(_ key: String, in service: Service) async throws -> EffectRow {
        if let row = try await service.engine.store.effect(key: key) { return row }
        let open = key.utf8.count < shortestKey ? [] : try await service.engine.store.effects(EffectFilter())
        let found = open.filter { $0.key.hasPrefix(key) }
        if found.count == 1 { return found[0] }
        throw Failure(
            found.isEmpty
                ? "there is no effect \"\(key)\"; \"sojourn outbox list\" shows them"
                : "\(found.count) effects begin with \"\(key)\"; write more of it")
    }

    // MARK: List and show

    private static func list(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "list", "Lists effects by the time from which they may be done.",
            discussion: "Without an option, those that are not finished.",
            examples: [
                ("sojourn outbox list --held --unknown", "Lists what a person must decide about."),
                ("sojourn outbox list --all --case ST-2027-0001 --json", "Prints all effects of a case as JSON."),
            ],
            options: EffectState.allCases.map { Option($0.rawValue, "Effects that are \($0.rawValue).") } + [
                Option("all", "Effects in every state."), Option("case", value: "CASE", "Only effects of this case."),
                Lists.limit,
            ]
        ) { parsed, terminal in
            let limit = try Lists.pageLimit(parsed)
            let asked = EffectState.allCases.filter { parsed.flag($0.rawValue) }
            let open = EffectState.allCases.filter { !$0.isFinished }
            return try await place.withService(parsed) { service in
                var filter = EffectFilter()
                filter.limit = limit
                filter.states = parsed.flag("all") ? [] : Set(asked.isEmpty ? open : asked)
                if let name = parsed.text("case") {
                    filter.caseID = try await CaseVerbs.load(name, in: service).case.id
                }
                let rows = try await service.engine.store.effects(filter)
                let hold = try await service.engine.store.outboundHold()
                if parsed.flag("json") {
                    terminal.print(json: .object(["effects": .list(rows.map(value)), "outbound_hold": .text(hold)]))
                    return .success
                }
                var table = Table(
                    .init("KEY"), .init("CASE", shrinks: false), .init("STATE"), .init("NOT BEFORE (UTC)"),
                    .init("TRIES", .right), .init("WHAT"), .init("FAILURE"))
                let clock = LocalWords(zone: .utc)
                for row in rows {
                    table.add(
                        "\(row.key)", "\(row.reference)", "\(row.state.rawValue, style(row.state))",
                        "\(clock.moment(row.dueAt))", "\(row.attempts)", "\(row.action): \(row.label)", "\(row.failure)"
                    )
                }
                Lists.print(table, hasMore: rows.count == limit, nothing: "there is no such effect", on: terminal)
                if let hold {
                    terminal.note("nothing is sent: \(hold); \"sojourn outbox release --hold-of-store\" lets it go")
                }
                return .success
            }
        }
    }

    private static func style(_ state: EffectState) -> Style {
        switch state {
        case .held, .unknown: .yellow
        case .failed: .red
        case .done: .green
        case .queued, .claimed, .recalled: []
        }
    }

    private static func value(_ row: EffectRow) -> Value {
        .object([
            "key": .string(row.key), "case": .string(row.reference), "case_id": .string(row.caseID),
            "action": .string(row.action), "label": .string(row.label), "state": .string(row.state.rawValue),
            "due_at": .moment(row.dueAt), "created_at": .moment(row.createdAt), "attempts": .number(row.attempts),
            "sequence": .string(row.sequence), "index": .number(row.index), "failure": .string(row.failure),
        ])
    }

    private static func show(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "show", "Shows an effect with everything that is handed to its action.",
            examples: [("sojourn outbox show 2ef5b2cc", "Shows the message as it would go out.")],
            arguments: [key(place)]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let row = try await find(parsed["key"], in: service)
                let body = (try? Value(json: row.body)) ?? .null
                if parsed.flag("json") {
                    var fields = value(row).fields
                    fields["input"] = body["input"] ?? .null
                    fields["mode"] = body["mode"] ?? .null
                    fields["if_unsure"] = body["ifUnsure"] ?? .null
                    terminal.print(json: .object(fields))
                    return .success
                }
                let clock = LocalWords(zone: .utc)
                terminal.print("\(row.key, .bold)  \(row.action)  \(row.label)")
                terminal.print(
                    "Case \(row.reference); \(row.state.rawValue, style(row.state)); \(Naming.count(row.attempts, "try", "tries"))."
                )
                terminal.print("Decided \(clock.moment(row.createdAt)) UTC, not before \(clock.moment(row.dueAt)) UTC.")
                if !row.failure.isEmpty { terminal.print("Last failure: \(row.failure)") }
                terminal.print()
                let input = body["input"]?.fields ?? [:]
                for name in input.keys.sorted() {
                    guard let value = input[name] else { continue }
                    terminal.print("\(name, .cyan): \(lines: value.asString ?? value.json)")
                }
                return .success
            }
        }
    }

    // MARK: A person's decisions

    private static func release(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "release", "Lets a held effect go, or does one again whose outcome nobody knows.",
            discussion: "After a restore nothing is sent until --hold-of-store says that it may.",
            examples: [
                ("sojourn outbox release 2ef5b2cc", "Lets one message go."),
                ("sojourn outbox release --all-held", "Lets all held effects go."),
                ("sojourn outbox release --hold-of-store", "Lets a restored database send again."),
            ],
            arguments: [key(place, optional: true)],
            options: [
                Option("all-held", "Lets all held effects go; not those whose outcome is unknown."),
                Option("hold-of-store", "Ends the hold of the whole database."),
            ]
        ) { parsed, terminal in
            let ways = [parsed.text("key") != nil, parsed.flag("all-held"), parsed.flag("hold-of-store")]
            guard ways.count(where: \.self) == 1 else {
                throw UsageMistake("say what to release: a KEY, --all-held or --hold-of-store")
            }
            return try await place.withService(parsed) { service in
                if let key = parsed.text("key") {
                    let row = try await find(key, in: service)
                    try await service.engine.outbox.release(row.key)
                    done(["released": .texts([row.key])], "released: \(row.label)", parsed, terminal)
                } else if parsed.flag("all-held") {
                    let keys = try await releaseAll(in: service)
                    done(
                        ["released": .texts(keys)], "released: \(Naming.count(keys.count, "effect"))", parsed, terminal)
                } else {
                    let reason = try await service.engine.store.outboundHold()
                    try await service.engine.store.setOutboundHold(nil)
                    let words: TerminalText = "the hold is over: \(reason ?? "")"
                    done(["hold": .text(reason)], reason == nil ? "there is no hold" : words, parsed, terminal)
                }
                return .success
            }
        }
    }

    private static func releaseAll(in service: Service) async throws -> [String] {
        var keys: [String] = []
        while true {
            var filter = EffectFilter()
            filter.states = [.held]
            filter.limit = StoreLimits.page
            let rows = try await service.engine.store.effects(filter)
            for row in rows {
                try await service.engine.outbox.release(row.key)
                keys.append(row.key)
            }
            if rows.count < StoreLimits.page { return keys }
        }
    }

    private static func drop(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "drop", "Takes an effect out of the outbox that is held, queued or of unknown outcome; it is never done.",
            examples: [("sojourn outbox drop 2ef5b2cc", "Drops one message.")], arguments: [key(place)]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let row = try await find(parsed["key"], in: service)
                try await service.engine.outbox.drop(row.key)
                done(["dropped": .texts([row.key])], "dropped: \(row.label)", parsed, terminal)
                return .success
            }
        }
    }

    private static func done(_ fields: [String: Value], _ words: TerminalText, _ parsed: Parsed, _ terminal: Terminal) {
        if parsed.flag("json") {
            terminal.print(json: .object(fields))
        } else {
            terminal.print(words)
        }
    }
}
