import Expressions

/// What rules of matching read: the case, and one offer, or one member of an offer's list, at a time.
///
/// A class of one search, never shared: the offer is exchanged thousands of times over the same case.
final class OfferReading: Activation {
    private let base: CaseReading
    var offer: Value = .null
    /// The name that a loop binds, and the member it stands on.
    var member: (name: String, value: Value)?

    init(_ base: CaseReading) { self.base = base }

    func value(of name: String) throws(EvaluationError) -> Value? {
        if let member, member.name == name { return member.value }
        if name == "offer" { return offer }
        return try base.value(of: name)
    }

    func value(of name: String, field: String) throws(EvaluationError) -> Value? {
        if name == "offer" || member?.name == name { return nil }
        return try base.value(of: name, field: field)
    }
}
