import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `timer list`.
enum TimerVerbs {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "timer", "Lists what will happen by itself.",
            examples: [("sojourn timer list", "Lists the next dates of all cases.")], subcommands: [list(place)])
    }

    private static func list(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "list", "Lists dates at which something happens, the next first.",
            examples: [
                ("sojourn timer list --limit 20", "Lists the next twenty."),
                ("sojourn timer list --before 2027-06-01 --json", "Prints what comes before June as JSON."),
            ],
            options: [
                Option("case", value: "CASE", "Only dates of this case."),
                Option("before", value: "DAY", "Only dates before this day (UTC), such as 2027-06-01."), Lists.limit,
            ]
        ) { parsed, terminal in
            let limit = try Lists.pageLimit(parsed)
            let before = try parsed.value("before", "a day such as 2027-06-01") { LocalDate(iso: $0) }
            return try await place.withService(parsed) { service in
                var filter = TimerFilter()
                filter.limit = limit
                filter.before = before.map { Zone.utc.startOfDay($0) }
                if let name = parsed.text("case") {
                    filter.caseID = try await CaseVerbs.load(name, in: service).case.id
                }
                let rows = try await service.engine.store.timers(filter)
                var known: [String: (reference: String, zone: Zone)] = [:]
                for row in rows where known[row.caseID] == nil {
                    let (c, machine) = try await service.engine.cases.load(row.caseID)
                    known[row.caseID] = (c.reference, machine.programme.zone)
                }
                if parsed.flag("json") {
                    terminal.print(
                        json: .object(["timers": .list(rows.map { value($0, known[$0.caseID]?.reference) })]))
                    return .success
                }
                var table = Table(
                    .init("WHEN", shrinks: false), .init("CASE", shrinks: false), .init("DOES"),
                    .init("STATE AND PHRASE"))
                let now = place.world.now()
                for row in rows {
                    let clock = LocalWords(zone: known[row.caseID]?.zone ?? .utc)
                    table.add(
                        "\(clock.moment(row.at), row.at < now ? .yellow : [])", "\(known[row.caseID]?.reference ?? "")",
                        "\(row.kind)", "\(row.label)")
                }
                Lists.print(table, hasMore: rows.count == limit, nothing: "there is no such date", on: terminal)
                return .success
            }
        }
    }

    private static func value(_ row: TimerRow, _ reference: String?) -> Value {
        .object([
            "case": .text(reference), "case_id": .string(row.caseID), "key": .string(row.key), "at": .moment(row.at),
            "kind": .string(row.kind), "label": .string(row.label),
        ])
    }
}
