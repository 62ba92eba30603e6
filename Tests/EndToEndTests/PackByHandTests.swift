import Foundation
import Testing

/// What an author meets who works in the folder of the pack, with the program.
@Suite struct `A pack by hand` {
    private let folder = NSTemporaryDirectory() + "sojourn-hand-" + UUID().uuidString.prefix(8)

    private func sojourn(_ words: String...) throws -> (code: Int32, text: String) {
        try Program.run(words + ["--database", "data/s.db"], folder: folder)
    }

    @Test func `is never taken for another of the same name, and a slip in its input is told`() throws {
        try FileManager.default.createDirectory(
            atPath: folder + "/data/packs", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try sojourn("plugin", "new", "greet", "--language", "shell").code == 0)
        let greet = ["greet.greet", "--input", #"{"name": "Ana"}"#]
        func call(_ pack: String, _ words: [String]) throws -> (code: Int32, text: String) {
            try Program.run(["plugin", "call", pack] + words + ["--database", "data/s.db"], folder: folder)
        }
        #expect(try call("greet", greet).text.contains("Hello, Ana!"), "there is one, here")
        try FileManager.default.copyItem(atPath: folder + "/greet", toPath: folder + "/data/packs/greet")
        #expect(try sojourn("plugin", "lock").code == 0)
        let both = try call("greet", greet)
        #expect(both.code == 1 && both.text.contains("write ./greet for the folder, greet@0.1.0 for the installed one"))
        #expect(try call("greet@0.1.0", greet).text.contains("Hello, Ana!"))
        try "a stranger's".write(toFile: folder + "/data/packs/greet/run", atomically: true, encoding: .utf8)
        #expect(try call("./greet", greet).text.contains("Hello, Ana!"))
        #expect(
            try call("greet@0.1.0", greet).text.contains("plugin.changed"), "the installed one is run as it was locked")
        let slip = try call("./greet", ["greet.greet", "--input", #"{"nam": "Ana"}"#])
        #expect(
            slip.text.contains("greet.greet has no input \"nam\"; did you mean \"name\"?"), Comment(rawValue: slip.text)
        )
    }

    @Test func `that must be built says so`() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try sojourn("plugin", "new", "fast", "--language", "swift").code == 0)
        let tested = try sojourn("plugin", "test", "./fast")
        #expect(
            tested.code == 1 && tested.text.contains("it is made by the pack's ./build"), Comment(rawValue: tested.text)
        )
    }
}
