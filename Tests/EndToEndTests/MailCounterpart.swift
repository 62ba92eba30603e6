import Expressions
import Foundation
import Testing

/// A mail server of `Tests/Counterparts` in a process of its own, until it is stopped.
final class MailCounterpart {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Counterparts").path

    let port: Int
    private let process = Process()
    private let input = Pipe()

    /// Starts `script` and waits until it listens.
    init(_ script: String, _ arguments: [String]) throws {
        let python = try Self.run(Self.folder + "/setup", []).trimmingCharacters(in: .whitespacesAndNewlines)
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [Self.folder + "/" + script] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while !line.contains(0x0A) {
            let piece = output.fileHandleForReading.availableData
            try #require(!piece.isEmpty, "\(script) did not start")
            line += piece
        }
        port = try #require(try Value(json: Array(line.prefix { $0 != 0x0A }))["port"]?.asInt)
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    deinit { stop() }

    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }
}
