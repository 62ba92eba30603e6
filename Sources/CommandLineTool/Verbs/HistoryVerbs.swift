import Calendars
import CaseStore
import Digests
import Engine
import Exchange
import Expressions
import Service

/// `journal` and `export`: what happened, and all that is known.
enum HistoryVerbs {
    static func journal(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "journal", "Shows everything that happened to a case, after checking that nothing was changed.",
            discussion: """
                Each entry carries a hash over itself and the entry before. An entry that was changed, put in or taken \
                out is named, and nothing is shown.
                """,
            examples: [
                ("sojourn journal ST-2027-0001", "Shows the journal in words."),
                ("sojourn journal ST-2027-0001 --json", "Prints it for a program."),
            ], arguments: [CaseVerbs.argument(place)]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let (c, machine) = try await CaseVerbs.load(parsed["case"], in: service)
                let rows = try await verified(c, in: service)
                let words = JournalWords(report: CaseReport(c, machine: machine, now: place.world.now()))
                let entries = rows.map(JournalWords.entry)
                if parsed.flag("json") {
                    terminal.print(
                        json: .object([
                            "case": .string(c.reference), "case_id": .string(c.id), "is_verified": .bool(true),
                            "entries": .list(entries.map(words.value)),
                        ]))
                    return .success
                }
                for entry in entries { for line in words.lines(entry) { terminal.print(line) } }
                terminal.note("\(Naming.count(rows.count, "entry", "entries")), the chain is whole")
                return .success
            }
        }
    }

    /// The journal, checked link by link and against the end that the case remembers.
    static func verified(_ c: Case, in service: Service) async throws -> [JournalRow] {
        let rows = try await service.engine.cases.journal(c.id)
        guard rows.count == c.journalNumber, (rows.last?.hash ?? []) == c.journalHash else {
            throw Failure(
                "the journal of \(c.reference) does not end where the case says: \(rows.count) entries instead of \(c.journalNumber); run \"sojourn doctor\""
            )
        }
        return rows
    }

    // MARK: Export

    static func export(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "export", "Prints all that is known about a case as JSON, or writes tables of many cases for people.",
            discussion: """
                A case is printed with its personal data: answers, people, members, journal and effects. With --all, one \
                case a line.

                A table is CSV or a workbook: "cases" has a row a case, "participants" a row for each person or host who \
                takes part, "outcomes" a row for each answer that was given once the visit was over. Words stand in the \
                reader's language where the programme has them. Without --as there are no personal data in a table; \
                identity papers and special data never are. No text of it is a formula: in CSV, what a spreadsheet might \
                compute has an apostrophe in front; in XLSX every text is a text.
                """,
            examples: [
                ("sojourn export ST-2027-0001 > case.json", "Writes one case into a file."),
                ("sojourn export --all | gzip > cases.jsonl.gz", "Writes all cases, one a line."),
                (
                    "sojourn export cases cases.xlsx --programme study-tour --from 2027-01-01",
                    "A workbook of this year's study tours."
                ),
                (
                    "sojourn export participants people.csv --as coordinator --language fr",
                    "Who takes part, in French, with names and addresses."
                ),
                ("sojourn export outcomes - | head", "What came of it, on standard output."),
            ],
            arguments: [
                Positional(
                    "case", "The case's reference or identifier; or cases, participants, outcomes for a table.",
                    optional: true, completion: CaseVerbs.argument(place).completion),
                Positional(
                    "file", "Of a table: a new file, .csv or .xlsx, or - for CSV on standard output.", optional: true,
                    completion: .file),
            ], options: [Option("all", "All cases, also those that have ended.")] + TableExport.options
        ) { parsed, terminal in
            if let kind = parsed.text("case").flatMap({ ExportKind(rawValue: $0) }), !parsed.flag("all") {
                return try await TableExport.run(kind, parsed, place, terminal)
            }
            guard (parsed.text("case") == nil) == parsed.flag("all") else {
                throw UsageMistake("say which case, or --all, or which table: cases, participants or outcomes")
            }
            let astray = (["file"] + TableExport.options.map(\.long)).filter { parsed.text($0) != nil }
            guard astray.isEmpty else {
                throw UsageMistake(
                    "only a table (cases, participants, outcomes) takes \(astray.joined(separator: ", "))")
            }
            return try await place.withService(parsed) { service in
                if let name = parsed.text("case") {
                    let (c, machine) = try await CaseVerbs.load(name, in: service)
                    terminal.print(json: try await value(c, machine, in: service))
                    return .success
                }
                var filter = CaseFilter()
                while !terminal.isBroken {
                    let page = try await service.engine.store.cases(filter)
                    for row in page where !terminal.isBroken {
                        let (c, machine) = try await service.engine.cases.load(row.id)
                        terminal.print(json: try await value(c, machine, in: service), pretty: false)
                    }
                    guard page.count == filter.limit, let last = page.last else { break }
                    filter.after = last.reference
                }
                return .success
            }
        }
    }

    /// The layout of an export; a new number when a key changes its meaning.
    private static let format = 1

    private static func value(_ c: Case, _ machine: CaseMachine, in service: Service) async throws -> Value {
        let page = CaseShow(CaseReport(c, machine: machine, now: service.engine.world.now()))
        var fields = page.value.fields
        fields["format"] = .number(format)
        fields["overdue_timers"] = nil
        fields["answers"] = .object(c.answers.mapValues(value))
        fields["members"] = .list(c.members.map(value))
        fields["origin"] = .object(c.origin)
        fields["journal"] = .list(
            try await verified(c, in: service).map { row in
                .object([
                    "number": .number(row.number), "at": .moment(row.at), "kind": .string(row.kind),
                    "actor": .string(row.actor), "body": (try? Value(json: row.body)) ?? .null,
                    "hash": .string(Hexadecimal.text(row.hash)),
                ])
            })
        var filter = EffectFilter()
        filter.caseID = c.id
        let effects = try await service.engine.store.effects(filter)
        // The store lists no more at once; what is left out is named in the journal all the same.
        fields["has_more_effects"] = .bool(effects.count == filter.limit)
        fields["effects"] = .list(
            effects.map { row in
                .object([
                    "key": .string(row.key), "action": .string(row.action), "label": .string(row.label),
                    "state": .string(row.state.rawValue), "created_at": .moment(row.createdAt),
                    "due_at": .moment(row.dueAt), "attempts": .number(row.attempts), "failure": .string(row.failure),
                    "body": (try? Value(json: row.body)) ?? .null,
                ])
            })
        return .object(fields)
    }

    private static func value(_ answers: FormAnswers) -> Value {
        .object([
            "version": .number(answers.version),
            "answers": .list(
                answers.answers.map {
                    .object(["by": .string($0.by), "at": .moment($0.at), "values": .object($0.values)])
                }),
        ])
    }

    private static func value(_ member: Member) -> Value {
        .object([
            "track": .string(member.track), "number": .number(member.number), "state": .string(member.region.state),
            "since": .moment(member.region.enteredAt), "has_ended": .bool(member.hasEnded),
            "is_good": .bool(member.isGood), "is_void": .bool(member.isVoid), "reason": .string(member.reason),
            "party": member.party?.value ?? .null, "row": member.row,
            "answers": .object(member.answers.mapValues(value)),
        ])
    }
}
