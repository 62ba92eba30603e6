import Exchange
import Expressions
import Foundation
import ProgrammeLanguage

/// `check FILE…`: every mistake of programmes, as compilers write them.
enum CheckVerb {
    static let unreadable = ExitCode(rawValue: 2)

    static let spec = CommandSpec(
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
        ],
        arguments: [
            Positional(
                "file", "Folders of programmes, their programme.yaml, or programmes of one file.", repeating: true,
                completion: .file)
        ],
        options: [Option("strict", "Takes warnings for mistakes.")]
    ) { parsed, terminal in
        var findings: [Finding] = []
        for path in parsed.texts("file") { findings.append(Finding(path)) }
        let isJSON = parsed.flag("json")
        if isJSON {
            terminal.print(json: .object(["files": .list(findings.map(\.value))]))
        }
        for finding in findings {
            if let fault = finding.fault {
                if !isJSON { terminal.complain("\(fault.description)") }
                continue
            }
            if !isJSON { print(finding.diagnostics, on: terminal) }
            if !finding.hasMistakes(isStrict: parsed.flag("strict")), let programme = finding.programme {
                terminal.note("\(finding.path): \(programme.name) version \(programme.version) has no mistakes")
            }
        }
        if findings.contains(where: { $0.fault != nil }) { return unreadable }
        return findings.contains { $0.hasMistakes(isStrict: parsed.flag("strict")) } ? .failure : .success
    }

    /// What a check of one path gave.
    struct Finding {
        let path: String
        private(set) var source: ProgrammeSource?
        private(set) var programme: Programme?
        private(set) var diagnostics: [Diagnostic] = []
        private(set) var fault: SourceFault?

        init(_ path: String) {
            // A shell's completion leaves a slash behind folders, which would stand twice in every message.
            let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            self.path = trimmed
            do throws(SourceFault) {
                let source = try ProgrammeSource.read(path: trimmed)
                self.source = source
                let (programme, diagnostics) = ProgrammeCompiler.compile(source)
                (self.programme, self.diagnostics) = (programme, diagnostics.all)
                if let programme { self.diagnostics += Self.calls(of: programme, source, path: trimmed) }
            } catch {
                fault = error
            }
        }

        /// Mistakes between a programme and those that it calls, which stand beside it in folders of their names.
        private static func calls(of programme: Programme, _ source: ProgrammeSource, path: String) -> [Diagnostic] {
            guard !programme.calls.isEmpty else { return [] }
            var folder = URL(fileURLWithPath: path)
            if folder.lastPathComponent == ProgrammeSource.mainFile { folder.deleteLastPathComponent() }
            folder.deleteLastPathComponent()
            var called: [String: Programme] = [:]
            for name in programme.calls {
                guard let other = try? ProgrammeSource.read(path: folder.appendingPathComponent(name).path) else {
                    continue
                }
                called[name] = ProgrammeCompiler.compile(other).programme
            }
            return CallChecking.check(programme, called: called, file: source.mainShown)
        }

        func hasMistakes(isStrict: Bool) -> Bool {
            diagnostics.contains { isStrict || $0.severity == .error }
        }

        var value: Value {
            var fields: [String: Value] = [
                "path": .string(path),
                "diagnostics": .list(
                    diagnostics.map {
                        .object([
                            "file": .string($0.file), "line": .int(Int64($0.line)), "column": .int(Int64($0.column)),
                            "severity": .string($0.severity.rawValue), "message": .string($0.message),
                        ])
                    }),
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
    }

    static func print(_ diagnostics: [Diagnostic], on terminal: Terminal) {
        for found in diagnostics {
            let style: Style = found.severity == .error ? [.bold, .red] : [.bold, .yellow]
            terminal.print(
                "\(found.file, .bold):\(found.line):\(found.column): \(found.severity.rawValue, style): \(found.message)"
            )
        }
    }
}
