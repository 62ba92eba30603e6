import Exchange

/// The classes of personal data that a value carries, each with the roles whose own answers they are (R53).
struct PrivacyLabel: Hashable {
    /// Class → those who give the answer; `self` is the member of a track.
    private(set) var subjects: [PrivacyClass: Set<String>] = [:]

    init() {}

    init(_ privacy: PrivacyClass, of people: Set<String>) { subjects = [privacy: people] }

    var isEmpty: Bool { subjects.isEmpty }
    var classes: [PrivacyClass] { PrivacyClass.allCases.filter { subjects[$0] != nil } }

    mutating func formUnion(_ other: PrivacyLabel) {
        for (privacy, people) in other.subjects { subjects[privacy, default: []].formUnion(people) }
    }

    func union(_ other: PrivacyLabel) -> PrivacyLabel {
        var result = self
        result.formUnion(other)
        return result
    }

    /// Whether a class is nobody's but this reader's own data.
    func isOwn(_ privacy: PrivacyClass, of reader: String) -> Bool { subjects[privacy] == [reader] }
}

/// What never stands in a mail, a calendar entry or a message to another system: only a link to the page does.
extension PrivacyClass {
    var isOnlyLinked: Bool { self == .identity || self == .special }

    /// In words: `identity data`.
    var words: String { self == .contact ? "contact data" : "\(rawValue) data" }
}
