import ActionKit
import Calendars
import Expressions
import Foundation
import ProgrammeLanguage

@testable import PluginHost

/// A folder of its own, gone with the value that holds it.
final class Folder: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/sojourn-packs-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String, isProgram: Bool = false) throws {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        if isProgram { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file) }
    }

    func read(_ name: String) -> String? { try? String(contentsOfFile: path + "/" + name, encoding: .utf8) }
}

/// The packs that lie beside the tests.
enum TestPacks {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Packs").path

    static func read(_ name: String) throws -> Pack {
        let (pack, mistakes) = PackReader.read(folder: folder + "/" + name)
        guard let pack else { throw PackFault.unreadable(mistakes.lines.joined(separator: "\n")) }
        return pack
    }
}

/// One pack at work in a folder of its own, by the real clock.
struct Desk: Sendable {
    /// Tried once for all tests.
    private static let sandboxes = Dictionary(
        uniqueKeysWithValues: Sandbox.Wish.allCases.map { ($0, SandboxChoice($0)) })
    static var hasSandbox: Bool { sandboxes[.available]?.sandbox.program != nil }

    static let secret = "sesame-48151623"

    let pack: Pack
    let data: Folder
    let supervisor: PackSupervisor

    init(_ name: String, sandbox: Sandbox.Wish = .available, memory: PackMemory = .none) throws {
        try self.init(try TestPacks.read(name), sandbox: sandbox, memory: memory)
    }

    init(_ pack: Pack, sandbox: Sandbox.Wish = .available, memory: PackMemory = .none) throws {
        self.pack = pack
        data = try Folder()
        supervisor = PackSupervisor(
            pack,
            gate: PackGate(
                trust: .author, sandbox: Self.sandboxes[sandbox] ?? SandboxChoice(.required), data: data.path,
                now: { Desk.now }),
            settings: [:], secret: { _ in Desk.secret }, memory: memory)
    }

    static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    func call(
        _ action: String, _ input: [String: Value], key: String = UUID().uuidString, attempt: Int = 1,
        seconds: Int? = nil
    ) async -> ActionOutcome {
        guard let found = pack.actions.first(where: { $0.name == action }) else {
            return .unknown(message: "no action")
        }
        return await supervisor.run(found, Self.call(key, found, input, attempt: attempt, seconds: seconds))
    }

    static func call(
        _ key: String, _ action: PackAction, _ input: [String: Value], attempt: Int = 1, seconds: Int? = nil
    ) -> ActionCall {
        let now = Self.now
        return ActionCall(
            key: key, attempt: attempt, mode: .make, input: input, sequence: 0, now: now,
            deadline: now.adding(seconds: Int64(seconds ?? action.timeoutSeconds)), caseReference: "ST-2027-0001",
            programme: "study-tour")
    }

    /// Processes that were started in this desk's folder, whoever their parents are now.
    func processes() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { Int($0) != nil }.filter { number in
            let environment = FileManager.default.contents(atPath: "/proc/\(number)/environ") ?? Data()
            return String(decoding: environment, as: UTF8.self).contains("SOJOURN_DATA=\(data.path)/")
        }
    }
}

extension ActionOutcome {
    /// In a line, for comparing.
    var words: String {
        switch self {
        case .done(let output): "done \(output["text"]?.asString ?? "")"
        case .failed(let failure): "failed \(failure.code): \(failure.message)"
        case .unknown(let message): "unknown: \(message)"
        case .waiting: "waiting"
        case .asks(let question): "asks \(question.title)"
        }
    }
}
