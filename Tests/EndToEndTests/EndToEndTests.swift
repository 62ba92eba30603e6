import CaseStore
import Engine
import Exchange
import Foundation
import Service
import Testing

/// The folder of the programmes that are shipped.
private let workflows = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("workflows").path

/// What one demonstration left behind.
private struct Played {
    let report: CastReport
    let lines: [String]
    let counts: StoreCounts
    let stuck: Int
    let folder: String
}

private func play(_ programme: String, seed: UInt64? = nil) async throws -> Played {
    let folder = NSTemporaryDirectory() + "sojourn-play-" + UUID().uuidString
    var demonstration = Demonstration(programme: workflows + "/" + programme, folder: folder)
    demonstration.limit = nil
    let prepared = try demonstration.prepare()
    let store = try demonstration.openStore()
    var lines: [String] = []
    let (service, report) = try await demonstration.run(
        prepared, store: store, tell: { lines.append("\($0.reference) \($0.text)") }, progress: { _ in })
    let counts = try await service.engine.store.counts()
    var filter = CaseFilter()
    filter.isStuck = true
    let stuck = try await service.engine.store.cases(filter).count
    #expect(try await service.engine.store.inspect() == [])
    for row in try await service.engine.store.cases(CaseFilter()) {
        #expect(!(try await service.engine.cases.journal(row.id).isEmpty), "the chain of \(row.reference) holds")
    }
    await service.close()
    return Played(report: report, lines: lines, counts: counts, stuck: stuck, folder: folder)
}

@Suite struct `The main job` {
    @Test func `a year of study tours, with all that goes wrong in it`() async throws {
        let played = try await play("study-tour")
        defer { try? FileManager.default.removeItem(atPath: played.folder) }
        #expect(played.report.started == 8)
        #expect(played.report.ended == 8)
        #expect(played.report.problems == [])
        #expect(played.report.ends["closed"] == 6)
        #expect(played.report.ends["no_match"] == 1)
        #expect(played.report.ends["withdrawn"] == 1)
        #expect(played.stuck == 0)
        #expect(played.counts.effects[.failed, default: 0] == 0)
        #expect(played.counts.effects[.unknown, default: 0] == 0)
        func happened(_ text: String) -> Bool { played.lines.contains { $0.contains(text) } }
        #expect(happened("Returned to be completed"))
        #expect(happened(", was "), "a visit was moved")
        #expect(happened("host cancels"))
        #expect(happened("replaced (the visa was refused)"))
        #expect(happened("requester decides: withdraw"))
        #expect(happened("go online"))
        #expect(happened(": silent"), "hosts that never answer give way to the next")
        #expect(happened("On the waiting list"))
        // What is left: mails, invitations, letters.
        let manager = FileManager.default
        let mails = try manager.contentsOfDirectory(atPath: played.folder + "/mail").filter { $0.hasSuffix(".eml") }
        let sent = played.counts.effects[.done, default: 0]
        #expect(mails.count > 300 && mails.count <= sent)
        #expect(Set(mails).count == mails.count)
        for folder in ["invitations", "documents"] {
            #expect(try manager.contentsOfDirectory(atPath: played.folder + "/" + folder).count >= 6)
        }
        try expectAgendas(played.folder + "/documents")
        let mode = try manager.attributesOfItem(atPath: played.folder + "/sojourn.db")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    /// Each who travels or receives has the agenda for print in their own language, with the names of all who come.
    private func expectAgendas(_ folder: String) throws {
        let manager = FileManager.default
        let agendas = try manager.subpathsOfDirectory(atPath: folder).filter {
            $0.contains("/agenda-") && $0.hasSuffix(".pdf")
        }.map { folder + "/" + $0 }
        #expect(agendas.count > 20)
        let texts = try agendas.map { try words(of: $0) }
        for words in ["Monday, ", "Lundi ", "Lunes, ", "Segunda-feira, ", "المشاركون"] {
            #expect(texts.contains { $0.contains(words) }, "nobody reads \(words)")
        }
        #expect(texts.allSatisfy { $0.components(separatedBy: "•").count > 2 })
    }

    private func words(of pdf: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/pdftotext")
        process.arguments = ["-enc", "UTF-8", pdf, "-"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let shown = text.precomposedStringWithCompatibilityMapping.unicodeScalars.filter {
            !["\u{200E}", "\u{200F}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{2068}", "\u{2069}"].contains($0)
        }
        return String(String.UnicodeScalarView(shown)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test func `the same seed plays the same year`() async throws {
        let first = try await play("study-tour")
        let second = try await play("study-tour")
        defer {
            for folder in [first.folder, second.folder] { try? FileManager.default.removeItem(atPath: folder) }
        }
        let difference = zip(first.lines, second.lines).first { $0 != $1 }
        #expect(difference == nil)
        #expect(first.lines.count == second.lines.count)
        #expect(first.counts.journalEntries == second.counts.journalEntries)
    }
}
