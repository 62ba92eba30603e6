import ActionKit
import Expressions
import Foundation
import Glibc
import Testing

@testable import PluginHost

/// What a program does, and how its own step ends.
private struct Misdeed: Sendable, CustomTestStringConvertible {
    let how: String
    /// What the outcome's words hold.
    let ends: String
    /// Only behind the sandbox: without it nothing stops a program of the same user, and root still less.
    var needsSandbox = false

    /// Only its deadline ends it; all others end by themselves, however long a busy machine takes to flood or to fill.
    var isEndless: Bool { ["hang", "ignore", "stop"].contains(how) }

    var testDescription: String { how }

    init(_ how: String, _ ends: String, needsSandbox: Bool = false) {
        (self.how, self.ends, self.needsSandbox) = (how, ends, needsSandbox)
    }

    static let all = [
        Misdeed("exit", "unknown: bad 1.0.0: the program ended with code 1"),
        Misdeed("segfault", "a bad access to memory"),
        Misdeed("hang", "no answer in time, not even to the wish to cancel"),
        Misdeed("ignore", "no answer in time"),
        Misdeed("stop", "no answer in time"),
        Misdeed("outlive", "done"),
        Misdeed("line without end", "a line was longer than 1048576 bytes"),
        Misdeed("lines of noise", "it floods its output"),
        Misdeed("log without end", "it floods its output"),
        Misdeed("garbage", "a line holds \"jsonrpc\" but is no message"),
        Misdeed("noise before", "done"),
        Misdeed("noise on the line", "was something printed before it?"),
        Misdeed("close", "unknown: bad 1.0.0: the"),
        Misdeed("environment", "done", needsSandbox: true),
        Misdeed("read", "done refused: No such file", needsSandbox: true),
        Misdeed("bomb", "it had too many processes"),
        Misdeed("fill temporary", "No space left", needsSandbox: true),
        Misdeed("fill data", "its folder holds more than 8 MB"),
        Misdeed("one large file", "a file beyond its limit"),
        Misdeed("memory", "the program ended with code 1"),
        Misdeed("files", "done Too many open files"),
        Misdeed("another key", "the answer is for another key"),
        Misdeed("another call", "answered before or never asked"),
        Misdeed("twice", "done"),
        Misdeed("output", "failed plugin.output: it says that it is done, but what it gives is not as declared"),
        Misdeed("outcome", "there is no outcome \"perhaps\""),
        Misdeed("no result", "another key"),
        Misdeed("huge answer", "a line was longer"),
        Misdeed("deep answer", "is no message"),
        Misdeed("kill all", "unknown: bad 1.0.0: the program", needsSandbox: true),
        Misdeed("secret", "failed bad.no: refused [secret]"),
        Misdeed("secret kept", "done with [secret]"),
        Misdeed("connect", "done refused", needsSandbox: true),
        Misdeed("asks", "done a host has no method \"host.secrets\""),
    ]
}

@Suite(.serialized) struct `Bad plugins` {
    private static let canary = "canary-in-the-environment"

    /// Every misdeed at once, each in a program of its own, beside a good neighbour that is called all the time.
    @Test(arguments: Desk.hasSandbox ? [Sandbox.Wish.required, .off] : [.off])
    func `each hurt only their own step`(_ sandbox: Sandbox.Wish) async throws {
        let isClosedIn = sandbox == .required
        let misdeeds = Misdeed.all.filter { isClosedIn || !$0.needsSandbox }
        setenv("SOJOURN_TEST_CANARY", Self.canary, 1)
        let hub = try Folder()
        try hub.write("sojourn.db", Self.canary)
        let (listener, port) = try listen()
        defer { close(listener) }
        let desks = try misdeeds.map { _ in try Desk("bad", sandbox: sandbox) }
        let neighbour = try Desk("good", sandbox: sandbox)
        #expect(await neighbour.call("good.note", ["text": .string("before")]).words == "done before")
        let memoryBefore = residentBytes()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (misdeed, desk) in zip(misdeeds, desks) {
                group.addTask {
                    let outcome = await desk.call(
                        "bad.do",
                        [
                            "how": .string(misdeed.how), "path": .string(hub.path + "/sojourn.db"),
                            "port": .int(Int64(port)),
                        ], seconds: misdeed.isEndless ? nil : 90)
                    #expect(outcome.words.contains(misdeed.ends), "\(misdeed.how): \(outcome.words.prefix(300))")
                    #expect(!outcome.words.contains(Self.canary), "\(misdeed.how) read what is the hub's")
                    #expect(!outcome.words.contains(Desk.secret), "\(misdeed.how) gave a secret away")
                }
            }
            group.addTask {
                for number in 0..<200 {
                    let outcome = await neighbour.call("good.note", ["text": .string("\(number)")])
                    #expect(outcome.words == "done \(number)")
                }
            }
            try await group.waitForAll()
        }
        for (misdeed, desk) in zip(misdeeds, desks) {
            #expect(!desk.supervisor.log.joined().contains(Desk.secret), "\(misdeed.how) logged a secret")
            await desk.supervisor.close()
            #expect(desk.processes() == [], "\(misdeed.how) left a process behind")
        }
        await neighbour.supervisor.close()
        let growth = residentBytes() - memoryBefore
        #expect(growth < 20 << 20, "the memory of the host grew by \(growth >> 20) MB")
    }

    @Test func `what they say is one line without control characters, and not long`() async throws {
        let desk = try Desk("bad")
        guard case .failed(let failure) = await desk.call("bad.do", ["how": .string("control")]) else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.message.hasPrefix("a  b [31m xxx") && failure.message.utf8.count <= PackLimits.messageBytes)
        #expect(failure.retry == .never)
        await desk.supervisor.close()
    }

    @Test func `the next step of the same plugin is done by a new program, after a pause`() async throws {
        let desk = try Desk("bad")
        _ = await desk.call("bad.do", ["how": .string("exit")])
        #expect(desk.supervisor.health.state == .resting && desk.supervisor.health.failures == 1)
        while Desk.now < desk.supervisor.health.until { await Task.yield() }
        #expect(await desk.call("bad.do", ["how": .string("good")]).words == "done good")
        #expect(desk.supervisor.health.state == .well && desk.supervisor.health.failures == 0)
        await desk.supervisor.close()
    }

    @Test func `a call that may be repeated is tried again, one that may not is asked about`() async throws {
        let desk = try Desk("bad")
        guard case .failed(let failure) = await desk.call("bad.again", ["how": .string("exit")]) else {
            Issue.record("a repeatable call is not unknown")
            return
        }
        #expect(failure.code == "plugin.ended" && failure.retry != .never)
        await desk.supervisor.close()
    }

    @Test func `who kills their own keeper ends with it`() async throws {
        let desk = try Desk("bad", sandbox: .off)
        #expect(await desk.call("bad.do", ["how": .string("kill parent")]).words.contains("ended by a kill"))
        await desk.supervisor.close()
        #expect(desk.processes() == [])
    }

    @Test func `a call whose program died is asked about by its key, and only what was not done is done again`()
        async throws
    {
        let desk = try Desk("good")
        let input: [String: Value] = ["text": .string("once"), "die": .bool(true)]
        guard case .failed(let failure) = await desk.call("good.note", input, key: "k1") else {
            Issue.record("it was not done, and the program says so")
            return
        }
        #expect(failure.code == "plugin.lost" && failure.retry != .never)
        let slow: [String: Value] = ["text": .string("slow"), "wait": .double(30)]
        #expect(await desk.call("good.note", slow, key: "k2", seconds: 1).words == "done slow")
        #expect(await desk.call("good.note", input, key: "k1", attempt: 2).words == "done once")
        await desk.supervisor.close()
        #expect(desk.data.read("good/notes.txt") == "k2 slow\nk1 once\n")
    }

    private func residentBytes() -> Int {
        let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    /// A socket that a program must not reach.
    private func listen() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) | Glibc.listen(descriptor, 8)
                    | getsockname(descriptor, pointer, &length)
            }
        }
        try #require(code == 0)
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}
