import Foundation
import Testing

private let packs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Packs").path

private let programme = """
    format: 1
    programme: filing
    version: 1
    people:
      clerk: {title: Clerk, staff: yes}
    stages:
      request:
        open:
          do:
            - slow.write: {text: "{{ case.reference }}"}
            - good.note: {text: "{{ case.reference }}"}
            - slow.write: {text: "{{ case.reference }} again"}
          task: {who: clerk, due: 5 working days}
          clock: {due: {escalate: clerk}, 10 days: expired}
          next: {done: closed}
    ends: {closed: fulfilled, expired: expired}
    """

@Suite struct `A service that is killed in the middle of actions` {
    private static let cases = 12
    private static let kills = 5
    private let folder = NSTemporaryDirectory() + "sojourn-crash-" + UUID().uuidString.prefix(8)

    private func lines(_ pack: String, _ file: String) -> [String] {
        let text = try? String(contentsOfFile: "\(folder)/pack-data/\(pack)/\(file)", encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    /// Processes of this folder's packs, whoever their parents are now.
    private func orphans() -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { number in
            guard Int(number) != nil else { return false }
            let environment = FileManager.default.contents(atPath: "/proc/\(number)/environ") ?? Data()
            return String(decoding: environment, as: UTF8.self).contains("SOJOURN_DATA=\(folder)/")
        }.count
    }

    @Test func `misses nothing, repeats at most one thing a crash, and leaves no process behind`() throws {
        try FileManager.default.createDirectory(
            atPath: folder + "/packs", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["good", "slow"] {
            try FileManager.default.copyItem(atPath: "\(packs)/\(name)", toPath: "\(folder)/packs/\(name)")
        }
        let path = folder + "/s.db"
        try programme.write(toFile: folder + "/filing.yaml", atomically: true, encoding: .utf8)
        let added = try Program.run(["programme", "add", folder + "/filing.yaml", "--database", path])
        #expect(added.code == 0, Comment(rawValue: added.text))
        #expect(try Program.run(["plugin", "lock", "--database", path]).code == 0)
        for _ in 0..<Self.cases {
            let started = try Program.run([
                "case", "start", "filing", "--as", "clerk", "--person", "clerk=Ada<ada@example.org>", "--database",
                path,
            ])
            #expect(started.code == 0, Comment(rawValue: started.text))
        }
        for _ in 0..<Self.kills {
            let former = lines("slow", "lines.txt").count
            let service = try Program.start(["run", "--database", path], output: FileHandle.nullDevice)
            // Until something has begun, and a moment more, so that it is killed in the middle.
            for _ in 0..<300 where lines("slow", "lines.txt").count == former { usleep(10_000) }
            usleep(UInt32.random(in: 0...120_000))
            kill(service.processIdentifier, SIGKILL)
            service.waitUntilExit()
            for _ in 0..<300 where orphans() > 0 { usleep(10_000) }
            #expect(orphans() == 0, "a process outlived the service")
        }
        var open = 1
        for _ in 0..<30 where open > 0 {
            _ = try Program.run(["run", "--once", "--database", path])
            let listed = try Program.run(["outbox", "list", "--queued", "--claimed", "--json", "--database", path])
            open = listed.text.components(separatedBy: "\"action\"").count - 1
        }
        let done = lines("slow", "lines.txt").filter { $0.hasPrefix("done ") }
        #expect(Set(done).count == 2 * Self.cases, "each was done")
        #expect(done.count - Set(done).count <= Self.kills, "\(done.count) for \(Set(done).count)")
        let begun = lines("slow", "lines.txt").filter { $0.hasPrefix("begun ") }
        #expect(begun.count > Set(begun).count, "at least one was killed in its middle")
        let notes = lines("good", "notes.txt")
        #expect(notes.count == Self.cases && Set(notes).count == Self.cases, "whoever recognises the key does it once")
        let asked = try Program.run(["outbox", "list", "--unknown", "--failed", "--json", "--database", path])
        #expect(asked.text.contains("\"effects\":[]"), Comment(rawValue: asked.text))
    }
}
