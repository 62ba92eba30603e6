package import Exchange
import Expressions

/// What is proven of a programme together with those that its tasks call: names and fields on both sides agree.
package enum CallChecking {
    /// Every mistake between a programme and those that it calls, at the state that calls.
    ///
    /// - Parameters:
    ///   - called: the called programmes by name; one that is missing is a warning.
    ///   - file: how the caller's main file is called in messages.
    package static func check(_ programme: Programme, called: [String: Programme], file: String) -> [Diagnostic] {
        var result: [Diagnostic] = []
        let states =
            programme.statesOrder.compactMap { programme.states[$0] }
            + programme.tracksOrder.compactMap { programme.tracks[$0] }.flatMap { $0.states.values }
        for state in states {
            guard case .tasks(let tasks) = state.opening else { continue }
            for task in tasks {
                guard let call = task.programme else { continue }
                func add(_ severity: Diagnostic.Severity, _ message: String) {
                    result.append(Diagnostic(severity, file: file, line: state.line, column: 1, message: message))
                }
                guard let other = called[call.programme] else {
                    add(
                        .warning,
                        "there is no programme \"\(call.programme)\" beside this one, so its ends were not compared with \"next\""
                    )
                    continue
                }
                for message in mistakes(call, state, other) { add(.error, message) }
                for message in handed(call, task, programme, other) { add(.error, message) }
                if let circle = circle(from: programme.name, to: other, called) {
                    add(
                        .error,
                        "\(circle.joined(separator: " calls ")): programmes may not call one another in a circle")
                }
            }
        }
        return result
    }

    // MARK: What is handed over

    /// What is given must be of the type that is taken, and as personal; what comes back must fit the form that takes it.
    private static func handed(
        _ call: ProgrammeCall, _ task: TaskDeclaration, _ programme: Programme, _ other: Programme
    ) -> [String] {
        var result: [String] = []
        for (name, value) in call.give {
            guard let field = other.takes.first(where: { $0.name == name }) else { continue }
            let type = value.expression.resultType
            if !accepts(field.type, type) {
                result.append("\(other.name) takes \"\(name)\" as \(words(field.type)), this gives \(type.words)")
            }
            let classes = classes(value, programme).subtracting([.content])
            if let privacy = PrivacyClass.allCases.first(where: classes.contains) {
                result.append(
                    "\"\(name)\" gives \(privacy.words) to \(other.name), which keeps it with its case for ever; leave it out, and let it ask in a form of its own"
                )
            }
        }
        let form = task.form.flatMap { programme.forms[$0] }
        for (name, value) in other.gives.sorted(by: { $0.key < $1.key }) {
            guard let field = form?[name] else {
                result.append(
                    form.map {
                        "\(other.name) gives \"\(name)\", which the form \($0.name) does not have; add it there"
                    }
                        ?? "\(other.name) gives \"\(name)\"; add a form with it to the task, so that it is kept")
                continue
            }
            let type = value.expression.resultType
            if !accepts(field.type, type) {
                result.append(
                    "\"\(name)\" of \(form?.name ?? "") is \(words(field.type)), \(other.name) gives \(type.words)")
            }
            let classes = classes(value, other).subtracting([.content, field.privacy ?? .content])
            if let privacy = PrivacyClass.allCases.first(where: classes.contains) {
                result.append(
                    "\(other.name) gives \(privacy.words) as \"\(name)\"; say privacy: \(privacy.rawValue) in the form \(form?.name ?? ""), with erase"
                )
            }
        }
        for field in form?.fields ?? [] where field.isRequired && field.condition == nil {
            result.append(
                other.gives[field.name] == nil
                    ? "\(other.name) does not give \"\(field.name)\", which the form \(form?.name ?? "") requires; leave out required: yes"
                    : "\(other.name) may end without \"\(field.name)\"; leave out required: yes in the form \(form?.name ?? "")"
            )
        }
        return result
    }

    /// The classes of the answers that a value reads, whatever it does with them.
    private static func classes(_ value: Condition, _ programme: Programme, depth: Int = 0) -> Set<PrivacyClass> {
        var result: Set<PrivacyClass> = []
        for reference in value.expression.references {
            if let fact = programme.facts.first(where: { $0.name == reference.variable }), depth < 32 {
                result.formUnion(classes(fact.value, programme, depth: depth + 1))
            }
            guard let form = programme.forms[reference.variable] else { continue }
            let fields = reference.fields.first.flatMap { form[$0] }.map { [$0] } ?? form.fields
            for field in fields {
                result.formUnion([field.privacy, Compilation.columnPrivacy(field)].compactMap(\.self))
            }
        }
        return result
    }

    private static func accepts(_ field: FieldType, _ type: ValueType) -> Bool {
        switch (field, type) {
        case (_, .dyn): true
        case (.text, .string), (.choice, .string), (.country, .string), (.language, .string), (.url, .string): true
        case (.text, .named("date")), (.date, .named("date")), (.date, .string): true
        case (.number, .int), (.number, .uint), (.number, .double): true
        case (.yesNo, .bool): true
        case (.choices, .list(.string)), (.countries, .list(.string)), (.languages, .list(.string)): true
        case (.dates, .named("dates")), (.dateTime, .named("date-time")), (.time, .named("time")): true
        case (.dateTime, .string), (.time, .string): true
        case (.dateWindows, .list(.named("dates"))), (.money, .named("money")), (.person, .named("person")): true
        case (.file, .named("file")): true
        case (.rows, .list): true
        default: false
        }
    }

    private static func words(_ type: FieldType) -> String {
        switch type {
        case .text, .choice, .country, .language, .url: "a text"
        case .number: "a number"
        case .yesNo: "yes or no"
        case .choices, .countries, .languages: "a list of texts"
        case .date: "a date"
        case .dates: "dates"
        case .dateTime: "a date-time"
        case .time: "a time"
        case .dateWindows: "date-windows"
        case .money: "money"
        case .person: "a person"
        case .file: "a file"
        case .rows: "rows"
        }
    }

    /// The way on which a programme comes to call itself; nil if it does not.
    private static func circle(from name: String, to other: Programme, _ called: [String: Programme]) -> [String]? {
        var stack: [[String]] = [[name, other.name]]
        var seen: Set<String> = []
        while let path = stack.popLast() {
            guard let last = path.last else { continue }
            if last == name { return path }
            guard seen.insert(last).inserted else { continue }
            for next in called[last]?.calls ?? [] { stack.append(path + [next]) }
        }
        return nil
    }

    private static func mistakes(_ call: ProgrammeCall, _ state: StateDeclaration, _ other: Programme) -> [String] {
        var result: [String] = []
        if let version = call.version, version != other.version {
            result.append("\(other.name) has version \(other.version), this calls version \(version)")
        }
        let ways = state.next.map(\.name)
        for end in other.endsOrder where !ways.contains(end) {
            result.append("\(other.name) can end as \"\(end)\"; add it to the \"next\" of \"\(state.name)\"")
        }
        for way in ways where other.ends[way] == nil {
            let near = Spelling.nearest(way, among: other.endsOrder).map { "; did you mean \"\($0)\"?" }
            result.append(
                "\(other.name) has no end \"\(way)\"\(near ?? "; its ends are \(other.endsOrder.joined(separator: ", "))")"
            )
        }
        let given = call.give.map(\.name)
        for field in other.takes where field.isRequired && !given.contains(field.name) {
            result.append("\(other.name) takes \"\(field.name)\"; add it to \"give\"")
        }
        for name in given where !other.takes.contains(where: { $0.name == name }) {
            let names = other.takes.map(\.name)
            let near = Spelling.nearest(name, among: names).map { "; did you mean \"\($0)\"?" }
            result.append(
                "\(other.name) does not take \"\(name)\"\(near ?? "; it takes \(names.joined(separator: ", "))")")
        }
        if !canBeTakenBack(other) {
            result.append(
                "\(other.name) cannot be taken back, so it would go on alone when \"\(state.name)\" is left; give it under may: taken_back: {who: the role from the caller, to: an end}"
            )
        }
        return result
    }

    /// Whether whoever called it may end it wherever it stands.
    private static func canBeTakenBack(_ programme: Programme) -> Bool {
        programme.everywhere.may.contains { decision in
            let isCallers = decision.who.contains { who in
                if case .role(let role) = who {
                    programme.people[role]?.sources.contains(.caller) ?? false
                } else {
                    false
                }
            }
            return isCallers
                && decision.steps.contains { step in
                    step.within.isEmpty && (step.to.map { programme.ends[$0] != nil } ?? false)
                }
        }
    }
}
