import Foundation
import Testing

/// The program `store-crash` as a process of its own, and what it said.
struct Child {
    /// The newest acknowledged version of each case.
    var versions: [String: Int] = [:]
    var numbers: [Int] = []
    var claimed: Set<String> = []
    var finished: Set<String> = []
    var failures: [String] = []
    var lines = 0
    /// How it ended: its exit code, or the signal that killed it.
    var status: Int32 = 0

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - wrapper: a program, with arguments, that runs it.
    ///   - lines: after so many acknowledgements it is killed; nil: never.
    static func run(wrapper: [String] = [], _ arguments: [String], killAfter lines: Int? = nil) throws -> Child {
        let process = Process()
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("store-crash").path
        let words = wrapper + [program] + arguments
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var child = Child()
        var rest = ""
        var isKilled = false
        while true {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            rest += String(decoding: data, as: UTF8.self)
            let said = rest.split(separator: "\n", omittingEmptySubsequences: false)
            for line in said.dropLast() { child.read(line) }
            rest = said.last.map(String.init) ?? ""
            if let lines, child.lines >= lines, !isKilled {
                kill(process.processIdentifier, SIGKILL)
                isKilled = true
            }
        }
        process.waitUntilExit()
        child.status = process.terminationStatus
        return child
    }

    private mutating func read(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        lines += 1
        switch words.first {
        case "w": versions[words[1]] = Int(words[2])
        case "n": numbers.append(Int(words[1]) ?? 0)
        case "c": claimed.insert(words[1])
        case "f": finished.insert(words[1])
        case "x": failures.append(String(line.dropFirst(2)))
        default: Issue.record("the child said \(line)")
        }
    }
}
