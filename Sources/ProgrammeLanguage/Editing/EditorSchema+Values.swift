import Exchange
import Expressions

/// What stands behind a key, by the words that the table has for it.
extension EditorSchema {
    static let namePattern = "^[a-z][a-z0-9_]{0,39}$"

    /// The shape of a value; empty where the table says nothing that a schema knows, which a test forbids.
    func shape(of entry: KeyTable.Entry, in kind: KeyTable.Kind, _ scope: EditorNames.Scope) -> [String: Value] {
        if let special = special("\(kind.name).\(entry.name)", scope) { return special }
        return switch entry.value {
        case "1": ["enum": .list([.int(1), .string("1")])]
        case "text", "letter": ref("text")
        case "number": ref("number")
        case "yes or no": ref("flag")
        case "condition", "number or answer": ref("condition")
        case "people": ref("people")
        case "messages": ref("messages")
        case "time phrase": ref("when")
        case "time zone": pattern("^[A-Za-z][A-Za-z0-9_+/-]*$", "a time zone, such as Europe/Sarajevo")
        case "hour": pattern("^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", "an hour from 00:00 to 23:59, such as 09:00")
        case "pattern": pattern("\\{number\\}", "a reference has {number}, such as ST-{year}-{number}")
        case "class": words(Self.privacyNames)
        case "privacy classes": oneOrMore(.object(words(Self.privacyNames)))
        case "count to count": pattern("^-?[0-9.]+ to -?[0-9.]+$", "two numbers, such as 2 to 10")
        case "any, all or 2 of 3": need
        case "register": words(["hosts", "experts"])
        case "kind": words(Self.endKinds)
        case "form": name(names.forms)
        case "rules": name(names.rules)
        case "track": name(names.tracks)
        case "document": name(names.documents)
        case "end": name(names.ends[scope] ?? [])
        case "state or end": name(names.targets[scope] ?? [])
        case "first STATE": first
        case "stages", "stages or states": oneOrMore(.object(stages(scope)))
        case "tracks and forms": oneOrMore(.object(name(names.tracks + names.forms)))
        case "answer": name(names.fields, or: "^[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*$")
        case "answer or fields", "answers", "source", "choices": oneOrMore(reference("text"))
        case "reason": pattern("^(?:any of [a-z]|[a-z])", "a reason, such as any of withdrawal")
        case "send within N days, skip or ask":
            pattern("^(?:skip|ask|send within [1-9][0-9]* days?)$", "skip, ask, or send within 2 days")
        case "send-again, ask or take-as-sent": words(["send-again", "ask", "take-as-sent"])
        case "type": type
        case "task": oneOrMore(reference("task"))
        case "match", "rank": ref(entry.value)
        default: [:]
        }
    }

    static let endKinds = ["fulfilled", "refused", "withdrawn", "cancelled", "expired", "good", "bad"]

    private static let privacyNames = PrivacyClass.allCases.map(\.rawValue)

    // MARK: Parts

    /// A definition by its name, with the words that an editor shows for it.
    func ref(_ name: String) -> [String: Value] {
        ["$ref": .string("#/$defs/\(name)"), "title": .string(KeyTable.all[name]?.words ?? name)]
    }

    func words(_ words: [String]) -> [String: Value] { ["enum": .list(words.map { .string($0) })] }

    /// - Parameter message: what an editor says of a text that does not fit.
    func pattern(_ pattern: String, _ message: String) -> [String: Value] {
        ["type": .string("string"), "pattern": .string(pattern), "patternErrorMessage": .string(message)]
    }

    /// One of the names, if they are known; else anything that can be one.
    func name(_ known: [String], or pattern: String = Self.namePattern) -> [String: Value] {
        known.isEmpty ? self.pattern(pattern, "a name of small letters, digits and _") : words(known)
    }

    func oneOrMore(_ one: Value) -> [String: Value] {
        ["anyOf": .list([one, .object(["type": .string("array"), "items": one])])]
    }

    /// An object whose keys are names of the writer's own.
    func map(_ value: Value, keys pattern: String = Self.namePattern) -> [String: Value] {
        [
            "type": .string("object"), "propertyNames": .object(["pattern": .string(pattern)]),
            "additionalProperties": value,
        ]
    }

    /// An object with these keys and no other.
    func closed(_ properties: [String: [String: Value]], required: [String] = []) -> Value {
        .object([
            "type": .string("object"), "properties": .object(properties.mapValues { .object($0) }),
            "required": .list(required.map { .string($0) }), "additionalProperties": .bool(false),
        ])
    }

    private var need: [String: Value] {
        [
            "type": .list([.string("string"), .string("integer")]),
            "pattern": .string("^(?:any|all|[0-9]+(?: of [0-9]+)?)$"),
        ]
    }

    private var first: [String: Value] {
        let states = names.states[.case] ?? []
        return states.isEmpty
            ? pattern("^first [a-z][a-z0-9_]*$", "first and a state, such as first screening")
            : words(states.map { "first \($0)" })
    }

    private func stages(_ scope: EditorNames.Scope) -> [String: Value] {
        guard let states = names.states[scope] else {
            return pattern("^(?:follow-up|[a-z][a-z0-9_]*)$", "a stage or a state")
        }
        let all = Self.stageNames + (names.states[.case] ?? [])
        return words(all + states.filter { !all.contains($0) })
    }

    static let stageNames = Stage.Kind.allCases.map(\.rawValue)

    private var type: [String: Value] {
        let choices = Value.object(pattern("^choices? of [a-z]", "choice of and a list"))
        return ["anyOf": .list([.object(words(Compilation.typeNames)), choices])]
    }
}
