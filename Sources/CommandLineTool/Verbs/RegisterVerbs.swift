import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `register …`: institutions, hubs, experts and offers.
enum RegisterVerbs {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "register", "Keeps institutions, hubs, experts and offers, with all that they have been.",
            examples: [
                ("sojourn register list host-offers", "Lists the offers of hosts."),
                ("sojourn register search 'clean air'", "Searches offers, past exchanges and lessons."),
            ],
            subcommands: [
                list(place), show(place), RegisterSearch.spec(place), RegisterEditing.add(place),
                RegisterEditing.edit(place), RegisterEditing.history(place), RegisterDuplicates.list(place),
                RegisterDuplicates.merge(place), RegisterDuplicates.distinct(place), RegisterConfirming.stale(place),
                RegisterConfirming.confirm(place), RegisterConfirming.withdraw(place), RegisterEditing.erase(place),
                RegisterExport.spec(place),
            ])
    }

    // MARK: Common

    static let kinds = EntryKind.allCases.map(\.word)
    static let byOption = Option("by", value: "WHO", "Who you are, for the history.", required: true)
    static let kindOption = Option(
        "kind", value: "KIND", "Of which kind; needed where several have the id.", completion: .choices(kinds))

    static func id(_ place: Workplace, _ name: String = "id", _ help: String = "The entry's id.") -> Positional {
        Positional(
            name, help,
            completion: .dynamic { parsed, _ in
                let ids = try? await place.withService(parsed) { service in
                    try await service.engine.register.entries(nil, limit: StoreLimits.page).map(\.id)
                }
                return ids ?? []
            })
    }

    static func kind(_ text: String?) -> EntryKind? { text.flatMap { EntryKind(word: $0) } }

    /// The entry that is meant, with a proposal for an id that is misspelt.
    static func find(
        _ parsed: Parsed, _ name: String = "id", in service: Service
    ) async throws -> RegisterEntry {
        let kind = kind(parsed.text("kind"))
        do {
            return try await service.engine.register.find(parsed[name], kind: kind)
        } catch EngineFailure.noEntry(let id) {
            let known = try await service.engine.register.entries(kind, limit: StoreLimits.page).map(\.id)
            throw Failure(
                "the register has no entry \"\(id)\"\(Naming.proposal(id, among: known)); \"sojourn register list\" shows them"
            )
        }
    }

    static func value(_ entry: RegisterEntry) -> Value {
        .object([
            "kind": .string(entry.kind.rawValue), "id": .string(entry.id), "name": .string(entry.row.name),
            "state": .string(entry.row.state.rawValue), "version": .number(entry.row.version),
            "changed_at": .moment(entry.row.changedAt), "confirmed_at": .moment(entry.row.confirmedAt),
            "entry": entry.value,
        ])
    }

    static func tell(_ entry: RegisterEntry, _ what: String, _ parsed: Parsed, _ terminal: Terminal) {
        if parsed.flag("json") {
            terminal.print(json: value(entry))
        } else {
            terminal.print("\(entry.id, .bold)  \(entry.row.name): \(what) (version \(String(entry.row.version)))")
        }
    }

    // MARK: List and show

    private static func list(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "list", "Lists entries by kind and id.",
            discussion: "Without --all, those that were withdrawn or merged are left out.",
            examples: [
                ("sojourn register list hubs", "Lists national and thematic hubs."),
                ("sojourn register list --all --json", "Prints every entry as JSON."),
            ],
            arguments: [
                Positional("kind", "Which kind; all where none is named.", optional: true, completion: .choices(kinds))
            ],
            options: [Option("all", "Those that are not in use, too."), Lists.limit]
        ) { parsed, terminal in
            let limit = try Lists.limit(parsed)
            return try await place.withService(parsed) { service in
                let found = try await entries(kind(parsed.text("kind")), all: parsed.flag("all"), limit + 1, service)
                if parsed.flag("json") {
                    terminal.print(
                        json: .object([
                            "entries": .list(found.prefix(limit).map(value)), "has_more": .bool(found.count > limit),
                        ]))
                    return .success
                }
                var table = Table(
                    .init("KIND", shrinks: false), .init("ID", shrinks: false), .init("NAME"), .init("COUNTRY"),
                    .init("STATE"), .init("CONFIRMED"))
                for entry in found.prefix(limit) {
                    table.add(
                        "\(entry.kind.word)", "\(entry.id)", "\(entry.row.name)",
                        "\(entry.value["country"]?.asString ?? "")", "\(entry.row.state.rawValue)",
                        "\(String(entry.row.confirmedAt.rfc3339.prefix(10)))")
                }
                Lists.print(table, hasMore: found.count > limit, nothing: "the register is empty", on: terminal)
                return .success
            }
        }
    }

    private static func entries(
        _ kind: EntryKind?, all: Bool, _ limit: Int, _ service: Service
    ) async throws -> [RegisterEntry] {
        var found: [RegisterEntry] = []
        var after = (kind: "", id: "")
        while found.count < limit {
            let page = try await service.engine.register.entries(kind, after: after, limit: StoreLimits.page)
            found += page.filter { all || $0.row.state == .active || $0.row.state == .lapsed }
            guard page.count == StoreLimits.page, let last = page.last else { break }
            after = (last.row.kind, last.id)
        }
        return Array(found.prefix(limit))
    }

    private static func show(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "show", "Shows an entry.", examples: [("sojourn register show h01", "Shows the offer h01.")],
            arguments: [id(place)], options: [kindOption]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let entry = try await find(parsed, in: service)
                if parsed.flag("json") {
                    terminal.print(json: value(entry))
                    return .success
                }
                terminal.print(
                    "\(entry.id, .bold)  \(entry.row.name)  (\(entry.kind.noun), \(entry.row.state.rawValue))")
                var table = Table(.init("FIELD", shrinks: false), .init("VALUE"))
                for field in entry.kind.fields where field.name != "id" {
                    let texts = EntryReading.texts(of: entry.value, field)
                    if !texts.isEmpty { table.add("\(field.name)", "\(texts.joined(separator: "; "))") }
                }
                if let kept = entry.value["merged_into"]?.asString { table.add("merged into", "\(kept)") }
                table.add("version", "\(String(entry.row.version)) of \(entry.row.changedAt.rfc3339)")
                table.add("confirmed", "\(entry.row.confirmedAt.rfc3339)")
                terminal.print(table)
                return .success
            }
        }
    }
}
