import Calendars
import Expressions
import Glibc
import PluginHost
import ProgrammeLanguage
import Service

/// `plugin list`: the installed packs, and how they are doing.
enum PluginList {
    /// One installed version.
    struct Row {
        let pack: Pack
        let health: PackHealth?
        let objection: PackFault?

        /// In one word or two: what the operator must know first.
        var state: String {
            switch objection {
            case nil: health?.state.rawValue ?? PackHealth.State.well.rawValue
            case .notLocked: "not locked"
            case .changed: "changed"
            case .notSigned: "not signed"
            default: "unreadable"
            }
        }

        var why: String { objection.map { "\($0)" } ?? health?.why ?? "" }

        var isGood: Bool { objection == nil && health?.state != .ill }

        var value: Value {
            .object([
                "name": .string(pack.name), "version": .string("\(pack.version)"), "title": .string(pack.title),
                "folder": .string(pack.folder), "actions": .texts(pack.actions.map(\.name)), "state": .string(state),
                "why": .string(why), "since": .moment(health?.since),
            ])
        }
    }

    /// Every installed version, with its health where a database keeps it.
    static func rows(_ place: Workplace, _ parsed: Parsed, _ desk: PackDesk) async throws -> [Row] {
        let path = try place.databasePath(parsed)
        var known: [String: PackHealth] = [:]
        if place.running != nil || access(path, F_OK) == 0 {
            known = try await place.withService(parsed) { service in
                Dictionary(await service.host.health().map { ($0.pack.id, $0.health) }) { first, _ in first }
            }
        }
        return desk.packs.shelf.packs.map {
            Row(pack: $0, health: known[$0.id], objection: desk.packs.objection(to: $0))
        }
    }

    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "list", "Lists the installed packs, their actions and how they are doing.",
            discussion: "Ends with 1 if a pack cannot be read, may not run or is ill.",
            examples: [("sojourn plugin list --json", "Prints the list for a program that watches.")]
        ) { parsed, terminal in
            let desk = try PackDesk(place, parsed)
            let rows = try await rows(place, parsed, desk)
            let shelf = desk.packs.shelf
            let sandbox = desk.packs.gate(place.world).sandbox.sandbox
            let isGood = rows.allSatisfy(\.isGood) && !shelf.mistakes.hasErrors && shelf.faults.isEmpty
            if parsed.flag("json") {
                terminal.print(
                    json: .object([
                        "packs": .list(rows.map(\.value)), "folder": .string(shelf.folder),
                        "mistakes": .texts(shelf.mistakes.lines + shelf.faults),
                        "sandbox": .text(sandbox.program),
                        "no_sandbox_because": .text(
                            sandbox.program == nil ? sandbox.why : nil),
                    ]))
                return isGood ? .success : .failure
            }
            var table = Table(
                .init("PACK", shrinks: false), .init("VERSION", shrinks: false), .init("STATE", shrinks: false),
                .init("ACTIONS"), .init("WHY"))
            for row in rows {
                table.add(
                    "\(row.pack.name)", "\(row.pack.version)", "\(row.state, row.isGood ? .green : .yellow)",
                    "\(row.pack.actions.map(\.name).joined(separator: ", "))", "\(row.why)")
            }
            Lists.print(table, hasMore: false, nothing: "there is no pack in \(shelf.folder)", on: terminal)
            for line in shelf.mistakes.lines + shelf.faults { terminal.complain("\(line)") }
            if sandbox.program == nil, !rows.isEmpty {
                terminal.note("packs run without a sandbox: \(sandbox.why)")
            }
            return isGood ? .success : .failure
        }
    }
}
