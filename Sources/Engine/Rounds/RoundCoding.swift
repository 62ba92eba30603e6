import Calendars
import Exchange
package import Expressions
import Matching

extension Round {
    /// What lists need to know, without inputs and result.
    package var heading: Value {
        var fields: [String: Value] = [
            "round": .string(id), "programme": .string(programme), "problem": .string(problem.rawValue),
            "made_at": .string(madeAt.rfc3339), "requests": .int(Int64(requestCount)),
            "placed": .int(Int64(placedCount)), "total": .double(result.total), "proof": .string(result.proof),
            "blocking": .int(Int64(result.blocking.count)),
        ]
        fields["parent"] = parent.map { .string($0) }
        fields["confirmed_at"] = confirmedAt.map { .string($0.rfc3339) }
        fields["confirmed_by"] = confirmedBy.map { .string($0) }
        return .object(fields)
    }

    /// Everything, as it is kept.
    var value: Value {
        .object([
            "heading": heading, "side": .string(side.rawValue), "call": call,
            "cases": .object(
                cases.mapValues { .object(["id": .string($0.caseID), "entry": .int(Int64($0.entry))]) }),
            "excluded": .object(
                excluded.mapValues { rules in .object(rules.mapValues { .list($0.map { .string($0) }) }) }),
            "sentences": .object(sentences.mapValues { .string($0) }),
            "assignments": .object(result.assignments.mapValues { .list($0.map { .string($0) }) }),
            "bound": .double(result.bound),
            "blocking": .list(result.blocking.map { .list($0.map { .string($0) }) }),
        ])
    }

    /// - Parameter heading: the newest, which knows whether the round was confirmed.
    init?(_ value: Value, heading: Value) {
        guard let programme = heading["programme"]?.asString, let id = heading["round"]?.asString,
            let problem = heading["problem"]?.asString.flatMap(Problem.init(rawValue:)),
            let madeAt = heading["made_at"]?.asString.flatMap({ Instant(rfc3339: $0) }), let call = value["call"],
            let side = value["side"]?.asString.flatMap(StableCall.Side.init(rawValue:))
        else { return nil }
        let cases = (value["cases"]?.fields ?? [:]).compactMapValues { value -> Entry? in
            guard let id = value["id"]?.asString, let entry = value["entry"]?.asInt else { return nil }
            return Entry(caseID: id, entry: entry)
        }
        self.init(
            programme: programme, problem: problem, madeAt: madeAt, cases: cases, call: call,
            excluded: (value["excluded"]?.fields ?? [:]).mapValues { $0.fields.mapValues(Self.texts) },
            sentences: (value["sentences"]?.fields ?? [:]).compactMapValues(\.asString))
        (self.id, self.side) = (id, side)
        parent = heading["parent"]?.asString
        confirmedAt = heading["confirmed_at"]?.asString.flatMap { Instant(rfc3339: $0) }
        confirmedBy = heading["confirmed_by"]?.asString
        result = Result(
            assignments: (value["assignments"]?.fields ?? [:]).mapValues(Self.texts),
            total: heading["total"]?.asDouble ?? 0, bound: value["bound"]?.asDouble ?? 0,
            proof: heading["proof"]?.asString ?? "", blocking: (value["blocking"]?.asList ?? []).map(Self.texts))
    }

    private static func texts(_ value: Value) -> [String] { (value.asList ?? []).compactMap(\.asString) }
}
