import ActionKit
import Exchange
import Expressions
import Foundation
import ProgrammeLanguage
import Service

/// `check FILE…`: every mistake of programmes, as compilers write them.
enum CheckVerb {
    static let unreadable = ExitCode(rawValue: 2)

    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "check", "Finds every mistake in programmes.",
            discussion: """
                Each mistake is a line on standard output: file:line:column: error: what is wrong, and what to write instead. \
                Warnings are shown and do not fail, unless --strict is given.

                Ends with 0 if there is no mistake, 1 if there is one, 2 if a file cannot be read.
                """,
            examples: [
                ("sojourn check workflows/study-tour", "Checks a programme's folder."),
                ("sojourn check --strict workflows/*", "Checks all programmes; warnings count as mistakes."),
                ("sojourn check --json tour.yaml", "Prints the mistakes of a programme of one file as JSON."),
                ("sojourn check --bounds tour.yaml", "Prints too how long each state lasts at most."),
                ("sojourn check --notes tour.yaml", "Prints too which reminders a state's end may overtake."),
            ],
            arguments: [
                Positional(
                    "file", "Folders of programmes, their programme.yaml, or programmes of one file.", repeating: true,
                    completion: .file)
            ],
            options: [
                Option("strict", "Takes warnings for mistakes."),
                Option("bounds", "Prints how long each state lasts at most, and a whole case."),
                Option("notes", "Prints too what may come too late, and what waits for a date."),
            ]
        ) { parsed, terminal in
            var findings: [Finding] = []
            let actions = KnownActions.at(place, parsed)
            for path in parsed.texts("file") { findings.append(Finding(path, actions: actions)) }
            let isJSON = parsed.flag("json")
            if isJSON {
                terminal.print(json: .object(["files": .list(findings.map(\.value))]))
            }
            for finding in findings {
                if let fault = finding.fault {
                    if !isJSON { terminal.complain("\(fault.description)") }
                    continue
                }
                if !isJSON { print(finding.diagnostics + (parsed.flag("notes") ? finding.notes : []), on: terminal) }
                if !finding.hasMistakes(isStrict: parsed.flag("strict")), let programme = finding.programme {
                    terminal.note("\(finding.path): \(programme.name) version \(programme.version) has no mistakes")
                    if parsed.flag("bounds"), !isJSON { print(finding, programme, on: terminal) }
                }
            }
            if findings.contains(where: { $0.fault != nil }) { return unreadable }
            return findings.contains { $0.hasMistakes(isStrict: parsed.flag("strict")) } ? .failure : .success
        }
    }

    /// What a check of one path gave.
    struct Finding {
        let path: String
        private(set) var source: ProgrammeSource?
        private(set) var programme: Programme?
        private(set) var diagnostics: [Diagnostic] = []
        private(set) var notes: [Diagnostic] = []
        private(set) var stays: [Stay] = []
        private(set) var whole: CaseBound?
        private(set) var fault: SourceFault?

        /// - Parameters:
        ///   - actions: what the service has that will run it.
        ///   - functions: what its plugins add to rules of matching.
        init(
            _ path: String, actions: [ActionDescription] = Service.knownActions,
            functions: [FunctionDeclaration] = Service.knownFunctions
        ) {
            // A shell's completion leaves a slash behind folders, which would stand twice in every message.
            let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            self.path = trimmed
            do throws(SourceFault) {
                let source = try ProgrammeSource.read(path: trimmed)
                self.source = source
                let checked = ProgrammeCompiler.check(source, actions: actions, functions: functions)
                (programme, diagnostics) = (checked.programme, checked.diagnostics.all)
                (stays, whole, notes) = (checked.stays, checked.whole, checked.notes)
                if let programme { diagnostics += Self.calls(of: programme, source, path: trimmed, functions) }
            } catch {
                fault = error
            }
        }

        /// Mistakes between a programme and those that it calls, which stand beside it in folders of their names.
        private static func calls(
            of programme: Programme, _ source: ProgrammeSource, path: String, _ functions: [FunctionDeclaration]
        ) -> [Diagnostic] {
            guard !programme.calls.isEmpty else { return [] }
            var folder = URL(fileURLWithPath: path)
            if folder.lastPathComponent == ProgrammeSource.mainFile { folder.deleteLastPathComponent() }
            folder.deleteLastPathComponent()
            var called: [String: Programme] = [:]
            var waiting = programme.calls
            while let name = waiting.popLast() {
                guard called[name] == nil,
                    let other = try? ProgrammeSource.read(path: folder.appendingPathComponent(name).path)
                else { continue }
                called[name] = ProgrammeCompiler.compile(other, functions: functions).programme
                waiting += called[name]?.calls ?? []
            }
            return CallChecking.check(programme, called: called, file: source.mainShown)
        }

        func hasMistakes(isStrict: Bool) -> Bool {
            diagnostics.contains { isStrict || $0.severity == .error }
        }

        var value: Value {
            var fields: [String: Value] = [
                "path": .string(path),
                "diagnostics": .list(diagnostics.map(Self.value)), "notes": .list(notes.map(Self.value)),
                "stays": .list(stays.map(Self.value)), "bound": whole.map(Self.value) ?? .null,
                "programme": .null, "unreadable": fault.map { .string($0.message) } ?? .null,
            ]
            if let programme {
                fields["programme"] = .object([
                    "name": .string(programme.name), "version": .int(Int64(programme.version)),
                    "hash": .string(programme.hash),
                ])
            }
            return .object(fields)
        }

        private static func value(_ found: Diagnostic) -> Value {
            .object([
                "file": .string(found.file), "line": .int(Int64(found.line)), "column": .int(Int64(found.column)),
                "severity": .string(found.severity.rawValue), "message": .string(found.message),
            ])
        }

        private static func value(_ stay: Stay) -> Value {
            .object([
                "track": stay.track.map { .string($0) } ?? .null, "state": .string(stay.state),
                "line": .int(Int64(stay.line)), "days": stay.days.map { .int(Int64($0)) } ?? .null,
                "until": .list(stay.until.map { .string($0) }), "told": .list(stay.told.map { .string($0) }),
                "late": stay.late.map { .string($0) } ?? .null,
            ])
        }

        private static func value(_ bound: CaseBound) -> Value {
            .object([
                "days": bound.days.map { .int(Int64($0)) } ?? .null,
                "circles": .list(bound.circles.map { .string($0) }),
                "open": .list(bound.open.map { .string($0) }),
            ])
        }
    }

    private static func print(_ finding: Finding, _ programme: Programme, on terminal: Terminal) {
        var table = Table(.init(programme.name), .init("lasts"))
        for stay in finding.stays { table.add("\(stay.track.map { $0 + " " } ?? "")\(stay.state)", "\(stay.words)") }
        terminal.print(table)
        if let whole = finding.whole { terminal.print("\(whole.words)") }
    }

    static func print(_ diagnostics: [Diagnostic], on terminal: Terminal) {
        for found in diagnostics {
            let style: Style =
                switch found.severity {
                case .error: [.bold, .red]
                case .warning: [.bold, .yellow]
                case .note: [.bold]
                }
            terminal.print(
                "\(found.file, .bold):\(found.line):\(found.column): \(found.severity.rawValue, style): \(found.message)"
            )
        }
    }
}
