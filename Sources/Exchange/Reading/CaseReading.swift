package import Calendars
package import Expressions

/// What conditions and texts can read of a case, made lazily: forms, roles, facts, dates, tracks, tables.
///
/// The shapes are written in the language reference: a form is a map of its fields with `version`, `at` (milliseconds)
/// and `answers`; a date a map of `first`, `last`, `revision`; a track a map of `open` and `members`. What is not known is
/// an empty map.
package final class CaseReading: Activation {
    let machine: CaseMachine
    let readable: ReadableCase
    package let memberNumber: Int?
    private let member: Member?
    private let extras: [String: Value]
    /// The same configuration without the extras, or without the member; it knows the rest.
    private let base: CaseReading?
    private var cache: [String: Value] = [:]
    /// What can be read of each member, by number, as far as it was asked for; kept where there is no base.
    private(set) var memberValues: [Int: Value]
    /// Facts that are being computed, so that a circle ends (checked programmes have none).
    private var computing: Set<String> = []

    package convenience init(machine: CaseMachine, case: Case, member: Int?, extras: [String: Value] = [:]) {
        self.init(machine: machine, readable: ReadableCase(`case`), member: member, extras: extras)
    }

    init(
        machine: CaseMachine, readable: ReadableCase, member: Int? = nil, extras: [String: Value] = [:],
        base: CaseReading? = nil, memberValues: [Int: Value] = [:]
    ) {
        self.machine = machine
        self.memberValues = memberValues
        self.base = base
        self.readable = readable
        memberNumber = member
        self.member = member.flatMap { number in
            readable.members.place(of: number).map { readable.members[$0] }
        }
        self.extras = extras
    }

    package func value(of name: String) throws(EvaluationError) -> Value? {
        if let extra = extras[name] { return extra }
        if let known = cache[name] { return known }
        let value = try found(name)
        if let value { cache[name] = value }
        return value
    }

    /// The members of a track, each a map of all that can be read of it: the functions of tracks need only where they
    /// stand.
    package func value(of name: String, field: String) throws(EvaluationError) -> Value? {
        guard field == "members", extras[name] == nil else { return nil }
        if let base { return try base.value(of: name, field: field) }
        guard let track = machine.programme.tracks[name] else { return nil }
        return .list(
            readable.members.filter { $0.track == name && !$0.isVoid }.map { value(ofMember: $0, track: track) })
    }

    private func found(_ name: String) throws(EvaluationError) -> Value? {
        if let base, base.memberNumber == memberNumber { return try base.value(of: name) }
        if let member {
            switch machine.names.ofMembers[member.track]?[name] {
            case .`self`: return machine.programme.tracks[member.track].map { value(ofMember: member, track: $0) }
            case .row: return member.row
            case .fact(let fact): return try compute(fact)
            case .date: return Self.value(of: member.dates[name])
            case .form: return Self.value(of: member.answers[name])
            case nil: break
            }
        }
        if let base { return try base.value(of: name) }
        switch machine.names.ofCase[name] {
        case .fact(let fact): return try compute(fact)
        case .date: return Self.value(of: readable.dates[name])
        case .track: return TrackTally(of: name, in: readable).value
        case .form(let tracks): return formValue(name, tracks)
        case .case: return caseValue()
        case .given: return readable.origin["given"] ?? .object([:])
        case .role: return machine.holders(of: name, among: readable).first?.value ?? .object([:])
        case .table: return .object(["table": .string(name)])
        case .list(let names): return .list(names.map { .string($0) })
        case nil: return nil
        }
    }

    private func compute(_ fact: Fact) throws(EvaluationError) -> Value? {
        guard computing.insert(fact.name).inserted else { return nil }
        defer { computing.remove(fact.name) }
        return try fact.value.expression.evaluate(self)
    }

    /// A form of the case, or of a track of one.
    private func formValue(_ name: String, _ tracks: [String]) -> Value {
        if let answers = readable.answers[name] { return Self.value(of: answers) }
        guard let track = tracks.first else { return .object([:]) }
        return Self.value(of: readable.members.first { $0.track == track && !$0.isVoid }?.answers[name])
    }

    private func caseValue() -> Value {
        let programme = machine.programme
        return .object([
            "reference": .string(readable.reference), "programme": .string(programme.name),
            "state": .string(readable.state),
            "stage": .string(programme.states[readable.state]?.stage?.rawValue ?? ""),
            "opened": .string(programme.zone.date(of: readable.openedAt).iso),
        ])
    }

    private func value(ofMember member: Member, track: Track) -> Value {
        if let base { return base.value(ofMember: member, track: track) }
        if let known = memberValues[member.number] { return known }
        let value = Self.value(of: member, track: track)
        memberValues[member.number] = value
        return value
    }

    /// A member as conditions read it: the row's fields, the person's, the forms, and where it stands.
    static func value(of member: Member, track: Track) -> Value {
        var fields = member.party?.value.entries ?? [:]
        for (name, value) in member.row.entries where fields[name] == nil { fields[name] = value }
        for form in track.forms { fields[.string(form)] = value(of: member.answers[form]) }
        for date in track.dates { fields[.string(date.name)] = value(of: member.dates[date.name]) }
        fields[.string("row")] = member.row
        fields[.string("number")] = .int(Int64(member.number))
        fields[.string("state")] = .string(member.region.state)
        fields[.string("live")] = .bool(!member.hasEnded)
        fields[.string("good")] = .bool(member.isGood)
        return .map(fields)
    }

    static func value(of answers: FormAnswers?) -> Value { answers?.reading ?? .object([:]) }

    static func value(of cell: DateCell?) -> Value {
        guard let cell, let span = cell.span else { return .object([:]) }
        return .object([
            "first": .string(span.first.iso), "last": .string(span.last.iso), "revision": .int(Int64(cell.revision)),
        ])
    }

    /// What a path of names reads; nil when any part is missing.
    package func value(at path: Path) -> Value? {
        guard let first = path.names.first else { return nil }
        var rest = path.names.dropFirst()
        var start: Value?
        if let field = rest.first, let value = try? self.value(of: first, field: field) {
            start = value
            rest = rest.dropFirst()
        }
        guard var value = start ?? (try? self.value(of: first)) else { return nil }
        for name in rest {
            guard let next = value[name] else { return nil }
            value = next
        }
        return value.isUnknown ? nil : value
    }
}

extension Value {
    /// The entries of a map; empty for anything else.
    package var entries: [Value: Value] { if case .map(let entries) = self { entries } else { [:] } }

    /// The fields of a map with text keys; empty for anything else.
    package var fields: [String: Value] {
        guard case .map(let entries) = self else { return [:] }
        var result: [String: Value] = [:]
        result.reserveCapacity(entries.count)
        for (key, value) in entries { if case .string(let name) = key { result[name] = value } }
        return result
    }

    /// Whether it stands for something that is not known: null, or an empty map.
    package var isUnknown: Bool {
        switch self {
        case .null: true
        case .map(let entries): entries.isEmpty
        default: false
        }
    }
}

extension DateSpan {
    /// The span that an answer holds: {first, last}, "first/last", or one day.
    package init?(value: Value) {
        switch value {
        case .string(let text): self.init(text: text)
        case .map(let fields):
            guard case .string(let first)? = fields[.string("first")],
                case .string(let last)? = fields[.string("last")],
                let first = LocalDate(iso: first), let last = LocalDate(iso: last)
            else { return nil }
            self.init(first: first, last: last)
        default: return nil
        }
    }

    /// The span as an answer holds it.
    package var value: Value { .object(["first": .string(first.iso), "last": .string(last.iso)]) }
}
