import Exchange
import Expressions

/// The types of everything that conditions and texts can name.
extension Compilation {
    /// The type of a field's answer.
    func type(of field: Field, in form: String) -> ValueType {
        switch field.type {
        case .text, .choice, .country, .language, .url: .string
        case .number: .double
        case .yesNo: .bool
        case .choices, .countries, .languages: .list(.string)
        case .date: .named("date")
        case .dates: .named("dates")
        case .dateTime: .named("date-time")
        case .time: .named("time")
        case .dateWindows: .list(.named("dates"))
        case .money: .named("money")
        case .person: .named("person")
        case .file: .named("file")
        case .rows: .list(.named("$row of \(form).\(field.name)"))
        }
    }

    private typealias StructField = Environment.StructField

    func makeTypes(_ fields: Fields) {
        base = Environment(
            textTypes: ["date", "date-time", "time"], functions: ProgrammeFunctions.general(calendar: p.calendar),
            macros: ProgrammeFunctions.macros, friendlyNumbers: true)
        commonTypes()
        formTypes()
        tableTypes()
        for name in p.peopleOrder { base.variables[name] = .named("person") }
        for date in p.dates { base.variables[date.name] = .named("dates") }
        for list in p.lists.keys where !list.contains(".") && base.variables[list] == nil {
            base.variables[list] = .list(.string)
        }
        caseEnvironment = base
        trackTypes()
        for name in p.formsOrder {
            if case .track(let track) = scope(ofForm: name) {
                // What belongs to one member is read by members; that of a track of one also by the case.
                guard case .one? = p.tracks[track]?.each else { continue }
            }
            caseEnvironment.variables[name] = .named("$form \(name)")
        }
        compileFacts(fields)
        for track in p.tracksOrder { makeTrackEnvironment(track) }
        compileDateZones(fields)
    }

    private func commonTypes() {
        func plain(_ names: String...) -> [String: StructField] {
            Dictionary(uniqueKeysWithValues: names.map { ($0, StructField(.string)) })
        }
        base.structs["dates"] = [
            "first": StructField(.named("date")), "last": StructField(.named("date")), "revision": StructField(.int),
        ]
        base.structs[ProgrammeFunctions.weekdayType] = [:]
        base.structs["money"] = ["amount": StructField(.double), "currency": StructField(.string)]
        base.structs["file"] = plain("name", "type", "sha256", "path").merging(["bytes": StructField(.int)]) { $1 }
        var person = plain("id", "name", "address", "language", "zone", "country", "institution")
        person["deputy"] = StructField(.named("person"), isOptional: true)
        base.structs["person"] = person
        base.structs["$case"] = plain("reference", "programme", "state", "stage").merging(
            ["opened": StructField(.named("date"))]) { $1 }
        base.variables["case"] = .named("$case")
        var offer = plain(
            "id", "name", "institution", "country", "zone", "address", "language", "kind", "terms", "contact", "text",
            "conditions", "per", "institution_id", "expert_id")
        offer["deputy"] = StructField(.named("person"), isOptional: true)
        for (name, type) in Self.offerFields { offer[name] = StructField(type, isOptional: true) }
        base.structs["$offer"] = offer
        if !p.takes.isEmpty || root.flatMap({ Fields($0) })?["takes"] != nil {
            base.structs["$given"] = Dictionary(
                p.takes.map { ($0.name, StructField(type(of: $0, in: "takes"), isOptional: !$0.isRequired)) }
            ) { first, _ in first }
            base.variables["given"] = .named("$given")
        }
    }

    /// What an offer of the register can say beside who it is.
    static let offerFields: [(String, ValueType)] = [
        ("topics", .list(.string)), ("languages", .list(.string)), ("windows", .list(.named("dates"))),
        ("instruments", .list(.string)), ("people", .double), ("capacity", .double), ("cost", .named("money")),
        ("score", .double), ("places", .list(.string)), ("days", .double), ("sectors", .list(.string)),
    ]

    private func formTypes() {
        var averages: [ValueType] = []
        var each: [(list: ValueType, row: ValueType)] = []
        for name in p.formsOrder {
            guard let form = p.forms[name] else { continue }
            var fields: [String: StructField] = [:]
            for field in form.fields {
                fields[field.name] = StructField(
                    type(of: field, in: name), isOptional: !field.isRequired || field.condition != nil)
                if case .rows(let columns, _, let isEach) = field.type {
                    rowType(columns, name: "\(name).\(field.name)", hasMember: isEach != nil)
                    let row = ValueType.named("$row of \(name).\(field.name)")
                    if isEach != nil { each.append((.list(row), row)) }
                }
            }
            var answer = fields
            answer["by"] = StructField(.string)
            base.structs["$answer of \(name)"] = answer
            for (key, type) in [("version", ValueType.int), ("order", .int), ("at", .int)] {
                fields[key] = StructField(type)
            }
            fields["answers"] = StructField(.list(.named("$answer of \(name)")))
            base.structs["$form \(name)"] = fields
            averages.append(.named("$form \(name)"))
        }
        add(ProgrammeFunctions.average(forms: averages))
        add(ProgrammeFunctions.rowOf(each))
    }

    private func rowType(_ columns: [Field], name: String, hasMember: Bool) {
        var row: [String: StructField] = [:]
        for column in columns {
            row[column.name] = StructField(type(of: column, in: name), isOptional: !column.isRequired)
        }
        row["number"] = StructField(.string)
        if hasMember { row["member"] = StructField(.int) }
        base.structs["$row of \(name)"] = row
    }

    private func add(_ function: FunctionDeclaration) { base.functions[function.name] = function }

    private func tableTypes() {
        var rows: [(table: String, receiver: ValueType, row: ValueType)] = []
        for name in p.tables.keys.sorted() {
            guard let table = p.tables[name] else { continue }
            var row: [String: StructField] = [:]
            for column in table.columns {
                row[column] = StructField(numericColumns[name]?.contains(column) ?? false ? .double : .string)
            }
            base.structs["$row of \(name)"] = row
            base.structs["$table \(name)"] = [:]
            base.variables[name] = .named("$table \(name)")
            rows.append((name, .named("$table \(name)"), .named("$row of \(name)")))
        }
        for function in ProgrammeFunctions.tables(p.tables, rows: rows) { add(function) }
    }

    // MARK: Tracks

    private func trackTypes() {
        for name in p.tracksOrder {
            let member = memberFields(name)
            base.structs["$member of \(name)"] = member
            base.structs["$track \(name)"] = [
                "open": StructField(.bool), "members": StructField(.list(.named("$member of \(name)"))),
            ]
            base.structs["$row of track \(name)"] = rowStruct(name)
        }
        let types = p.tracksOrder.map { ValueType.named("$track \($0)") }
        for function in ProgrammeFunctions.tracks(types) where !types.isEmpty { add(function) }
        caseEnvironment = base
        for name in p.tracksOrder { caseEnvironment.variables[name] = .named("$track \(name)") }
    }

    private func rowStruct(_ name: String) -> [String: StructField] {
        guard let track = p.tracks[name] else { return [:] }
        switch track.each {
        case .rows(let form, let field): return base.structs["$row of \(form).\(field)"] ?? [:]
        case .match: return base.structs["$offer"] ?? [:]
        case .one: return [:]
        case .every: return ["index": StructField(.int)]
        }
    }

    private func memberFields(_ name: String) -> [String: StructField] {
        guard let track = p.tracks[name] else { return [:] }
        var fields = rowStruct(name)
        if track.personField != nil || isMatch(track) {
            // A row without its person makes a member whom nobody can address.
            let isOpen = rowFields(ofTrack: name).contains { $0.name == track.personField && !$0.isRequired }
            for (key, field) in base.structs["person"] ?? [:] {
                fields[key] = StructField(field.type, isOptional: field.isOptional || isOpen)
            }
        }
        for form in track.forms { fields[form] = StructField(.named("$form \(form)")) }
        for date in track.dates { fields[date.name] = StructField(.named("dates")) }
        fields["row"] = StructField(.named("$row of track \(name)"))
        fields["number"] = StructField(.int)
        fields["state"] = StructField(.string)
        fields["live"] = StructField(.bool)
        fields["good"] = StructField(.bool)
        return fields
    }

    func isMatch(_ track: Track) -> Bool { if case .match = track.each { true } else { false } }

    /// A track's conditions read the case's data and their own member, never where other members stand (R7).
    private func makeTrackEnvironment(_ name: String) {
        guard let track = p.tracks[name] else { return }
        var environment = caseEnvironment
        for other in p.tracksOrder { environment.variables[other] = nil }
        for role in p.peopleOrder where p.tracks[role] != nil { environment.variables[role] = .named("person") }
        // A fact that reads tracks is for the case only.
        for fact in p.facts where fact.value.expression.references.contains(where: { p.tracks[$0.variable] != nil }) {
            environment.variables[fact.name] = nil
        }
        environment.variables["self"] = .named("$member of \(name)")
        environment.variables["row"] = .named("$row of track \(name)")
        for form in track.forms { environment.variables[form] = .named("$form \(form)") }
        for date in track.dates { environment.variables[date.name] = .named("dates") }
        trackEnvironments[name] = environment
        guard let node = trackNodes.first(where: { $0.name == name })?.fields["facts"] else { return }
        let facts = compileFacts(node, environment: &environment)
        p.tracks[name]?.facts = facts
        trackEnvironments[name] = environment
    }

    // MARK: Facts

    private func compileFacts(_ fields: Fields) {
        guard let node = fields["facts"] else { return }
        p.facts = compileFacts(node, environment: &caseEnvironment)
    }

    /// Facts may name one another in any order, but not in a circle.
    private func compileFacts(_ node: Node, environment: inout Environment) -> [Fact] {
        guard let fields = Fields(node) else {
            error(node, "facts are written name: \"condition\"")
            return []
        }
        var waiting: [(name: String, key: Node, value: Node)] = []
        for (key, value) in fields.entries {
            guard let name = name(key, "a fact's name", for: .variable) else { continue }
            waiting.append((name, key, value))
        }
        let order = waiting.map(\.name)
        let names = Set(order)
        var done: [String: Fact] = [:]
        // Each text is read once; then those come first that need no other.
        let needed = waiting.map { entry -> Set<String> in
            guard let text = entry.value.scalarText,
                case .success(let expression) = environment.compile(text, isChecked: false)
            else { return [] }
            return Set(expression.references.map(\.variable)).intersection(names)
        }
        var open = needed.map(\.count)
        var users: [String: [Int]] = [:]
        for (index, names) in needed.enumerated() { for name in names { users[name, default: []].append(index) } }
        var ready = open.indices.filter { open[$0] == 0 }
        var isMade = Array(repeating: false, count: waiting.count)
        var head = 0
        while head < ready.count {
            let index = ready[head]
            head += 1
            isMade[index] = true
            let entry = waiting[index]
            if let made = condition(entry.value, environment, wants: nil, what: "a fact") {
                done[entry.name] = Fact(name: entry.name, value: made)
                environment.variables[entry.name] = made.expression.resultType
            } else {
                environment.variables[entry.name] = .dyn
            }
            for user in users[entry.name] ?? [] {
                open[user] -= 1
                if open[user] == 0 { ready.append(user) }
            }
        }
        let circling = waiting.indices.filter { !isMade[$0] }
        let shown = circling.prefix(20).map { waiting[$0].name }.joined(separator: ", ")
        for index in circling {
            error(waiting[index].key, "the facts \(shown) need one another in a circle")
            environment.variables[waiting[index].name] = .dyn
        }
        return order.compactMap { done[$0] }
    }

    // MARK: Zones of dates

    private func compileDateZones(_ fields: Fields) {
        if let dates = fields["dates"].flatMap({ Fields($0) }) {
            for index in p.dates.indices {
                if let node = dates[p.dates[index].name].flatMap({ Fields($0) })?["zone"] {
                    p.dates[index].zone = condition(node, caseEnvironment, wants: .string, what: "\"zone\"")
                }
            }
        }
        for (name, _, fields) in trackNodes {
            guard let dates = fields["dates"].flatMap({ Fields($0) }), let track = p.tracks[name] else { continue }
            for index in track.dates.indices {
                if let node = dates[track.dates[index].name].flatMap({ Fields($0) })?["zone"] {
                    let made = condition(
                        node, environment(.track(name)), wants: .string, what: "\"zone\"")
                    p.tracks[name]?.dates[index].zone = made
                }
            }
        }
    }
}
