package import Calendars
package import Expressions

/// The functions that conditions and texts have beyond CEL's own: short forms of what people write often.
///
/// Each is documented in docs/reference/language.md; none reads a clock or anything outside its arguments (R6).
package enum ProgrammeFunctions {
    /// Functions on what is known: `known`, `newer`, `overlap`, `overlaps`, `within`, `working_days`, `days`, `weekday`, `spread`.
    package static func general(calendar: WorkingCalendar) -> [FunctionDeclaration] {
        let span = ValueType.named("dates")
        return [
            FunctionDeclaration(
                name: "known", overloads: [.init(arguments: [.dyn], result: .bool)],
                implementation: { (values) throws(EvaluationError) in .bool(!values[0].isUnknown) }),
            FunctionDeclaration(
                name: "newer", overloads: [.init(arguments: [.dyn, .dyn], result: .bool)],
                implementation: { (values) throws(EvaluationError) in
                    guard let left = values[0]["order"]?.asInt, let right = values[1]["order"]?.asInt else {
                        return .bool(false)
                    }
                    return .bool(left > right)
                }),
            FunctionDeclaration(
                name: "overlap", overloads: [.init(arguments: [.list(.dyn), .list(.dyn)], result: .double)],
                implementation: { (values) throws(EvaluationError) in
                    let wanted = values[1].asList ?? []
                    guard !wanted.isEmpty else { return .double(0) }
                    let offered = Set(values[0].asList ?? [])
                    return .double(Double(wanted.count { offered.contains($0) }) / Double(wanted.count))
                }),
            FunctionDeclaration(
                name: "overlaps",
                overloads: [
                    .init(arguments: [span, .list(span)], result: .bool),
                    .init(arguments: [span, span], result: .bool),
                ],
                implementation: { (values) throws(EvaluationError) in
                    let left = try days(values[0])
                    let others = values[1].asList ?? [values[1]]
                    for other in others {
                        let right = try days(other)
                        if left.first <= right.last, right.first <= left.last { return .bool(true) }
                    }
                    return .bool(false)
                }),
            FunctionDeclaration(
                name: "within", overloads: [.init(arguments: [span, span], result: .bool)],
                implementation: { (values) throws(EvaluationError) in
                    let (inner, outer) = (try days(values[0]), try days(values[1]))
                    return .bool(inner.first >= outer.first && inner.last <= outer.last)
                }),
            FunctionDeclaration(
                name: "working_days", overloads: [.init(arguments: [span], result: .int)],
                implementation: { (values) throws(EvaluationError) in
                    let given = try days(values[0])
                    guard given.last.day - given.first.day <= maximumDays else {
                        throw EvaluationError("working_days counts at most \(maximumDays) days")
                    }
                    var count: Int64 = 0
                    var date = given.first
                    while date <= given.last {
                        if calendar.isWorking(date) { count += 1 }
                        date = date.adding(days: 1)
                    }
                    return .int(count)
                }),
            FunctionDeclaration(
                name: "days", overloads: [.init(arguments: [span], result: .int)],
                implementation: { (values) throws(EvaluationError) in
                    let given = try days(values[0])
                    return .int(Int64(given.last.day - given.first.day) + 1)
                }),
            FunctionDeclaration(
                name: "weekday", overloads: [.init(arguments: [.string], result: .named(weekdayType))],
                implementation: { (values) throws(EvaluationError) in
                    guard let date = values[0].asString.flatMap(LocalDate.init(iso:)) else {
                        throw EvaluationError("weekday takes a day, such as weekday(visit.first)")
                    }
                    return .object(["weekday": .int(Int64(date.weekday))])
                }),
            FunctionDeclaration(
                name: "spread", overloads: [.init(arguments: [.list(span)], result: .int)],
                implementation: { (values) throws(EvaluationError) in
                    var all: [DateSpan] = []
                    for value in values[0].asList ?? [] { all.append(try days(value)) }
                    guard let first = all.map(\.first).min(), let last = all.map(\.last).max() else { return .int(0) }
                    return .int(Int64(last.day - first.day) + 1)
                }),
        ]
    }

    /// What `weekday` gives: a day of the week, which texts write in their reader's language.
    package static let weekdayType = "$weekday"

    /// The longest span whose working days are counted.
    static let maximumDays = 10_000

    private static func days(_ value: Value) throws(EvaluationError) -> DateSpan {
        guard let span = DateSpan(value: value) else { throw EvaluationError("these days are not known") }
        return span
    }

    /// `average()` of a form: for each answer the sum of its numbers, and of these the mean.
    package static func average(forms: [ValueType]) -> FunctionDeclaration {
        FunctionDeclaration(
            name: "average", overloads: forms.map { .init(receiver: $0, arguments: [], result: .double) },
            implementation: { (values) throws(EvaluationError) in
                let answers = values[0]["answers"]?.asList ?? []
                guard !answers.isEmpty else { throw EvaluationError("average: nobody has answered yet") }
                let sums = answers.map { $0.fields.values.reduce(0.0) { $0 + (number($1) ?? 0) } }
                return .double(sums.reduce(0, +) / Double(sums.count))
            })
    }

    private static func number(_ value: Value) -> Double? {
        if case .double(let number) = value { number } else { nil }
    }

    /// `all`, `any`, `count`, `live`, `good` and `over` of tracks.
    package static func tracks(_ tracks: [ValueType]) -> [FunctionDeclaration] {
        func declare(
            _ name: String, states: Bool, _ result: ValueType,
            _ body: @escaping @Sendable (_ track: TrackTally, _ states: [Value]) -> Value
        ) -> FunctionDeclaration {
            FunctionDeclaration(
                name: name,
                overloads: tracks.map {
                    .init(receiver: $0, arguments: states ? [.string] : [], isVariadic: states, result: result)
                },
                implementation: { (values) throws(EvaluationError) in
                    body(TrackTally(values[0]), Array(values.dropFirst()))
                })
        }
        return [
            // True of nobody is never meant: those under way must be at least one (R36).
            declare("all", states: true, .bool) { track, states in
                let live = track.states.indices.filter { track.isLive($0) }
                return .bool(!live.isEmpty && live.allSatisfy { states.contains(track.states[$0]) })
            },
            declare("any", states: true, .bool) { track, states in
                .bool(track.states.contains { states.contains($0) })
            },
            declare("count", states: true, .int) { track, states in
                .int(Int64(track.states.count { states.contains($0) }))
            },
            declare("live", states: false, .int) { track, _ in
                .int(Int64(track.states.indices.count { track.isLive($0) }))
            },
            declare("good", states: false, .int) { track, _ in .int(Int64(track.good.count { $0 == .bool(true) })) },
            declare("over", states: false, .bool) { track, _ in
                .bool(track.isOpen && !track.states.indices.contains { track.isLive($0) })
            },
        ]
    }

    /// `row(key…)` and `find(key…)` of tables: a whole row, or its one value beside the keys; both empty where there is none.
    package static func tables(
        _ tables: [String: LookupTable], rows: [(table: String, receiver: ValueType, row: ValueType)]
    ) -> [FunctionDeclaration] {
        @Sendable func look(_ values: [Value]) -> (table: LookupTable, row: [String: Value]?)? {
            guard let name = values[0]["table"]?.asString, let table = tables[name] else { return nil }
            return (table, table.rows[LookupTable.key(values.dropFirst().map { $0.asString ?? "" })])
        }
        func keys(_ name: String) -> [ValueType] { Array(repeating: .string, count: tables[name]?.keyCount ?? 1) }
        return [
            FunctionDeclaration(
                name: "row",
                overloads: rows.map { .init(receiver: $0.receiver, arguments: keys($0.table), result: $0.row) },
                implementation: { (values) throws(EvaluationError) in .object(look(values)?.row ?? [:]) }),
            FunctionDeclaration(
                name: "find",
                overloads: rows.filter { entry in
                    tables[entry.table].map { $0.columns.count == $0.keyCount + 1 } ?? false
                }.map { .init(receiver: $0.receiver, arguments: keys($0.table), result: .string) },
                implementation: { (values) throws(EvaluationError) in
                    guard let (table, row) = look(values), let last = table.columns.last else { return .string("") }
                    return row?[last] ?? .string("")
                }),
        ]
    }

    /// `of(self)` of rows that are asked for each member: the member's own row, empty where there is none.
    package static func rowOf(_ rows: [(list: ValueType, row: ValueType)]) -> FunctionDeclaration {
        FunctionDeclaration(
            name: "of", overloads: rows.map { .init(receiver: $0.list, arguments: [.dyn], result: $0.row) },
            implementation: { (values) throws(EvaluationError) in
                let number = values[1]["number"]
                let found = (values[0].asList ?? []).first { row in
                    guard let member = row["member"] else { return false }
                    return member.asInt == number?.asInt && member.asInt != nil
                }
                return found ?? .object([:])
            })
    }

    /// `newest(a.x, b.x)`: of those that are known the one answered last; `list.sum(x, …)`.
    package static let macros: [Macro] = [
        Macro(name: "newest", isReceiver: false, argumentCount: nil) {
            (_, arguments, context) throws(ExpressionMistake) in
            guard arguments.count >= 2 else {
                throw ExpressionMistake(
                    message: "newest takes two answers or more, such as newest(moved.days, agreement.days)",
                    offset: context.offset)
            }
            var parts: [(whole: Node, form: Node, has: Node)] = []
            for argument in arguments {
                guard case .select(let form, let field, isTest: false) = argument.kind else {
                    throw ExpressionMistake(
                        message: "newest takes answers, each a form and its field, such as agreement.days",
                        offset: argument.offset)
                }
                parts.append((argument, form, Node(.select(form, field: field, isTest: true), at: argument.offset)))
            }
            var result = parts[parts.count - 1].whole
            for index in parts.indices.dropLast().reversed() {
                var test = parts[index].has
                for other in parts.indices where other > index {
                    let order = context.call(
                        "_>_", Node(.select(parts[index].form, field: "order", isTest: false), at: context.offset),
                        Node(.select(parts[other].form, field: "order", isTest: false), at: context.offset))
                    test = context.call(
                        "_&&_", test, context.call("_||_", context.call("!_", parts[other].has), order))
                }
                result = context.call("_?_:_", test, parts[index].whole, result)
            }
            return result
        },
        Macro(name: "sum", isReceiver: true, argumentCount: 2) {
            (target, arguments, context) throws(ExpressionMistake) in
            guard let target else { return nil }
            guard case .identifier(let variable) = arguments[0].kind else {
                throw ExpressionMistake(
                    message: "first comes a plain name for each member, such as rows.sum(r, r.hours)",
                    offset: arguments[0].offset)
            }
            let hidden = context.hidden("sum")
            let accumulator = context.node(.identifier(hidden))
            return context.node(
                .fold(
                    Node.Fold(
                        range: target, variable: variable, accumulator: hidden, start: context.literal(.double(0)),
                        condition: context.literal(.bool(true)),
                        step: context.call("_+_", accumulator, arguments[1]), result: accumulator)))
        },
    ]
}
