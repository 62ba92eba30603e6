import ActionKit
import Calendars
import CaseStore
import EmailSend
import Engine
import Exchange
package import Expressions
import Foundation
import Glibc
import ProgrammeLanguage
import SQLiteStore
import Synchronization

/// Reminders that fall due within one minute, from the timers of their cases to a mail server on this machine, while
/// commands go on; beside the plugin alone and Python's smtplib with as many connections.
package struct MailBench: Sendable {
    /// Cases with one reminder each.
    package var mails = 10_000
    /// Milliseconds over which they fall due.
    package var spreadMilliseconds: Int64 = 60_000
    package var connections = 4
    /// The Python that has aiosmtpd.
    package var python = "python3"
    /// The folder for the database, removed afterwards by the caller.
    package let folder: String
    package var tell: @Sendable (String) -> Void = { _ in }

    /// Commands a second that people give meanwhile.
    private static let commandCases = 100
    private static let commandsPerSecond = 20.0
    /// When whatever has not arrived is given up, in seconds.
    private static let patienceSeconds = 300.0
    private static let start = Instant(milliseconds: 1_800_000_000_000)
    /// From the opening of a case to its reminder.
    private static let reminderSeconds: Int64 = 2 * 3_600

    package init(folder: String) {
        self.folder = folder
    }

    /// Measures; seconds and mails a second.
    package func run() async throws -> [String: Value] {
        let server = try MailSink(python: python)
        defer { server.stop() }
        var result: [String: Value] = ["mails": .int(Int64(mails)), "connections": .int(Int64(connections))]
        tell("\(mails) cases with a reminder each")
        let store = try SQLiteStore.open(path: folder + "/mail.db")
        let cases = try await prepare(store)
        tell("the minute in which they fall due")
        try await measure(store, cases.due, others: cases.others, server, into: &result)
        tell("the same mails by the plugin alone")
        let alone = try await byPlugin(server)
        result["plugin_alone_mails_per_second"] = .double((Double(mails) / alone).rounded())
        tell("the same mails by Python's smtplib")
        if let peer = try server.peer(mails: mails, connections: connections, folder: folder) {
            result["smtplib_mails_per_second"] = .double((Double(mails) / peer).rounded())
        }
        return result
    }

    // MARK: Cases

    private static let programme = """
        format: 1
        programme: bench
        version: 1
        people:
          clerk: {title: Clerk, staff: yes}
          guest: {title: Guest}
        stages:
          request:
            open:
              task: {who: guest, due: 20 days}
              clock: {2 hours: remind, 30 days: expired}
              next: {done: closed, again: open}
        ends: {closed: fulfilled, expired: expired}
        """

    private static let clerk = Party(id: "b", name: "Clerk", address: "clerk@hub.example", language: "en")

    /// Opens the cases, one after another in their own time, with the mails that opening them sends already gone.
    ///
    /// - Returns: when each reminder is due, by case; and the cases to which people give commands.
    private func prepare(_ store: SQLiteStore) async throws -> (due: [String: Instant], others: [String]) {
        let world = VirtualWorld(from: Self.start)
        let compile: ProgrammeShelf.Compile = { packed in
            ProgrammeSource(packed: packed).flatMap { ProgrammeCompiler.compile($0).programme }
        }
        let engine = Engine(
            store: store, world: world.world, actions: [RecordingAction(name: "email.send")], compile: compile)
        let source = ProgrammeSource(text: Self.programme)
        guard let programme = ProgrammeCompiler.compile(source).programme else {
            throw DemonstrationFault(["the programme of the benchmark is wrong"])
        }
        let machine = try await engine.add(programme, source: source.packed())
        let actor = Actor(id: "b", role: "clerk")
        var due: [String: Instant] = [:]
        var others: [String] = []
        for number in 0..<(mails + Self.commandCases) {
            let at = Self.start.adding(milliseconds: spreadMilliseconds * Int64(number) / Int64(max(mails, 1)))
            world.advance(to: at)
            let guest = Party(
                id: "g\(number)", name: "Guest \(number)", address: "guest\(number)@domain\(number % 50).example",
                language: "en")
            let c = try await engine.cases.start(
                machine, people: ["clerk": [Self.clerk], "guest": [guest]], roster: [:], by: actor)
            if number < mails {
                due[c.id] = at.adding(seconds: Self.reminderSeconds)
            } else {
                others.append(c.id)
            }
            if number % 256 == 255 { _ = try await engine.outbox.drain() }
        }
        _ = try await engine.outbox.drain()
        try await store.setLastSeen(Self.start.adding(seconds: Self.reminderSeconds - 1))
        return (due, others)
    }

    // MARK: The minute

    private final class Arrivals: Sendable {
        private let state: Mutex<(late: [Double], last: Instant)>
        private let expected: Int
        private let done: AsyncStream<Void>.Continuation

        init(expected: Int, done: AsyncStream<Void>.Continuation) {
            state = Mutex(([], MailBench.start))
            self.expected = expected
            self.done = done
        }

        func came(due: Instant, at now: Instant) {
            let count = state.withLock { state in
                state.late.append(Double(now.milliseconds - due.milliseconds) / 1_000)
                state.last = max(state.last, now)
                return state.late.count
            }
            if count == expected { done.finish() }
        }

        var all: (late: [Double], last: Instant) { state.withLock { $0 } }
    }

    private func measure(
        _ store: SQLiteStore, _ due: [String: Instant], others: [String], _ server: MailSink,
        into result: inout [String: Value]
    ) async throws {
        let first = Self.start.adding(seconds: Self.reminderSeconds)
        let began = ContinuousClock.now
        // Two seconds before the first is due, then as the clock on the wall goes.
        let world = World(
            now: { first.adding(milliseconds: Int64((ContinuousClock.now - began) / .milliseconds(1)) - 2_000) },
            identifier: World.real.identifier, sleep: World.real.sleep)
        let (news, told) = AsyncStream.makeStream(of: Void.self)
        let arrivals = Arrivals(expected: mails, done: told)
        let service = try Service(
            store: store, world: world, folder: folder, settings: server.settings(connections: connections),
            observe: { row, outcome in
                guard case .done? = outcome, row.label.contains("reminder"), let due = due[row.caseID] else { return }
                arrivals.came(due: due, at: world.now())
            })
        let running = Task { try await service.engine.run(acceptsJump: true, report: { _ in }) }
        let patience = Task {
            try await Task.sleep(for: .seconds(Self.patienceSeconds))
            told.finish()
        }
        let commands = Task { try await self.commands(service, others) }
        for await _ in news {}
        commands.cancel()
        patience.cancel()
        running.cancel()
        _ = try? await running.value
        let spent = try await commands.value
        let (late, last) = arrivals.all
        result["handed_over"] = .int(Int64(late.count))
        result["seconds_from_first_due_to_last_handed_over"] = .double(
            Double(last.milliseconds - first.milliseconds) / 1_000)
        result["lateness_p50_seconds"] = .double(Self.percentile(late, 50))
        result["lateness_p99_seconds"] = .double(Self.percentile(late, 99))
        result["lateness_max_seconds"] = .double(late.max() ?? 0)
        result["commands"] = .int(Int64(spent.count))
        result["command_p50_milliseconds"] = .double(Self.percentile(spent, 50) * 1_000)
        result["command_p99_milliseconds"] = .double(Self.percentile(spent, 99) * 1_000)
        result["resident_bytes"] = .int(Int64(EngineBench.residentBytes()))
        await service.close()
    }

    /// What people do meanwhile: they put cases on hold and resume them, one after another; seconds of each.
    private func commands(_ service: Service, _ ids: [String]) async throws -> [Double] {
        var spent: [Double] = []
        var number = 0
        while !Task.isCancelled, !ids.isEmpty {
            let isHeld = number / ids.count % 2 == 1
            let command: Command = isHeld ? .resume(reason: "bench") : .hold(reason: "bench", until: nil)
            let start = ContinuousClock.now
            _ = try await service.engine.cases.submit(
                command, to: ids[number % ids.count], by: Actor(id: "b", role: "clerk"))
            spent.append(Double((ContinuousClock.now - start) / .microseconds(1)) / 1_000_000)
            number += 1
            try? await Task.sleep(for: .seconds(1 / Self.commandsPerSecond))
        }
        return spent
    }

    private static func percentile(_ values: [Double], _ percent: Int) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.indices.last else { return 0 }
        return sorted[min(sorted.count * percent / 100, last)]
    }

    // MARK: The floor

    /// The same mails handed to the server by the plugin, with no case, no timer and no store.
    private func byPlugin(_ server: MailSink) async throws -> Double {
        let settings = server.settings(connections: connections)
        let plugin: EmailPlugin
        do throws(ConfigurationMistakes) {
            plugin = try EmailPlugin(
                configuration: Configuration(values: settings.plugins[EmailPlugin.name] ?? [:], folder: folder))
        } catch {
            throw DemonstrationFault(error.messages)
        }
        let action = plugin.actions[0]
        let began = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<mails {
                if number >= 64 { await group.next() }
                group.addTask { _ = await action.run(Self.call(number)) }
            }
        }
        let seconds = Double((ContinuousClock.now - began) / .microseconds(1)) / 1_000_000
        await plugin.close()
        return seconds
    }

    private static func call(_ number: Int) -> ActionCall {
        let text = "Dear Guest \(number),\n\nwe have not had your answer to **open** in case BENCH-\(number) yet."
        return ActionCall(
            key: "floor\(number)", attempt: 1, mode: .make,
            input: [
                "to": .string("guest\(number)@domain\(number % 50).example"), "to_name": .string("Guest \(number)"),
                "language": .string("en"), "subject": .string("[BENCH-\(number)] Reminder: open"),
                "text": .string(text), "html": .string("<html><body><p>\(text)</p></body></html>"),
            ], sequence: 0, now: start, deadline: start.adding(seconds: 60), caseReference: "", programme: "bench")
    }
}
