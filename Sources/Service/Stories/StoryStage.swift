import Calendars
import Exchange
import Expressions

/// The people and offers that stories and simulations invent: nobody of them exists.
struct StoryStage {
    let programme: Programme

    /// How many holders a role needs so that each task finds as many voices as it asks for.
    private func needed(_ role: String) -> Int {
        var count = 1
        let states = Array(programme.states.values) + programme.tracks.values.flatMap { $0.states.values }
        for state in states {
            guard case .tasks(let declared) = state.opening else { continue }
            for task in declared where task.who.contains(.role(role)) {
                if case .count(let need) = task.need { count = max(count, need) }
            }
        }
        return count
    }

    /// Holders of every role of the hub.
    func roster() -> [String: [Party]] {
        var result: [String: [Party]] = [:]
        for role in programme.people.values where role.isStaff && role.sources.isEmpty {
            result[role.name] = (1...needed(role.name)).map { number in
                party("\(role.name)-\(number)", role: role, institution: "Hub", place: "hub.example")
            }
        }
        return result
    }

    /// Holders of the roles that are named when a case starts, for the case with this number.
    func people(ofCase number: Int) -> [String: [Party]] {
        var result: [String: [Party]] = [:]
        for role in programme.people.values where !role.isStaff && role.sources.isEmpty {
            result[role.name] = [
                party(
                    "\(role.name)-\(number)", role: role, institution: "Institution \(number)",
                    place: "ask\(number).example")
            ]
        }
        return result
    }

    /// What a programme that is called by others starts from: the caller, and what it gives; empty for all others.
    ///
    /// - Parameter given: what is said of it; the rest is made up.
    func origin(ofCase number: Int, given: [String: Value] = [:]) -> [String: Value] {
        guard !programme.takes.isEmpty else { return [:] }
        var values: [String: Value] = [:]
        for field in programme.takes {
            switch field.type {
            case .number: values[field.name] = .double(5)
            case .yesNo: values[field.name] = .bool(true)
            case .file: values[field.name] = .object(["name": .string("\(field.name).pdf")])
            default: values[field.name] = .string("\(field.name) \(String(number))")
            }
        }
        let caller = Party(
            id: "caller", name: "Calling hub \(String(number))", address: "caller-\(String(number))@caller.example",
            language: programme.languages[0], institution: "Calling hub \(String(number))")
        return ["caller": caller.value, "given": .object(values.merging(given) { $1 })]
    }

    private func party(_ id: String, role: Role, institution: String, place: String) -> Party {
        Party(
            id: id, name: role.title, address: "\(id)@\(place)", language: programme.languages[0],
            institution: institution)
    }

    /// The registers that the programme searches.
    var registers: [String] {
        let kinds = programme.states.values.compactMap { state -> String? in
            if case .match(let match) = state.opening { match.from } else { nil }
        }
        return Set(kinds).sorted()
    }

    /// An offer that fits nearly every request: `fields` say what is different.
    func offer(_ id: String, from first: LocalDate, fields: [String: Value] = [:]) -> Value {
        var all: [String: Value] = [
            "id": .string(id), "name": .string("Contact \(id)"), "institution": .string("Host \(id)"),
            "address": .string("\(id)@offers.example"), "language": .string(programme.languages[0]),
            "zone": .string(programme.zone.name), "country": .string("PT"), "capacity": .double(20),
            "people": .double(100), "topics": .list(words().map { .string($0) }),
            "languages": .list(programme.languages.map { .string($0) }),
            "deputy": .object([
                "id": .string("\(id).deputy"), "name": .string("Deputy \(id)"),
                "address": .string("\(id)-deputy@offers.example"),
            ]),
        ]
        if let always = DateSpan(first: first, last: first.adding(years: 4)) { all["windows"] = .list([always.value]) }
        all.merge(fields) { $1 }
        return .object(all)
    }

    /// The words of the choices that the first form asks, which offers have as topics.
    func words() -> [String] {
        var result: [String] = []
        for field in Records.firstForm(programme)?.fields ?? [] {
            switch field.type {
            case .choices(let source), .choice(let source):
                switch source {
                case .these(let words): result += words
                case .list(let name):
                    result += programme.lists[name]?.choices.map(\.name) ?? programme.tables[name]?.order ?? []
                case .openNow: break
                }
            default: break
            }
        }
        return result
    }
}
