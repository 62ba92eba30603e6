import Calendars
import CaseStore
import Engine
import HTTPServer
import PluginHost
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
                jumped by more than 40 days is not believed until --accept-clock says so. While it runs, every other verb on
                the same database is answered by it, through a socket beside the database that only its owner can open.
                """,
            examples: [
                ("sojourn run", "The service."), ("sojourn run --once", "One look, for a job that runs every minute."),
                ("sojourn run --listen 8080", "The service, with an address for signed messages from outside."),
            ],
            options: [
                Option("once", "Looks once, does what is due, and ends."),
                Option("accept-clock", "Believes the clock even after a jump of more than 40 days."),
                Option(
                    "listen", value: "HOST:PORT",
                    "Takes signed callbacks and events by HTTP there; a port alone means this machine."),
            ]
        ) { parsed, terminal in
            let address = try parsed.text("listen").map { text in
                guard let address = HTTPAddress(text) else {
                    throw UsageMistake("--listen is a port, or a numeric address and a port, such as 127.0.0.1:8080")
                }
                return address
            }
            return try await place.withService(parsed, forwards: false) { service in
                let database = try place.databasePath(parsed)
                let door =
                    parsed.flag("once")
                    ? nil
                    : RunningService.serve(database: database) { arguments, columns in
                        await answer(arguments, columns: columns, at: place, in: service)
                    }
                defer { door?.close() }
                guard let address, !parsed.flag("once") else { return try await run(service, parsed, terminal) }
                let server: HTTPServer
                do throws(HTTPServerFault) {
                    server = try listen(at: address, service, terminal)
                } catch {
                    throw Failure(error.description)
                }
                do {
                    let code = try await run(service, parsed, terminal)
                    await server.close()
                    return code
                } catch {
                    await server.close()
                    throw error
                }
            }
        }
    }

    /// Takes what comes from outside. A line is told of each message: its address and the answer's status, and nothing of what
    /// was in it.
    private static func listen(
        at address: HTTPAddress, _ service: Service, _ terminal: Terminal
    ) throws(HTTPServerFault) -> HTTPServer {
        let (inbox, world) = (service.inbox, service.engine.world)
        let server = try HTTPServer(address, limits: Inbox.limits) { request in
            let answer = await inbox.answer(request)
            if request.method == "POST" {
                terminal.print("\(world.now().rfc3339)  \(inbox.place(of: request)): \(String(answer.status))")
                terminal.flush()
            }
            return answer
        }
        terminal.note("listening at \(address.host):\(String(server.port))")
        if !address.isLoopback {
            terminal.note("others reach this address without encryption: put a web server with TLS in front of it")
        }
        return server
    }

    /// Answers another process's command line with this one's service.
    private static func answer(
        _ arguments: [String], columns: Int?, at place: Workplace, in service: Service
    ) async -> ForwardedAnswer {
        var inside = place
        inside.running = service
        inside.arguments = []
        let output = Sink(memory: columns)
        let errors = Sink(memory: columns)
        let start = ContinuousClock.now
        let terminal = Terminal(
            output: output, errors: errors, environment: place.environment, clock: { ContinuousClock.now - start },
            interruption: { Interruption() })
        let code: ExitCode
        if arguments.first == "run" {
            errors.write("sojourn run: the service runs already\n".utf8)
            code = .failure
        } else {
            code = await Sojourn.tree(at: inside).answer(arguments, on: terminal)
        }
        return ForwardedAnswer(output: output.text, errors: errors.text, exitCode: code)
    }

    private static func run(_ service: Service, _ parsed: Parsed, _ terminal: Terminal) async throws -> ExitCode {
        let engine = service.engine
        let accepts = parsed.flag("accept-clock")
        if let hold = try await engine.store.outboundHold() {
            terminal.note("nothing is sent: \(hold); \"sojourn outbox release --hold-of-store\" lets it go")
        }
        if let name = engine.confirmations.terms?.programme, (try? await engine.shelf.newest(named: name)) == nil {
            terminal.note("owners of stale offers are not asked: there is no programme \(name)")
        }
        if parsed.flag("once") {
            let recovered = try await engine.outbox.recover()
            do {
                _ = try await engine.confirmations.ask()
            } catch let failure as EngineFailure {
                terminal.complain("owners of stale offers were not asked: \(failure.description)")
            }
            let report = try await engine.scheduler.look(acceptsJump: accepts)
            let post = engine.correspondence
            let mails = post.hasSources ? try await post.read() : CorrespondenceReport()
            if mails.total > 0 || !mails.failures.isEmpty { terminal.note("\(mails.sentence)") }
            let done = try await engine.outbox.drain()
            terminal.print("\(report.sentence), \(Naming.count(done + recovered, "effect"))")
            return report.isParked ? .failure : .success
        }
        PluginHost.guardProcess()
        if !service.host.shelf.packs.isEmpty, service.host.sandbox.program == nil {
            terminal.note("packs run without a sandbox: \(service.host.sandbox.why)")
        }
        let interruption = terminal.interruption
        terminal.note("running; press Ctrl-C to end")
        do {
            try await interruption.cancelling {
                try await engine.run(acceptsJump: accepts) { report in
                    terminal.print("\(engine.world.now().rfc3339)  \(report.sentence)")
                    terminal.flush()
                } reportMail: { report in
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
