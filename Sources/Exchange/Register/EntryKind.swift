/// What the register holds.
package enum EntryKind: String, Hashable, Sendable, CaseIterable {
    case institution
    /// A hub: national, or thematic with its sectors.
    case hub
    /// An expert, who is released by an employer.
    case expert
    /// What an institution can give to a visiting delegation; programmes search it as `hosts`.
    case hostOffer = "host_offer"
    /// What an expert can give; programmes search it as `experts`.
    case expertOffer = "expert_offer"

    /// The word of the command line, such as `host-offers`.
    package var word: String {
        switch self {
        case .institution: "institutions"
        case .hub: "hubs"
        case .expert: "experts"
        case .hostOffer: "host-offers"
        case .expertOffer: "expert-offers"
        }
    }

    package init?(word: String) {
        guard let kind = Self.allCases.first(where: { $0.word == word || $0.rawValue == word }) else { return nil }
        self = kind
    }

    package var isOffer: Bool { self == .hostOffer || self == .expertOffer }

    /// One of the kind, in a message.
    package var noun: String {
        switch self {
        case .institution: "institution"
        case .hub: "hub"
        case .expert: "expert"
        case .hostOffer: "host's offer"
        case .expertOffer: "expert's offer"
        }
    }

    /// The offers that a programme searches with `from`.
    package static func offers(of from: String) -> EntryKind { from == "experts" ? .expertOffer : .hostOffer }

    /// What an entry of this kind can say, in the order of pages and tables.
    package var fields: [EntryField] {
        switch self {
        case .institution: EntryField.ofInstitution
        case .hub: EntryField.ofHub
        case .expert: EntryField.ofExpert
        case .hostOffer, .expertOffer: EntryField.ofOffer
        }
    }

    /// Fields by which an entry names another, and the kind that is named.
    package var links: [(field: String, kind: EntryKind)] {
        switch self {
        case .institution: []
        case .hub: [("institution_id", .institution)]
        case .expert: [("employer", .institution)]
        case .hostOffer, .expertOffer: [("institution_id", .institution), ("expert_id", .expert)]
        }
    }
}

/// One thing that an entry of the register can say.
package struct EntryField: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case text
        /// An e-mail address.
        case address
        /// Texts; in tables separated by `;`.
        case list
        /// 0 or more.
        case number
        /// `1200.50 EUR`.
        case money
        /// `2027-06-01/2027-06-30`, several separated by `;`.
        case windows
        /// One of these words.
        case choice([String])
    }

    package let name: String
    package let kind: Kind
    /// What it says, for the reference.
    package let meaning: String

    init(_ name: String, _ kind: Kind, _ meaning: String) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
    }

    private static let id = EntryField("id", .text, "the same each time it is imported")
    private static let reach: [EntryField] = [
        EntryField("address", .address, "the owner's e-mail, who is asked whether the entry still holds"),
        EntryField("language", .text, "in which the owner is written to"),
        EntryField("zone", .text, "time zone, such as Europe/Lisbon"),
        EntryField("country", .text, "ISO 3166, two letters"),
    ]
    private static let deputy: [EntryField] = [
        EntryField("deputy.name", .text, "who answers for the owner"),
        EntryField("deputy.address", .address, "the deputy's e-mail"),
        EntryField("deputy.language", .text, "the deputy's language"),
    ]

    static let ofInstitution: [EntryField] =
        [id, EntryField("name", .text, "as it calls itself")] + reach + [
            EntryField("kind", .text, "ministry, agency, university …"),
            EntryField("sectors", .list, "in which it works"),
            EntryField("places", .list, "where it sits"),
            EntryField("contact", .text, "whom one speaks to"),
            EntryField("text", .text, "what it is, in its own words"),
        ]

    static let ofHub: [EntryField] =
        [id, EntryField("name", .text, "as it calls itself")] + reach + [
            EntryField("reach", .choice(["national", "thematic"]), "national: all sectors; thematic: those it names"),
            EntryField("sectors", .list, "of a thematic hub"),
            EntryField("institution_id", .text, "the institution that runs it"),
            EntryField("contact", .text, "whom one speaks to"),
            EntryField("text", .text, "what it is, in its own words"),
        ]

    static let ofExpert: [EntryField] =
        [id, EntryField("name", .text, "first and last name")] + reach + [
            EntryField("employer", .text, "the id of the institution that releases the expert, or its name"),
            EntryField("topics", .list, "what the expert knows"),
            EntryField("sectors", .list, "in which"),
            EntryField("languages", .list, "in which the expert can work"),
            EntryField("text", .text, "in the expert's own words"),
        ] + deputy

    static let ofOffer: [EntryField] =
        [
            id, EntryField("name", .text, "the contact, or the expert"),
            EntryField("institution", .text, "who gives it, by name"),
            EntryField("institution_id", .text, "the institution in the register; fills what the offer leaves out"),
            EntryField("expert_id", .text, "the expert in the register; fills what the offer leaves out"),
        ] + reach + [
            EntryField("kind", .text, "of your own"),
            EntryField("topics", .list, "what can be learnt"),
            EntryField("languages", .list, "in which"),
            EntryField("windows", .windows, "when"),
            EntryField("days", .number, "for how many days at most"),
            EntryField("people", .number, "for how many people at most"),
            EntryField("capacity", .number, "how many exchanges, each period"),
            EntryField("per", .choice(["year", "quarter", "month"]), "the period; without one, exchanges at once"),
            EntryField("instruments", .list, "study tour, expert visit …"),
            EntryField("cost", .money, "what it costs the guests"),
            EntryField("terms", .text, "who pays what"),
            EntryField("conditions", .text, "what guests must bring or accept"),
            EntryField("places", .list, "where"),
            EntryField("contact", .text, "whom one speaks to"),
            EntryField("text", .text, "what is offered, in the owner's words"),
        ] + deputy
}
