package import Expressions

/// Two entries that are one.
package enum EntryMerging {
    /// What is left: the kept one's fields, its blanks filled from the other, lists put together.
    package static func merged(_ kept: Value, _ other: Value) -> Value {
        var fields = kept.fields
        for (name, value) in other.fields where name != "id" {
            switch (fields[name], value) {
            case (.list(let mine)?, .list(let theirs)):
                fields[name] = .list(mine + theirs.filter { !mine.contains($0) })
            case (nil, _): fields[name] = value
            default: break
            }
        }
        return .object(fields)
    }

    /// An offer with what its expert and its institution say where it says nothing.
    package static func filled(_ offer: Value, expert: Value?, institution: Value?) -> Value {
        var fields = offer.fields
        func fill(_ names: [String], from owner: Value?) {
            for name in names where fields[name] == nil { fields[name] = owner?[name] }
        }
        fill(["name", "address", "language", "zone", "country", "deputy", "languages", "topics"], from: expert)
        if fields["institution"] == nil { fields["institution"] = institution?["name"] ?? expert?["employer"] }
        fill(["name", "address", "language", "zone", "country"], from: institution)
        return .object(fields)
    }
}
