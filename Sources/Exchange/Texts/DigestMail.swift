package import Expressions
import Foundation

/// Several mails to one person as one: their subjects as a list of contents, then each whole.
package enum DigestMail {
    /// The input of one mail, made of those of several to the same person in the same language.
    ///
    /// - Parameter inputs: at least one; `to`, `to_name`, `language`, `subject`, `text`, `html`, `reference`.
    package static func input(of inputs: [[String: Value]]) -> [String: Value] {
        func texts(_ name: String) -> [String] { inputs.map { $0[name]?.asString ?? "" } }
        let language = texts("language").first ?? ""
        let subjects = texts("subject")
        var input = inputs.first ?? [:]
        input["subject"] = .string(subject(subjects.count, language))
        input["text"] = .string(plain(subjects, texts("text")))
        input["html"] = .string(html(subjects, texts("html"), texts("text"), language: language))
        // Mails of several cases belong to no one conversation.
        if Set(texts("reference")).count > 1 { input["reference"] = nil }
        return input
    }

    private static let subjects = [
        "en": "$n messages for you", "fr": "$n messages pour vous", "es": "$n mensajes para usted",
        "pt": "$n mensagens para si", "ar": "$n رسائل لكم", "ru": "Для вас сообщений: $n", "zh": "您有 $n 条消息",
        "bs": "Poruka za vas: $n",
    ]

    private static func subject(_ count: Int, _ language: String) -> String {
        let text = subjects[String(language.prefix(2))] ?? "$n messages for you"
        return text.replacing("$n", with: String(count))
    }

    private static func plain(_ subjects: [String], _ texts: [String]) -> String {
        let contents = subjects.map { "- " + $0 }.joined(separator: "\n")
        let line = String(repeating: "-", count: 40)
        return contents + "\n" + zip(subjects, texts).map { "\n\(line)\n\($0)\n\n\($1)\n" }.joined()
    }

    private static func html(_ subjects: [String], _ pages: [String], _ texts: [String], language: String) -> String {
        let direction = Wordings.isRightToLeft(language) ? "rtl" : "ltr"
        let contents = subjects.map { "<li>\(MailText.escaped($0))</li>" }.joined()
        let parts = subjects.indices.map { index in
            "<hr>\n<h2>\(MailText.escaped(subjects[index]))</h2>\n" + body(of: pages[index], or: texts[index])
        }
        return """
            <!DOCTYPE html>
            <html lang="\(MailText.escaped(language))" dir="\(direction)">
            <body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">
            <ul>\(contents)</ul>
            \(parts.joined(separator: "\n"))
            </body>
            </html>
            """
    }

    /// What stands between the ends of a page's body; the plain text where there is no page.
    private static func body(of page: String, or text: String) -> String {
        guard let open = page.range(of: "<body"), let start = page[open.upperBound...].firstIndex(of: ">"),
            let end = page.range(of: "</body>", options: .backwards)
        else { return "<p>" + MailText.escaped(text).replacing("\n", with: "<br>\n") + "</p>" }
        return String(page[page.index(after: start)..<end.lowerBound])
    }
}
