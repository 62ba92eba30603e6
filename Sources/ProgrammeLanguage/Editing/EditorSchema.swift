package import ActionKit
package import Exchange
package import Expressions

/// The JSON Schema (draft 2020-12) of a programme's file, by which editors propose keys and names and mark what is wrong.
///
/// It is made from the table of keys that the parser uses. What a schema cannot say (types of conditions, reached states,
/// privacy) is for `sojourn check`; whatever `check` takes without an error, the schema takes too.
package struct EditorSchema: Sendable {
    let names: EditorNames
    let actions: [ActionDescription]
    let title: String
    let identifier: String

    /// For any programme.
    package init(actions: [ActionDescription]) {
        (names, self.actions) = (EditorNames(), actions)
        (title, identifier) = ("A programme of Sojourn, format 1", "urn:sojourn:programme:1")
    }

    /// For one programme: where a name is expected, its own are proposed and others marked.
    package init(_ programme: Programme, actions: [ActionDescription]) {
        (names, self.actions) = (EditorNames(programme), actions)
        title = "The programme \(programme.name) of Sojourn, format 1"
        identifier = "urn:sojourn:programme:1:\(programme.name):\(programme.version)"
    }

    /// The whole schema.
    package var value: Value {
        var fields = kind("programme", .case)
        fields["$schema"] = .string("https://json-schema.org/draft/2020-12/schema")
        fields["$id"] = .string(identifier)
        fields["title"] = .string(title)
        fields["$defs"] = .object(definitions)
        return .object(fields)
    }

    private var definitions: [String: Value] {
        var all = plainDefinitions
        let plain = ["person", "date", "field", "rules", "match", "rank", "task", "end", "action", "stage"]
        for kind in plain { all[kind] = .object(self.kind(kind, .case)) }
        for scope in names.scopes {
            for kind in ["step", "decision", "state"] { all[kind + scope.suffix] = .object(self.kind(kind, scope)) }
            for (name, value) in stepDefinitions(scope) { all[name + scope.suffix] = value }
            if case .track = scope { all["track" + scope.suffix] = .object(kind("track", scope)) }
        }
        if names.tracks.isEmpty { all["track"] = .object(kind("track", .case)) }
        return all
    }

    // MARK: Kinds of the table

    /// An object with the keys that the table has for it.
    func kind(_ name: String, _ scope: EditorNames.Scope) -> [String: Value] {
        guard let kind = KeyTable.all[name] else { return [:] }
        var properties: [String: Value] = [:]
        for entry in kind.keys {
            var fields = shape(of: entry, in: kind, scope)
            fields["description"] = .string(entry.meaning)
            fields["markdownDescription"] = .string("\(entry.meaning)\n\n```yaml\n\(entry.example)\n```")
            properties[entry.name] = .object(fields)
        }
        var fields: [String: Value] = [
            "type": .string("object"), "title": .string(kind.words), "description": .string(kind.meaning),
            "properties": .object(properties), "additionalProperties": .bool(false),
        ]
        let required = kind.keys.filter(\.isRequired).map(\.name)
        if !required.isEmpty { fields["required"] = .list(required.map { .string($0) }) }
        switch name {
        case "stage":
            // Every other name in a stage is a state.
            fields["additionalProperties"] = reference("state", scope)
            fields["propertyNames"] = .object(["pattern": .string("^(?:as-soon-as|[a-z][a-z0-9_]{0,39})$")])
        case "action": fields["additionalProperties"] = reference("input")
        default: break
        }
        return fields
    }

    /// What is defined for where it stands.
    func reference(_ name: String, _ scope: EditorNames.Scope = .case) -> Value {
        var fields = ref(name)
        fields["$ref"] = .string("#/$defs/\(name)\(scope.suffix)")
        return .object(fields)
    }
}
