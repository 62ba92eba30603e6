import Exchange
import Foundation
import Testing

@testable import ProgrammeLanguage

/// The pages under docs/, README.md, and those of the plugins, by their paths.
private let pages: [String] = {
    let root = URL(fileURLWithPath: workflows).deletingLastPathComponent().path
    let folders = ["docs", "Plugins"].flatMap { folder in
        (FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.allObjects as? [String] ?? [])
            .filter { $0.hasSuffix(".md") && !$0.contains(".build") }.map { "\(root)/\(folder)/\($0)" }
    }
    return (folders + ["README.md", "CHANGELOG.md"].map { "\(root)/\($0)" }).sorted()
}()

private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// The page without code, in which brackets are no links.
private func prose(_ text: String) -> String {
    let outside = text.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    return outside.joined().components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        .joined()
}

/// The anchors of a page's headings, as its readers make them.
private func anchors(_ text: String) -> Set<String> {
    var inCode = false
    var result: Set<String> = []
    for line in text.components(separatedBy: "\n") {
        if line.hasPrefix("```") { inCode.toggle() }
        guard !inCode, line.hasPrefix("#") else { continue }
        let title = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
        result.insert(
            title.compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : nil }
                .map(String.init).joined())
    }
    return result
}

@Suite struct `The pages for people` {
    @Test func `are there`() {
        #expect(pages.count > 10)
    }

    @Test(arguments: pages)
    func `have no dead link`(page: String) throws {
        let text = try read(page)
        for part in prose(text).components(separatedBy: "](").dropFirst() {
            let link = String(part.prefix { $0 != ")" })
            if link.hasPrefix("https://") || link.hasPrefix("mailto:") { continue }
            let pieces = link.components(separatedBy: "#")
            let folder = URL(fileURLWithPath: page).deletingLastPathComponent()
            let target = pieces[0].isEmpty ? page : folder.appendingPathComponent(pieces[0]).standardized.path
            #expect(FileManager.default.fileExists(atPath: target), "\(link) leads nowhere")
            guard pieces.count == 2, target.hasSuffix(".md"), let whole = try? read(target) else { continue }
            #expect(anchors(whole).contains(pieces[1]), "\(link): the page has no such heading")
        }
    }

    @Test(arguments: pages)
    func `show programmes without a mistake`(page: String) throws {
        for block in try read(page).components(separatedBy: "```yaml\n").dropFirst() {
            guard block.hasPrefix("format: 1"), let text = block.components(separatedBy: "```").first else { continue }
            let diagnostics = ProgrammeCompiler.compile(ProgrammeSource(text: text)).diagnostics
            #expect(diagnostics.isEmpty, Comment(rawValue: diagnostics.lines.joined(separator: "\n")))
        }
    }
}
