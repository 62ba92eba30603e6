import Calendars
import Exchange
import Testing

@testable import ProgrammeLanguage

@Suite struct `Programmes that call one another` {
    private func compiled(_ name: String, _ edit: (String) -> String = { $0 }) throws -> Programme {
        var source = try ProgrammeSource.read(path: workflows + "/" + name)
        let text = String(decoding: source.files[ProgrammeSource.mainFile] ?? [], as: UTF8.self)
        source.files[ProgrammeSource.mainFile] = Array(edit(text).utf8)
        let (programme, diagnostics) = ProgrammeCompiler.compile(source)
        return try #require(programme, Comment(rawValue: diagnostics.lines.joined(separator: "\n")))
    }

    /// The mistakes between the shipped referral and the visit that it calls, one of them changed.
    private func mistakes(
        caller: (String) -> String = { $0 }, called: (String) -> String = { $0 }
    ) throws -> [String] {
        let other = try compiled("thematic-visit", called)
        return CallChecking.check(
            try compiled("hub-referral", caller), called: ["thematic-visit": other], file: "programme.yaml"
        ).map { "\($0.severity.rawValue): \($0.message)" }
    }

    @Test func `the shipped ones agree`() throws {
        #expect(try mistakes() == [])
    }

    @Test func `an end that the caller does not know is told`() throws {
        let found = try mistakes(called: { $0.replacing("  held: {kind", with: "  postponed: expired\n  held: {kind") })
        #expect(
            found == ["error: thematic-visit can end as \"postponed\"; add it to the \"next\" of \"with_hub\""])
    }

    @Test func `a way on that is no end there is told with the nearest`() throws {
        let found = try mistakes(caller: { $0.replacing("        held:      {to", with: "        helt:      {to") })
        #expect(found.contains("error: thematic-visit has no end \"helt\"; did you mean \"held\"?"))
    }

    @Test func `what it takes must be given, and nothing else`() throws {
        let found = try mistakes(caller: {
            $0.replacing("institution: requester.institution", with: "who: requester.name")
        })
        #expect(found.contains("error: thematic-visit takes \"institution\"; add it to \"give\""))
        #expect(found.contains { $0.hasPrefix("error: thematic-visit does not take \"who\"") })
    }

    @Test func `what cannot be taken back is told`() throws {
        let found = try mistakes(called: { $0.replacing("taken_back: {who: origin", with: "taken_back: {who: head") })
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("error: thematic-visit cannot be taken back"))
    }

    @Test func `another version is told`() throws {
        #expect(
            try mistakes(called: { $0.replacing("version: 1", with: "version: 2") })
                == ["error: thematic-visit has version 2, this calls version 1"])
    }

    @Test func `a programme that is not there is a warning`() throws {
        let found = CallChecking.check(try compiled("hub-referral"), called: [:], file: "programme.yaml")
        #expect(found.map(\.severity) == [.warning])
    }
}

@Suite struct `Searching again` {
    @Test func `when offers come, every morning is a search`() throws {
        let source = try ProgrammeSource.read(path: workflows + "/expert-visit")
        let programme = try #require(ProgrammeCompiler.compile(source).programme)
        guard case .match(let match)? = programme.states["recirculating"]?.opening else {
            Issue.record("recirculating is no search")
            return
        }
        #expect(match.againWhenOffersCome)
        #expect(match.again?.text == "every day")
    }
}
