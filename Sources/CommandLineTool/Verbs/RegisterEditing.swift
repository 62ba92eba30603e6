import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `register add | edit | history | erase`: changes, each a new version.
enum RegisterEditing {
    private static let fields = Positional(
        "fields", "field=value; an empty value takes the field out.", repeating: true)

    /// Fields as they stand on the command line; a field that stands several times is a list.
    private static func texts(_ parsed: Parsed) throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        for word in parsed.texts("fields") {
            guard let mark = word.firstIndex(of: "="), mark != word.startIndex else {
                throw UsageMistake("a field is written field=value, not \"\(word)\"")
            }
            result[String(word[..<mark]), default: []].append(String(word[word.index(after: mark)...]))
        }
        return result
    }

    private static func telling<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let mistakes as EntryMistakes {
            throw Failure(lines: mistakes.all.map(\.sentence))
        }
    }

    static func add(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "add", "Adds an entry.",
            examples: [
                (
                    "sojourn register add hubs id=water name='Water Hub' reach=thematic sectors='water; sanitation' --by vera",
                    "Adds a thematic hub with two sectors."
                )
            ],
            arguments: [
                Positional("what", "Which kind.", completion: .choices(RegisterVerbs.kinds)), fields,
            ],
            options: [RegisterVerbs.byOption]
        ) { parsed, terminal in
            let texts = try texts(parsed)
            guard let kind = EntryKind(word: parsed["what"]) else { throw UsageMistake("there is no such kind") }
            return try await place.withService(parsed, creates: true) { service in
                let entry = try await telling {
                    try await service.engine.register.add(texts, kind: kind, by: parsed["by"])
                }
                RegisterVerbs.tell(entry, "added", parsed, terminal)
                return .success
            }
        }
    }

    static func edit(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "edit", "Changes fields of an entry; what was before stays in its history.",
            examples: [
                ("sojourn register edit h01 capacity=3 per=year --by vera", "Three visits a year."),
                ("sojourn register edit h01 terms= --by vera", "Takes the terms out."),
            ],
            arguments: [RegisterVerbs.id(place), fields], options: [RegisterVerbs.byOption, RegisterVerbs.kindOption]
        ) { parsed, terminal in
            let texts = try texts(parsed)
            return try await place.withService(parsed) { service in
                let entry = try await RegisterVerbs.find(parsed, in: service)
                let after = try await telling {
                    try await service.engine.register.edit(entry, texts, by: parsed["by"])
                }
                RegisterVerbs.tell(after, "changed", parsed, terminal)
                return .success
            }
        }
    }

    static func history(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "history", "Shows who changed what of an entry, and when.",
            examples: [("sojourn register history h01", "Shows every version of h01.")],
            arguments: [RegisterVerbs.id(place)], options: [RegisterVerbs.kindOption]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let entry = try await RegisterVerbs.find(parsed, in: service)
                let versions = try await service.engine.register.history(of: entry)
                let changes = versions.enumerated().map { index, version in
                    difference(from: index == 0 ? nil : versions[index - 1], to: version, entry.kind)
                }
                if parsed.flag("json") {
                    terminal.print(json: .list(zip(versions, changes).map { value($0, $1) }))
                    return .success
                }
                var table = Table(
                    .init("VERSION", .right, shrinks: false), .init("WHEN (UTC)", shrinks: false), .init("WHO"),
                    .init("WHAT"), .init("CHANGE"))
                for (version, change) in zip(versions, changes) {
                    let words = change.map {
                        "\($0.field): \($0.before.isEmpty ? "–" : $0.before) → \($0.after.isEmpty ? "–" : $0.after)"
                    }
                    table.add(
                        "\(String(version.version))", "\(version.at.rfc3339)", "\(version.actor)", "\(version.what)",
                        "\(words.joined(separator: ", "))")
                }
                terminal.print(table)
                return .success
            }
        }
    }

    private typealias Change = (field: String, before: String, after: String)

    private static func difference(
        from former: EntryVersion?, to version: EntryVersion, _ kind: EntryKind
    ) -> [Change] {
        let before = former.flatMap { try? Value(json: $0.body) } ?? .object([:])
        let after = (try? Value(json: version.body)) ?? .object([:])
        return kind.fields.compactMap { field in
            let (old, new) = (EntryReading.texts(of: before, field), EntryReading.texts(of: after, field))
            return old == new
                ? nil : (field.name, old.joined(separator: "; "), new.joined(separator: "; "))
        }
    }

    private static func value(_ version: EntryVersion, _ changes: [Change]) -> Value {
        .object([
            "version": .number(version.version), "at": .moment(version.at), "by": .string(version.actor),
            "what": .string(version.what), "state": .string(version.state.rawValue),
            "changes": .list(
                changes.map {
                    .object(["field": .string($0.field), "before": .string($0.before), "after": .string($0.after)])
                }),
        ])
    }

    static func erase(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "erase", "Takes an entry out for good, with all that it has been.",
            discussion: "That it was there, and who erased it when, stays. Nothing brings it back but a backup.",
            examples: [("sojourn register erase e17 --by vera --yes", "Erases the expert e17.")],
            arguments: [RegisterVerbs.id(place)],
            options: [
                RegisterVerbs.byOption, RegisterVerbs.kindOption, Option("yes", "Really; without it, nothing is done."),
            ]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let entry = try await RegisterVerbs.find(parsed, in: service)
                guard parsed.flag("yes") else {
                    throw Failure("\(entry.id) and its \(entry.row.version) versions would be erased; add --yes")
                }
                try await service.engine.register.erase(entry, by: parsed["by"])
                RegisterVerbs.tell(
                    try await service.engine.register.entry(entry.kind, entry.id), "erased", parsed, terminal)
                return .success
            }
        }
    }
}
