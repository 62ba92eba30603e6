import ActionKit
import DocumentStore
import Expressions
import Foundation
import Testing

@Suite("Letters")
struct LetterTests {
    /// A letter as Python's HTML parser sees it.
    private func page(_ changes: [String: Value?], values: [String: Value] = [:]) async throws -> Page {
        let desk = try Desk(values: values)
        let path = try #require(await desk.run("k1", changes).output?["path"]?.asString)
        return try Counterpart.page(desk.root + "/" + path)
    }

    @Test("What is typed stays text: no tag, no attribute, no address comes from it")
    func escaping() async throws {
        let attack = "<script>alert(1)</script> <img src=x onerror=y> \" ' & </main></html> [a](javascript:b)"
        let page = try await page(
            [
                "title": .string(attack), "text": .string(attack), "reader": .string(attack),
            ], values: ["letterhead": .string(attack)])
        #expect(
            page.tags == [
                "html", "head", "meta", "meta", "meta", "title", "style", "body", "main", "header", "bdi",
                "p", "bdi", "h1", "p", "footer", "bdi",
            ])
        #expect(page.attributes.isDisjoint(with: ["src", "href", "onerror"]))
        #expect(page.text.components(separatedBy: attack).count == 6)
        #expect(page.isBalanced)
    }

    @Test(
        "Simple Markdown becomes paragraphs, lists, headings and stress",
        arguments: [
            ("a\nb\n\nc", "<p>a<br>\nb</p>\n<p>c</p>\n"),
            ("a\r\nb\r\n\r\nc", "<p>a<br>\nb</p>\n<p>c</p>\n"),
            ("a\rb", "<p>a<br>\nb</p>\n"),
            ("# Days\ntext", "<h2>Days</h2>\n<p>text</p>\n"),
            ("### Days", "<h3>Days</h3>\n"),
            ("#hash", "<p>#hash</p>\n"),
            ("- a\n- b\n\n1. c\n2. d", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol>\n<li>c</li>\n<li>d</li>\n</ol>\n"),
            ("14. June, 2027.", "<ol>\n<li>June, 2027.</li>\n</ol>\n"),
            ("2027. A year", "<p>2027. A year</p>\n"),
            ("**Amina & Zoë** *come*", "<p><strong>Amina &amp; Zoë</strong> <em>come</em></p>\n"),
            ("**a *b** c*", "<p>**a <em>b** c</em></p>\n"),
            ("2 * 3 * 4", "<p>2 * 3 * 4</p>\n"),
            ("a**", "<p>a**</p>\n"),
            ("***a***", "<p><strong><em>a</em></strong></p>\n"),
            ("x\u{0}\u{202E}\u{200B}y", "<p>x\u{200B}y</p>\n"),
            ("\u{2068}Amina\u{2069}", "<p>\u{2068}Amina\u{2069}</p>\n"),
        ])
    func markdown(text: String, html: String) async throws {
        let desk = try Desk()
        let path = try #require(await desk.run("k1", ["text": .string(text)]).output?["path"]?.asString)
        #expect(desk.text(path).contains("</h1>\n\(html)</main>"))
    }

    @Test("Stars in any order make a page whose tags match")
    func stars() async throws {
        for number in 0..<64 {
            let text = (0..<6).map { (number >> $0) & 1 == 0 ? "*a" : "**b" }.joined(
                separator: number % 3 == 0 ? " " : "")
            #expect(try await page(["text": .string(text + "*")]).isBalanced, "\(text)")
        }
    }

    @Test("A line of nothing but marks is read in a moment")
    func speed() async throws {
        let desk = try Desk()
        let marks = String(repeating: "*a **", count: 50_000)
        let clock = ContinuousClock()
        let time = await clock.measure { _ = await desk.run("k1", ["text": .string(marks)]) }
        // A walk that went over the line for every mark would take hours; this much is left to a machine under load.
        #expect(time < .seconds(60))
    }

    @Test(
        "The page says its language and its direction",
        arguments: [
            ("en", "ltr"), ("ar", "rtl"), ("fa-IR", "rtl"), ("ar-Latn", "ltr"), ("az-Arab", "rtl"), ("zh-Hant", "ltr"),
            ("HE", "rtl"), ("ckb", "rtl"), ("es-419", "ltr"), ("art", "ltr"),
        ])
    func direction(language: String, direction: String) async throws {
        let page = try await page(["language": .string(language)])
        #expect(page.language == language)
        #expect(page.direction == direction)
    }

    @Test("What is no language is refused", arguments: ["", "x", "français", "en_GB", "en-", "en\" onload=\"x", "e1"])
    func languages(language: String) async throws {
        #expect(await (try Desk()).run("k1", ["language": .string(language)]).failure?.code == "document.input")
    }
}
