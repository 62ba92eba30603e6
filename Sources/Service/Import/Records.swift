package import Calendars
package import Exchange
package import Expressions
package import Tables

/// A request as a table brings it: who asks, when it arrived, and the answers to the programme's first form.
package struct ImportedRequest: Sendable {
    /// The line of the row in its file, from 1.
    package var line: Int
    /// The sender's own number, or empty.
    package var reference: String
    package var arrived: LocalDate?
    /// Named people, by role.
    package var people: [String: Party]
    /// Answers, as text, by field.
    package var values: [String: Value]
}

/// Turns mapped rows into records of the service.
package enum Records {
    /// What a party is made of, in a mapping: `requester.name`.
    static let partyFields: Set<String> = ["name", "address", "language", "zone", "country", "institution"]

    /// A request of a row, or the reason why it is none.
    ///
    /// - Parameter machine: the programme; its first form says which fields there are.
    package static func request(_ row: MappedRow, machine: CaseMachine) -> Result<ImportedRequest, RowMistakes> {
        let programme = machine.programme
        var request = ImportedRequest(line: row.line, reference: "", arrived: nil, people: [:], values: [:])
        var parties: [String: [String: Value]] = [:]
        var mistakes: [TableMistake] = []
        let asked = firstForm(programme)?.fields.map(\.name) ?? []
        for (name, value) in row.fields {
            switch name {
            case "reference": request.reference = value.string
            case "arrived": request.arrived = LocalDate(iso: value.string)
            default:
                let parts = name.split(separator: ".").map(String.init)
                if parts.count == 2, programme.people[parts[0]] != nil, partyFields.contains(parts[1]) {
                    parties[parts[0], default: [:]][parts[1]] = .string(value.string)
                } else if asked.contains(name) {
                    request.values[name] = self.value(value)
                } else {
                    let known = (asked + ["reference", "arrived"]).joined(separator: ", ")
                    mistakes.append(
                        TableMistake(
                            line: row.line, column: name, reason: .refusedValue,
                            text: "the programme's first form has no \"\(name)\"; it has \(known)"))
                }
            }
        }
        for (role, fields) in parties {
            let id = request.reference.isEmpty ? "r\(row.line)" : request.reference
            if let party = Party(value: .object(fields), id: "\(role)-\(id)") { request.people[role] = party }
        }
        return mistakes.isEmpty ? .success(request) : .failure(RowMistakes(line: row.line, all: mistakes))
    }

    private static func value(_ mapped: MappedValue) -> Value {
        switch mapped {
        case .text(let text): .string(text)
        case .list(let texts): .list(texts.map { .string($0) })
        }
    }

    /// The form that the first state asks.
    package static func firstForm(_ programme: Programme) -> Form? {
        guard let state = programme.states[programme.first], case .tasks(let tasks) = state.opening else { return nil }
        return tasks.first?.form.flatMap { programme.forms[$0] }
    }

    // MARK: Offers

    private static let lists: Set<String> = ["topics", "languages", "instruments", "places"]
    private static let numbers: Set<String> = ["people", "capacity", "days"]
    private static let texts: Set<String> = [
        "id", "name", "institution", "country", "zone", "address", "language", "kind", "terms", "contact",
    ]

    /// An offer of a row, typed as the register keeps it; all mistakes at once.
    package static func offer(_ row: MappedRow) -> Result<Value, RowMistakes> {
        var fields: [String: Value] = [:]
        var deputy: [String: Value] = [:]
        var mistakes: [TableMistake] = []
        func refuse(_ column: String, _ text: String) {
            mistakes.append(TableMistake(line: row.line, column: column, reason: .refusedValue, text: text))
        }
        for (name, mapped) in row.fields {
            let items = items(mapped)
            switch name {
            case _ where texts.contains(name): fields[name] = .string(mapped.string)
            case _ where lists.contains(name): fields[name] = .list(items.map { .string($0) })
            case _ where numbers.contains(name):
                if let number = Double(mapped.string), number.isFinite, number >= 0 {
                    fields[name] = .double(number)
                } else {
                    refuse(name, "\"\(name)\" is a number, 0 or more")
                }
            case "windows":
                let spans = items.compactMap { DateSpan(text: $0) }
                if spans.count == items.count {
                    fields[name] = .list(spans.map(\.value))
                } else {
                    refuse(name, "a window is written first/last, such as 2027-06-01/2027-06-30")
                }
            case "cost":
                let parts = mapped.string.split(separator: " ").map(String.init)
                if let amount = parts.first.flatMap({ Double($0) }), amount.isFinite, amount >= 0, parts.count <= 2 {
                    fields[name] = .object([
                        "amount": .double(amount), "currency": .string(parts.count == 2 ? parts[1] : "EUR"),
                    ])
                } else {
                    refuse(name, "money is written 1200.50 EUR")
                }
            case "deputy.name", "deputy.address", "deputy.language":
                deputy[String(name.dropFirst(7))] = .string(mapped.string)
            default:
                let known = (texts.union(lists).union(numbers).union(["windows", "cost"])).sorted()
                refuse(name, "an offer has no \"\(name)\"; it has \(known.joined(separator: ", "))")
            }
        }
        if fields["id"] == nil { refuse("id", "an offer needs an id, the same each time it is imported") }
        if fields["name"] == nil { fields["name"] = fields["institution"] }
        if fields["name"] == nil { refuse("name", "an offer needs a name or an institution") }
        if !deputy.isEmpty { fields["deputy"] = .object(deputy) }
        return mistakes.isEmpty ? .success(.object(fields)) : .failure(RowMistakes(line: row.line, all: mistakes))
    }

    private static func items(_ mapped: MappedValue) -> [String] {
        switch mapped {
        case .list(let texts): texts
        case .text(let text):
            text.split(separator: ";").map { part in
                part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed().map(String.init).joined()
            }.filter { !$0.isEmpty }
        }
    }

    // MARK: Roster

    /// One holder of a role, of a row with role, name, address, language, zone.
    package static func holder(_ row: MappedRow) -> Result<(role: String, party: Party), RowMistakes> {
        func text(_ name: String) -> String { row.fields[name]?.string ?? "" }
        var mistakes: [TableMistake] = []
        for name in ["role", "name", "address"] where text(name).isEmpty {
            mistakes.append(
                TableMistake(
                    line: row.line, column: name, reason: .blank, text: "the roster needs \"\(name)\" in each row"))
        }
        guard mistakes.isEmpty else { return .failure(RowMistakes(line: row.line, all: mistakes)) }
        let id = text("id").isEmpty ? "staff-\(text("role"))-\(row.line)" : text("id")
        return .success(
            (
                text("role"),
                Party(
                    id: id, name: text("name"), address: text("address"), language: text("language"),
                    zone: text("zone"), country: text("country"), institution: text("institution"))
            ))
    }
}
