import Exchange
import Expressions
import ProgrammeLanguage

/// `draw FOLDER`: a programme as a picture.
enum DrawVerb {
    static let spec = CommandSpec(
        "draw", "Draws a programme: its stages as bands, every state and every way on.",
        discussion: """
            The picture is SVG on standard output, for a browser, a report or a printer. Lines say what makes a case go on: \
            drawn through where a person answers or decides, dashed where a time has come, dotted where it happens by itself.
            """,
        examples: [
            ("sojourn draw workflows/study-tour > study-tour.svg", "Draws the study tour."),
            ("sojourn draw workflows/study-tour --language fr --output tour.svg", "Draws it in French, into a file."),
        ],
        arguments: [ReadProgramme.folder],
        options: [
            ReadProgramme.language,
            Option("output", short: "o", value: "PATH", "Writes into this file.", completion: .file),
        ]
    ) { parsed, terminal in
        let (programme, _) = try ReadProgramme.compile(parsed["folder"])
        let svg = ProgrammeDrawing.svg(try ReadProgramme.words(programme, parsed))
        if parsed.flag("json") {
            terminal.print(json: .object(["name": .string(programme.name), "svg": .string(svg)]))
        } else {
            try ReadProgramme.write(svg, parsed, terminal)
        }
        return .success
    }
}

/// What the verbs that read one programme's folder have in common.
enum ReadProgramme {
    static let verbs: [CommandSpec] = [ExplainVerb.spec, DrawVerb.spec, SchemaVerb.spec, TextsVerbs.spec]

    static let folder = Positional("folder", "The programme's folder, or a programme of one file.", completion: .folder)
    static let language = Option(
        "language", short: "l", value: "CODE", "The reader's language, such as fr; without it, the programme's first.")

    static let output = Option("output", short: "o", value: "PATH", "Writes into this file.", completion: .file)

    /// The programme without its warnings.
    /// - Throws: `Failure` with its mistakes when it has some, or when it cannot be read.
    static func compile(_ path: String) throws -> (programme: Programme, source: ProgrammeSource) {
        let finding = CheckVerb.Finding(path)
        if let fault = finding.fault {
            throw Failure("\(fault.path): \(fault.message)", exitCode: CheckVerb.unreadable)
        }
        guard let source = finding.source, let programme = finding.programme else {
            let first = finding.diagnostics.first { $0.severity == .error }
            throw Failure(
                "the programme has mistakes: \(first?.description ?? path); \"sojourn check \(path)\" shows all")
        }
        return (programme, source)
    }

    /// The programme in the language that was asked for.
    static func words(_ programme: Programme, _ parsed: Parsed) throws -> ProgrammeWords {
        guard let language = parsed.text("language") else { return ProgrammeWords(programme) }
        let main = String(language.prefix { $0 != "-" })
        let known = programme.languages + BuiltInTexts.languages
        guard known.contains(language) || known.contains(main) else {
            throw UsageMistake(
                "--language wants one of \(programme.languages.joined(separator: ", ")), not '\(language)'")
        }
        return ProgrammeWords(programme, language: language)
    }

    /// Into the file of `--output`, or to standard output.
    static func write(_ text: String, _ parsed: Parsed, _ terminal: Terminal) throws {
        guard let path = parsed.text("output") else { return terminal.write(text.utf8) }
        try OutputFile.write(text.utf8, to: path)
        terminal.note("written: \(path)")
    }
}
