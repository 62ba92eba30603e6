import Expressions
import Foundation
import Testing

/// cel-spec's own cases, where the folder with them stands beside the checkout.
@Suite struct ConformanceSuite {
    static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../../shared/data/cel/conformance.jsonl")

    /// Cases that differ on purpose, each with its reason.
    static let departures: [String: String] = [
        "parse/bytes_literals/triple_single_quoted_unescaped_punctuation":
            "the case's value kept the backslash of cel-spec's own file format, whose \\? is a plain ?",
        "parse/bytes_literals/triple_double_quoted_unescaped_punctuation":
            "the case's value kept the backslash of cel-spec's own file format, whose \\? is a plain ?",
    ]

    static var isThere: Bool { FileManager.default.fileExists(atPath: file.standardizedFileURL.path) }

    @Test(.enabled(if: isThere, "the conformance cases are not beside this checkout"))
    func `every case gives the value or the error that cel-spec says`() throws {
        let text = try String(contentsOf: Self.file.standardizedFileURL, encoding: .utf8)
        var count = 0
        var differing: [String] = []
        for line in text.split(separator: "\n") {
            count += 1
            let wanted = try Value(json: line.utf8)
            let name =
                "\(wanted["file"]?.asString ?? "")/\(wanted["section"]?.asString ?? "")/\(wanted["name"]?.asString ?? "")"
            let given = try Value(json: Conformance.answer(line: String(line)).utf8)
            let isRight =
                if let value = wanted["value"] {
                    given["value"].map { same($0, value) } ?? false
                } else {
                    given["error"] != nil
                }
            if !isRight, Self.departures[name] == nil {
                differing.append("\(name): \(wanted["expr"]?.asString ?? "") gave \(given.json)")
            }
        }
        #expect(count == 982)
        #expect(differing.isEmpty, "\(differing.count) differ:\n\(differing.joined(separator: "\n"))")
    }

    /// Numbers of JSON compare as numbers, maps without their order.
    private func same(_ left: Value, _ right: Value) -> Bool {
        if let a = left.asDouble, let b = right.asDouble { return a == b }
        if let a = left["map"]?.asList, let b = right["map"]?.asList {
            return a.count == b.count && a.allSatisfy { pair in b.contains { same(pair, $0) } }
        }
        switch (left, right) {
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
        case (.map(let a), .map(let b)):
            return a.count == b.count && a.allSatisfy { key, value in b[key].map { same(value, $0) } ?? false }
        default: return left == right
        }
    }
}
