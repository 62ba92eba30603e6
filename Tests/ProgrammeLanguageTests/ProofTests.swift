import ActionKit
import Exchange
import Testing

@testable import ProgrammeLanguage

private typealias Change = (file: String, old: String, new: String)

private func lines(_ changes: [Change], actions: [ActionDescription]? = nil) -> [String] {
    for change in changes {
        let text = SmallTour.files[change.file] ?? ""
        #expect(text.ranges(of: change.old).count == 1, "\"\(change.old)\" must stand in \(change.file) once")
    }
    return ProgrammeCompiler.check(SmallTour.changed(changes), actions: actions).diagnostics.lines
}

/// A message from a member's state to somebody, with the same words in both languages.
private func told(_ words: String, to reader: String) -> [Change] {
    [
        ("programme.yaml", "next: {done: ready}", "next: {done: {to: ready, send: {got: \(reader)}}}"),
        ("texts/en.yaml", "  thanks: {", "  got: {subject: Got, body: \"\(words)\"}\n  thanks: {"),
        ("texts/ar.yaml", "  thanks: {", "  got: {subject: Got, body: \"\(words)\"}\n  thanks: {"),
    ]
}

@Suite struct `The flow of personal data` {
    @Test func `identity data stands in no mail, not even in one to whom it belongs`() {
        let found = lines(told("{{ if has(identity.passport) }}{{ identity.passport }}{{ end }}", to: "self"))
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.contains("identity data, which no mail or letter may carry") })
        #expect(found.map { $0.prefix(13) } == ["texts/ar.yaml", "texts/en.yaml"])
    }

    @Test func `who may not see a class is named`() {
        let found = lines(told("{{ if has(identity.passport) }}{{ identity.passport }}{{ end }}", to: "host"))
        #expect(
            found.allSatisfy { $0.contains("{{ identity.passport }} is identity data and \"host\" may not see it") })
        #expect(found.count == 2)
    }

    @Test func `whether something is there tells nothing`() {
        #expect(lines(told("{{ if has(identity.passport) }}Yes{{ else }}No{{ end }}", to: "host")) == [])
        #expect(lines(told("{{ if known(identity) }}Yes{{ else }}No{{ end }}", to: "host")) == [])
    }

    @Test func `a condition on it tells of it, through a fact too`() {
        let fact: Change = (
            "programme.yaml", "    during: visit\n    left: stopped",
            "    during: visit\n    facts: {foreign: \"has(identity.passport) && identity.passport != 'BA'\"}\n    left: stopped"
        )
        let found = lines(told("{{ if foreign }}A visa is needed.{{ end }}", to: "host") + [fact])
        #expect(found.count == 2)
        #expect(
            found.allSatisfy { $0.contains("the condition \"foreign\" is identity data and \"host\" may not see it") })
    }

    @Test func `a loop carries what its rows carry`() {
        let row: [Change] = [
            (
                "programme.yaml", "of: {name: person}, question",
                "of: {name: {type: person, required: yes}, diet: {type: text, privacy: special, required: yes}}, erase: 30 days after visit ends, question"
            ),
            (
                "texts/en.yaml", "body: \"The days are {{ visit }}.\"",
                "body: \"{{ visit }}{{ for p in nomination.people }} {{ p.diet }}{{ end }}\""
            ),
            (
                "texts/ar.yaml", "calendar: {subject: التقويم, body: \"{{ visit }}\"}",
                "calendar: {subject: التقويم, body: \"{{ visit }}{{ for p in nomination.people }} {{ p.name.name }}{{ end }}\"}"
            ),
        ]
        let found = lines(row)
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("texts/en.yaml:11:"))
        #expect(found[0].contains("{{ p.diet }} is special data and \"host\" may not see it"))
    }

    @Test func `one's own answers may be read by oneself`() {
        let found = lines([
            (
                "texts/en.yaml", "we look for a host.\"",
                "{{ if has(request.budget) }}it may cost {{ request.budget }}.{{ end }}\""
            ),
            ("texts/ar.yaml", "قُبل\", body: \"{{ reader.name }}\"", "قُبل\", body: \"{% x %}\""),
        ])
        #expect(
            found == [
                "texts/ar.yaml:3:58: warning: this does not say {{ request.budget }}, which the text in en says; add it, or leave it out there"
            ])
    }

    @Test func `another system gets nothing that nobody there may see`() {
        let post =
            "next: {agreed: {to: nomination, do: [webhook.post: {url: \"https://hub.example/a\", type: agreed, data: \"{{ request.budget }}\"}]}}"
        let required: Change = (
            "programme.yaml", "{type: number, privacy: money, erase",
            "{type: number, privacy: money, required: yes, erase"
        )
        let found = lines([("programme.yaml", "next: {agreed: nomination}", post), required])
        #expect(found.count == 1)
        #expect(found[0].contains("\"data\" carries money data to another system"))
        let named = post.replacing("type: agreed", with: "type: agreed, who: coordinator")
        #expect(lines([("programme.yaml", "next: {agreed: nomination}", named), required]) == [])
    }

    @Test func `a signature shows what it binds`() {
        let found = lines([
            (
                "programme.yaml", "task: {who: requester, form: nomination,",
                "task: {who: [requester, host], form: nomination, binds: request,"
            )
        ])
        #expect(found.count == 1)
        #expect(found[0].contains("\"host\" signs the form request here, whose \"budget\" is money data"))
    }
}

@Suite struct `Inputs of actions` {
    private static let actions = [
        action("calendar.invite", ["title": .text(.line, maximumBytes: 200), "days": .text(.line, maximumBytes: 21)]),
        action(
            "document.store", ["template": .text(.line, maximumBytes: 200), "title": .text(.line, maximumBytes: 200)]),
        action("webhook.post", ["url": .text(.url, maximumBytes: 200), "data": .anything, "tries": .integer(1...9)]),
    ]

    private static func action(_ name: String, _ fields: [String: Schema]) -> ActionDescription {
        ActionDescription(
            name: name, title: name,
            input: .object(
                fields.sorted { $0.key < $1.key }.map { SchemaField($0.key, $0.value, isRequired: $0.key == "url") }),
            output: .object([]), isKept: !name.hasPrefix("webhook"), idempotency: .native, timeoutSeconds: 1)
    }

    @Test func `fit in the small tour`() { #expect(lines([], actions: Self.actions) == []) }

    @Test(arguments: [
        ("calendar.invit: {days", "no action \"calendar.invit\"; did you mean \"calendar.invite\"?"),
        ("calendar.invites: {days", "no action \"calendar.invites\"; did you mean \"calendar.invite\"?"),
        ("calendar.invite: {titel: Tour, days", "calendar.invite has no input \"titel\"; did you mean \"title\"?"),
        ("calendar.invite: {title: [a], days", "\"title\" must be a text"),
        ("calendar.invite: {title: \"{{ 1 + 1 }}\", days", "\"title\" must be a text, this is a number"),
        ("webhook.post: {url: \"https://hub.example\", days", "webhook.post cannot be kept"),
    ])
    func `are told where they do not`(text: String, says: String) {
        let found = lines([("programme.yaml", "calendar.invite: {days", text)], actions: Self.actions)
        #expect(found.contains { $0.contains(says) }, Comment(rawValue: found.joined(separator: "\n")))
        #expect(found.allSatisfy { $0.hasPrefix("programme.yaml:81:") })
    }

    @Test func `of packs are only noted`() {
        let found = lines(
            [("programme.yaml", "calendar.invite: {days: \"{{ visit }}\"", "sms.send: {text: Soon")],
            actions: Self.actions)
        #expect(found.count == 1)
        #expect(found[0].contains("warning: \"sms.send\" is not built in"))
    }
}

@Suite struct `How long states last` {
    @Test func `is said for each, in days, by dates, or by people`() throws {
        let checked = ProgrammeCompiler.check(SmallTour.changed([]))
        func stay(_ state: String) throws -> Stay { try #require(checked.stays.first { $0.state == state }) }
        #expect(try stay("draft").words == "at most 61 days")
        #expect(try stay("assessment").words == "until people act; somebody is told: due")
        #expect(try stay("nomination").words == "until 30 days before visit")
        #expect(try stay("invited").words == "until 8 days before visit")
        #expect(checked.whole?.days == nil)
        #expect(checked.whole?.circles == ["draft", "assessment"])
    }

    @Test func `adds up where nobody leads a case in circles`() throws {
        let text = """
            format: 1
            programme: short
            version: 1
            people: {clerk: {title: Clerk, staff: yes}}
            stages:
              request:
                a: {task: {who: clerk}, next: {on: b}, clock: {10 days: over}}
                b: {task: {who: clerk}, next: {on: over, off: c}, clock: {2 months: c}}
                c: {task: {who: clerk}, next: {on: over}, clock: {48 hours: over}}
            ends: {over: expired}
            """
        let whole = try #require(ProgrammeCompiler.check(ProgrammeSource(text: text)).whole)
        // 10 days and the day of entering; 62 days at most for two months; two days and the day of entering.
        #expect(whole.days == 11 + 63 + 3)
    }

    @Test func `counts working days over every beginning in the list of holidays`() throws {
        let calendar = "2027-01-01\n2027-01-04\n2027-01-05\n"
        let text = """
            format: 1
            programme: short
            version: 1
            holidays: BA
            people: {clerk: {title: Clerk, staff: yes}}
            stages:
              request:
                a: {task: {who: clerk}, next: {on: over}, clock: {2 working days: over}}
            ends: {over: expired}
            """
        let source = ProgrammeSource(files: [
            "programme.yaml": Array(text.utf8), "lists/holidays-BA.txt": Array(calendar.utf8),
        ])
        // From Thursday 31 December: the 1st to the 5th are free, so the second working day is Thursday the 7th.
        #expect(ProgrammeCompiler.check(source).stays.map(\.days) == [8])
    }
}
