public import ActionKit
import Dispatch
import Expressions

/// Keeps the letters of a case as files: invitations, certificates, agreements.
public struct DocumentPlugin: Plugin {
    public static let name = "documents"

    public let actions: [any Action]

    /// Settings: `letterhead`, the line above every letter, such as the institution's name, none without it; `format`,
    /// `html` or `pdf`, how letters are set whose use in a programme does not say it, `html` without it; `s3.…` or
    /// `webdav.…`, where documents are filed beside the folder, nowhere without them (`CabinetSettings`).
    public init(configuration: Configuration) throws(ConfigurationMistakes) {
        var mistakes: [String] = []
        let known = ["format", "letterhead"] + CabinetSettings.names
        for name in configuration.values.keys.sorted() where !known.contains(name) {
            mistakes.append("documents.\(name) is no setting; there are \(known.joined(separator: ", "))")
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
        var places = CabinetSettings(configuration)
        let archive = places.cabinet().map(DocumentArchive.init)
        mistakes += places.mistakes
        guard mistakes.isEmpty else { throw ConfigurationMistakes(mistakes) }
        let queue = DispatchQueue(label: "document.store")
        actions = [
            DocumentAction(
                folder: configuration.folder, letterhead: letterhead?.asString ?? "", format: format ?? .html,
                archive: archive, queue: queue),
            EraseAction(folder: configuration.folder, archive: archive, queue: queue),
        ]
    }

    public func close() async {}
}
