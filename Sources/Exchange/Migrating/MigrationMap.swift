package import Expressions

/// Which names of an old version of a programme are which of the new one; what is not named keeps its name (R52).
///
/// It stands in the journal with the command that migrates, so that a replay needs nothing else.
package struct MigrationMap: Hashable, Sendable {
    /// What a name names.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A state of the case, or `track.state`: a state or an end of a track.
        case state
        case track
        case role
        case form
        /// `form.field`.
        case field
        case date
    }

    /// Kind → old name → new name. Names of fields and of tracks' states carry their owner: `request.people`.
    package var names: [Kind: [String: String]]

    package init(names: [Kind: [String: String]] = [:]) {
        self.names = names
    }

    package subscript(kind: Kind, old: String) -> String? {
        get { names[kind]?[old] }
        set { names[kind, default: [:]][old] = newValue }
    }

    /// The map as the journal keeps it.
    package var value: Value {
        .object(
            Dictionary(
                uniqueKeysWithValues: names.filter { !$0.value.isEmpty }.map { kind, map in
                    (kind.rawValue, .object(map.mapValues { .string($0) }))
                }))
    }

    package init(value: Value) {
        self.init()
        for kind in Kind.allCases {
            names[kind] = value[kind.rawValue]?.fields.compactMapValues(\.asString)
        }
    }
}

/// A name that a case uses and the new version does not have.
package struct MissingName: Hashable, Sendable, Comparable {
    package var kind: MigrationMap.Kind
    package var name: String

    package init(kind: MigrationMap.Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    /// Such as `state "screening"`.
    package var words: String { "\(kind.rawValue) \"\(name)\"" }

    package static func < (left: MissingName, right: MissingName) -> Bool {
        (left.kind.rawValue, left.name) < (right.kind.rawValue, right.name)
    }
}
