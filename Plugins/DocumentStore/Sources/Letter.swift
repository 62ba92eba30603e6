/// A letter as one self-contained page: read on a screen, printed on A4 or Letter paper, in any script and direction.
struct Letter {
    let title: String
    /// Plain text with simple Markdown (`LetterText`).
    let text: String
    /// Whom it is for; empty if nobody in particular.
    let reader: String
    /// A language tag, such as `fr` or `zh-Hant`.
    let language: String
    /// The line above every letter, or empty.
    let letterhead: String
    let caseReference: String

    /// The page in UTF-8. The same letter gives the same bytes.
    var html: [UInt8] {
        let head = letterhead.isEmpty ? "" : "<header>\(HTML.isolated(letterhead))</header>\n"
        let reader = reader.isEmpty ? "" : "<p class=\"reader\">\(HTML.isolated(reader))</p>\n"
        let page = """
            <!DOCTYPE html>
            <html lang="\(HTML.escaped(language))" dir="\(Self.direction(of: language))">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(HTML.escaped(title))</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <main>
            \(head)\(reader)<h1>\(HTML.escaped(title))</h1>
            \(LetterText(text).html)</main>
            <footer><bdi dir="ltr">\(HTML.escaped(caseReference))</bdi></footer>
            </body>
            </html>

            """
        return Array(page.utf8)
    }

    // Logical properties only (start, end), so that one sheet serves both directions. System fonts only: the page loads
    // nothing, and a reader's system has those of the reader's script.
    private static let style = """
        :root { color-scheme: light; }
        html { background: #f4f4f2; }
        body { margin: 0 auto; max-width: 42rem; font: 1.0625rem/1.6 Georgia, "Noto Serif", "Times New Roman", serif;
          color: #1a1a1a; overflow-wrap: break-word; }
        main { background: #fff; padding: 3rem 3.5rem; margin-block: 2rem 1rem; border: 1px solid #ddd; }
        header { font-size: .9375rem; color: #444; border-block-end: 1px solid #bbb;
          padding-block-end: .75rem; margin-block-end: 2.5rem; }
        .reader { margin-block: 0 2.5rem; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin-block: 0 1.5rem; text-wrap: balance; }
        h2 { font-size: 1.2rem; margin-block: 2rem .5rem; }
        h3 { font-size: 1.0625rem; margin-block: 1.5rem .5rem; }
        p, ul, ol { margin-block: 0 1rem; orphans: 3; widows: 3; }
        ul, ol { padding-inline-start: 1.5rem; }
        table { width: 100%; border-collapse: collapse; margin-block: 0 1rem; font-size: 1rem; line-height: 1.4; }
        th, td { text-align: start; vertical-align: top; padding-block: .4rem; padding-inline: 0 1rem;
          border-block-end: 1px solid #ddd; }
        th { font-size: .875rem; color: #444; border-block-end-color: #999; }
        tr { break-inside: avoid; }
        [dir="rtl"] body { line-height: 1.8; }
        footer { font-size: .8125rem; color: #555; padding-inline: 3.5rem; margin-block-end: 2rem; }
        @media (max-width: 40rem) { main { padding: 1.5rem; margin-block-start: 0; border: 0; }
          footer { padding-inline: 1.5rem; } }
        @page { margin: 2.5cm 2.5cm 2cm; }
        @media print { html { background: none; } body { max-width: none; font-size: 11pt; }
          main { padding: 0; margin: 0; border: 0; } h1, h2, h3 { break-after: avoid; } li { break-inside: avoid; }
          footer { padding: 0; margin-block: 1.5cm 0; } }
        """

    // Languages written from right to left by themselves, and the scripts that make any language so.
    private static let rightToLeftLanguages: Set<String> = [
        "ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi",
    ]
    private static let rightToLeftScripts: Set<String> = ["adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"]

    /// `rtl` or `ltr`; a script in the tag says more than its language (`az-Arab`, `ar-Latn`).
    static func direction(of language: String) -> String {
        let parts = language.lowercased().split(separator: "-").map(String.init)
        if let script = parts.dropFirst().first(where: { $0.utf8.count == 4 && !$0.contains(where: \.isNumber) }) {
            return rightToLeftScripts.contains(script) ? "rtl" : "ltr"
        }
        return rightToLeftLanguages.contains(parts.first ?? "") ? "rtl" : "ltr"
    }

    /// Whether this looks like a language tag of BCP 47: letters and digits in parts of 1 to 8, the first of 2 or 3
    /// letters.
    static func isLanguage(_ tag: String) -> Bool {
        let parts = tag.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
        guard let first = parts.first, tag.utf8.count <= 35, (2...3).contains(first.count) else { return false }
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
        return first.allSatisfy(isLetter)
            && parts.dropFirst().allSatisfy { part in
                (1...8).contains(part.count) && part.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
            }
    }
}
