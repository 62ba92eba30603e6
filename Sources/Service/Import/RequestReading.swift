import Calendars
package import Exchange
import Expressions
package import Tables

/// Reads rows as requests of one programme: who asks, when, and what the programme's first form asks.
package struct RequestReading: Sendable {
    private let programme: Programme
    private let asked: Set<String>
    /// What a column may be called, for the mistake that another was.
    private let known: String

    /// - Parameter machine: the programme; its first form says which fields there are.
    package init(machine: CaseMachine) {
        programme = machine.programme
        let fields = Records.firstForm(programme)?.fields.map(\.name) ?? []
        asked = Set(fields)
        known = (fields + ["reference", "arrived"]).joined(separator: ", ")
    }

    /// A request of a row, or every reason why it is none.
    package func request(_ row: MappedRow) -> Result<ImportedRequest, RowMistakes> {
        var request = ImportedRequest(line: row.line, reference: "", arrived: nil, people: [:], values: [:])
        var parties: [String: [String: Value]] = [:]
        var mistakes: [TableMistake] = []
        func refuse(_ column: String, _ text: String) {
            mistakes.append(TableMistake(line: row.line, column: column, reason: .refusedValue, text: text))
        }
        for (name, value) in row.fields {
            if asked.contains(name) {
                request.values[name] = Self.value(value)
            } else if name == "reference" {
                request.reference = value.string
            } else if name == "arrived" {
                request.arrived = LocalDate(iso: value.string)
                if request.arrived == nil {
                    refuse(name, "a day is written year-month-day and must exist, such as 2027-06-14")
                }
            } else if let (role, part) = part(name) {
                parties[role, default: [:]][part] = .string(value.string)
            } else {
                refuse(name, "the programme's first form has no \"\(name)\"; it has \(known)")
            }
        }
        for (role, fields) in parties {
            let id = request.reference.isEmpty ? "r\(row.line)" : request.reference
            guard let party = Party(value: .object(fields), id: "\(role)-\(id)") else { continue }
            mistakes += Records.mistakes(in: party, line: row.line, prefix: role + ".")
            request.people[role] = party
        }
        guard mistakes.isEmpty else {
            mistakes.sort { ($0.column ?? "") < ($1.column ?? "") }
            return .failure(RowMistakes(line: row.line, all: mistakes))
        }
        return .success(request)
    }

    /// Whose part a column such as `requester.name` is.
    private func part(_ name: String) -> (role: String, part: String)? {
        guard let dot = name.firstIndex(of: ".") else { return nil }
        let (role, part) = (String(name[..<dot]), String(name[name.index(after: dot)...]))
        return Records.partyFields.contains(part) && programme.people[role] != nil ? (role, part) : nil
    }

    private static func value(_ mapped: MappedValue) -> Value {
        switch mapped {
        case .text(let text): .string(text)
        case .list(let texts): .list(texts.map { .string($0) })
        }
    }
}
