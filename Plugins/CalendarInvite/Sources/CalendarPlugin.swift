public import ActionKit

/// Invites people to the days of a case, in the format that every calendar reads.
public struct CalendarPlugin: Plugin {
    public static let name = "calendar"

    private let action: CalendarAction

    /// There are no settings.
    public init(configuration: Configuration) throws(ConfigurationMistakes) {
        var mistakes = configuration.values.keys.sorted().map { "calendar.\($0) is no setting; calendar has none" }
        if configuration.folder.isEmpty { mistakes.append("calendar has no folder; give the service a data folder") }
        guard mistakes.isEmpty else { throw ConfigurationMistakes(mistakes) }
        action = CalendarAction(folder: configuration.folder)
    }

    public var actions: [any Action] { [action] }

    public func close() async {}
}
