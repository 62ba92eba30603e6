import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Glibc
import Service

/// `doctor`: whether the database is whole, and what waits for a person.
enum DoctorVerb {
    /// Findings of one check that are shown.
    static let shownFindings = 20
    /// A date that is past by more than this was not acted on: the service does not run.
    static let overdueSeconds: Int64 = 15 * 60

    /// One thing that was looked at.
    struct Check {
        let name: String
        /// What was seen, a sentence without full stop.
        let words: String
        /// What is wrong or waits for a person; empty is good.
        var findings: [String] = []

        var value: Value {
            .object([
                "name": .string(name), "is_good": .bool(findings.isEmpty), "text": .string(words),
                "findings": .texts(findings),
            ])
        }
    }

    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "doctor", "Examines the database: its files, pages, journals, programmes, and what waits for a person.",
            discussion: "Ends with 0 if all is good, with 1 if there is anything to look at.",
            examples: [
                ("sojourn doctor", "Examines the usual database."),
                ("sojourn doctor --json", "Prints the findings for a program that watches."),
            ]
        ) { parsed, terminal in
            let path = try place.databasePath(parsed)
            return try await place.withService(parsed) { service in
                var checks = [files(path)]
                checks.append(try await pages(service))
                checks.append(try await programmes(service))
                checks += try await cases(service)
                checks.append(try await outbox(service))
                checks.append(try await suppressions(service))
                checks.append(try await dates(service, now: place.world.now()))
                checks += await PackCheck.checks(service)
                let isGood = checks.allSatisfy(\.findings.isEmpty)
                if parsed.flag("json") {
                    terminal.print(
                        json: .object([
                            "is_good": .bool(isGood), "database": .string(path), "checks": .list(checks.map(\.value)),
                        ]))
                } else {
                    for check in checks { print(check, on: terminal) }
                }
                return isGood ? .success : .failure
            }
        }
    }

    private static func print(_ check: Check, on terminal: Terminal) {
        let mark: TerminalText = check.findings.isEmpty ? "\("good", .green)" : "\("look", [.bold, .yellow])"
        terminal.print("\(mark)  \(check.name, .bold): \(check.words)")
        for finding in check.findings.prefix(shownFindings) { terminal.print("        \(finding)") }
        if check.findings.count > shownFindings {
            terminal.print("        … and \(check.findings.count - shownFindings) more")
        }
    }

    // MARK: Checks

    /// Others must not read what is kept about people.
    private static func files(_ path: String) -> Check {
        var findings: [String] = []
        for (name, advice) in [(path, "600"), (Workplace.folder(of: path), "700")] {
            var status = stat()
            guard stat(name, &status) == 0 else { continue }
            if status.st_mode & 0o077 != 0 { findings.append("others can reach \(name); run: chmod \(advice) \(name)") }
        }
        return Check(name: "files", words: "\(path), time zones \(Zone.dataVersion)", findings: findings)
    }

    private static func pages(_ service: Service) async throws -> Check {
        let findings = try await service.engine.store.inspect()
        let counts = try await service.engine.store.counts()
        let words =
            "\(Naming.count(counts.cases, "case")) (\(counts.openCases) open), \(Naming.count(counts.openTasks, "open task")), \(Naming.count(counts.armedTimers, "armed timer"))"
        return Check(name: "database", words: words, findings: findings)
    }

    private static func programmes(_ service: Service) async throws -> Check {
        let rows = try await service.engine.store.programmes()
        var findings: [String] = []
        for row in rows {
            do {
                _ = try await service.engine.shelf.machine(hash: row.hash)
            } catch {
                findings.append("\(row.name) version \(row.version) (\(row.hash.prefix(12))) cannot be read: \(error)")
            }
        }
        return Check(
            name: "programmes", words: "\(Naming.count(rows.count, "version")) kept", findings: findings)
    }

    /// Every journal link by link; and the cases that cannot go on.
    private static func cases(_ service: Service) async throws -> [Check] {
        var (broken, stuck): ([String], [String]) = ([], [])
        var (count, entries, held) = (0, 0, 0)
        var filter = CaseFilter()
        while true {
            let page = try await service.engine.store.cases(filter)
            for row in page {
                count += 1
                if row.isHeld { held += 1 }
                do {
                    let (c, _) = try await service.engine.cases.load(row.id)
                    entries += try await HistoryVerbs.verified(c, in: service).count
                    for found in c.stuck { stuck.append("\(row.reference): \(found.why)") }
                } catch let failure as Failure {
                    broken.append(failure.message)
                } catch let failure as EngineFailure {
                    broken.append("\(row.reference): \(failure.description)")
                }
            }
            guard page.count == filter.limit, let last = page.last else { break }
            filter.after = last.reference
        }
        return [
            Check(
                name: "journals",
                words:
                    "\(Naming.count(entries, "entry", "entries")) of \(Naming.count(count, "case")) checked link by link",
                findings: broken),
            Check(name: "stuck cases", words: "\(stuck.count) stuck, \(held) on hold", findings: stuck),
        ]
    }

    private static func outbox(_ service: Service) async throws -> Check {
        var findings: [String] = []
        if let hold = try await service.engine.store.outboundHold() {
            findings.append("nothing is sent: \(hold); \"sojourn outbox release --hold-of-store\" lets it go")
        }
        let counts = try await service.engine.store.counts().effects
        if let unknown = counts[.unknown], unknown > 0 {
            findings.append(
                "nobody knows whether \(Naming.count(unknown, "effect was", "effects were")) done; see \"sojourn outbox list --unknown\""
            )
        }
        let words = EffectState.allCases.compactMap { state in
            counts[state].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
        }
        return Check(
            name: "outbox", words: words.isEmpty ? "empty" : words.joined(separator: ", "), findings: findings)
    }

    /// Addresses that take no mail: their people learn nothing until somebody gives another.
    private static func suppressions(_ service: Service) async throws -> Check {
        let all = try await service.engine.suppressions.all().filter { $0.source != .unsubscribed }
        guard !all.isEmpty else { return Check(name: "addresses", words: "all take mail") }
        let count = Naming.count(all.count, "address takes", "addresses take")
        return Check(name: "addresses", words: "\(count) no mail; see \"sojourn suppression list\"")
    }

    private static func dates(_ service: Service, now: Instant) async throws -> Check {
        let next = try await service.engine.store.nextTimer()
        var findings: [String] = []
        if let next, next < now.adding(seconds: -overdueSeconds) {
            findings.append("what was due at \(next.rfc3339) has not happened; start \"sojourn run\"")
        }
        return Check(
            name: "dates", words: next.map { "the next is \($0.rfc3339)" } ?? "none is armed", findings: findings)
    }
}
