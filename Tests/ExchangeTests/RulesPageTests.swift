import Foundation
import Testing

/// The page of rules names tests; each of them must be there.
@Suite struct `The page of rules` {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The names of all tests of the checkout.
    private static func tests() throws -> [String] {
        let folder = root.appendingPathComponent("Tests").path
        let files = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).filter {
            $0.hasSuffix(".swift")
        }
        return try files.sorted().flatMap { file in
            try String(contentsOfFile: folder + "/" + file, encoding: .utf8).split(separator: "func `").dropFirst()
                .compactMap { $0.split(separator: "`").first.map(String.init) }
        }
    }

    @Test func `names for every rule and invariant a test that is there`() throws {
        let page = try String(
            contentsOf: Self.root.appendingPathComponent("docs/reference/rules.md"), encoding: .utf8)
        let tests = Set(try Self.tests())
        var seen: [String] = []
        for line in page.split(separator: "\n") where line.hasPrefix("| R") || line.hasPrefix("| I") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let number = cells[0]
            guard number.dropFirst().allSatisfy(\.isNumber), cells.count == 3 else { continue }
            seen.append(number)
            let parts = cells[2].split(separator: "`", omittingEmptySubsequences: false).map(String.init)
            for (index, part) in parts.enumerated() {
                if index % 2 == 1 {
                    #expect(tests.contains(part), "\(number): there is no test \"\(part)\"")
                } else {
                    for word in part.split(whereSeparator: { $0 == "," || $0 == " " }) where word != "walk" {
                        #expect(tests.contains { $0.hasPrefix("\(word):") }, "\(number): no test begins with \(word)")
                    }
                }
            }
        }
        #expect(seen == (1...52).map { "R\($0)" } + (1...32).map { "I\($0)" })
    }
}
