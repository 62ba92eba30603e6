public import ActionKit
import Expressions

/// Keeps the letters of a case as files: invitations, certificates, agreements.
public struct DocumentPlugin: Plugin {
    public static let name = "documents"

    private let action: DocumentAction

    /// Settings: `letterhead`, the line above every letter, such as the institution's name, none without it; `format`,
    /// `html` or `pdf`, how letters are set whose use in a programme does not say it, `html` without it.
    public init(configuration: Configuration) throws(ConfigurationMistakes) {
        var mistakes: [String] = []
        for name in configuration.values.keys.sorted() where !["letterhead", "format"].contains(name) {
            mistakes.append("documents.\(name) is no setting; there are format and letterhead")
        }
        let written = configuration.values["format"]
        let format = LetterFormat(rawValue: written?.asString ?? "")
        if written != nil, format == nil { mistakes.append("documents.format must be html or pdf") }
        let letterhead = configuration.values["letterhead"]
        if let letterhead, !DocumentLimits.line.check(letterhead).isEmpty {
            mistakes.append(
                "documents.letterhead must be one line of at most \(DocumentLimits.lineBytes) bytes, "
                    + "such as the institution's name")
        }
        if configuration.folder.isEmpty { mistakes.append("documents has no folder; give the service a data folder") }
        guard mistakes.isEmpty else { throw ConfigurationMistakes(mistakes) }
        action = DocumentAction(
            folder: configuration.folder, letterhead: letterhead?.asString ?? "",
            format: format ?? .html)
    }

    public var actions: [any Action] { [action] }

    public func close() async {}
}
