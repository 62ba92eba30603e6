import Foundation
import Testing

/// The real program, as a person starts it.
struct Program {
    /// Beside the tests' own bundle, where the build puts it.
    static let path: URL? = {
        let places = [CommandLine.arguments[0], Bundle.main.bundlePath].map {
            URL(fileURLWithPath: $0).deletingLastPathComponent()
        }
        let all = places + places.map { $0.deletingLastPathComponent() }
        return all.map { $0.appendingPathComponent("sojourn") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    static func start(_ arguments: [String], output: Any = Pipe(), folder: String? = nil) throws -> Process {
        let process = Process()
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.executableURL = path
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return process
    }

    static func run(_ arguments: [String], folder: String? = nil) throws -> (code: Int32, text: String) {
        let pipe = Pipe()
        let process = try start(arguments, output: pipe, folder: folder)
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}

private let workflows = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("workflows").path

@Suite struct `The program` {
    private let folder = NSTemporaryDirectory() + "sojourn-program-" + UUID().uuidString.prefix(8)

    private func database() throws -> String {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = folder + "/s.db"
        let sample = workflows + "/study-tour/sample/"
        #expect(try Program.run(["programme", "add", workflows + "/study-tour", "--database", path]).code == 0)
        #expect(try Program.run(["import", "roster", sample + "roster.csv", "--database", path]).code == 0)
        #expect(try Program.run(["import", "offers", sample + "offers.csv", "--database", path]).code == 0)
        return path
    }

    @Test func `while the service runs, other command lines are answered by it, and SIGTERM ends it well`() throws {
        let path = try database()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let service = try Program.start(["run", "--database", path], output: FileHandle.nullDevice)
        defer { if service.isRunning { kill(service.processIdentifier, SIGKILL) } }
        let socket = path + ".sock"
        for _ in 0..<200 where !FileManager.default.fileExists(atPath: socket) { usleep(50_000) }
        let mode = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let started = try Program.run([
            "case", "start", "study-tour", "--as", "requester", "--person", "requester=Ada<ada@example.org>",
            "--database", path,
        ])
        #expect(started.code == 0, Comment(rawValue: started.text))
        // The service that answered sends what the case says; nobody has to start one.
        #expect(!started.text.contains("sojourn run"), Comment(rawValue: started.text))
        let list = try Program.run(["case", "list", "--json", "--database", path])
        #expect(list.text.contains("draft"))
        let wrong = try Program.run(["case", "show", "nothing", "--database", path])
        #expect(wrong.code == 1)
        let second = try Program.run(["run", "--database", path])
        #expect(second.code == 1 && second.text.contains("in use"))
        // The service itself sends the mail that the new case asks for.
        let mails = folder + "/mail"
        for _ in 0..<200
        where ((try? FileManager.default.contentsOfDirectory(atPath: mails)) ?? []).allSatisfy({ !$0.hasSuffix(".eml") }
        ) {
            usleep(50_000)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: mails).contains { $0.hasSuffix(".eml") })
        service.terminate()
        service.waitUntilExit()
        #expect(service.terminationStatus == 0)
        #expect(!FileManager.default.fileExists(atPath: socket))
        #expect(try Program.run(["doctor", "--database", path]).code == 0)
    }

    @Test func `a service that is killed leaves nothing that stands in the way`() throws {
        let path = try database()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for _ in 0..<3 {
            let service = try Program.start(["run", "--database", path], output: FileHandle.nullDevice)
            usleep(UInt32.random(in: 50_000...600_000))
            kill(service.processIdentifier, SIGKILL)
            service.waitUntilExit()
            let shown = try Program.run(["case", "list", "--database", path])
            #expect(shown.code == 0, Comment(rawValue: shown.text))
        }
        #expect(try Program.run(["doctor", "--database", path]).code == 0)
    }
}
