import ActionKit
import Exchange
import Expressions

/// C9: actions exist, and what they are given fits their schema.
extension Compilation {
    /// What the machine itself adds to the inputs of an action.
    private static let given: [String: Set<String>] = [
        "calendar.invite": [
            "title", "first_day", "last_day", "zone", "attendees", "organizer", "organizer_name", "thing",
        ],
        "document.store": ["template", "title", "text", "language", "reader", "thing"],
    ]

    func checkActions() {
        guard let actions else { return }
        var insides = p.stages.map(\.inside) + [p.everywhere]
        var states = Array(p.states.values)
        for track in p.tracks.values {
            insides.append(track.inside)
            states += Array(track.states.values)
        }
        insides += states.map(\.inside)
        for action in insides.flatMap(\.keep) { check(action, isKept: true, actions) }
        for action in states.flatMap(\.entering) { check(action, isKept: false, actions) }
        var steps = states.flatMap { $0.next.flatMap(\.steps) }
        for inside in insides {
            steps += inside.may.flatMap(\.steps) + inside.asSoonAs + inside.clock.flatMap(\.steps)
        }
        for action in steps.flatMap(\.actions) { check(action, isKept: false, actions) }
    }

    private func check(_ use: ActionUse, isKept: Bool, _ actions: [ActionDescription]) {
        guard let node = stepPlaces[use.id] else { return }
        guard let action = actions.first(where: { $0.name == use.action }) else {
            let names = actions.map(\.name).sorted()
            let near = Spelling.nearest(use.action, among: names).map { "did you mean \"\($0)\"?" }
            let family = use.action.prefix { $0 != "." } + "."
            if near == nil, !names.contains(where: { $0.hasPrefix(family) }) {
                warning(
                    node,
                    "\"\(use.action)\" is not built in; a pack must bring it, and its inputs are looked at when it is used"
                )
            } else {
                error(node, "no action \"\(use.action)\"; \(near ?? "there are \(names.joined(separator: ", "))")")
            }
            return
        }
        if isKept, !action.isKept {
            error(
                node,
                "\(use.action) cannot be kept: it has no way to renew or undo what it did; use it under \"do\" instead")
        }
        guard case .object(let fields) = action.input else { return }
        let names = fields.map(\.name)
        for input in use.inputs {
            guard let field = fields.first(where: { $0.name == input.name }) else {
                let own = ["who", "send", "template", "if", "if-failed", "if-unsure"]
                let near = Spelling.nearest(input.name, among: names + own).map { "did you mean \"\($0)\"?" }
                let shown = names.filter { !["thing", "attendees", "organizer", "organizer_name"].contains($0) }
                error(
                    inputPlaces["\(use.id).\(input.name)"] ?? node,
                    "\(use.action) has no input \"\(input.name)\"; \(near ?? "it has \(shown.joined(separator: ", "))")"
                )
                continue
            }
            for mistake in mistakes(input, field, use) {
                error(inputPlaces["\(use.id).\(input.name)"] ?? node, mistake)
            }
        }
        var there = Set(use.inputs.map(\.name))
        let isFilled = use.action != "document.store" || !use.template.isEmpty
        if isFilled { there.formUnion(Self.given[use.action] ?? []) }
        for field in fields where field.isRequired && !there.contains(field.name) {
            error(node, "\(use.action) needs \"\(field.name)\"")
        }
        if use.action == "calendar.invite", !there.contains("days"), !there.contains("starts") {
            error(node, "calendar.invite needs days or starts; write days: \"{{ visit }}\"")
        }
    }

    private func mistakes(_ input: ActionInput, _ field: SchemaField, _ use: ActionUse) -> [String] {
        switch input.source {
        case .constant(let value): return field.schema.check(value, path: input.name)
        case .template: return fits(.string, field.schema) ? [] : [wants(input.name, field.schema, "a text")]
        case .value(let condition):
            let type = condition.expression.resultType
            // The days of an invitation are taken apart before they are handed over.
            if use.action == "calendar.invite", input.name == "days", type == .named("dates") { return [] }
            return fits(type, field.schema) ? [] : [wants(input.name, field.schema, type.words)]
        }
    }

    private func wants(_ name: String, _ schema: Schema, _ given: String) -> String {
        "\"\(name)\" must be \(Self.words(schema)), this is \(given)"
    }

    private static func words(_ schema: Schema) -> String {
        switch schema {
        case .anything: "anything"
        case .boolean: "yes or no"
        case .integer, .number: "a number"
        case .text, .choice: "a text"
        case .list(let of, _): "a list of \(words(of))"
        case .object: "a map"
        }
    }

    /// Whether every value of a type can be one of the schema; ranges and formats are looked at when it is handed over.
    private func fits(_ type: ValueType, _ schema: Schema) -> Bool {
        switch (schema, type) {
        case (.anything, _), (_, .dyn): true
        case (.boolean, .bool): true
        case (.integer, .int), (.integer, .uint), (.integer, .double): true
        case (.number, .int), (.number, .uint), (.number, .double): true
        case (.text, .string), (.choice, .string): true
        case (.text, .named(let name)), (.choice, .named(let name)): base.textTypes.contains(name)
        case (.list(let of, _), .list(let inner)): fits(inner, of)
        case (.object(let fields), .named(let name)):
            fields.allSatisfy { field in
                guard let mine = base.structs[name]?[field.name] else { return !field.isRequired }
                return (!field.isRequired || !mine.isOptional) && fits(mine.type, field.schema)
            }
        case (.object, .map): true
        default: false
        }
    }
}
