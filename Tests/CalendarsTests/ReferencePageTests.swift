import Calendars
import Foundation
import Testing

/// docs/reference/times.md.
private let page: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return (try? String(contentsOf: root.appendingPathComponent("docs/reference/times.md"), encoding: .utf8)) ?? ""
}()

/// The lines of the page's code blocks, without what stands behind `#`.
private let shown: [String] = page.components(separatedBy: "```\n").enumerated().filter { $0.offset % 2 == 1 }
    .flatMap { $0.element.components(separatedBy: "\n") }
    .map { ($0.components(separatedBy: "#").first ?? "").trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }

/// The rows of the table of what is refused: what is written, and what is said.
private let refused: [(String, String)] = page.components(separatedBy: "\n").compactMap { line in
    let parts = line.components(separatedBy: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    guard line.hasPrefix("| `"), parts.count == 4 else { return nil }
    return (parts[1].trimmingCharacters(in: ["`"]), parts[2])
}

@Suite struct `The reference page of times` {
    @Test func `has phrases and refusals`() {
        #expect(shown.count > 40)
        #expect(refused.count > 10)
    }

    @Test(arguments: shown)
    func `shows phrases that are read`(_ text: String) throws {
        let dates: Set<String> = ["visit", "submission", "project", "call"]
        _ = try TimePhrase.parseRange(text, dates: dates, singleDays: ["submission"], states: ["waitlisted"]).get()
    }

    @Test(arguments: refused)
    func `says of the others what the reader says`(_ text: String, _ message: String) {
        guard case .failure(let mistake) = TimePhrase.parse(text, dates: ["visit"]) else {
            Issue.record("\"\(text)\" was taken")
            return
        }
        #expect(mistake.message == message)
    }
}
