public import ActionKit
import Expressions

/// Keeps the letters of a case as files: invitations, certificates, agreements.
public struct DocumentPlugin: Plugin {
    public static let name = "documents"

    private let action: DocumentAction

    /// Settings: `letterhead`, the line above every letter, such as the institution's name; none without it.
    public init(configuration: Configuration) throws(ConfigurationMistakes) {
        var mistakes: [String] = []
        for name in configuration.values.keys.sorted() where name != "letterhead" {
            mistakes.append("documents.\(name) is no setting; there is letterhead")
        }
        let letterhead = configuration.values["letterhead"]
        if let letterhead, !DocumentLimits.line.check(letterhead).isEmpty {
            mistakes.append(
                "documents.letterhead must be one line of at most \(DocumentLimits.lineBytes) bytes, "
                    + "such as the institution's name")
        }
        if configuration.folder.isEmpty { mistakes.append("documents has no folder; give the service a data folder") }
        guard mistakes.isEmpty else { throw ConfigurationMistakes(mistakes) }
        action = DocumentAction(folder: configuration.folder, letterhead: letterhead?.asString ?? "")
    }

    public var actions: [any Action] { [action] }

    public func close() async {}
}
