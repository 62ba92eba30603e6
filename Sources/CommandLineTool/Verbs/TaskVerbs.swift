import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `task list | show | answer`.
enum TaskVerbs {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "task", "Lists what people are asked, shows the questions, and answers them.",
            examples: [("sojourn task list --role coordinator", "Lists what the coordinator has to do.")],
            subcommands: [list(place), show(place), answer(place)])
    }

    private static func argument(_ place: Workplace) -> Positional {
        Positional(
            "task", "The task, such as ST-2027-0001.3, or its identifier.",
            completion: .dynamic { parsed, _ in
                let names = try? await place.withService(parsed) { service in
                    try await service.engine.store.tasks(TaskFilter()).map(name)
                }
                return names ?? []
            })
    }

    /// The task as people write it: the case's reference and the task's number.
    static func name(_ row: TaskRow) -> String {
        row.reference + "." + (row.id.split(separator: ".").last.map(String.init) ?? "")
    }

    // MARK: List

    private static func list(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "list", "Lists open tasks, the earliest due first.",
            examples: [
                ("sojourn task list", "Lists all open tasks."),
                ("sojourn task list --role host --json", "Prints the tasks of hosts as JSON."),
            ],
            options: [
                Option("role", value: "ROLE", "Only tasks of this role."),
                Option("holder", value: "ID", "Only tasks that this person holds and has not answered."),
                Option("case", value: "CASE", "Only tasks of this case."), Lists.limit,
            ]
        ) { parsed, terminal in
            let limit = try Lists.pageLimit(parsed)
            let isJSON = parsed.flag("json")
            return try await place.withService(parsed) { service in
                var filter = TaskFilter()
                filter.role = parsed.text("role")
                filter.holder = parsed.text("holder")
                if let name = parsed.text("case") {
                    filter.caseID = try await CaseVerbs.load(name, in: service).case.id
                }
                filter.limit = limit
                let rows = try await service.engine.store.tasks(filter)
                if isJSON {
                    terminal.print(json: .object(["tasks": .list(rows.map(value))]))
                    return .success
                }
                var table = Table(
                    .init("TASK", shrinks: false), .init("WHAT"), .init("STATE"), .init("ROLE"), .init("SINCE"),
                    .init("DUE"))
                let now = place.world.now()
                for row in rows {
                    let zone = try? await service.engine.cases.load(row.caseID).machine.programme.zone
                    let clock = LocalWords(zone: zone ?? .utc)
                    let isLate = row.dueAt.map { $0 <= now } ?? false
                    table.add(
                        "\(name(row), .bold)", "\(row.title)", "\(row.state)",
                        "\(row.role.replacing(" ", with: ", "))", "\(clock.day(row.openedAt))",
                        "\(row.dueAt.map(clock.due) ?? "", isLate ? .red : [])")
                }
                Lists.print(table, hasMore: rows.count == limit, nothing: nothing(parsed), on: terminal)
                return .success
            }
        }
    }

    private static func nothing(_ parsed: Parsed) -> TerminalText {
        let isNarrowed = ["role", "holder", "case"].contains { parsed.text($0) != nil }
        return isNarrowed ? "there is no such task" : "no task is open"
    }

    private static func value(_ row: TaskRow) -> Value {
        .object([
            "id": .string(row.id), "name": .string(name(row)), "case": .string(row.reference),
            "case_id": .string(row.caseID), "title": .string(row.title), "state": .string(row.state),
            "form": .string(row.form), "roles": .texts(row.role.split(separator: " ").map(String.init)),
            "holders": .texts(row.holders.split(separator: " ").map(String.init)), "opened_at": .moment(row.openedAt),
            "due_at": .moment(row.dueAt),
        ])
    }

    // MARK: One task

    struct Found {
        let report: CaseReport
        let task: OpenTask
    }

    /// An open task by its name or identifier; says what is open in the case where it is not.
    static func find(_ name: String, in service: Service, now: Instant) async throws -> Found {
        guard let dot = name.lastIndex(of: "."), let number = Int(name[name.index(after: dot)...]) else {
            throw Failure("a task is written CASE.NUMBER, such as ST-2027-0001.3; \"sojourn task list\" shows them")
        }
        let (c, machine) = try await CaseVerbs.load(String(name[..<dot]), in: service)
        guard let task = c.tasks.first(where: { $0.number == number }) else {
            let open = c.tasks.map { "\(c.reference).\($0.number)" }
            let known =
                open.isEmpty ? "\(c.reference) has no open task" : "open in this case: \(open.joined(separator: ", "))"
            let isPast = number > 0 && number < c.nextTask
            throw Failure(
                isPast
                    ? "task \(number) of \(c.reference) is closed: it was answered, or the case has moved on; \(known)"
                        + (c.end == nil ? "; what comes late the staff note with \"sojourn case correct\"" : "")
                    : "there is no task \(number) in \(c.reference); \(known)")
        }
        return Found(report: CaseReport(c, machine: machine, now: now), task: task)
    }

    private static func show(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "show", "Shows a task: who is asked, the questions, and the answers that it takes.",
            examples: [("sojourn task show ST-2027-0001.3", "Shows the third task of a case.")],
            arguments: [argument(place)]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let found = try await find(parsed["task"], in: service, now: place.world.now())
                let page = TaskShow(found)
                if parsed.flag("json") {
                    terminal.print(json: page.value)
                } else {
                    page.print(on: terminal)
                    if case .question(let key, _) = found.task.kind {
                        try await EffectQuestion.print(key, in: service, on: terminal)
                    }
                }
                return .success
            }
        }
    }

    private static func answer(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "answer", "Answers a task.",
            discussion: """
                OUTCOME may be left out where there is only one. Values are written as "sojourn task show" says; several \
                of a list are separated by semicolons. Every mistake of the answer is told at once, and nothing is \
                stored until there is none.
                """,
            examples: [
                ("sojourn task answer ST-2027-0001.2 accept --as coordinator", "Accepts a request as complete."),
                (
                    "sojourn task answer ST-2027-0001.2 return --as coordinator --set missing=no_letter --reason no_letter",
                    "Sends it back with a reason."
                ),
                (
                    "sojourn task answer ST-2027-0001.1 --as requester --values request.json --key web-4711",
                    "Answers a form from a file; repeated with the same key it changes nothing."
                ),
            ],
            arguments: [
                argument(place), Positional("outcome", "One of the answers that the task takes.", optional: true),
            ], options: [Actors.roleOption, Actors.byOption] + Answers.options
        ) { parsed, terminal in
            let values = try Answers.values(parsed)
            return try await place.withService(parsed) { service in
                let found = try await find(parsed["task"], in: service, now: place.world.now())
                let (c, machine) = (found.report.c, found.report.machine)
                let actor = try Actors.actor(parsed, c, machine, task: found.task)
                guard found.task.isDeclared else {
                    return try await resolve(found, values, actor, parsed, place, service, terminal)
                }
                let command = Command.answer(
                    task: found.task.number, outcome: parsed.text("outcome"), values: values,
                    reason: parsed.text("reason"))
                return try await CaseVerbs.submit(
                    command, to: c, machine, by: actor, fields: TaskShow(found).fields, parsed, place, service, terminal
                )
            }
        }
    }

    /// A task that the machine opened for the staff. What is to be sent again or dropped is moved in the outbox too.
    private static func resolve(
        _ found: Found, _ values: [String: Value], _ actor: Actor, _ parsed: Parsed, _ place: Workplace,
        _ service: Service, _ terminal: Terminal
    ) async throws -> ExitCode {
        let choices = found.report.machine.choices(of: found.task, in: found.report.c)
        guard let choice = parsed.text("outcome") ?? (choices.count == 1 ? choices[0] : nil) else {
            throw Failure("say which answer: one of \(choices.joined(separator: ", "))")
        }
        if case .question(let key, _) = found.task.kind, choice == "answer" {
            try await EffectQuestion.take(key, values, in: service)
        } else if !values.isEmpty {
            throw Failure("this task asks for no values, only for one of \(choices.joined(separator: ", "))")
        }
        let code = try await CaseVerbs.submit(
            .resolve(task: found.task.number, choice: choice, reason: parsed.text("reason") ?? ""), to: found.report.c,
            found.report.machine, by: actor, fields: [], parsed, place, service, terminal)
        if code == .success, case .effect(let key, _, _) = found.task.kind {
            try await move(key, choice, in: service, now: place.world.now())
        }
        if code == .success, case .question(let key, _) = found.task.kind {
            try await EffectQuestion.goOn(key, isDropped: choice == "drop", in: service, now: place.world.now())
        }
        return code
    }

    private static func move(_ key: String, _ choice: String, in service: Service, now: Instant) async throws {
        let store = service.engine.store
        guard let row = try await store.effect(key: key), row.state == .unknown || row.state == .failed else { return }
        let target: EffectState
        switch choice {
        case "again": target = .queued
        case "done": target = .done
        default: target = .recalled
        }
        _ = try await store.moveEffect(key: key, from: row.state, to: target, at: now)
    }
}
