import Expressions
import Foundation
import ProgrammeLanguage
import Tables

/// The table that goes to a translator and comes back.
enum TranslatorTable {
    private static let columns = ["key", "source", "text"]

    // MARK: Out

    @Sendable static func export(_ parsed: Parsed, _ terminal: Terminal) throws -> ExitCode {
        let folder = try TextsFolder(parsed["folder"])
        let translation = folder.translation(try folder.target(parsed["language"]))
        let path = parsed["file"]
        guard path == "-" || path.hasSuffix(".csv") || path.hasSuffix(".xlsx") else {
            throw UsageMistake("the file's name ends in .csv or .xlsx")
        }
        let rows = translation.entries.map { [$0.key, bare($0.source), bare($0.text ?? "")] }
        do throws(TableFault) {
            if path.hasSuffix(".xlsx") {
                let writer = try WorkbookWriter(path: path, sheet: translation.language)
                for row in [columns] + rows { writer.add(row) }
                try writer.close()
            } else {
                try table(rows, path, terminal)
            }
        } catch {
            throw Failure(error.description)
        }
        if path != "-" { terminal.note("\(Naming.count(rows.count, "text")) written to \(path)") }
        return .success
    }

    private static func table(_ rows: [[String]], _ path: String, _ terminal: Terminal) throws(TableFault) {
        var writer = TableWriter(marksUTF8: path != "-")
        writer.add(columns)
        for row in rows { writer.add(row.map(escaped)) }
        let bytes = writer.drain()
        guard path != "-" else { return terminal.write(bytes) }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw TableFault(.cannotOpen, "\(path) is there already; choose another name")
        }
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw TableFault(.cannotOpen, "\(path) cannot be made")
        }
    }

    /// Without the line end that closes a text of several lines, which a translator would not see.
    private static func bare(_ text: String) -> String { text.hasSuffix("\n") ? String(text.dropLast()) : text }

    /// A text that begins as the guard against formulas does gets that guard too, so that it comes back as it was.
    private static func escaped(_ text: String) -> String { isGuarded(text) ? "'" + text : text }

    private static func unescaped(_ text: String) -> String { isGuarded(text) ? String(text.dropFirst()) : text }

    /// Whether a text is an apostrophe before what a spreadsheet might compute, or before another such.
    private static func isGuarded(_ text: String) -> Bool {
        guard text.first == "'" else { return false }
        var writer = TableWriter()
        let rest = String(text.dropFirst())
        writer.add([rest, ""])
        return writer.drain().starts(with: Array("'".utf8)) || writer.bytes.starts(with: Array("\"'".utf8))
            || isGuarded(rest)
    }

    // MARK: Back

    @Sendable static func take(_ parsed: Parsed, _ terminal: Terminal) throws -> ExitCode {
        let folder = try TextsFolder(parsed["folder"])
        let language = try folder.target(parsed["language"])
        let translation = folder.translation(language)
        let path = parsed["file"]
        var (changes, found) = ([(path: [String], text: String)](), [Diagnostic]())
        let known = Dictionary(translation.entries.map { ($0.key, $0) }) { first, _ in first }
        for row in try rows(path) {
            func say(_ severity: Diagnostic.Severity, _ message: String) {
                found.append(Diagnostic(severity, file: path, line: row.line, column: 1, message: message))
            }
            guard let entry = known[row.key] else {
                say(.error, "there is no text \"\(row.key)\"\(Naming.proposal(row.key, among: Array(known.keys)))")
                continue
            }
            guard !row.text.isEmpty else { continue }
            let end = (entry.text ?? entry.source).hasSuffix("\n") ? "\n" : ""
            guard row.text + end != entry.text else { continue }
            let source = entry.source.isEmpty ? entry.text ?? "" : entry.source
            for finding in TextPlaceholders.compare(row.text, with: source) { say(finding.severity, finding.message) }
            changes.append((entry.path, row.text + end))
        }
        let isJSON = parsed.flag("json")
        if !isJSON { CheckVerb.print(found, on: terminal) }
        let hasErrors = found.contains { $0.severity == .error }
        if !hasErrors, !changes.isEmpty, !parsed.flag("check") {
            var file = try folder.file(language)
            for change in changes { try folder.set(change.path, to: change.text, in: &file) }
            try folder.write(file, language)
        }
        if isJSON {
            terminal.print(
                json: .object([
                    "language": .string(language),
                    "changed": .texts(hasErrors ? [] : changes.map { $0.path.joined(separator: ".") }),
                    "mistakes": .list(found.map { .string($0.description) }),
                ]))
        } else if !hasErrors {
            terminal.print(
                "\(parsed.flag("check") ? "would change" : "changed") in \(language): \(Naming.count(changes.count, "text"))"
            )
        }
        return hasErrors ? .failure : .success
    }

    private struct Row {
        let line: Int
        let key: String
        let text: String
    }

    private static func rows(_ path: String) throws -> [Row] {
        let bytes = try WholeFile.bytes(of: path)
        let isWorkbook = WorkbookReader.isWorkbook(bytes)
        var result: [Row] = []
        do throws(TableFault) {
            let reader = try TableReader(MemorySource(isWorkbook ? WorkbookReader.table(bytes) : bytes))
            guard let key = reader.header.position(of: "key"), let text = reader.header.position(of: "text") else {
                throw TableFault(.header, line: 1, "the table has the columns key, source and text")
            }
            while let next = try reader.next() {
                switch next {
                case .failure(let mistake): throw TableFault(.header, line: mistake.line, mistake.text)
                case .success(let row):
                    let cell = row[text].replacing("\r\n", with: "\n").replacing("\u{2028}", with: "\n")
                    result.append(Row(line: row.line, key: row[key], text: isWorkbook ? cell : unescaped(cell)))
                }
            }
        } catch {
            throw Failure(
                "\(path)\(error.line.map { ":\($0)" } ?? ""): \(error.message)", exitCode: TextsVerbs.unreadable)
        }
        return result
    }
}
