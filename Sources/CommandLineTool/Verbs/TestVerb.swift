import Calendars
import Exchange
import Expressions
import Foundation
import ProgrammeLanguage
import Service

/// `sojourn test PROGRAMME…`: stories that programmes must make come true.
enum TestVerb {
    static let spec = CommandSpec(
        "test", "Plays the stories of programmes in virtual time.",
        discussion: """
            Each file PROGRAMME/scenarios/NAME.yaml is a story: what is given, what people do on which day, and what must
            follow. A story that fails prints its timeline and the place where the programme left it. No plugin is touched.
            docs/reference/stories.md shows every sentence.

            Ends with 0 if all stories come true, 1 if one does not or has a mistake.
            """,
        examples: [
            ("sojourn test workflows/study-tour", "Plays all stories of a programme."),
            ("sojourn test workflows/study-tour --only host-cancels --timeline", "Shows how one of them goes."),
        ],
        arguments: [Positional("programme", "Folders of programmes.", repeating: true, completion: .folder)],
        options: [
            Option("only", value: "NAME", "Only stories whose file has this name.", repeating: true),
            Option("timeline", "Shows the timeline of stories that come true as well."),
        ], run: run)

    /// What came of one story.
    private struct Result {
        let file: String
        let title: String
        let diagnostics: [Diagnostic]
        let lines: [Timeline.Line]

        var isTrue: Bool { diagnostics.isEmpty }

        var value: Value {
            .object([
                "file": .string(file), "story": .string(title), "comes_true": .bool(isTrue),
                "mistakes": .list(diagnostics.map { .string($0.description) }),
                "timeline": .list(
                    lines.map {
                        .object([
                            "at": .string($0.at.rfc3339), "case": .string($0.reference), "text": .string($0.text),
                        ])
                    }),
            ])
        }
    }

    @Sendable private static func run(_ parsed: Parsed, _ terminal: Terminal) async throws -> ExitCode {
        var results: [Result] = []
        for path in parsed.texts("programme") {
            let finding = CheckVerb.Finding(path)
            if let fault = finding.fault { throw Failure(fault.description) }
            guard let programme = finding.programme else {
                CheckVerb.print(finding.diagnostics, on: terminal)
                throw Failure("\(finding.path) has mistakes; its stories are not played")
            }
            let files = StoryReader.files(ofProgramme: finding.path).filter { isMeant($0, parsed) }
            if files.isEmpty {
                terminal.note("\(finding.path)/\(StoryReader.folder) has no stories that are asked for")
            }
            let cast = try StoryCast.read(programme: finding.path, dates: programme.dates.map(\.name))
            for file in files where !terminal.interruption.isRequested {
                let result = try await play(file, CaseMachine(programme: programme), cast)
                if !parsed.flag("json") { show(result, terminal, withTimeline: parsed.flag("timeline")) }
                results.append(result)
            }
        }
        let failed = results.count { !$0.isTrue }
        if parsed.flag("json") { terminal.print(json: .object(["stories": .list(results.map(\.value))])) }
        terminal.note(
            failed == 0
                ? "\(String(results.count)) stories come true"
                : "\(String(failed)) of \(String(results.count)) stories do not come true")
        if let cause = terminal.interruption.cause { return cause.exitCode }
        return failed == 0 && !results.isEmpty ? .success : .failure
    }

    private static func isMeant(_ file: String, _ parsed: Parsed) -> Bool {
        let names = parsed.texts("only")
        let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        return names.isEmpty || names.contains(name)
    }

    private static func play(_ file: String, _ machine: CaseMachine, _ cast: CastScript) async throws -> Result {
        let (story, diagnostics) = StoryReader.read(path: file, programme: machine.programme)
        guard let story else { return Result(file: file, title: "", diagnostics: diagnostics.all, lines: []) }
        let outcome = try await StoryRun(story: story, machine: machine, cast: cast).play()
        return Result(
            file: file, title: story.title, diagnostics: outcome.failure.map { [$0] } ?? [], lines: outcome.lines)
    }

    private static func show(_ result: Result, _ terminal: Terminal, withTimeline: Bool) {
        if !result.isTrue || withTimeline {
            for line in result.lines { terminal.print(DemoVerb.text(line)) }
        }
        if result.isTrue {
            terminal.print("\("ok", .green)  \(result.title)  \(result.file, .dim)")
        } else {
            CheckVerb.print(result.diagnostics, on: terminal)
            terminal.print("\("left", .red)  \(result.title)  \(result.file, .dim)")
        }
    }
}
