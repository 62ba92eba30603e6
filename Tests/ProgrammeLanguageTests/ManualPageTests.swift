import Calendars
import Exchange
import Testing

@testable import ProgrammeLanguage

@Suite struct `A manual's page` {
    private func page(_ name: String, _ language: String? = nil, visit: String? = nil) throws -> ManualPage {
        let programme = try shipped(name)
        return ManualPage(ProgrammeWords(programme, language: language), visit: visit.flatMap { DateSpan(text: $0) })
    }

    @Test func `says for each state who is asked what by when, what reminds and where it leads`() throws {
        let page = try page("study-tour")
        let match = try #require(page.sections.first { $0.title == "Stage: Match" })
        #expect(match.columns == ["State", "Who", "Asked", "Due", "Reminders", "Next"])
        let signing = try #require(match.rows.first { $0[0] == ["Agreement signed"] })
        #expect(signing[1] == ["Requesting institution, Host institution (all of them)"])
        #expect(signing[2] == ["signature: Agreement"])
        #expect(signing[3] == ["10 working days"])
        #expect(signing[4].first == "5 working days: reminder")
        #expect(signing[5].contains("signed → Delegates are named"))
        #expect(signing[5].contains { $0.hasPrefix("20 working days: → Hosts are asked") })
    }

    @Test(arguments: shippedNames) func `names every state and every track`(name: String) throws {
        let programme = try shipped(name)
        let states = try page(name).sections.flatMap(\.rows).compactMap(\.first?.first)
        for state in programme.states.values { #expect(states.contains(state.title)) }
        for state in programme.tracks.values.flatMap(\.states.values) {
            #expect(
                states.contains(ProgrammeWords(programme).state(state.name, in: nil)) || states.contains(state.title))
        }
    }

    @Test func `has a calendar of real days for a sample visit`() throws {
        let rows = try #require(page("study-tour", visit: "2027-06-14/2027-06-18").sections.last?.rows)
        func days(_ state: String, _ text: String) -> [String] {
            rows.filter { $0[2] == [state] && $0[3][0].hasPrefix(text) }.map { "\($0[0][0]) \($0[1][0])" }
        }
        // 60 days before 14 June, and 14 and 7 days before that due day.
        #expect(days("Delegates are named", "Due: ") == ["15 April 2027 24:00"])
        #expect(days("Delegates are named", "reminder") == ["1 April 2027 09:00", "8 April 2027 09:00"])
        #expect(days("Going", "→ Under way") == ["14 June 2027 00:00"])
        #expect(days("Under way", "→ Evaluated") == ["18 June 2027 18:00"])
        #expect(days("Results are followed", "→ Closed") == ["18 July 2028 24:00"])
    }

    @Test func `speaks the reader's language, its words and its times`() throws {
        let french = try page("study-tour", "fr").markdown
        #expect(french.contains("## Étape: Visite"))
        #expect(french.contains("Désignation des délégués"))
        #expect(french.contains("5 jours ouvrables"))
        #expect(french.contains("30 jours avant « visit »"))
        let russian = try page("study-tour", "ru").markdown
        #expect(russian.contains("5 рабочих дней") && russian.contains("60 дней до «visit»"))
        let arabic = try page("study-tour", "ar").markdown
        #expect(arabic.contains("3 أيام عمل") && arabic.contains("20 يومًا"))
        let chinese = try page("study-tour", "zh").markdown
        #expect(chinese.contains("“visit”前 60 天"))
    }

    @Test func `every word stands in every language, and every phrase is said in each`() throws {
        for word in PageWord.allCases {
            for language in BuiltInTexts.languages { #expect(!word.text(language).isEmpty) }
            #expect(word.text("xx") == word.text("en"))
            #expect(word.text("pt-BR") == word.text("pt"))
        }
        let phrases = [
            "7 days", "5 working days", "60 days before visit at 09:00", "every 5 days up to 3 times", "7 and 14 days",
            "3 months and 10 days after visit ends", "last day of visit at 18:00", "first day of visit", "due",
            "3 days before due", "every 2 weeks until 14 days before visit",
            "30 days before visit or the previous working day",
        ]
        let programme = try shipped("study-tour")
        for text in phrases {
            let phrase = try TimePhrase.parse(text, dates: ["visit"], singleDays: [], states: []).get()
            for language in BuiltInTexts.languages {
                let said = ProgrammeWords(programme, language: language).phrase(phrase)
                #expect(!said.isEmpty && !said.contains("$") && !said.contains("\u{1}"), "\(language): \(said)")
                #expect(language == "en" || said != text, "\(language): \(said)")
            }
        }
    }

    @Test func `keeps words of the programme from being read as Markdown`() throws {
        let programme = try compiled(
            """
            format: 1
            programme: odd
            version: 1
            title: "A | B <i> *c*"
            people: {clerk: {title: Clerk, staff: yes}}
            stages:
              request:
                first: {task: {who: clerk}, clock: {3 days: over}, next: {done: over}}
            ends: {over: expired}
            """)
        let text = ManualPage(ProgrammeWords(programme)).markdown
        #expect(text.hasPrefix("# A \\| B &lt;i> \\*c\\*\n"))
    }
}
