import ActionKit
import Calendars
import Expressions
import Foundation
import WebhookPost

/// A real receiver, `Tests/Counterparts/webhook_receiver.py`, that checks signatures with the package standardwebhooks.
final class Receiver: Sendable {
    struct Failed: Error {
        let what: String
    }

    static let secrets = [
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + Data(repeating: 7, count: 64).base64EncodedString(),
    ]

    let port: Int
    let scheme: String
    /// The certificate that the receiver shows, if any.
    let certificate: String?
    private let process: Process
    /// The receiver ends when this closes, however this process ends.
    private let life = Pipe()
    private let folder: String

    private static let counterparts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Tests/Counterparts").standardizedFileURL.path

    private static let python: Result<String, any Error> = Result {
        let answer = try run(counterparts + "/setup", [])
        return String(decoding: answer, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    init(isSafe: Bool = false, secrets: [String] = [secrets[0]]) throws {
        folder = NSTemporaryDirectory() + "receiver-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        scheme = isSafe ? "https" : "http"
        var arguments = [Self.counterparts + "/webhook_receiver.py"]
        if isSafe {
            let file = folder + "/receiver.pem"
            _ = try Self.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", file, "-out", folder + "/only.pem",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                ])
            let both =
                try String(contentsOfFile: file, encoding: .utf8)
                + String(contentsOfFile: folder + "/only.pem", encoding: .utf8)
            try both.write(toFile: file, atomically: true, encoding: .utf8)
            arguments += ["--tls", file]
            certificate = folder + "/only.pem"
        } else {
            certificate = nil
        }
        process = Process()
        process.executableURL = URL(fileURLWithPath: try Self.python.get())
        process.arguments = arguments + secrets
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = life
        try process.run()
        var line = Data()
        while let byte = try pipe.fileHandleForReading.read(upToCount: 1), let first = byte.first, first != 0x0A {
            line.append(first)
        }
        guard let port = Int(String(decoding: line, as: UTF8.self)) else { throw Failed(what: "no port") }
        self.port = port
    }

    deinit {
        // SIGTERM would be blocked: children inherit the signal mask of the thread that starts them.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let answer: Data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(what: program) }
        return answer
    }

    func url(_ path: String, host: String = "localhost") -> String { "\(scheme)://\(host):\(port)\(path)" }

    /// Every request that came, in order.
    func log() throws -> [Value] {
        let answer = try Self.run("/usr/bin/curl", ["-sk", "--noproxy", "*", url("/log", host: "127.0.0.1")])
        return try Value(json: [UInt8](answer)).asList ?? []
    }
}

/// A plugin, and calls of its action.
final class Sender: Sendable {
    let plugin: WebhookPlugin

    /// Without changes it may do what the tests need: plain HTTP to this machine.
    init(_ changes: [String: Value] = [:]) throws {
        let values: [String: Value] = [
            "secret": .string("hook"), "allow_http": .bool(true), "allow_private": .bool(true),
        ]
        plugin = try WebhookPlugin(configuration: Self.configuration(values.merging(changes) { _, new in new }))
    }

    static func configuration(_ values: [String: Value]) -> Configuration {
        let secrets = [
            "hook": Receiver.secrets[0], "next": Receiver.secrets[1], "short": "whsec_c2hvcnQ=", "bare": "x",
        ]
        return Configuration(values: values, folder: "") { secrets[$0] }
    }

    static let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))

    func post(
        _ url: String, key: String = "msg42", data: Value = .object(["case": .string("ST-1")]),
        now: Instant = now, seconds: Int64 = 20, isDryRun: Bool = false, _ more: [String: Value] = [:]
    ) async -> ActionOutcome {
        let input: [String: Value] = ["url": .string(url), "type": .string("case.moved"), "data": data]
        return await plugin.actions[0].run(
            ActionCall(
                key: key, attempt: 1, mode: .make, input: input.merging(more) { _, new in new }, sequence: 0, now: now,
                deadline: now.adding(seconds: seconds), caseReference: "ST-1", programme: "study-tour",
                isDryRun: isDryRun))
    }
}

extension ActionOutcome {
    var output: [String: Value]? { if case .done(let output) = self { output } else { nil } }
    var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
    var isUnknown: Bool { if case .unknown = self { true } else { false } }
}
