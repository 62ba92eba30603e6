import ActionKit
import Calendars
import CaseStore
import Exchange
import Expressions

/// When offers go stale, and which programme asks their owners.
package struct ConfirmationTerms: Hashable, Sendable {
    /// An offer that nobody confirmed for so many days is stale; 1 to 3,650.
    package var staleDays: Int
    /// The programme whose case asks one owner about one offer.
    package var programme: String

    package static let daysRange = 1...3_650
    package static let usualProgramme = "offer-confirmation"

    package init(staleDays: Int, programme: String = Self.usualProgramme) {
        self.staleDays = staleDays
        self.programme = programme
    }
}

/// Asks the owners of stale offers whether they still hold: one case an offer, whose task, reminders and end are declared
/// in a programme like any other.
///
/// The case's identifier is made of the offer and of the instant of its last confirmation, so that however often the
/// service looks, and wherever it dies, an owner is asked once.
package final class ConfirmationService: Sendable {
    /// Offers asked about in one look; the rest waits for the next.
    package static let batch = 200
    /// Seconds between two looks.
    package static let pauseSeconds = 3_600.0

    private let cases: CaseService
    private let register: Register
    package let terms: ConfirmationTerms?

    init(cases: CaseService, register: Register, terms: ConfirmationTerms?) {
        self.cases = cases
        self.register = register
        self.terms = terms
    }

    /// Offers that nobody confirmed since the declared time, those that wait longest not first but by identifier.
    ///
    /// - Parameter staleDays: in the place of the declared time.
    package func stale(staleDays: Int? = nil, limit: Int) async throws -> [RegisterEntry] {
        guard let days = staleDays ?? terms?.staleDays else { return [] }
        var filter = EntryFilter()
        filter.state = .active
        filter.confirmedBefore = cases.world.now().adding(seconds: -Int64(days) * 86_400)
        var found: [RegisterEntry] = []
        while found.count < limit {
            let rows = try await cases.store.entries(filter)
            found += try rows.map { try RegisterEntry($0) }.filter(\.kind.isOffer)
            guard rows.count == filter.limit, let last = rows.last else { break }
            filter.after = (last.kind, last.id)
        }
        return Array(found.prefix(limit))
    }

    /// Starts a case for each stale offer whose owner can be written to and was not asked yet; how many were started.
    @discardableResult
    package func ask() async throws -> Int {
        guard let terms else { return 0 }
        let stale = try await stale(limit: .max)
        guard !stale.isEmpty else { return 0 }
        let machine = try await cases.shelf.newest(named: terms.programme)
        var count = 0
        for entry in stale where count < Self.batch {
            guard let owner = owner(of: entry), !owner.address.isEmpty else { continue }
            let id = "confirm-\(entry.kind.rawValue)-\(entry.id)-\(entry.row.confirmedAt.milliseconds)"
            guard try await cases.store.findCase(id: id) == nil else { continue }
            _ = try await cases.start(
                machine, people: ["owner": [owner]], roster: try await register.roster(),
                origin: [
                    "given": .object([
                        "kind": .string(entry.kind.rawValue), "id": .string(entry.id),
                        "name": .string(entry.row.name),
                    ])
                ], by: .service, id: id)
            count += 1
        }
        return count
    }

    private func owner(of entry: RegisterEntry) -> Party? {
        Party(value: entry.value, id: entry.id)
    }
}

/// `register.confirm`: brings an owner's answer, or its silence, to the register.
struct ConfirmAction: Action {
    let register: Register

    var description: ActionDescription { Self.known }

    static let known = ActionDescription(
        name: "register.confirm", title: "Notes whether an offer of the register still holds.",
        input: .object([
            SchemaField("kind", .choice(EntryKind.allCases.map(\.rawValue))),
            SchemaField("id", .text(.line, maximumBytes: 200)),
            SchemaField("as", .choice(["confirmed", "lapsed", "withdrawn"])),
            SchemaField("windows", .anything, isRequired: false),
        ]), output: .object([SchemaField("version", .integer(0...Int.max))]), isKept: false, idempotency: .native,
        timeoutSeconds: 30)

    func run(_ call: ActionCall) async -> ActionOutcome {
        guard let kind = EntryKind(rawValue: call.text("kind")) else {
            return .failed(.init(code: "register.kind", message: "there is no such kind of entry", retry: .never))
        }
        do {
            let entry = try await register.entry(kind, call.text("id"))
            // What was taken out meanwhile is not brought back by an old answer.
            guard entry.row.state == .active || entry.row.state == .lapsed else {
                return .done(output: ["version": .int(Int64(entry.row.version))])
            }
            let after = try await register.settle(
                entry, as: call.text("as"), windows: call.input["windows"]?.asList, by: call.caseReference)
            return .done(output: ["version": .int(Int64(after.row.version))])
        } catch let failure as EngineFailure {
            return .failed(.init(code: "register.entry", message: failure.description, retry: .never))
        } catch {
            return .failed(.init(code: "register.store", message: "the register cannot be written", retry: .usual))
        }
    }
}

extension Register {
    /// Notes an owner's answer: still holds (with new windows, if any), not any more, or none in time.
    func settle(
        _ entry: RegisterEntry, as answer: String, windows: [Value]?, by actor: String
    ) async throws -> RegisterEntry {
        switch answer {
        case "lapsed": return try await set(.lapsed, of: entry, by: actor, what: "lapsed")
        case "withdrawn": return try await set(.withdrawn, of: entry, by: actor, what: "withdrawn")
        default: return try await confirm(entry, windows: windows, by: actor)
        }
    }
}
