import Exchange
import Foundation
import Testing

@testable import ProgrammeLanguage

@Suite struct `The difference of two programmes` {
    private static func source(_ name: String) throws -> ProgrammeSource {
        try ProgrammeSource.read(path: workflows + "/" + name)
    }

    /// The sentences after one piece of a file of the study tour was replaced.
    private func sentences(
        _ file: String = ProgrammeSource.mainFile, _ changes: (from: String, to: String)...
    ) throws -> [String] {
        let old = try Self.source("study-tour")
        var text = String(decoding: try #require(old.files[file]), as: UTF8.self)
        for change in changes {
            try #require(text.contains(change.from), "\(change.from) stands nowhere")
            text = text.replacing(change.from, with: change.to, maxReplacements: 1)
        }
        var new = old
        new.files[file] = Array(text.utf8)
        return try difference(old, new).sentences.map(\.text)
    }

    private func difference(_ old: ProgrammeSource, _ new: ProgrammeSource) throws -> ProgrammeDifference {
        let (before, after) = (ProgrammeCompiler.compile(old), ProgrammeCompiler.compile(new))
        let lines = after.diagnostics.errors.map(\.description).joined(separator: "\n")
        return ProgrammeDifference(
            from: try #require(before.programme), old, to: try #require(after.programme, Comment(rawValue: lines)), new)
    }

    @Test func `tells a time that moves with its two numbers`() throws {
        let told = try sentences(
            ProgrammeSource.mainFile,
            (
                "clock: {30 days before visit: remind, 15 days before",
                "clock: {28 days before visit: remind, 15 days before"
            ))
        #expect(
            told == ["The reminder in `applying` of the track `delegates` moves from 30 to 28 days before visit."])
        let due = try sentences(
            ProgrammeSource.mainFile, ("form: screening, due: 5 working", "form: screening, due: 8 working"))
        #expect(due == ["The task in `screening` is now due 8 instead of 5 working days."])
    }

    @Test func `tells where an answer leads, who is asked, told and asked no more`() throws {
        let told = try sentences(
            ProgrammeSource.mainFile, ("next: {object: assessment}", "next: {object: screening}"),
            (
                "who: [requester, host], need: all, binds: agreement",
                "who: [requester, head], need: all, binds: agreement"
            ),
            ("send: {moved: everyone}}", "send: {moved: [host, head]}}"))
        #expect(
            told == [
                "The decision `move` in the stage `visit` now sends `moved` to `host`.",
                "The decision `move` in the stage `visit` now sends `moved` to `head`.",
                "The decision `move` in the stage `visit` no longer sends `moved` to everyone.",
                "The answer `object` in `objection` now leads to `screening` instead of `assessment`.",
                "The task in `signing` now asks `head`.", "The task in `signing` no longer asks `host`.",
            ])
    }

    @Test func `tells of what is new and gone, without repeating all that is in it`() throws {
        let told = try sentences(
            ProgrammeSource.mainFile,
            (
                "    ready:\n",
                "    packed:\n      task: {who: host, due: 5 days}\n      clock: {10 days: ready}\n      next: {done: ready}\n    ready:\n"
            ), ("agendas.good() == 1\", to: ready}", "agendas.good() == 1\", to: packed}"))
        #expect(told.contains("The state `packed` is new: it stands in the stage `visit`."))
        #expect(told.contains { $0.hasPrefix("What happens by itself in `preparing`, way 2, now leads to `packed`") })
        #expect(!told.contains { $0.contains("task in `packed`") })
    }

    @Test func `tells texts by language, and says a short one whole`() throws {
        let subject = try sentences("texts/fr.yaml", ("Décision sur votre demande", "Votre demande"))
        #expect(
            subject == [
                "The subject of the message `regret` in fr is now \"[{{ case.reference }}] Votre demande\" instead of "
                    + "\"[{{ case.reference }}] Décision sur votre demande\"."
            ])
        let body = try sentences("texts/fr.yaml", ("nous vous expliquerons volontiers", "nous vous dirons"))
        #expect(body == ["The text of the message `regret` changes in fr."])
    }

    @Test func `tells nothing of comments, layout and an order that means nothing`() throws {
        let old = try Self.source("study-tour")
        var text = String(decoding: try #require(old.files[ProgrammeSource.mainFile]), as: UTF8.self)
        let host = "  host:        {title: Host institution, from: hosts, deputy: yes}\n"
        text =
            "# Another word.\n"
            + text.replacing(host, with: "").replacing("dates:\n", with: host + "\ndates:\n", maxReplacements: 1)
        text = text.replacing("title: Study tour\n", with: "title:   \"Study tour\"\n")
        var new = old
        new.files[ProgrammeSource.mainFile] = Array(text.utf8)
        let found = try difference(old, new)
        #expect(found.isEmpty, "\(found.sentences)")
        #expect(found.otherFiles == [ProgrammeSource.mainFile])
        #expect(try difference(old, old).otherFiles.isEmpty)
    }

    @Test func `tells another order only where the first that holds is taken`() throws {
        let ways = try sentences(
            ProgrammeSource.mainFile,
            (
                "        - {if: \"!enough\", to: short}\n        - {if: \"delegates.all('cleared') && agendas.good() == 1\", to: ready}",
                "        - {if: \"delegates.all('cleared') && agendas.good() == 1\", to: ready}\n        - {if: \"!enough\", to: short}"
            ))
        #expect(ways == ["What happens by itself in `preparing` has its ways in another order."])
    }

    /// Each slip that still compiles, drawn by chance: what `ModelLines` finds changed is told, and nothing else is.
    @Test func `tells of every change that means something, whatever it is`() throws {
        let runs = ProcessInfo.processInfo.environment["SOJOURN_MISTAKE_RUNS"].flatMap { Int($0) } ?? 12
        var (told, silent) = (0, 0)
        for (index, name) in shippedNames.enumerated() {
            let source = try Self.source(name)
            let programme = try #require(ProgrammeCompiler.compile(source).programme)
            let model = ModelLines.of(programme)
            var generator = MistakeGenerator(source, roles: programme.peopleOrder, seed: 4_000 + UInt64(index))
            for _ in 0..<runs {
                let slip = generator.next()
                guard let changed = ProgrammeCompiler.compile(slip.source).programme else { continue }
                let found = ProgrammeDifference(from: programme, source, to: changed, slip.source)
                let after = ModelLines.of(changed)
                if found.isEmpty {
                    // What is the same in another order is no change; a word that a list has twice is none either.
                    #expect(Set(after.values) == Set(model.values), "\(slip)")
                    silent += 1
                } else {
                    #expect(after != model, "\(slip)\n\(found.sentences)")
                    told += 1
                }
                #expect(changed.hash == programme.hash || !found.isEmpty || !found.otherFiles.isEmpty, "\(slip)")
            }
        }
        print("differences: \(told) told, \(silent) that mean nothing")
        #expect(told > 5)
    }

    @Test func `of programmes and back names the same things`() throws {
        let (old, new) = (try Self.source("hub-referral"), try Self.source("thematic-visit"))
        let there = try difference(old, new).sentences
        let back = try difference(new, old).sentences
        let (fresh, lost) = (there.filter { $0.kind == .new }, back.filter { $0.kind == .gone })
        #expect(Set(fresh.map(\.about)) == Set(lost.map(\.about)))
        #expect(there.count > 50)
    }
}
