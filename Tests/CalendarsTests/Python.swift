import Foundation
import Testing

/// The oracle of these tests: the Python of the machine, run as a child.
enum Python {
    struct Failed: Error {
        let status: Int32
    }

    /// Whether there is one; tests that need it are skipped elsewhere.
    static let isThere: Bool = FileManager.default.isExecutableFile(atPath: path)
    private static let path: String = "/usr/bin/python3"

    /// What a script prints, given its input.
    static func run(_ script: String, input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-c", script]
        let (source, sink) = (Pipe(), Pipe())
        process.standardInput = source
        process.standardOutput = sink
        try process.run()
        let writer = Thread {
            source.fileHandleForWriting.write(Data(input.utf8))
            try? source.fileHandleForWriting.close()
        }
        writer.start()
        let answer: Data = sink.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
        return String(decoding: answer, as: UTF8.self)
    }
}
