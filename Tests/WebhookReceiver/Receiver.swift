public import Expressions
import Foundation

/// A real receiver of webhooks, `Tests/Counterparts/webhook_receiver.py`, that checks signatures with the package
/// standardwebhooks; with no secret it takes what is not signed.
public final class Receiver: Sendable {
    public struct Failed: Error {
        let what: String

        public init(_ what: String) { self.what = what }
    }

    public static let secrets = [
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + Data(repeating: 7, count: 64).base64EncodedString(),
    ]

    public let port: Int
    public let scheme: String
    /// The certificate that the receiver shows, if any.
    public let certificate: String?
    private let process: Process
    /// The receiver ends when this closes, however this process ends.
    private let life = Pipe()
    private let folder: String

    private static let counterparts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Counterparts").standardizedFileURL.path

    private static let python: Result<String, any Error> = Result {
        let answer = try run(counterparts + "/setup", [])
        return String(decoding: answer, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    public init(isSafe: Bool = false, secrets: [String] = [secrets[0]]) throws {
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
        guard let port = Int(String(decoding: line, as: UTF8.self)) else { throw Failed("no port") }
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
        guard process.terminationStatus == 0 else { throw Failed(program) }
        return answer
    }

    public func url(_ path: String, host: String = "localhost") -> String { "\(scheme)://\(host):\(port)\(path)" }

    /// Every request that came, in order.
    public func log() throws -> [Value] {
        let answer = try Self.run("/usr/bin/curl", ["-sk", "--noproxy", "*", url("/log", host: "127.0.0.1")])
        return try Value(json: [UInt8](answer)).asList ?? []
    }
}
