package import Expressions
import Foundation
import ProgrammeLanguage

/// How long a check takes, and how much memory, beside the time that reading the same files takes alone.
package struct CheckBench: Sendable {
    /// States of the large programme.
    package var states = 10_000
    /// Bytes of the nonsense.
    package var bytes = 1_000_000
    /// Told what is being measured.
    package var tell: @Sendable (String) -> Void = { _ in }

    package init() {}

    /// Measures everything; times in milliseconds, memory in bytes: the peak of the whole process so far.
    package func run() -> [String: Value] {
        var result: [String: Value] = [:]
        measure("lines_400", Self.usual(lines: 400), into: &result)
        measure("states_\(states)", Self.compact(states: states), into: &result)
        measure("nonsense", Self.nonsense(bytes: bytes), into: &result)
        measure("nested", "a: " + String(repeating: "[", count: bytes / 2), into: &result)
        measure("conditions", Self.conditions(count: 2_000), into: &result)
        result["peak_memory_bytes"] = .int(Self.peak)
        return result
    }

    private func measure(_ name: String, _ text: String, into result: inout [String: Value]) {
        tell("\(name): \(text.utf8.count) bytes")
        let source = ProgrammeSource(text: text)
        let reading = ContinuousClock.now
        _ = YAMLReader.read(file: "programme.yaml", bytes: Array(text.utf8))
        result["\(name)_reading_milliseconds"] = .double(Self.milliseconds(since: reading))
        // The first check of a process pays for what is made once.
        let start = ContinuousClock.now
        let checked = ProgrammeCompiler.check(source)
        result["\(name)_milliseconds"] = .double(Self.milliseconds(since: start))
        result["\(name)_mistakes"] = .int(Int64(checked.diagnostics.all.count))
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Double {
        let spent = ContinuousClock.now - start
        let milliseconds = Double(spent.components.seconds) * 1000 + Double(spent.components.attoseconds) / 1e15
        return (milliseconds * 10).rounded() / 10
    }

    private static var peak: Int64 {
        var usage = rusage()
        // The kernel's own number: glibc spells it as an enumeration of its own.
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int64(usage.ru_maxrss) * 1024
    }

    // MARK: Programmes

    /// A programme as people write them: states with a task, answers, a reminder and an end.
    static func usual(lines: Int) -> String { large(states: max(4, (lines - 40) / 5)) }

    /// States one after the other, each with a form, a condition, times and ways back.
    static func large(states: Int) -> String {
        let count = max(states, 4)
        var text = """
            format: 1
            programme: large
            version: 1
            people:
              requester: {title: Requester}
              clerk: {title: Clerk, staff: yes, acts-for: [requester]}
            dates:
              visit: {from: plan.days}
            facts:
              small: "has(plan.people) && plan.people < 5"
            forms:
              plan:
                days: {type: dates, required: yes}
                people: {type: number}
            stages:

            """
        let stages = ["request", "match", "visit", "follow-up"]
        for (index, stage) in stages.enumerated() {
            text += "  \(stage):\n"
            for number in (count * index / 4)..<(count * (index + 1) / 4) {
                let next = number + 1 < count ? "s\(number + 1)" : "done"
                let form = number == 0 ? ", form: plan" : ""
                let back = number > 1 ? ", back: s\(number - 1)" : ""
                let visit = number > 0 ? ", 14 days before visit: remind" : ""
                text += """
                        s\(number):
                          task: {who: requester\(form), due: 5 working days}
                          next: {go: [{if: "\(number == 0 ? "small" : "known(plan) && small")", to: \(next)}, {to: \(next)}]\(back)}
                          clock: {2 days: remind\(visit), due: {escalate: clerk}, 30 days: over}

                    """
            }
        }
        return text + "ends: {done: fulfilled, over: expired}\n"
    }

    /// As many states as a file of 1 MiB holds, each on a line: somebody is asked, and the answer leads to the next.
    static func compact(states: Int) -> String {
        let count = max(states, 4)
        var text = """
            format: 1
            programme: compact
            version: 1
            people: {clerk: {title: Clerk, staff: yes}}
            forms: {plan: {people: {type: number}}}
            stages:

            """
        for (index, stage) in ["request", "match", "visit", "follow-up"].enumerated() {
            text += "  \(stage):\n"
            for number in (count * index / 4)..<(count * (index + 1) / 4) {
                let next = number + 1 < count ? "s\(number + 1)" : "done"
                let form = number == 0 ? ", form: plan" : ""
                text += "    s\(number): {task: {who: clerk\(form), due: 5 days}, next: {go: \(next)}}\n"
            }
        }
        return text + "ends: {done: fulfilled}\n"
    }

    /// Bytes that look like a programme here and there; the same each time.
    static func nonsense(bytes: Int) -> String {
        let pieces = [
            "task: {who: ", "stages:\n", "  - ", "\"", "'", "[", "}", ": ", "#", "\n", "\n    ", "next",
            "60 days before ",
            "&a ", "{{ ", "é", "\t", "| \n", "if: \"a && ", ", ",
        ]
        var state: UInt64 = 88_172_645_463_325_252
        var text = ""
        while text.utf8.count < bytes {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            text += pieces[Int(state % UInt64(pieces.count))]
        }
        return text
    }

    /// Facts that name one another twice each, so that opening them would double with every step.
    static func conditions(count: Int) -> String {
        var text = """
            format: 1
            programme: deep
            version: 1
            people: {clerk: {title: Clerk, staff: yes}}
            forms: {plan: {people: {type: number}}}
            facts:
              f0: "has(plan.people) && plan.people > 1"

            """
        for number in 1..<count { text += "  f\(number): \"f\(number - 1) && f\(number - 1)\"\n" }
        return text + """
            stages:
              request:
                asked:
                  task: {who: clerk, form: plan, due: 3 days}
                  next: {go: [{if: f\(count - 1), to: done}, {to: over}]}
            ends: {done: fulfilled, over: expired}

            """
    }
}
