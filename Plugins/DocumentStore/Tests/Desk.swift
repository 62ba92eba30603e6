import ActionKit
import Calendars
import DocumentStore
import Expressions
import Foundation

/// A plugin with a folder of its own, and calls of its action.
final class Desk: Sendable {
    let root: String
    let action: any Action
    private let eraser: any Action

    init(root: String? = nil, values: [String: Value] = [:], secrets: [String: String] = [:]) throws {
        self.root = root ?? NSTemporaryDirectory() + "documents-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: self.root, withIntermediateDirectories: true)
        let plugin = try DocumentPlugin(
            configuration: Configuration(values: values, folder: self.root, secret: { secrets[$0] }))
        action = plugin.actions[0]
        eraser = plugin.actions[1]
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    static let letter: [String: Value] = [
        "template": "invitation", "title": "Letter of invitation", "text": "Dear Amina,\n\nplease come.",
        "reader": "Amina Öztürk", "language": "en", "thing": "c1.case.3.keep1.amina",
    ].mapValues { Value.string($0) }

    static let now = Instant(milliseconds: 1_800_000_000_000)

    func call(
        _ key: String, mode: ActionCall.Mode = .make, sequence: Int = 0, reference: String = "ST-2027-0042",
        isDryRun: Bool = false, _ changes: [String: Value?] = [:]
    ) -> ActionCall {
        var input = Self.letter
        for (name, value) in changes { input[name] = value }
        return ActionCall(
            key: key, attempt: 1, mode: mode, input: input, sequence: sequence, now: Self.now,
            deadline: Self.now.adding(seconds: 30), caseReference: reference, programme: "study-tour",
            isDryRun: isDryRun)
    }

    func run(
        _ key: String, mode: ActionCall.Mode = .make, sequence: Int = 0, reference: String = "ST-2027-0042",
        isDryRun: Bool = false, _ changes: [String: Value?] = [:]
    ) async -> ActionOutcome {
        await action.run(
            call(key, mode: mode, sequence: sequence, reference: reference, isDryRun: isDryRun, changes))
    }

    func erase(_ key: String, _ kind: String) async -> ActionOutcome {
        await eraser.run(
            ActionCall(
                key: key, attempt: 1, mode: .make, input: ["kind": .string(kind)], sequence: 0, now: Self.now,
                deadline: Self.now.adding(seconds: 30), caseReference: "ST-2027-0042", programme: "study-tour"))
    }

    func bytes(_ path: String) -> [UInt8] { [UInt8](FileManager.default.contents(atPath: root + "/" + path) ?? Data()) }
    func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

    /// Every file beneath the folder, with its way from there.
    var files: [String] {
        (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
            .filter { name in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder)
                    && !isFolder.boolValue
            }
            .sorted()
    }

    /// The record of the only document.
    func record() throws -> Value {
        guard let path = files.first(where: { $0.hasSuffix(".json") }) else { return .null }
        return try Value(json: bytes(path))
    }
}

extension ActionOutcome {
    var output: [String: Value]? { if case .done(let output) = self { output } else { nil } }
    var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
}
