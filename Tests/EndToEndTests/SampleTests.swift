import CaseStore
import Engine
import Exchange
import Foundation
import Service
import Testing

/// A shipped programme with its sample, taken from the first request to the last follow-up on a new database.
private struct Played {
    let lines: [String]
    let report: CastReport
    let counts: StoreCounts
    let mails: Int

    init(_ name: String) async throws {
        let workflows = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("workflows").path
        let folder = NSTemporaryDirectory() + "sample-\(name)-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let demonstration = Demonstration(programme: workflows + "/" + name, folder: folder)
        let prepared = try demonstration.prepare()
        #expect(prepared.requestReport.refused == 0)
        #expect(prepared.offerReport.refused == 0)
        var lines: [String] = []
        let (service, report) = try await demonstration.run(
            prepared, store: try demonstration.openStore(), tell: { lines.append("\($0.reference) \($0.text)") },
            progress: { _ in })
        self.lines = lines
        self.report = report
        counts = try await service.engine.store.counts()
        await service.close()
        mails = try FileManager.default.contentsOfDirectory(atPath: folder + "/mail").count
    }

    /// What happened to one case, in order.
    func story(_ reference: String) -> [String] {
        lines.filter { $0.hasPrefix(reference + " ") }.map { String($0.dropFirst(reference.utf8.count + 1)) }
    }
}

@Suite struct `Samples of the shipped programmes` {
    /// Nothing is left over: every case ended, and every effect was done.
    ///
    /// - Parameter held: messages that wait for a person's release, because the programme says so.
    private func expectWhole(_ played: Played, cases: Int, held: Int = 0) {
        #expect(played.report.problems == [])
        #expect(played.report.started == cases)
        #expect(played.report.ended == cases)
        #expect(played.counts.openCases == 0)
        #expect(played.counts.effects[.held, default: 0] == held)
        for (state, count) in played.counts.effects where ![.done, .recalled, .held].contains(state) {
            #expect(count == 0, "\(count) effects are \(state.rawValue)")
        }
        #expect(played.mails > 0)
        #expect(played.lines.allSatisfy { !$0.contains("stuck") })
    }

    @Test func `expert visits: six end well, one is rejected, one finds nobody who speaks the language`() async throws {
        let played = try await Played("expert-visit")
        expectWhole(played, cases: 8, held: 1)
        #expect(played.report.ends == ["closed": 6, "rejected": 1, "no_expert": 1])
        // The Commission asks back, and its own clock goes on.
        #expect(played.story("EV-2027-0002").contains("→ To be clarified"))
        // An expert drops out: another is sought, the new mission has new days and a new invitation.
        let lost = played.story("EV-2027-0003")
        #expect(lost.contains { $0.contains("Dropped out") })
        #expect(lost.filter { $0 == "→ Experts are asked" }.count == 2)
        #expect(lost.filter { $0 == "calendar invite: made" }.count == 2)
        #expect(lost.contains("calendar invite: withdrawn"))
        // Two experts were wanted, so two went.
        #expect(played.story("EV-2027-0002").filter { $0.hasSuffix("Was on the mission") }.count == 2)
        #expect(played.story("EV-2027-0001").filter { $0.hasSuffix("Was on the mission") }.count == 1)
    }

    @Test func `twinnings: all close, though a visit does not count and a plan comes back`() async throws {
        let played = try await Played("twinning")
        expectWhole(played, cases: 4)
        #expect(played.report.ends == ["closed": 4])
        let short = played.story("TW-2027-0002")
        #expect(short.contains { $0.contains("Does not count") })
        #expect(short.contains("→ Too few visits"))
        // Two must sign where there is no second partner, so one who objects sends it back.
        #expect(played.story("TW-2027-0004").filter { $0.hasPrefix("→ Plan signed") }.count == 2)
        #expect(played.story("TW-2027-0004").contains { $0.hasPrefix("project: ") && $0.contains(", was ") })
    }

    @Test func `referrals: the called visits end as the cases that called them go on`() async throws {
        let played = try await Played("hub-referral")
        expectWhole(played, cases: 6)
        #expect(played.report.ends == ["closed": 5, "withdrawn": 1])
        // Refused by one hub, handed to another.
        #expect(played.story("NR-2027-0004").filter { $0 == "→ With the thematic hub" }.count == 2)
        // One visit for each referral, one more for the refused and for the one that was taken back.
        let visits = Set(played.lines.filter { $0.hasPrefix("TV-") }.map { String($0.prefix(12)) })
        #expect(visits.count == 8)
        #expect(played.lines.filter { $0.hasPrefix("TV-") && $0.hasSuffix("origin decides: taken back") }.count == 2)
        #expect(played.lines.filter { $0.hasPrefix("TV-") && $0.hasSuffix("■ ends: Held") }.count == 5)
    }
}
