import Calendars
import CaseStore
import Engine
import Service
import Synchronization

/// `sojourn run`: the scheduler and the outbox, until somebody ends it.
enum RunVerb {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "run", "Fires what is due and sends what was decided, until it is stopped.",
            discussion: """
                Wakes every two seconds at most and compares with the clock. SIGTERM and SIGINT end it well: what is under
                way is finished, nothing new begins. After an absence it catches up and says what it did. A clock that has
                jumped by more than 40 days is not believed until --accept-clock says so.
                """,
            examples: [
                ("sojourn run", "The service."), ("sojourn run --once", "One look, for a job that runs every minute."),
            ],
            options: [
                Option("once", "Looks once, does what is due, and ends."),
                Option("accept-clock", "Believes the clock even after a jump of more than 40 days."),
            ]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                try await run(service, parsed, terminal)
            }
        }
    }

    private static func run(_ service: Service, _ parsed: Parsed, _ terminal: Terminal) async throws -> ExitCode {
        let engine = service.engine
        let accepts = parsed.flag("accept-clock")
        if let hold = try await engine.store.outboundHold() {
            terminal.note("nothing is sent: \(hold); \"sojourn outbox release --hold-of-store\" lets it go")
        }
        if parsed.flag("once") {
            let recovered = try await engine.outbox.recover()
            let report = try await engine.scheduler.look(acceptsJump: accepts)
            let done = try await engine.outbox.drain()
            terminal.print("\(report.sentence), \(String(done + recovered)) effects")
            return report.isParked ? .failure : .success
        }
        let interruption = terminal.interruption
        terminal.note("running; press Ctrl-C to end")
        do {
            try await interruption.cancelling {
                try await engine.run(acceptsJump: accepts) { report in
                    terminal.print("\(engine.world.now().rfc3339)  \(report.sentence)")
                    terminal.flush()
                }
            }
        } catch is CancellationError {
            // The wish to end is no failure.
        }
        terminal.note("ended; nothing is under way")
        return .success
    }
}
