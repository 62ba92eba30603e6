import Foundation

/// The Python of the counterparts: readers and servers that others wrote.
enum Counterparts {
    struct Failed: Error {
        let script: String
        let status: Int32
    }

    /// The root of the repository.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let folder = root.appendingPathComponent("Tests/Counterparts")

    /// The interpreter with the packages of `Tests/Counterparts/setup`, which is run once.
    static let python: Result<String, any Error> = Result {
        let made = try output(of: folder.appendingPathComponent("setup").path, [])
        return String(decoding: made, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What one of the scripts prints.
    static func run(_ script: String, _ arguments: [String]) throws -> Data {
        try output(of: try python.get(), [folder.appendingPathComponent(script).path] + arguments)
    }

    /// What a program prints; its errors go where those of the tests go.
    static func output(of program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let answer = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(script: program, status: process.terminationStatus)
        }
        return answer
    }
}

/// A mail as Python's email package reads it.
struct ReadMail: Decodable {
    struct Part: Decodable {
        let type: String
        let parameters: [String: String]
        let disposition: String
        let fileName: String
        let encoding: String
        let text: String
        let size: Int
        let sha256: String
        let defects: [String]
    }

    let headers: [[String]]
    let from: [[String]]
    let to: [[String]]
    let parts: [Part]
    let tree: [String]
    let defects: [String]
    let longestLine: Int
    let bareLineEnds: Int
    let isASCII: Bool

    /// The values of a header, in their order.
    func all(_ name: String) -> [String] {
        headers.filter { $0[0].lowercased() == name.lowercased() }.map { $0[1] }
    }

    static func read(_ paths: [String]) throws -> [ReadMail] {
        let lines = try Counterparts.run("read_mail.py", paths).split(separator: 0x0A)
        return try lines.map { try JSONDecoder().decode(ReadMail.self, from: Data($0)) }
    }
}
