import Calendars
import Exchange
import Service

/// The counts of a simulation, for people.
struct SimulationPage {
    private static let rowsShown = 15
    private static let daysShown = 10

    let report: SimulationReport
    let programme: Programme

    func print(on terminal: Terminal) {
        terminal.print(
            "\(String(report.started)) cases, \(String(report.ended)) have ended, \(String(report.messages)) messages, \(String(report.commands)) commands"
        )
        if report.held > 0 {
            terminal.print("\(String(report.held)) messages and actions wait until a person lets them go")
        }
        ends(terminal)
        waiting(terminal)
        readers(terminal)
        timeliness(terminal)
        busiest(terminal)
        for (why, count) in report.stuck.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(Self.rowsShown)
        {
            terminal.complain("\("stuck", .red), \(String(count)) cases: \(why)")
        }
        for problem in report.problems { terminal.complain("\(problem, .yellow)") }
    }

    private func heading(_ text: String, _ terminal: Terminal) {
        terminal.print()
        terminal.print("\(text, .bold)")
    }

    private func ends(_ terminal: Terminal) {
        heading("How cases end", terminal)
        var table = Table(.init("end"), .init("cases", .right))
        for (end, count) in report.ends.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            table.add("\(programme.title(ofState: end))", "\(String(count))")
        }
        let open = report.open.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        for (state, count) in open {
            table.add("open: \(programme.title(ofState: state))", "\(String(count))")
        }
        terminal.print(table)
    }

    private func waiting(_ terminal: Terminal) {
        guard !report.waiting.isEmpty else { return }
        heading("Who waits where on the last day", terminal)
        var table = Table(
            .init("who is waited for"), .init("state"), .init("tasks", .right), .init("late", .right),
            .init("longest days", .right))
        for row in report.waiting.prefix(Self.rowsShown) {
            table.add(
                "\(row.role)", "\(row.state)", "\(String(row.tasks))", "\(String(row.late))",
                "\(String(row.longestDays))")
        }
        terminal.print(table)
    }

    private func readers(_ terminal: Terminal) {
        heading("Messages that a person gets", terminal)
        var table = Table(
            .init("role"), .init("people", .right), .init("mean", .right), .init("p95", .right), .init("most", .right))
        // Who hears of an undoing is told for having been told before, in no role.
        let rows = report.readers.map { ($0.role.isEmpty ? "told before" : $0.role, $0) } + [("all", report.everyone)]
        for (name, row) in rows {
            table.add(
                "\(name)", "\(String(row.people))", "\(String(row.mean))",
                "\(String(row.p95))", "\(String(row.most))")
        }
        terminal.print(table)
    }

    private func timeliness(_ terminal: Terminal) {
        let late = report.timeliness.filter { $0.late > 0 }
        guard !late.isEmpty else { return }
        heading("States whose tasks end late", terminal)
        let never = Set(report.neverInTime.map(\.state))
        var table = Table(
            .init("state"), .init("tasks", .right), .init("late", .right), .init("worst days", .right), .init(""))
        for row in late.prefix(Self.rowsShown) {
            table.add(
                "\(row.state)", "\(String(row.tasks))", "\(String(row.late))", "\(String(row.worstDays))",
                "\(never.contains(row.state) ? "never in time" : "", .red)")
        }
        terminal.print(table)
    }

    private func busiest(_ terminal: Terminal) {
        heading("Busiest days", terminal)
        var table = Table(.init("day"), .init("messages", .right), .init("tasks opened", .right))
        for row in report.busiest(Self.daysShown) {
            table.add("\(row.day.iso)", "\(String(row.messages))", "\(String(row.tasks))")
        }
        terminal.print(table)
    }
}
