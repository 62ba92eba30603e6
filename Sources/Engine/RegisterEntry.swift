import Calendars
package import CaseStore
package import Exchange
package import Expressions
import Folding

/// An entry of the register with its value read.
package struct RegisterEntry: Hashable, Sendable {
    package let kind: EntryKind
    package let row: EntryRow
    package let value: Value

    /// - Throws: `EngineFailure.damaged` where the stored bytes are none of ours.
    init(_ row: EntryRow) throws {
        guard let kind = EntryKind(rawValue: row.kind), let value = try? Value(json: row.body) else {
            throw EngineFailure.damaged("the entry \(row.id) of the register")
        }
        self.kind = kind
        self.row = row
        self.value = value
    }

    package var id: String { row.id }

    /// The words of names in the page of an entry: `institution:i-17`.
    package var key: String { "\(kind.rawValue):\(row.id)" }

    /// What the entry is called.
    static func name(_ value: Value) -> String {
        for field in ["name", "institution", "expert_id", "institution_id", "id"] {
            if let text = value[field]?.asString, !text.isEmpty { return text }
        }
        return ""
    }

    /// The text by which the entry is found: names count three times; addresses and contacts are not in it.
    static func text(_ kind: EntryKind, _ value: Value, state: EntryRow.State) -> SearchText {
        let id = value["id"]?.asString ?? ""
        guard state == .active || state == .lapsed else {
            return SearchText(kind: kind.rawValue, id: id, title: "", body: "", original: "")
        }
        let title = [value["name"], value["institution"]].compactMap { $0?.asString }.joined(separator: " · ")
        let fields = [
            "topics", "sectors", "text", "terms", "conditions", "places", "instruments", "kind", "reach", "employer",
        ]
        let body = fields.compactMap { name -> String? in
            guard let value = value[name] else { return nil }
            return value.asString ?? value.asList?.compactMap(\.asString).joined(separator: ", ")
        }.filter { !$0.isEmpty }.joined(separator: " · ")
        return SearchText(
            kind: kind.rawValue, id: id, title: FoldedText.joined(title),
            body: FoldedText.joined(body.replacing("_", with: " ")),
            original: body.isEmpty ? title : title + " · " + body)
    }
}
