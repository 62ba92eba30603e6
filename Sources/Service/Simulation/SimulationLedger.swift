import Calendars
import Exchange

/// Counts what happens in a simulation.
struct SimulationLedger: Sendable {
    private struct Reader: Hashable {
        let role: String
        let address: String
    }

    private struct Load {
        var messages = 0
        var tasks = 0
    }

    let machine: CaseMachine
    private(set) var report = SimulationReport()
    private var received: [Reader: Int] = [:]
    private var days: [LocalDate: Load] = [:]
    private var timeliness: [String: SimulationReport.Timeliness] = [:]
    /// What the cast could not answer, with when and in which case.
    private var problems: [(at: Instant, number: Int, words: String)] = []

    init(machine: CaseMachine) {
        self.machine = machine
    }

    private var zone: Zone { machine.programme.zone }

    mutating func start() { report.started += 1 }

    mutating func command() { report.commands += 1 }

    mutating func hold() { report.held += 1 }

    mutating func note(at instant: Instant, number: Int, problem: String) {
        problems.append((instant, number, problem))
    }

    mutating func message(_ wording: PendingEffect.Wording, at instant: Instant) {
        report.messages += 1
        received[Reader(role: wording.role, address: wording.reader.address), default: 0] += 1
        days[zone.date(of: instant), default: Load()].messages += 1
    }

    /// Compares a case before and after one command.
    mutating func compare(_ before: Case, _ after: Case) {
        if let end = after.end, before.end == nil { report.ends[end.name, default: 0] += 1 }
        if after.nextTask != before.nextTask {
            days[zone.date(of: after.lastAt), default: Load()].tasks += after.nextTask - before.nextTask
        }
        guard !before.tasks.isEmpty else { return }
        let open = Set(after.tasks.map(\.number))
        for task in before.tasks where !open.contains(task.number) {
            guard let due = task.dueAt else { continue }
            count(state(of: task, in: before), days: Self.days(from: due, to: after.lastAt))
        }
    }

    /// Days past the due date; nil: in time.
    private static func days(from due: Instant, to instant: Instant) -> Int? {
        instant <= due ? nil : Int((instant.milliseconds - due.milliseconds) / 86_400_000)
    }

    private mutating func count(_ state: String, days late: Int?) {
        var one = timeliness[state] ?? SimulationReport.Timeliness(state: state)
        one.tasks += 1
        if let late {
            one.late += 1
            one.worstDays = max(one.worstDays, late)
        }
        timeliness[state] = one
    }

    private func state(of task: OpenTask, in c: Case) -> String {
        guard case .member(let number) = task.region, let member = c.member(number) else { return c.region.state }
        return "\(member.track) \(member.region.state)"
    }

    /// Adds what was counted beside this one, of cases that have nothing to do with each other; the order is no matter.
    mutating func add(_ other: SimulationLedger) {
        report.started += other.report.started
        report.commands += other.report.commands
        report.messages += other.report.messages
        report.held += other.report.held
        report.ends.merge(other.report.ends, uniquingKeysWith: +)
        received.merge(other.received, uniquingKeysWith: +)
        days.merge(other.days) { Load(messages: $0.messages + $1.messages, tasks: $0.tasks + $1.tasks) }
        timeliness.merge(other.timeliness) { left, right in
            var sum = left
            sum.tasks += right.tasks
            sum.late += right.late
            sum.worstDays = max(left.worstDays, right.worstDays)
            return sum
        }
        problems += other.problems
        guard problems.count > SimulationReport.problemsKept else { return }
        sortProblems()
        problems.removeLast(problems.count - SimulationReport.problemsKept)
    }

    private mutating func sortProblems() {
        problems.sort { ($0.at, $0.number, $0.words) < ($1.at, $1.number, $1.words) }
    }

    // MARK: The end

    /// The whole report, with what is open on the last day.
    mutating func close(_ cases: some Sequence<Case>, at instant: Instant) -> SimulationReport {
        var waiting: [String: SimulationReport.Waiting] = [:]
        for c in cases where c.end == nil {
            report.open[c.region.state, default: 0] += 1
            for why in c.stuck.map(\.why) { report.stuck[why, default: 0] += 1 }
            for task in c.tasks {
                let state = state(of: task, in: c)
                let late = task.dueAt.flatMap { Self.days(from: $0, to: instant) }
                if let late { count(state, days: late) }
                for role in Set(task.holders.filter { $0.outcome == nil }.map(\.role)).sorted() {
                    let key = "\(role)|\(state)"
                    var one = waiting[key] ?? SimulationReport.Waiting(role: role, state: state)
                    one.tasks += 1
                    one.late += late == nil ? 0 : 1
                    let days = Int((instant.milliseconds - task.openedAt.milliseconds) / 86_400_000)
                    one.longestDays = max(one.longestDays, days)
                    waiting[key] = one
                }
            }
        }
        report.waiting = waiting.values.sorted { ($1.tasks, $0.role, $0.state) < ($0.tasks, $1.role, $1.state) }
        report.timeliness = timeliness.values.sorted {
            let (left, right) = ($0.late * $1.tasks, $1.late * $0.tasks)
            return left != right ? left > right : ($1.tasks, $0.state) < ($0.tasks, $1.state)
        }
        report.load = days.map { (day: $0.key, messages: $0.value.messages, tasks: $0.value.tasks) }
            .sorted { $0.day < $1.day }
        readers()
        sortProblems()
        report.problems = problems.prefix(SimulationReport.problemsKept).map(\.words)
        return report
    }

    private mutating func readers() {
        var byRole: [String: [Int]] = [:]
        var byPerson: [String: Int] = [:]
        for (reader, count) in received {
            byRole[reader.role, default: []].append(count)
            byPerson[reader.address, default: 0] += count
        }
        report.readers = byRole.keys.sorted().map { Self.readers($0, byRole[$0] ?? []) }
        report.everyone = Self.readers("", Array(byPerson.values))
    }

    private static func readers(_ role: String, _ counts: [Int]) -> SimulationReport.Readers {
        var result = SimulationReport.Readers(role: role)
        let sorted = counts.sorted()
        guard let most = sorted.last else { return result }
        result.people = sorted.count
        result.messages = sorted.reduce(0, +)
        result.mean = (Double(result.messages) / Double(sorted.count) * 10).rounded() / 10
        // The nearest rank: 95 of 100 get so many or fewer.
        result.p95 = sorted[(sorted.count * 95 + 99) / 100 - 1]
        result.most = most
        return result
    }
}
