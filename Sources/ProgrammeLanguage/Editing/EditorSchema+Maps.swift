import ActionKit
import Expressions

/// Keys whose value has a shape of its own, and the definitions that others name.
extension EditorSchema {
    /// The shape of a key that is a map or a list, or means something else than its words say elsewhere.
    func special(_ key: String, _ scope: EditorNames.Scope) -> [String: Value]? {
        switch key {
        case "programme.programme": return pattern("^[a-z][a-z0-9_-]{0,39}$", "small letters, digits and hyphens")
        case "programme.version":
            return [
                "type": .list([.string("integer"), .string("string")]), "minimum": .int(1),
                "pattern": .string("^[1-9][0-9]*$"),
            ]
        case "programme.holidays": return pattern("^[A-Za-z0-9_-]+$", "the NAME of lists/holidays-NAME.txt")
        case "programme.languages":
            return oneOrMore(.object(pattern("^[A-Za-z][A-Za-z0-9-]{1,11}$", "a language's code, such as en or pt-BR")))
        case "programme.lists":
            let table = closed(["table": ref("text"), "keys": ref("number")], required: ["table"])
            return map(.object(["anyOf": .list([.object(pattern("\\.", "a file in lists/")), table])]))
        case "programme.people": return map(reference("person"))
        case "programme.dates", "track.dates": return map(reference("date"))
        case "programme.facts", "track.facts", "programme.gives", "task.give": return map(reference("condition"))
        case "programme.forms": return map(form)
        case "programme.takes", "field.of": return map(field)
        case "programme.rules": return map(reference("rules"))
        case "programme.stages": return stages
        case "programme.tracks": return tracks
        case "programme.ends", "track.ends":
            let kind = Value.object(words(Self.endKinds))
            return map(.object(["anyOf": .list([kind, reference("end")])]))
        case "rules.filters":
            return map(closed(["if": ref("condition"), "say": ref("text")], required: ["if"]))
        case "rules.score":
            return map(
                closed(["weight": ref("number"), "points": ref("condition"), "say": ref("text")], required: ["points"]))
        case "track.each":
            return pattern("^(?:match|one|every .+|[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*)$", "such as nomination.people")
        case "track.states": return map(reference("state", scope))
        case "state.next": return map(reference("steps", scope))
        case "action.send": return carriers
        case "action.if-failed": return ["anyOf": .list([closed(["escalate": ref("people")])])]
        case "step.remind", "decision.remind":
            return ["anyOf": .list([.object(name(names.messages)), reference("messages")])]
        case "step.add", "decision.add":
            return ["anyOf": .list([reference("text"), .object(map(.object(name(names.forms))))])]
        case "match.again": return ["anyOf": .list([.object(words(["when offers come"])), reference("when")])]
        case "match.reach": return name(names.reaches)
        case "field.each": return pattern("^[a-z][a-z0-9_]*(?:\\.[a-z][a-z0-9_]*)?$", "a track, or rows of an answer")
        case "task.programme": return pattern("^[a-z][a-z0-9_-]*(?:@[0-9]+)?$", "a programme, such as thematic-visit@1")
        case "task.due":
            return [
                "anyOf": .list([reference("when"), .object(pattern("^[0-9]+ to [0-9]+ ", "such as 14 to 28 days"))])
            ]
        case "step.hold", "decision.hold": return pattern("^up to [0-9]", "the longest time, such as up to 180 days")
        default:
            let place = key.split(separator: ".").last.map(String.init)
            return switch place {
            case "keep", "do": oneOrMore(reference("use"))
            case "may": map(reference("decisions", scope))
            case "clock":
                [
                    "type": .string("object"), "propertyNames": .object(phrase),
                    "additionalProperties": reference("clock-steps", scope),
                ]
            case "as-soon-as": oneOrMore(reference("step", scope))
            default: nil
            }
        }
    }

    // MARK: Definitions

    var plainDefinitions: [String: Value] {
        let plain: [Value] = [.string("string"), .string("number"), .string("boolean")]
        return [
            // Text is text to Sojourn, whatever it looks like: 2027, yes, 1e3.
            "text": .object(["type": .list(plain)]),
            "number": .object([
                "type": .list([.string("number"), .string("string")]), "pattern": .string("^-?[0-9]+(?:\\.[0-9]+)?$"),
            ]),
            "flag": .object(words(["yes", "no"])),
            "condition": .object(["type": .list(plain), "minLength": .int(1)]),
            "when": .object(when), "who": .object(["anyOf": .list(who)]),
            "people": .object(oneOrMore(reference("who"))),
            "messages": messages, "use": use,
            "input": .object(oneOrMore(reference("text"))),
        ]
    }

    func stepDefinitions(_ scope: EditorNames.Scope) -> [String: Value] {
        let target = name(names.targets[scope] ?? [])
        let more = names.targets[scope].map { words($0 + ["remind"]) } ?? name([])
        return [
            "steps": .object(["anyOf": .list(steps(target, scope))]),
            "clock-steps": .object(["anyOf": .list(steps(more, scope))]),
            "decisions": .object(oneOrMore(reference("decision", scope))),
        ]
    }

    private func steps(_ target: [String: Value], _ scope: EditorNames.Scope) -> [Value] {
        let one: [Value] = [.object(target), reference("step", scope)]
        return one + [.object(["type": .string("array"), "items": .object(["anyOf": .list(one)])])]
    }

    /// The words of time phrases, with the programme's dates and states where they are known.
    private var phrase: [String: Value] {
        let states = names.scopes.flatMap { names.states[$0] ?? [] }
        if states.isEmpty {
            return pattern("^[a-z0-9][a-z0-9_:]*(?: +[a-z0-9_:]+)*$", Self.phraseHint)
        }
        let words = Self.phraseWords + names.dates + Set(states).sorted()
        let any = "(?:[0-9]+|[0-9][0-9]:[0-9][0-9]|\(words.joined(separator: "|")))"
        return pattern("^ *\(any)(?: +\(any))* *$", Self.phraseHint)
    }

    /// A time phrase as a value, with what an editor proposes.
    private var when: [String: Value] {
        var fields = phrase
        let dates = names.dates.isEmpty ? ["visit"] : names.dates
        let examples =
            ["5 working days"] + dates.flatMap { ["60 days before \($0) at 09:00", "30 days after \($0) ends"] }
        fields["examples"] = .list(examples.map { .string($0) })
        fields["defaultSnippets"] = .list(examples.map { .object(["label": .string($0), "body": .string($0)]) })
        return fields
    }

    private static let phraseHint = "a time phrase, such as 5 working days or 60 days before visit at 09:00"
    private static let phraseWords = [
        "after", "and", "at", "before", "closes", "day", "days", "due", "end", "ends", "every", "first", "hour",
        "hours", "last", "month", "months", "next", "of", "on", "opens", "or", "previous", "receipt", "silence",
        "starts", "the", "time", "times", "to", "until", "up", "week", "weeks", "when", "without", "working", "year",
        "years",
    ]

    private var who: [Value] {
        let path = Value.object(pattern("^[a-z][a-z0-9_]*(?:\\.[a-z][a-z0-9_]*)+$", "a person, such as row.owner"))
        guard !names.people.isEmpty else { return [.object(name([])), path] }
        return [.object(words(["everyone", "self", "self.deputy"] + names.people + names.deputies)), path]
    }

    private var messages: Value {
        guard !names.messages.isEmpty else { return .object(map(reference("people"))) }
        return closed(Dictionary(uniqueKeysWithValues: names.messages.map { ($0, ref("people")) }))
    }

    private var carriers: [String: Value] {
        let message = name(names.messages)
        return ["anyOf": .list([.object(message), closed(["made": message, "renewed": message, "undone": message])])]
    }

    // MARK: Forms

    private var field: Value {
        let type = KeyTable.all["field"]?.keys.first { $0.name == "type" }
        let word = type.flatMap { entry in KeyTable.all["field"].map { shape(of: entry, in: $0, .case) } } ?? [:]
        return .object(["anyOf": .list([.object(word), reference("field")])])
    }

    private var form: Value {
        let rule = closed(["rule": ref("condition"), "say": name([])], required: ["rule", "say"])
        var fields = map(field)
        fields["properties"] = .object(["title": reference("text"), "must": .object(oneOrMore(rule))])
        return .object(fields)
    }

    // MARK: Stages, tracks, actions

    private var stages: [String: Value] {
        let all = Dictionary(uniqueKeysWithValues: Self.stageNames.map { ($0, reference("stage")) })
        return ["type": .string("object"), "properties": .object(all), "additionalProperties": .bool(false)]
    }

    private var tracks: [String: Value] {
        // What leads where in a track that is new is known when the schema is written again.
        var fields = map(names.tracks.isEmpty ? reference("track") : .object(["type": .string("object")]))
        let known = names.tracks.map { ($0, reference("track", .track($0))) }
        fields["properties"] = .object(Dictionary(uniqueKeysWithValues: known))
        return fields
    }

    /// `family.verb: {inputs}`: the actions that the service has with what they take, those of packs with anything.
    private var use: Value {
        var known: [String: Value] = [:]
        for action in actions {
            var fields = kind("action", .case)
            if case .object(let inputs) = action.input, case .map(var own)? = fields["properties"] {
                for input in inputs where own[.string(input.name)] == nil {
                    own[.string(input.name)] = reference("input")
                }
                fields["properties"] = .map(own)
            }
            fields["description"] = .string(action.title)
            fields["additionalProperties"] = .bool(false)
            known[action.name] = .object(fields)
        }
        return .object([
            "type": .string("object"), "minProperties": .int(1), "maxProperties": .int(1),
            "properties": .object(known), "propertyNames": .object(["pattern": .string("^[a-z0-9_]+\\.[a-z0-9_]+$")]),
            "additionalProperties": reference("action"),
        ])
    }
}
