import Engine
import Exchange
import Expressions
import HTTPServer

/// The page at which a reader ends reminders and optional messages, and the one POST of RFC 8058 with which a mail program does
/// it for them.
///
/// Looking changes nothing and shows nothing of anybody: scanners fetch every address in a mail. Whoever has the mail can end
/// the reminders of its reader and do nothing else.
struct Unsubscribing: Sendable {
    let engine: Engine

    static let path = "/unsubscribe/"
    /// What RFC 8058 has a mail program post, and the page's button too.
    private static let field = "List-Unsubscribe"
    private static let value = "One-Click"
    /// Bytes of a host and a path in front of ``path``.
    private static let baseBytes = 200

    /// The address that stands before a token, from what an operator wrote; nil for what is no address with https:.
    static func base(_ text: String) -> String? {
        guard text.hasPrefix("https://"), text.utf8.count <= baseBytes, text.utf8.count > 8,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Array("<>,\"?#".utf8).contains($0) })
        else { return nil }
        return String(text.hasSuffix("/") ? text.dropLast() : text[...]) + path
    }

    func answer(_ request: HTTPRequest) async throws -> HTTPAnswer {
        let words = UnsubscribeWords(accepting: request.header("accept-language") ?? "")
        switch request.method {
        case "GET", "HEAD":
            return Self.page(words, "<p>\(words.question)</p>\n" + Self.button(words))
        case "POST":
            guard Self.isOneClick(request) else {
                return .text(400, "post \(Self.field)=\(Self.value), as the button of this page does")
            }
            // The token alone: what a proxy or a reader's program hangs behind it is not ours.
            guard try await engine.outbox.unsubscribe(String(request.path.dropFirst(Self.path.count))) else {
                return .text(404, "there is nothing here")
            }
            return Self.page(words, "<p>\(words.done)</p>\n")
        default:
            var answer = HTTPAnswer.text(405, "this address takes POST")
            answer.headers.append(("Allow", "GET, HEAD, POST"))
            return answer
        }
    }

    /// RFC 8058, section 3.2: the pair comes as a form, in either of the two ways in which forms are sent.
    private static func isOneClick(_ request: HTTPRequest) -> Bool {
        let body = String(decoding: request.body, as: UTF8.self)
        let type = request.header("content-type")?.lowercased() ?? ""
        if type.hasPrefix("multipart/form-data") {
            return body.contains("name=\"\(field)\"") && body.contains(value)
        }
        return body.split(separator: "&").contains { $0.utf8.elementsEqual("\(field)=\(value)".utf8) }
    }

    private static func button(_ words: UnsubscribeWords) -> String {
        """
        <form method="post"><input type="hidden" name="\(field)" value="\(value)">
        <button>\(words.button)</button></form>

        """
    }

    private static func page(_ words: UnsubscribeWords, _ body: String) -> HTTPAnswer {
        let page = """
            <!DOCTYPE html>
            <html lang="\(words.language)" dir="\(Wordings.isRightToLeft(words.language) ? "rtl" : "ltr")">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(words.title)</title></head>
            <body>
            <main>
            <h1>\(words.title)</h1>
            \(body)</main>
            </body>
            </html>

            """
        return HTTPAnswer(
            200,
            headers: [
                ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
                ("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'"),
                ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"),
                ("X-Robots-Tag", "noindex"),
            ], body: Array(page.utf8))
    }
}
