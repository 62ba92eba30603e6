import ActionKit
import DocumentStore
import Expressions
import Foundation
import Testing

@Suite("Letters as PDF")
struct PDFTests {
    private let desk: Desk

    init() throws {
        desk = try Desk(values: ["format": .string("pdf"), "letterhead": .string("Knowledge Hub of Bosnia")])
    }

    private func pdf(_ key: String = "k1", _ changes: [String: Value?]) async throws -> PDF {
        let output = await desk.run(key, changes)
        let path = try #require(output.output?["path"]?.asString, "\(output)")
        return PDF(path: desk.root + "/" + path)
    }

    @Test("A letter is one sheet of A4 with its title, letterhead, reader, text and reference")
    func letter() async throws {
        let made = await desk.run("k1")
        #expect(made.output?["type"] == .string("application/pdf"))
        #expect(made.output?["name"] == .string("invitation-ST-2027-0042.pdf"))
        let pdf = PDF(path: desk.root + "/" + (made.output?["path"]?.asString ?? ""))
        let information = try pdf.information
        #expect(information.contains("Title:           Letter of invitation"))
        #expect(information.contains("Author:          Knowledge Hub of Bosnia"))
        #expect(information.contains("Pages:           1"))
        #expect(information.contains("(A4)"))
        #expect(
            try pdf.words
                == "Knowledge Hub of Bosnia Amina Öztürk Letter of invitation Dear Amina, please come. ST-2027-0042")
    }

    @Test(
        "Every shipped language is set with its own signs, fonts inside",
        arguments: [
            ("en", "We invite Ms Zoë Müller.", "NotoSerif"),
            ("fr", "Nous invitons l’équipe à Sarajevo, où l’été est doux.", "NotoSerif"),
            ("es", "¿Vendrá la señora Peña en otoño?", "NotoSerif"),
            ("pt", "A vossa delegação chegará amanhã, às nove.", "NotoSerif"),
            ("ru", "Мы приглашаем делегацию в Сараево.", "NotoSerif"),
            ("ar", "ندعوكم إلى زيارة المستشفى", "NotoNaskhArabic"),
            ("zh", "我们邀请代表团访问医院。", "DroidSansFallback"),
        ])
    func languages(language: String, text: String, font: String) async throws {
        let pdf = try await pdf("k1", ["language": .string(language), "text": .string(text)])
        let fonts = try pdf.fonts
        #expect(fonts.contains { $0.name.contains(font) }, "\(fonts)")
        #expect(fonts.allSatisfy { $0.isInside })
        let words = try pdf.words
        #expect(words.contains(text.precomposedStringWithCompatibilityMapping))
    }

    @Test("Arabic letters are joined: the word is narrower than its letters apart")
    func joined() async throws {
        let word = "المستشفى"
        let apart = word.unicodeScalars.map(String.init).joined(separator: "\u{200C}")
        let joined = try await pdf("k1", ["language": .string("ar"), "text": .string(word)]).reach(of: isArabic)
        let separate = try await pdf(
            "k2",
            [
                "language": .string("ar"), "text": .string(apart), "thing": .string("t2"),
            ]
        ).reach(of: isArabic)
        #expect(joined.upperBound - joined.lowerBound < (separate.upperBound - separate.lowerBound) * 0.85)
    }

    @Test("A letter in Arabic begins at the right edge, one in English at the left")
    func direction() async throws {
        let arabic = try await pdf("k1", ["language": .string("ar"), "text": .string("مرحبا")]).reach(of: isArabic)
        let english = try await pdf("k2", ["text": .string("Hello"), "thing": .string("t2")]).reach(of: {
            $0 == "Hello"
        })
        // The margins, 2.5 cm of A4's 595.3 points.
        #expect(abs(arabic.upperBound - 524.4) < 3, "\(arabic)")
        #expect(abs(english.lowerBound - 70.9) < 3, "\(english)")
    }

    @Test("Lists, headings and stress are set, and what is typed stays text")
    func markup() async throws {
        let attack = "<b>&amp; <span foreground=\"red\">%s"
        let pdf = try await pdf(
            "k1",
            [
                "text": .string("# Days\n- one\n- two\n\n1. first\n2. second\n\n**\(attack)** *so*"),
                "title": .string(attack), "reader": .string(attack),
            ])
        let words = try pdf.words
        #expect(words.contains("Days • one • two 1. first 2. second \(attack) so"))
        #expect(words.components(separatedBy: attack).count == 4)
        #expect(try pdf.fonts.contains { $0.name.contains("Bold") })
        #expect(try pdf.fonts.contains { $0.name.contains("Italic") })
    }

    @Test("A long letter goes over pages that are numbered, and nothing of it is lost or said twice")
    func pages() async throws {
        let entries = (1...200).map { "Paragraph \($0) tells of day \($0) and what was seen then, in some words more." }
        let pdf = try await pdf("k1", ["text": .string(entries.joined(separator: "\n\n"))])
        let words = try pdf.words
        for number in 1...200 {
            #expect(words.components(separatedBy: "Paragraph \(number) tells").count == 2)
        }
        let count = try pdf.pageCount
        #expect(count > 5)
        for page in 1...count { #expect(words.contains("\(page) / \(count)")) }
    }

    @Test("The same letter of the same instant has the same bytes, and a use may ask for the other format")
    func sameBytes() async throws {
        let first = try await pdf("k1", ["thing": .string("a")])
        let second = try await pdf("k2", ["thing": .string("b")])
        #expect(FileManager.default.contents(atPath: first.path) == FileManager.default.contents(atPath: second.path))
        let page = await desk.run("k3", ["format": .string("html"), "thing": .string("c")])
        #expect(page.output?["type"] == .string("text/html"))
        #expect(await desk.run("k4", ["format": .string("odt")]).failure?.code == "document.input")
    }

    @Test("A text of nothing but signs that no font has, breaks and marks is set all the same")
    func strange() async throws {
        let text = "\u{10FFFD}\u{E000}\n\n\u{2029}\u{0301}\u{200D}\u{FE0F}🇧🇦👩‍👩‍👧\n\n" + String(repeating: "W", count: 5000)
        let pdf = try await pdf("k1", ["text": .string(text)])
        #expect(try pdf.information.contains("Pages:"))
    }
}
