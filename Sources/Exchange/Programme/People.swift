package import Expressions

/// A role in a case, as the programme declares it.
package struct Role: Sendable {
    package var name: String
    package var title: String
    /// Works for the hub.
    package var isStaff: Bool
    /// An outside body that answers by webhook, mail or through whoever acts for it.
    package var isOutside: Bool
    /// Roles whose tasks this one may answer.
    package var actsFor: Set<String>
    /// Roles whose holders may not hold this one (conflict of interest, R33).
    package var except: Set<String>
    /// Privacy classes that this role may see.
    package var sees: Set<PrivacyClass>
    /// Where its holders come from, the first that is known; empty: named when the case starts or by the hub's roster.
    package var sources: [RoleSource]
    /// Has a deputy, addressed as `role.deputy`.
    package var hasDeputy: Bool
    package var isOptional: Bool

    package init(name: String, title: String) {
        self.name = name
        self.title = title
        isStaff = false
        isOutside = false
        actsFor = []
        except = []
        sees = []
        sources = []
        hasDeputy = false
        isOptional = false
    }
}

/// Where the holders of a role come from.
package enum RoleSource: Hashable, Sendable {
    /// A person that a form asks for, such as `decision.officer`.
    case answer(form: String, field: String)
    /// The live members of a track (`delegates`), or the good ones of a track of a match (`hosts`).
    case track(String)
    /// A person field of each good member's answers, such as `asked.employer`.
    case memberAnswer(track: String, field: String)
    /// A row of a table or list, such as `areas by request.area`.
    case table(String, by: Path)
    /// Whoever started this case from another programme.
    case caller
}

/// A chain of names that reads answers: `request.area`, `row.owner`, `self.answer.employer`, `screening.missing`.
package struct Path: Hashable, Sendable, CustomStringConvertible {
    package var names: [String]

    package init(_ names: [String]) {
        self.names = names
    }

    package var description: String { names.joined(separator: ".") }
}

/// Whom a task, message or escalation is for.
package enum Who: Hashable, Sendable {
    case role(String)
    /// The deputy of a role's holder.
    case deputy(String)
    /// The member of the track.
    case member
    /// The deputy of the track's member.
    case memberDeputy
    /// Everyone with a role in the case, each once.
    case everyone
    /// A person that answers name, such as `row.owner` or `self.answer.employer`.
    case path(Path)
}

/// The classes of personal data (domain.md, Personal data).
package enum PrivacyClass: String, Hashable, Sendable, CaseIterable {
    case contact, identity, special, money, content
}

/// A person or institution with a role in a case.
package struct Party: Hashable, Sendable {
    /// Pseudonymous and stable, such as `p-17` or an offer's id; unique within the case.
    package var id: String
    package var name: String
    /// An e-mail address, or empty.
    package var address: String
    /// BCP 47, or empty: the programme's fallback.
    package var language: String
    /// IANA zone, or empty.
    package var zone: String
    /// ISO 3166, or empty.
    package var country: String
    package var institution: String
    /// At most one.
    package var deputies: [Party]

    package init(
        id: String, name: String, address: String = "", language: String = "", zone: String = "",
        country: String = "", institution: String = "", deputies: [Party] = []
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.language = language
        self.zone = zone
        self.country = country
        self.institution = institution
        self.deputies = deputies
    }

    /// The party as conditions and texts read it.
    package var value: Value {
        var fields: [String: Value] = [
            "id": .string(id), "name": .string(name), "address": .string(address), "language": .string(language),
            "zone": .string(zone), "country": .string(country), "institution": .string(institution),
        ]
        if let deputy = deputies.first { fields["deputy"] = deputy.value }
        return .object(fields)
    }

    /// The party that a person field or a register entry holds; nil if it has no name.
    package init?(value: Value, id fallback: String) {
        guard case .map(let fields) = value else {
            guard case .string(let name) = value, !name.isEmpty else { return nil }
            self.init(id: fallback, name: name)
            return
        }
        func text(_ key: String) -> String {
            if case .string(let text) = fields[.string(key)] { text } else { "" }
        }
        guard !text("name").isEmpty || !text("institution").isEmpty else { return nil }
        var deputies: [Party] = []
        if let value = fields[.string("deputy")], let deputy = Party(value: value, id: fallback + ".deputy") {
            deputies = [deputy]
        }
        self.init(
            id: text("id").isEmpty ? fallback : text("id"),
            name: text("name").isEmpty ? text("institution") : text("name"), address: text("address"),
            language: text("language"), zone: text("zone"), country: text("country"),
            institution: text("institution"), deputies: deputies)
    }
}
