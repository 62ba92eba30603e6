import ActionKit
import Calendars
import CalendarInvite
import Expressions
import Foundation

/// A plugin with a folder of its own, and calls of its action.
final class Desk: Sendable {
    let root: String
    let action: any Action

    init() throws {
        root = NSTemporaryDirectory() + "calendar-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        action = try CalendarPlugin(configuration: Configuration(values: [:], folder: root)).actions[0]
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    static let now = Instant(milliseconds: 1_800_000_000_000)

    static func person(_ name: String, _ email: String) -> Value {
        .object(["name": .string(name), "email": .string(email)])
    }

    static let event: [String: Value] = [
        "title": .string("Study tour ST-2027-0042"), "first_day": .string("2027-06-14"),
        "last_day": .string("2027-06-18"), "zone": .string("Europe/Paris"),
        "organizer": .string("desk@hub.example.org"), "organizer_name": .string("The desk"),
        "attendees": .list([person("Amina", "amina@example.org"), person("", "host@example.net")]),
        "description": .string("Bring a coat."), "place": .string("Lyon"), "thing": .string("c1.case.3.keep1."),
    ]

    func call(
        _ key: String, mode: ActionCall.Mode = .make, sequence: Int = 0, reference: String = "ST-2027-0042",
        now: Instant = now, isDryRun: Bool = false, _ changes: [String: Value?] = [:]
    ) async -> ActionOutcome {
        var input = Self.event
        for (name, value) in changes { input[name] = value }
        return await action.run(
            ActionCall(
                key: key, attempt: 1, mode: mode, input: input, sequence: sequence, now: now,
                deadline: now.adding(seconds: 30), caseReference: reference, programme: "study-tour",
                isDryRun: isDryRun))
    }

    /// Every file beneath the folder, with its way from there.
    var files: [String] {
        (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".ics") || $0.hasPrefix(".") }.sorted()
    }

    func bytes(_ path: String) -> [UInt8] { [UInt8](FileManager.default.contents(atPath: root + "/" + path) ?? Data()) }
}

extension ActionOutcome {
    var output: [String: Value]? { if case .done(let output) = self { output } else { nil } }
    var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
    /// The invitation's text.
    var ics: String? { output?["ics"]?.asString }
}
