import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Foundation
import ProgrammeLanguage
import Service
import Testing

private let programme = """
    format: 1
    programme: visits
    version: 1
    reference: VS-{number}
    people:
      clerk: {title: Clerk}
      desk: {title: Desk, staff: yes}
    stages:
      request:
        open:
          task: {who: clerk, due: 30 working days}
          clock: {due: {escalate: desk}, 60 days: expired}
          next: {done: closed}
    ends: {closed: fulfilled, expired: expired}
    """

/// The service in virtual time, with the real mail plugin and a mail server of aiosmtpd that it talks to.
private final class Post {
    let folder = NSTemporaryDirectory() + "sojourn-post-" + UUID().uuidString.prefix(8)
    private(set) var service: Service
    private let settings: Settings
    let world = VirtualWorld(from: Instant(milliseconds: 1_798_790_400_000))
    private let server: MailCounterpart
    private let machine: CaseMachine

    init() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        server = try MailCounterpart("smtp_server.py", [folder, "--tls", "none"])
        var settings = Settings()
        settings.plugins["email"] = [
            "from": "exchange@hub.example", "smtp.host": "127.0.0.1", "smtp.port": "\(server.port)", "smtp.tls": "none",
        ].mapValues { Value.string($0) }
        self.settings = settings
        service = try Service(store: MemoryStore(), world: world.world, folder: folder, settings: settings)
        let source = ProgrammeSource(text: programme)
        let compiled = ProgrammeCompiler.compile(source)
        machine = try await service.engine.add(
            try #require(compiled.programme, Comment(rawValue: compiled.diagnostics.lines.joined(separator: "\n"))),
            source: source.packed())
    }

    func close() async {
        await service.close()
        server.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Ends the service and starts it again on what it has written.
    func restart() async throws {
        let store = try #require(service.engine.store as? MemoryStore)
        await service.close()
        service = try Service(store: await store.reopened(), world: world.world, folder: folder, settings: settings)
    }

    /// Starts a case whose task goes by mail to this address.
    func open(_ address: String) async throws -> Case {
        try await service.engine.cases.start(
            machine,
            people: [
                "clerk": [Party(id: "a", name: "Ana", address: address)],
                "desk": [Party(id: "d", name: "Desk", address: "desk@hub.example")],
            ], roster: [:], by: Actor(id: "d", role: "desk"))
    }

    func after(minutes: Int) async throws {
        world.advance(to: world.now.adding(seconds: Int64(minutes) * 60))
        _ = try await service.engine.outbox.drain()
    }

    /// The mails to clerks; the staff's own about what failed are apart.
    func effects(_ states: EffectState...) async throws -> [EffectRow] {
        var filter = EffectFilter()
        filter.states = Set(states)
        return try await service.engine.store.effects(filter).filter { $0.label.contains("clerk") }
    }

    /// Recipients of the mails that the server took, in order.
    var taken: [String] {
        let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        return log.split(separator: "\n").compactMap { try? Value(json: Array($0.utf8)) }
            .compactMap { $0["to"]?.asList?.first?.asString }
    }

    func messageID(_ number: Int) throws -> String {
        let text = try String(contentsOfFile: "\(folder)/\(number).eml", encoding: .utf8)
        return text.components(separatedBy: "Message-Id: <").last?.split(separator: ">").first.map(String.init) ?? ""
    }
}

@Suite struct `Mail servers and the outbox together` {
    @Test func `what a server greylists goes at the second try, once, under the same Message-ID`() async throws {
        let post = try await Post()
        let c = try await post.open("grey-ana@city.example")
        _ = try await post.open("eva@city.example")
        try await post.after(minutes: 0)
        #expect(post.taken == ["eva@city.example"], "who is greylisted holds nobody else up")
        let row = try #require(try await post.effects(.queued).first)
        #expect(row.failure.hasPrefix("smtp.451"))
        #expect(row.dueAt == post.world.now.adding(seconds: 300))
        try await post.after(minutes: 4)
        #expect(post.taken.count == 1, "not before the server wants it")
        try await post.after(minutes: 1)
        #expect(post.taken == ["eva@city.example", "grey-ana@city.example"])
        try await post.after(minutes: 600)
        #expect(post.taken.count == 2)
        #expect(try post.messageID(2) == row.key + "@hub.example")
        #expect(try await post.effects(.done).count == 2)
        #expect(
            try await post.service.engine.cases.load(c.id).case.tasks.allSatisfy(\.isDeclared), "nobody is bothered")
        await post.close()
    }

    @Test
    func
        `a server that refuses three mails in a row gets no more of the batch, and the rest goes when it takes mail again`()
        async throws
    {
        let post = try await Post()
        try "554 5.7.1 not from you".write(toFile: post.folder + "/refuse", atomically: true, encoding: .utf8)
        for number in 0..<40 { _ = try await post.open("r\(number)@city.example") }
        try await post.after(minutes: 0)
        #expect(try await post.effects(.failed).count == 3, "given up, and the staff are asked")
        #expect(try await post.effects(.queued).count == 40 - 3)
        // A service that starts again loses no three more.
        try await post.restart()
        for number in 40..<45 { _ = try await post.open("r\(number)@city.example") }
        try await post.after(minutes: 1)
        #expect(try await post.effects(.failed).count == 3)
        // An hour later one finds it as it was, and stops the others again.
        try await post.after(minutes: 61)
        #expect(try await post.effects(.failed).count == 3)
        try await post.restart()
        #expect(try await post.effects(.queued).contains { $0.failure.contains("refused 3 mails one after the other") })
        try FileManager.default.removeItem(atPath: post.folder + "/refuse")
        try await post.after(minutes: 61)
        try await post.after(minutes: 61)
        #expect(try await post.effects(.queued).isEmpty)
        #expect(try await post.effects(.done).count == 42)
        #expect(Set(post.taken.filter { $0.hasPrefix("r") }).count == 42)
        await post.close()
    }
}
