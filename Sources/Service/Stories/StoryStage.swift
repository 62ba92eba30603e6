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
            guard case .choices(let source) = field.type else { continue }
            switch source {
            case .these(let words): result += words
            case .list(let name): result += programme.lists[name]?.choices.map(\.name) ?? []
            case .openNow: break
            }
        }
        return result
    }
}
