import Expressions
import Foundation
import ProgrammeLanguage
import Tables

/// `texts status | accept | export | import`: the work of translators.
enum TextsVerbs {
    static let spec = CommandSpec(
        "texts", "Shows what a programme's translations lack, and hands them to translators and back.",
        discussion: """
            Texts stand in texts/LANGUAGE.yaml beside the programme. What is said in the programme's first language is the \
            source of all others.
            """,
        examples: [
            ("sojourn texts status workflows/study-tour", "What is missing or stale in each language."),
            ("sojourn texts export workflows/study-tour fr fr.xlsx", "A workbook for the translator into French."),
            ("sojourn texts import workflows/study-tour fr fr.xlsx", "Takes the translator's work over."),
        ],
        subcommands: [status, accept, export, importing])

    static let folder = Positional("folder", "The programme's folder.", completion: .folder)
    static let language = Positional("language", "The language, such as fr.")
    static let unreadable = ExitCode(rawValue: 2)

    private static let status = CommandSpec(
        "status", "Says what is missing, stale or unchecked in each language.",
        discussion: """
            A message is stale when its source has changed since somebody accepted the translation; unchecked when nobody \
            has. Ends with 0 if nothing is missing or stale, 1 if something is, 2 if a file cannot be read.
            """,
        examples: [
            ("sojourn texts status workflows/study-tour", "All languages."),
            ("sojourn texts status --json workflows/study-tour", "The same for programs, with every key."),
        ],
        arguments: [folder]
    ) { parsed, terminal in
        let folder = try TextsFolder(parsed["folder"])
        let all = folder.targets.map { folder.translation($0) }
        if parsed.flag("json") {
            terminal.print(json: .object(["source": .string(folder.source), "languages": .list(all.map(value))]))
        } else {
            print(all, on: terminal)
        }
        return all.allSatisfy { isGood($0) } ? .success : .failure
    }

    private static func isGood(_ translation: Translation) -> Bool {
        translation.missing.isEmpty && !translation.units.contains { $0.standing == .stale }
    }

    private static func keys(_ translation: Translation, _ standing: Translation.Standing) -> [String] {
        translation.units.filter { $0.standing == standing }.map(\.key)
    }

    private static func value(_ translation: Translation) -> Value {
        .object([
            "language": .string(translation.language), "texts": .number(translation.entries.count),
            "missing": .texts(translation.missing.map(\.key)), "stale": .texts(keys(translation, .stale)),
            "unchecked": .texts(keys(translation, .unchecked)), "checked": .texts(keys(translation, .checked)),
        ])
    }

    private static func print(_ all: [Translation], on terminal: Terminal) {
        var table = Table(
            .init("LANGUAGE"), .init("TEXTS", .right), .init("MISSING", .right), .init("STALE", .right),
            .init("UNCHECKED", .right))
        for translation in all {
            let stale = keys(translation, .stale).count
            table.add(
                "\(translation.language, .bold)", "\(String(translation.entries.count))",
                "\(String(translation.missing.count))", "\(String(stale))",
                "\(String(keys(translation, .unchecked).count))")
        }
        terminal.print(table)
        for translation in all {
            for entry in translation.missing { terminal.print("\(translation.language)  missing  \(entry.key)") }
            for key in keys(translation, .stale) { terminal.print("\(translation.language)  stale    \(key)") }
        }
    }

    private static let accept = CommandSpec(
        "accept", "Marks translations as made from what the source says now.",
        discussion: """
            Each message gets the line "checked-against" with the mark of its source; when the source changes, check warns and \
            status shows it. Nothing else in the file changes.
            """,
        examples: [
            ("sojourn texts accept workflows/study-tour fr", "All messages and documents in French."),
            ("sojourn texts accept workflows/study-tour fr messages.regret", "One of them."),
        ],
        arguments: [
            folder, language,
            Positional(
                "key", "Messages and documents, such as messages.regret; all without.", optional: true, repeating: true),
        ]
    ) { parsed, terminal in
        let folder = try TextsFolder(parsed["folder"])
        let language = try folder.target(parsed["language"])
        let translation = folder.translation(language)
        let wanted = parsed.texts("key")
        for key in wanted where !translation.units.contains(where: { $0.key == key }) {
            let near = Naming.proposal(key, among: translation.units.map(\.key))
            throw Failure("there is no message or document \"\(key)\"\(near)")
        }
        var file = try folder.file(language)
        var marked = 0
        for unit in translation.units where wanted.isEmpty || wanted.contains(unit.key) {
            if unit.standing == .missing, !wanted.isEmpty {
                throw Failure("\(unit.key) has no text in \(language) yet")
            }
            guard unit.standing == .unchecked || unit.standing == .stale else { continue }
            try TextsFolder.edit { try file.set(unit.path + [Translation.markKey], to: unit.mark, isFirst: true) }
            marked += 1
        }
        if marked > 0 { try folder.write(file, language) }
        if parsed.flag("json") {
            terminal.print(json: .object(["language": .string(language), "accepted": .number(marked)]))
        } else {
            terminal.print("accepted in \(language): \(Naming.count(marked, "text"))")
        }
        return .success
    }

    private static let export = CommandSpec(
        "export", "Writes the texts of a language beside their source as a table for a translator.",
        discussion: """
            The table has the columns key, source and text; the plural forms are those of the language. A translator fills in \
            the column text and changes nothing between {{ and }}. In CSV what a spreadsheet might compute has an \
            apostrophe in front, which import takes away.
            """,
        examples: [
            ("sojourn texts export workflows/study-tour fr fr.xlsx", "As a workbook."),
            ("sojourn texts export workflows/study-tour fr - > fr.csv", "As CSV on standard output."),
        ],
        arguments: [
            folder, language, Positional("file", "A new file, .csv or .xlsx, or - for CSV.", completion: .file),
        ], run: TranslatorTable.export)

    private static let importing = CommandSpec(
        "import", "Takes a translator's table over into the texts of a language.",
        discussion: """
            Texts that are in the table take the place of the old ones; an empty text is left out. A text that says something \
            between {{ and }} that its source does not have is a mistake with its line, and then nothing is written.

            Ends with 0 when the texts are taken, 1 if the table has mistakes, 2 if a file cannot be read.
            """,
        examples: [
            ("sojourn texts import workflows/study-tour fr fr.xlsx", "Takes the texts over."),
            ("sojourn texts import --check workflows/study-tour fr fr.csv", "Says what would be, and changes nothing."),
        ],
        arguments: [folder, language, Positional("file", "The table, .csv or .xlsx.", completion: .file)],
        options: [Option("check", "Changes nothing.")], run: TranslatorTable.take)
}
