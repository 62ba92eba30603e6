import ActionKit
import DocumentStore
import Expressions
import Foundation
import Testing

/// An agenda as the study tour's template fills it.
private struct Agenda {
    var title = "Agenda"
    var days: [(heading: String, sessions: [[String]])]
    var headings = ["Time", "Session", "Place", "With"]

    var text: String {
        days.map { day in
            "# \(day.heading)\n\n\(Self.row(headings))\n|---|---|---|---|\n"
                + day.sessions.map { Self.row($0) + "\n" }.joined()
        }.joined(separator: "\n")
    }

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    /// So many days of so many sessions each.
    static func long(days: Int, sessions: Int) -> Agenda {
        Agenda(
            days: (1...days).map { day in
                (
                    "Day \(day)",
                    (1...sessions).map { ["\(8 + $0):00", "Session \(day)-\($0)", "Room \($0)", "Guide \($0)"] }
                )
            })
    }

    static let english = Agenda(
        days: [
            (
                "Monday, 14 June 2027",
                [
                    ["09:00", "Welcome by the mayor", "Town hall", "Teresa Lopes"],
                    ["14:00", "How one counter serves a whole district", "Citizens’ shop, Rua da Sé 4", ""],
                ]
            ), ("Tuesday, 15 June 2027", [["09:30", "Staffing and training", "Academy", "Rui Costa"]]),
        ])
}

@Suite("Agendas for print")
struct AgendaTests {
    private let desk: Desk

    init() throws {
        desk = try Desk(values: ["format": .string("pdf"), "letterhead": .string("Knowledge Hub of Bosnia")])
    }

    private func pdf(_ text: String, language: String = "en", title: String = "Agenda") async throws -> PDF {
        let output = await desk.run(
            "k-\(language)",
            [
                "text": .string(text), "language": .string(language), "title": .string(title),
                "template": .string("agenda"), "thing": .string(language),
            ])
        let path = try #require(output.output?["path"]?.asString, "\(output)")
        return PDF(path: desk.root + "/" + path)
    }

    /// The same as a page of HTML.
    private func html(_ text: String) async throws -> String {
        let page = await desk.run("k2", ["text": .string(text), "format": .string("html"), "thing": .string("t2")])
        return desk.text(try #require(page.output?["path"]?.asString))
    }

    @Test("A table is read row by row, each day under its heading")
    func table() async throws {
        let pdf = try await pdf(Agenda.english.text)
        let words = try pdf.words(ofPage: 1)
        #expect(
            words.contains(
                "Monday, 14 June 2027 Time Session Place With 09:00 Welcome by the mayor Town hall Teresa Lopes "
                    + "14:00 How one counter serves a whole district Citizens’ shop, Rua da Sé 4 Tuesday, 15 June 2027")
        )
        #expect(!words.contains("|"))
    }

    @Test("The columns of all days stand below each other")
    func columns() async throws {
        let pdf = try await pdf(Agenda.english.text)
        let first = try pdf.reach { $0 == "Town" }
        #expect(try pdf.reach { $0 == "Academy" }.lowerBound == first.lowerBound)
    }

    @Test("A column in which nothing stands is left out, in the page too")
    func emptyColumn() async throws {
        var agenda = Agenda.english
        agenda.days = agenda.days.map { day in (day.heading, day.sessions.map { Array($0.prefix(3)) + [""] }) }
        let words = try await pdf(agenda.text).words(ofPage: 1)
        #expect(!words.contains("With"))
        let html = try await html(agenda.text)
        #expect(!html.contains("With"))
    }

    @Test("A long day goes over pages with its heading and the table's again, and no session is lost or cut")
    func pages() async throws {
        let pdf = try await pdf(Agenda.long(days: 2, sessions: 60).text)
        let count = try pdf.pageCount
        #expect(count >= 4)
        var seen: [String] = []
        for page in 1...count {
            let words = try pdf.words(ofPage: page)
            #expect(words.contains("Day 1 Time Session") || words.contains("Day 2 Time Session"), "page \(page)")
            #expect(words.contains("\(page) / \(count)"))
            seen += words.components(separatedBy: "Session ").dropFirst().map { String($0.prefix { $0 != " " }) }
                .filter { $0.contains("-") }
        }
        #expect(seen == (1...2).flatMap { day in (1...60).map { "\(day)-\($0)" } })
        // Who listens hears a heading once.
        #expect(try pdf.structure.count { $0.hasPrefix("H2") } == 2)
    }

    @Test("A reader who listens is told of tables, rows, headings and cells")
    func structure() async throws {
        let structure = try await pdf(Agenda.english.text).structure
        func count(_ element: String) -> Int { structure.count { $0 == element || $0.hasPrefix(element + " ") } }
        #expect(count("Table") == 2)
        #expect(count("TR") == 5)
        #expect(count("TH") == 8)
        #expect(count("TD") == 12)
    }

    @Test("An agenda in Arabic begins at the right: the time's column before the session's")
    func arabic() async throws {
        let agenda = Agenda(
            days: [("الاثنين، 14 يونيو 2027", [["09:00", "كلمة ترحيب", "بلدية أفيرو", "Teresa"]])],
            headings: ["الوقت", "الجلسة", "المكان", "مع"])
        let pdf = try await pdf(agenda.text, language: "ar", title: "برنامج الزيارة")
        let time = try pdf.reach { $0.contains("09:00") }
        let with = try pdf.reach { $0 == "Teresa" }
        #expect(abs(time.upperBound - 524.4) < 3, "\(time)")
        #expect(with.upperBound < time.lowerBound)
        #expect(try pdf.words.contains("كلمة ترحيب"))
    }

    @Test("An agenda in Chinese is broken between any two signs and stays within its column")
    func chinese() async throws {
        let title = String(repeating: "我们邀请代表团访问医院并介绍服务", count: 8)
        let agenda = Agenda(
            days: [("2027年6月14日 星期一", [["09:00", title, "市政厅", "陈老师"]])], headings: ["时间", "议程", "地点", "主持"])
        let pdf = try await pdf(agenda.text, language: "zh", title: "议程")
        #expect(try pdf.words.split(separator: " ").joined().contains("市政厅"))
        func isChinese(_ text: Substring) -> Bool {
            text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
        }
        #expect(try pdf.reach(of: isChinese).upperBound < 524.4 + 1)
    }

    @Test("What is typed stays in its cell: bars, line ends and marks open no other")
    func cells() async throws {
        let text = "| A | B |\n|---|---|\n| one \\| two \\\\ | <b>x</b>\u{2028}second line |\n| **so** | |\n"
        let words = try await pdf(text).words(ofPage: 1)
        #expect(words.contains("A B one | two \\ <b>x</b> second line so"))
        let html = try await html(text)
        #expect(
            html.contains(
                "<tr><td>one | two \\</td><td>&lt;b&gt;x&lt;/b&gt;<br>second line</td></tr>\n"
                    + "<tr><td><strong>so</strong></td><td></td></tr>\n"))
        #expect(html.contains("<thead>\n<tr><th scope=\"col\">A</th><th scope=\"col\">B</th></tr>\n</thead>"))
    }

    @Test(
        "Bars without a rule below them are text; rows too short or too long lose nothing",
        arguments: [
            ("| a | b |", "| a | b |"), ("|---|---|", "|---|---|"), ("| A |\n|---|\n| a | b |\n| c", "A a b c"),
            ("| A | B |\n|:--|--:|\n|a|\n|c|d|\n\n|b|c|", "A B a c d |b|c|"),
        ])
    func odd(text: String, words: String) async throws {
        let page = try await pdf(text).words(ofPage: 1)
        #expect(page.contains("Agenda \(words) ST-2027-0042"))
    }

    @Test("A session that is longer than a page goes over pages")
    func longSession() async throws {
        let title = (1...900).map { "word\($0)" }.joined(separator: " ")
        let pdf = try await pdf("| A | B |\n|---|---|\n| 09:00 | \(title) \(title) |\n")
        #expect(try pdf.pageCount > 1)
        let words = try pdf.words
        for number in [1, 450, 900] { #expect(words.components(separatedBy: "word\(number) ").count >= 3) }
    }
}
