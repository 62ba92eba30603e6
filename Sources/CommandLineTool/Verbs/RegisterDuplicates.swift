import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `register duplicates | merge | distinct`: entries that may be one; only a person makes them one.
enum RegisterDuplicates {
    static func list(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "duplicates", "Proposes entries that may be one.",
            discussion: """
                Names are compared without case, accents, small words and script; entries of different countries are never \
                proposed. Nothing is changed: merge them, or say that they are distinct.
                """,
            examples: [("sojourn register duplicates institutions", "Proposes institutions that may be one.")],
            arguments: [Positional("what", "Which kind.", completion: .choices(RegisterVerbs.kinds))],
            options: [Lists.limit]
        ) { parsed, terminal in
            let limit = try Lists.limit(parsed)
            guard let kind = EntryKind(word: parsed["what"]) else { throw UsageMistake("there is no such kind") }
            return try await place.withService(parsed) { service in
                let found = try await service.engine.register.duplicates(of: kind, limit: limit)
                if parsed.flag("json") {
                    terminal.print(json: .list(found.map(value)))
                    return .success
                }
                var table = Table(
                    .init("ID", shrinks: false), .init("ID", shrinks: false), .init("ONE"), .init("OTHER"),
                    .init("WHY"))
                for pair in found {
                    table.add(
                        "\(pair.first.id)", "\(pair.second.id)", "\(pair.first.row.name)", "\(pair.second.row.name)",
                        "\(pair.why)")
                }
                Lists.print(table, hasMore: found.count == limit, nothing: "no two entries look like one", on: terminal)
                return .success
            }
        }
    }

    private static func value(_ pair: DuplicateProposal) -> Value {
        .object([
            "first": .string(pair.first.id), "second": .string(pair.second.id),
            "names": .texts([pair.first.row.name, pair.second.row.name]), "likeness": .double(pair.likeness),
            "why": .string(pair.why),
        ])
    }

    private static func other(_ place: Workplace) -> Positional {
        RegisterVerbs.id(place, "other", "The other entry's id.")
    }

    static func merge(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "merge", "Makes one entry of two: the first is kept and takes what it lacks from the other.",
            discussion: "Whatever named the other entry names the kept one from then on; the history shows both.",
            examples: [("sojourn register merge i-17 i-204 --by vera", "Keeps i-17.")],
            arguments: [RegisterVerbs.id(place, "id", "The entry that is kept."), other(place)],
            options: [RegisterVerbs.byOption, RegisterVerbs.kindOption]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let kept = try await RegisterVerbs.find(parsed, in: service)
                let other = try await RegisterVerbs.find(parsed, "other", in: service)
                let merged = try await service.engine.register.merge(other, into: kept, by: parsed["by"])
                RegisterVerbs.tell(merged, "merged with \(other.id)", parsed, terminal)
                return .success
            }
        }
    }

    static func distinct(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "distinct", "Says that two entries are two, so that they are not proposed again.",
            examples: [("sojourn register distinct i-17 i-18 --by vera", "They only share a name.")],
            arguments: [RegisterVerbs.id(place), other(place)],
            options: [RegisterVerbs.byOption, RegisterVerbs.kindOption]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let first = try await RegisterVerbs.find(parsed, in: service)
                let second = try await RegisterVerbs.find(parsed, "other", in: service)
                try await service.engine.register.keepApart(first, second, by: parsed["by"])
                if parsed.flag("json") {
                    terminal.print(json: .object(["distinct": .texts([first.id, second.id])]))
                } else {
                    terminal.print("\(first.id) and \(second.id) are two")
                }
                return .success
            }
        }
    }
}
