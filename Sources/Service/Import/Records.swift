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

    /// The form that the first state asks.
    package static func firstForm(_ programme: Programme) -> Form? {
        guard let state = programme.states[programme.first], case .tasks(let tasks) = state.opening else { return nil }
        return tasks.first?.form.flatMap { programme.forms[$0] }
    }

    /// All that is wrong with the parts of a person, each with its column.
    static func mistakes(in party: Party, line: Int, prefix: String = "") -> [TableMistake] {
        PersonRules.mistakes(in: party).map {
            TableMistake(line: line, column: prefix + $0.part, reason: .refusedValue, text: $0.sentence)
        }
    }

    // MARK: The register

    /// An entry of a row, typed as the register keeps it; all mistakes at once.
    package static func entry(_ row: MappedRow, kind: EntryKind) -> Result<Value, RowMistakes> {
        let texts = row.fields.mapValues { mapped in
            switch mapped {
            case .list(let texts): texts.map(plain)
            case .text(let text): [plain(text)]
            }
        }
        return EntryReading.read(texts, kind: kind).mapError { mistakes in
            RowMistakes(
                line: row.line,
                all: mistakes.all.map {
                    TableMistake(line: row.line, column: $0.field, reason: .refusedValue, text: $0.sentence)
                })
        }
    }

    /// A text without the apostrophe that an export puts before what a spreadsheet might compute.
    private static func plain(_ text: String) -> String {
        guard text.hasPrefix("'"), let second = text.dropFirst().first, "=+-@".contains(second) else { return text }
        return String(text.dropFirst())
    }

    /// An offer of a host or expert.
    package static func offer(_ row: MappedRow) -> Result<Value, RowMistakes> { entry(row, kind: .hostOffer) }

    /// An exchange of the time before, of a row with guest and host.
    package static func exchange(_ row: MappedRow) -> Result<PastExchange, RowMistakes> {
        func text(_ name: String) -> String { row.fields[name]?.string ?? "" }
        let missing = ["guest", "host"].filter { text($0).isEmpty }
        guard missing.isEmpty else {
            return .failure(
                RowMistakes(
                    line: row.line,
                    all: missing.map {
                        TableMistake(
                            line: row.line, column: $0, reason: .blank,
                            text: "a past exchange needs \"\($0)\", the name of an institution")
                    }))
        }
        return .success(PastExchange(guest: text("guest"), host: text("host")))
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
        let party = Party(
            id: id, name: text("name"), address: text("address"), language: text("language"), zone: text("zone"),
            country: text("country"), institution: text("institution"))
        mistakes = Self.mistakes(in: party, line: row.line)
        return mistakes.isEmpty ? .success((text("role"), party)) : .failure(RowMistakes(line: row.line, all: mistakes))
    }
}
