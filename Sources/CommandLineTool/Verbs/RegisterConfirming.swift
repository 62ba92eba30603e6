import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `register stale | confirm | withdraw`: whether what is offered still holds.
enum RegisterConfirming {
    static func stale(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "stale", "Lists offers that nobody has confirmed for long, and asks their owners.",
            discussion: """
                How long is set in sojourn.yaml (register: stale-after: 180 days); then "sojourn run" asks by itself, each \
                owner once, in a case of the programme offer-confirmation. --days tries another time without asking.
                """,
            examples: [
                ("sojourn register stale --days 90", "Lists what nobody confirmed for 90 days."),
                ("sojourn register stale --ask", "Asks the owners of stale offers now."),
            ],
            options: [
                Option("days", value: "N", "In the place of the set time."),
                Option("ask", "Starts a case for each whose owner was not asked yet."), Lists.limit,
            ]
        ) { parsed, terminal in
            let days = try parsed.integer("days", ConfirmationTerms.daysRange)
            let limit = try Lists.limit(parsed)
            return try await place.withService(parsed) { service in
                let confirmations = service.engine.confirmations
                guard days != nil || confirmations.terms != nil else {
                    throw Failure(
                        "no time is set after which an offer is stale; write it in sojourn.yaml, register: stale-after: 180 days, or give --days"
                    )
                }
                if parsed.flag("ask"), days != nil {
                    throw UsageMistake("--ask asks by the time that is set in sojourn.yaml; leave out --days")
                }
                let asked = parsed.flag("ask") ? try await confirmations.ask() : nil
                let found = try await confirmations.stale(staleDays: days, limit: limit)
                print(found, asked: asked, parsed, terminal)
                return .success
            }
        }
    }

    private static func print(_ found: [RegisterEntry], asked: Int?, _ parsed: Parsed, _ terminal: Terminal) {
        if parsed.flag("json") {
            terminal.print(
                json: .object([
                    "stale": .list(found.map(RegisterVerbs.value)), "asked": asked.map { .number($0) } ?? .null,
                ]))
            return
        }
        var table = Table(
            .init("KIND", shrinks: false), .init("ID", shrinks: false), .init("NAME"), .init("CONFIRMED"),
            .init("OWNER"))
        for entry in found {
            let hasOwner = !(entry.value["address"]?.asString ?? "").isEmpty
            table.add(
                "\(entry.kind.word)", "\(entry.id)", "\(entry.row.name)",
                "\(String(entry.row.confirmedAt.rfc3339.prefix(10)))",
                hasOwner ? "can be written to" : "has no address")
        }
        Lists.print(table, hasMore: false, nothing: "no offer is stale", on: terminal)
        if let asked { terminal.note("\(Naming.count(asked, "owner is", "owners are")) asked now") }
    }

    static func confirm(_ place: Workplace) -> CommandSpec {
        verb(
            place, "confirm", "Notes that an entry still holds.", "sojourn register confirm h01 --by vera",
            "The owner said so on the telephone."
        ) { register, entry, actor in try await register.confirm(entry, by: actor) }
    }

    static func withdraw(_ place: Workplace) -> CommandSpec {
        verb(
            place, "withdraw", "Takes an entry out of use; \"register confirm\" brings it back.",
            "sojourn register withdraw h01 --by vera", "The host gives no visits any more."
        ) { register, entry, actor in
            try await register.set(.withdrawn, of: entry, by: actor, what: "withdrawn")
        }
    }

    private static func verb(
        _ place: Workplace, _ name: String, _ summary: String, _ example: String, _ what: String,
        _ body: @escaping @Sendable (Register, RegisterEntry, String) async throws -> RegisterEntry
    ) -> CommandSpec {
        CommandSpec(
            name, summary, examples: [(example, what)], arguments: [RegisterVerbs.id(place)],
            options: [RegisterVerbs.byOption, RegisterVerbs.kindOption]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let entry = try await RegisterVerbs.find(parsed, in: service)
                guard entry.row.state != .merged else {
                    throw Failure("\(entry.id) was merged into \(entry.value["merged_into"]?.asString ?? "another")")
                }
                let after = try await body(service.engine.register, entry, parsed["by"])
                RegisterVerbs.tell(after, after.row.state.rawValue, parsed, terminal)
                return .success
            }
        }
    }
}
