/// The reference page of the language, docs/reference/language.md, made from the table of keys that the parser uses.
package enum LanguageReference {
    /// The whole page as Markdown; a test holds the file against it.
    package static let markdown: String = {
        let prose = [
            LanguageProse.opening, LanguageProse.files, LanguageProse.forms, LanguageProse.conditions,
            LanguageProse.texts, LanguageProse.lists,
        ]
        return (prose + [keysOpening] + KeyTable.all.kinds.map(section(of:))).joined(separator: "\n\n") + "\n"
    }()

    private static var keysOpening: String {
        let links = KeyTable.all.kinds.map { "[\($0.name)](#\(anchor(of: $0)))" }.joined(separator: ", ")
        return """
            ## Keys

            What has which keys: \(links). A key in **bold** is required.
            """
    }

    /// GitHub's and most readers' anchors: small letters, spaces as hyphens.
    private static func anchor(of kind: KeyTable.Kind) -> String {
        heading(of: kind).lowercased().map { $0 == " " ? "-" : String($0) }.joined()
    }

    private static func heading(of kind: KeyTable.Kind) -> String {
        let words = kind.words
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private static func section(of kind: KeyTable.Kind) -> String {
        var lines = [
            "### \(heading(of: kind))", "", kind.meaning, "",
            "| key | value | meaning | example |", "|---|---|---|---|",
        ]
        for key in kind.keys {
            let name = key.isRequired ? "**`\(key.name)`**" : "`\(key.name)`"
            let cells = [name, cell(key.value), cell(key.meaning), "`\(cell(key.example))`"]
            lines.append("| \(cells.joined(separator: " | ")) |")
        }
        return lines.joined(separator: "\n")
    }

    /// A bar would end the cell of the table, also inside code.
    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
