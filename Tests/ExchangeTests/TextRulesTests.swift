import Calendars
import Expressions
import Foundation
import ProgrammeLanguage
import Testing

@testable import Exchange

/// What readers of each language are told, and how.
@Suite struct `Texts of messages` {
    private static let programme = """
        format: 1
        programme: words
        version: 1
        languages: [en, fr, ar, pl]
        people:
          requester: {title: Requester}
          desk: {title: Desk, staff: yes}
        forms:
          plan:
            people: {type: number, required: yes}
            address: {type: choice, list: [madam, sir, neither], required: yes}
            days: {type: dates, required: yes}
            cost: {type: money, required: yes}
        stages:
          request:
            asked:
              task: {who: requester, form: plan, due: 5 days}
              clock: {30 days: over}
              next: {go: told}
            told:
              task: {who: desk, due: 5 days}
              clock: {due: {escalate: desk}}
              next: {done: {to: closed, send: {words: requester}}}
        ends: {closed: fulfilled, over: expired}

        """

    private static func texts(_ language: String, _ dear: String, _ forms: [String: String]) -> String {
        let counted = forms.sorted { $0.key < $1.key }.map { "        \($0.key): \"\($0.value)\"\n" }.joined()
        return """
            language: \(language)
            messages:
              words:
                subject: "{{ case.reference }}: {{ plan.cost }}"
                body: "{{ dear }} {{ reader.name }}, {{ many }}, {{ plan.days }}, {{ plan.cost }}"
                parts:
                  dear: {choose: plan.address, \(dear)}
                  many:
                    count: plan.people

            """ + counted
    }

    private func machine() throws -> CaseMachine {
        let files = [
            "programme.yaml": Self.programme,
            "texts/en.yaml": Self.texts(
                "en", "madam: Dear Madam, sir: Dear Sir, other: Dear",
                ["one": "one", "other": "{{ plan.people }} people"]),
            "texts/fr.yaml": Self.texts(
                "fr", "madam: Madame, sir: Monsieur, other: Bonjour",
                [
                    "one": "{{ plan.people }} personne", "many": "{{ plan.people }} de personnes",
                    "other": "{{ plan.people }} personnes",
                ]),
            "texts/ar.yaml": Self.texts(
                "ar", "madam: سيدتي, sir: سيدي, other: تحية",
                ["zero": "zero", "one": "one", "two": "two", "few": "few", "many": "many", "other": "other"]),
            "texts/pl.yaml": Self.texts(
                "pl", "madam: Pani, sir: Pan, other: Witam",
                ["one": "osoba", "few": "osoby", "many": "osób", "other": "osoby (ułamek)"]),
        ].mapValues { Array($0.utf8) }
        let (programme, diagnostics) = ProgrammeCompiler.compile(ProgrammeSource(files: files))
        return CaseMachine(
            programme: try #require(programme, Comment(rawValue: diagnostics.lines.joined(separator: "\n"))))
    }

    /// The message as a reader of a language gets it, after these answers.
    private func told(_ language: String, people: Double = 3, address: String = "madam") throws -> Rendered {
        let machine = try machine()
        var drive = Drive(machine)
        let cost = Value.object(["amount": .double(1234.5), "currency": "EUR"])
        drive.answer(
            "go",
            [
                "people": .double(people), "address": .string(address), "days": days("2027-06-14", "2027-06-18"),
                "cost": cost,
            ])
        #expect(drive.state == "told")
        let reader = Value.object(["name": "Ana", "language": .string(language)])
        let reading = machine.reading(of: drive.c).adding(["reader": reader])
        let rendered = MessageRendering(programme: machine.programme)
            .render("words", language: language, reason: "", reading: reading, dates: [:])
        #expect(rendered.problem == nil)
        return rendered
    }

    @Test(arguments: [
        ("en", 1.0, "one"), ("fr", 0, "0 personne,"), ("fr", 2, "2 personnes"), ("fr", 1_000_000, "de personnes"),
        ("ar", 0, "zero"), ("ar", 2, "two"), ("ar", 7, "few"), ("ar", 11, "many"), ("ar", 100, "other"),
        ("pl", 1, "osoba,"),
        ("pl", 3, "osoby,"), ("pl", 5, "osób,"), ("pl", 22, "osoby,"), ("pl", 1.5, "ułamek"),
    ])
    func `count in the forms of the language`(language: String, people: Double, words: String) throws {
        #expect(try told(language, people: people).body.contains(words))
    }

    @Test func `choose by the form of address that a person gave, and never guess one`() throws {
        #expect(try told("fr", address: "madam").body.hasPrefix("Madame Ana"))
        #expect(try told("fr", address: "sir").body.hasPrefix("Monsieur Ana"))
        #expect(try told("fr", address: "neither").body.hasPrefix("Bonjour Ana"))
    }

    @Test func `write days and money as the reader does`() throws {
        #expect(try told("en").body.hasSuffix("14 June 2027 – 18 June 2027, €1,234.50"))
        let french = try told("fr").body
        #expect(french.contains("14 juin 2027 – 18 juin 2027"))
        #expect(french.contains("1\u{202F}234,50\u{A0}€"), "\(french)")
        #expect(try told("pl").body.contains("14 czerwca 2027"))
        let number = Wordings(language: "fr").text(.double(0.5), .double)
        #expect(number == "0,5")
        #expect(Wordings(language: "en").text(.double(2027), .double) == "2027")
    }

    @Test func `set each value apart in a line that is read from the right`() throws {
        let arabic = try told("ar")
        #expect(arabic.body.contains("\u{2068}سيدتي\u{2069} \u{2068}Ana\u{2069}, "))
        #expect(arabic.subject.hasPrefix("\u{2068}T-1\u{2069}: \u{2068}"))
        #expect(
            arabic.body.unicodeScalars.count { $0 == "\u{2068}" }
                == arabic.body.unicodeScalars.count { $0 == "\u{2069}" })
        #expect(try !told("fr").body.unicodeScalars.contains("\u{2068}"))
        #expect(MailText.html(arabic.body, language: "ar").contains("<html lang=\"ar\" dir=\"rtl\">"))
    }

    @Test(arguments: [("fr", "fr"), ("fr-CA", "fr"), ("pt-BR", "en"), ("", "en")])
    func `fall back to the main language and then to the programme's first`(wanted: String, got: String) throws {
        #expect(try told(wanted).language == got)
    }
}
