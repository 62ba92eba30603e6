package import Calendars
package import Expressions

/// What a simulation counted.
package struct SimulationReport: Sendable {
    /// Tasks that wait on the last day.
    package struct Waiting: Hashable, Sendable {
        package let role: String
        package let state: String
        package var tasks = 0
        /// Those past their due date.
        package var late = 0
        /// Days that the oldest has waited.
        package var longestDays = 0
    }

    /// What the readers of a role got.
    package struct Readers: Hashable, Sendable {
        package let role: String
        package var people = 0
        package var messages = 0
        package var mean = 0.0
        package var p95 = 0
        package var most = 0
    }

    /// How often the tasks of a state were done in time.
    package struct Timeliness: Hashable, Sendable {
        package let state: String
        /// Tasks with a due date that were done, fell away or are past it.
        package var tasks = 0
        package var late = 0
        /// Days past the due date, of the worst.
        package var worstDays = 0
    }

    package var started = 0
    package var commands = 0
    package var messages = 0
    /// Messages that wait until a person lets them go.
    package var held = 0
    package var ends: [String: Int] = [:]
    /// Open cases by state.
    package var open: [String: Int] = [:]
    package var waiting: [Waiting] = []
    package var readers: [Readers] = []
    package var everyone = Readers(role: "")
    package var timeliness: [Timeliness] = []
    /// Messages and opened tasks by day.
    package var load: [(day: LocalDate, messages: Int, tasks: Int)] = []
    /// Cases that only the staff can help, by what is wrong.
    package var stuck: [String: Int] = [:]
    /// What the cast could not answer.
    package var problems: [String] = []

    /// A state counts as never in time from so many tasks on.
    package static let leastTasks = 3
    /// Problems that are kept; more would say the same.
    package static let problemsKept = 20

    package init() {}

    package var ended: Int { ends.values.reduce(0, +) }

    /// States whose tasks were never done in time.
    package var neverInTime: [Timeliness] {
        timeliness.filter { $0.tasks >= Self.leastTasks && $0.late == $0.tasks }
    }

    /// The days with most messages, most first.
    package func busiest(_ count: Int) -> [(day: LocalDate, messages: Int, tasks: Int)] {
        Array(load.sorted { ($1.messages, $0.day) < ($0.messages, $1.day) }.prefix(count))
    }

    /// The report for programs.
    package var value: Value {
        func counts(_ numbers: [String: Int]) -> Value { .object(numbers.mapValues { .int(Int64($0)) }) }
        func readers(_ one: Readers) -> Value {
            .object([
                "role": .string(one.role), "people": .int(Int64(one.people)), "messages": .int(Int64(one.messages)),
                "mean": .double(one.mean), "p95": .int(Int64(one.p95)), "most": .int(Int64(one.most)),
            ])
        }
        return .object([
            "started": .int(Int64(started)), "ends": counts(ends), "open": counts(open), "stuck": counts(stuck),
            "commands": .int(Int64(commands)), "messages": .int(Int64(messages)), "held": .int(Int64(held)),
            "waiting": .list(
                waiting.map {
                    .object([
                        "role": .string($0.role), "state": .string($0.state), "tasks": .int(Int64($0.tasks)),
                        "late": .int(Int64($0.late)), "longest_days": .int(Int64($0.longestDays)),
                    ])
                }),
            "readers": .list(self.readers.map(readers)), "everyone": readers(everyone),
            "timeliness": .list(
                timeliness.map {
                    .object([
                        "state": .string($0.state), "tasks": .int(Int64($0.tasks)), "late": .int(Int64($0.late)),
                        "worst_days": .int(Int64($0.worstDays)),
                    ])
                }),
            "load": .list(
                load.map {
                    .object([
                        "day": .string($0.day.iso), "messages": .int(Int64($0.messages)),
                        "tasks": .int(Int64($0.tasks)),
                    ])
                }), "problems": .list(problems.map { .string($0) }),
        ])
    }
}
