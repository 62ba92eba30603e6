import Expressions
import Foundation
import ProgrammeLanguage

/// `fmt FILE…`: files of programmes in the layout that all have.
enum FmtVerb {
    private static let unreadable = ExitCode(rawValue: 2)

    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "fmt", "Sets the layout of programmes: indentation, blanks, quotes, blank lines.",
            discussion: """
                Two spaces a level, one blank line at most, straight quotes, the usual wording of time phrases. Comments, the \
                order, and what stands on which line stay as they are; columns that are set one below the other too. What a \
                file says never changes. A folder stands for all its files of YAML, and - for standard input, which is \
                written to standard output.

                A file with a mistake of syntax is left as it is. Ends with 0, with --check 1 if a file would change, 2 if one \
                cannot be read.
                """,
            examples: [
                ("sojourn fmt workflows/study-tour", "Sets the layout of all files of the study tour."),
                ("sojourn fmt --check tour.yaml", "Says whether the file would change, and leaves it."),
                ("sojourn fmt - < tour.yaml > new.yaml", "Reads standard input and writes standard output."),
            ],
            arguments: [
                Positional("file", "Files of YAML, folders of programmes, or -.", repeating: true, completion: .file)
            ],
            options: [Option("check", "Changes nothing; says which files would change.")]
        ) { parsed, terminal in
            var findings: [Finding] = []
            for path in parsed.texts("file") {
                if path == "-" {
                    findings.append(try standardInput(parsed, place, terminal))
                } else {
                    for file in try files(of: path) { findings.append(try format(file, isCheck: parsed.flag("check"))) }
                }
            }
            let isJSON = parsed.flag("json")
            if isJSON { terminal.print(json: .object(["files": .list(findings.map(\.value))])) }
            for finding in findings where !isJSON {
                if finding.path == "-" {
                    for found in finding.mistakes { terminal.complain("\(found.description)") }
                    continue
                }
                CheckVerb.print(finding.mistakes, on: terminal)
                if finding.changes {
                    if parsed.flag("check") {
                        terminal.print("\(finding.path)")
                    } else {
                        terminal.note("laid out: \(finding.path)")
                    }
                }
            }
            if findings.contains(where: { !$0.mistakes.isEmpty }) { return unreadable }
            return parsed.flag("check") && findings.contains(where: \.changes) ? .failure : .success
        }
    }

    private struct Finding {
        let path: String
        var changes = false
        var mistakes: [Diagnostic] = []

        var value: Value {
            .object([
                "path": .string(path), "changes": .bool(changes),
                "mistakes": .list(mistakes.map { .string($0.description) }),
            ])
        }
    }

    /// The file itself, or all files of YAML in a folder.
    private static func files(of path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure("\(path): there is no such file or folder", exitCode: unreadable)
        }
        guard isFolder.boolValue else { return [path] }
        let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        let found = names.filter { $0.hasSuffix(".yaml") }.sorted()
        guard found.count <= ProgrammeSource.filesLimit else {
            throw Failure(
                "\(path): more than \(ProgrammeSource.filesLimit) files are no programme", exitCode: unreadable)
        }
        return found.map { "\(folder)/\($0)" }
    }

    private static func format(_ path: String, isCheck: Bool) throws -> Finding {
        let bytes = try WholeFile.bytes(of: path)
        var finding = Finding(path: path)
        do throws(LayoutRefusal) {
            let after = try Layout.of(file: path, bytes: bytes)
            finding.changes = after != bytes
            guard finding.changes, !isCheck else { return finding }
            try write(after, to: path, instead: &finding)
        } catch {
            finding.mistakes = error.diagnostics
        }
        return finding
    }

    /// Where a link leads the file is written, not the link.
    private static func write(_ bytes: [UInt8], to path: String, instead finding: inout Finding) throws(LayoutRefusal) {
        let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        do {
            let rights = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
            try Data(bytes).write(to: url, options: .atomic)
            if let rights { try FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: url.path) }
        } catch {
            finding.changes = false
            let reason = "the file cannot be written: \(error.localizedDescription)"
            throw LayoutRefusal(diagnostics: [Diagnostic(.error, file: path, line: 1, column: 1, message: reason)])
        }
    }

    private static func standardInput(_ parsed: Parsed, _ place: Workplace, _ terminal: Terminal) throws -> Finding {
        var bytes: [UInt8] = []
        while let more = place.read() {
            bytes += more
            guard bytes.count <= ProgrammeSource.bytesLimit else {
                throw Failure("standard input is longer than any programme", exitCode: unreadable)
            }
        }
        var finding = Finding(path: "-")
        do throws(LayoutRefusal) {
            let after = try Layout.of(file: "-", bytes: bytes)
            finding.changes = after != bytes
            if !parsed.flag("check"), !parsed.flag("json") { terminal.write(after) }
        } catch {
            finding.mistakes = error.diagnostics
        }
        return finding
    }
}
