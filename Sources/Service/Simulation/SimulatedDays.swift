import Calendars
import Dispatch
import Exchange
import Synchronization

/// One day of one case.
struct SimulatedDay: Sendable {
    let number: Int
    var one: SimulatedCase
    var ledger: SimulationLedger
    var messages: [SimulatedMessage] = []
    /// Its place in the ranking of a call, where it waits for one at the end of the day.
    var waiting: SimulationCalls.Waiting?
    /// How the case has ended on this day.
    var end: String?
    /// When something is to happen that hangs on other cases; nil: the day is over for it.
    var waitsAt: Instant?
    /// What came of it with the places as they were when the day began, if that says anything.
    var attempt: SimulatedAttempt?

    init(number: Int, one: SimulatedCase, ledger: SimulationLedger) {
        (self.number, self.one, self.ledger) = (number, one, ledger)
    }
}

/// A happening that hangs on other cases, as it went with the places as they were when the day began.
///
/// It holds if none of these has changed until its turn comes.
struct SimulatedAttempt: Sendable {
    let one: SimulatedCase
    /// With what was counted before on the day.
    let ledger: SimulationLedger
    let messages: [SimulatedMessage]
    let end: String?
    let waiting: SimulationCalls.Waiting?
    let placesRead: Set<String>
    let placeChanges: [PlaceChange]

    func holds(_ places: SimulationPlaces) -> Bool {
        places.changed.isDisjoint(with: placesRead)
            && !placeChanges.contains { places.changed.contains($0.place.offer) }
    }
}

/// A day of many cases, lived on several threads: each case by itself, as far as it hangs on no other.
///
/// Each thread reads a programme of its own and keeps to its own cases while it has some: counting the readers of one
/// shared value costs two threads more than the work itself (docs/decisions/0045).
final class SimulatedDays: Sendable {
    /// Cases that a thread takes at once of its own, and of another's when it has none left.
    private static let share = (own: 8, other: 2)

    /// One for each thread.
    private let settings: [SimulationSetting]
    private let places: SimulationPlaces
    private let keepsMessages: Bool
    private let rests: Bool
    private let end: Instant
    private let state: Mutex<(days: [SimulatedDay?], left: [[Int]])>

    init(
        _ days: [SimulatedDay], settings: [SimulationSetting], places: SimulationPlaces, keepsMessages: Bool,
        rests: Bool, until end: Instant
    ) {
        (self.settings, self.places, self.keepsMessages) = (settings, places, keepsMessages)
        (self.rests, self.end) = (rests, end)
        // The last come first.
        var left = Array(repeating: [Int](), count: settings.count)
        for index in days.indices.reversed() { left[days[index].number % settings.count].append(index) }
        state = Mutex((days.map(Optional.some), left))
    }

    /// The days, in the order in which they were given.
    var lived: [SimulatedDay] { state.withLock { $0.days.compactMap(\.self) } }

    func live() {
        let count = state.withLock { $0.days.count }
        guard settings.count > 1, count > Self.share.own else { return work(0) }
        DispatchQueue.concurrentPerform(iterations: settings.count) { self.work($0) }
    }

    private func work(_ thread: Int) {
        while true {
            // Taken, not copied: whoever changes a case that nobody else holds need not copy it.
            let share = state.withLock { state -> [(index: Int, day: SimulatedDay)] in
                let own = !state.left[thread].isEmpty
                let queue =
                    own ? thread : state.left.indices.max { state.left[$0].count < state.left[$1].count } ?? thread
                let taken = state.left[queue].suffix(own ? Self.share.own : Self.share.other)
                state.left[queue].removeLast(taken.count)
                return taken.reversed().compactMap { index in state.days[index].take().map { (index, $0) } }
            }
            guard !share.isEmpty else { return }
            let lived = share.map { ($0.index, live($0.day, settings[thread])) }
            state.withLock { state in for (index, day) in lived { state.days[index] = day } }
        }
    }

    private func live(_ day: SimulatedDay, _ setting: SimulationSetting) -> SimulatedDay {
        var day = day
        var turn = CaseSimulation(
            setting: setting, number: day.number, one: day.one, now: day.one.agenda.next ?? end, ledger: day.ledger,
            places: places, keepsMessages: keepsMessages)
        turn.one.wake()
        while let at = turn.one.agenda.next, at <= end {
            let before = (one: turn.one, ledger: turn.ledger, messages: turn.messages.count)
            guard let what = turn.one.agenda.take(at: at) else { break }
            turn.now = at
            turn.perform(what)
            guard !turn.touchesOthers else {
                day.waitsAt = at
                if turn.ranks.isEmpty { day.attempt = attempt(turn, since: before.messages, setting) }
                // As if it had not happened: chance, counts and messages are those of before.
                (turn.one, turn.ledger) = (before.one, before.ledger)
                turn.messages.removeLast(turn.messages.count - before.messages)
                break
            }
            if turn.end != nil { break }
        }
        (day.one, day.ledger, day.messages) = (turn.one, turn.ledger, turn.messages)
        day.waiting = day.one.c.flatMap { SimulationCalls.waiting($0, setting.machine) }
        if day.waitsAt == nil {
            day.end = turn.end
            if rests { day.one.rest() }
        }
        return day
    }

    private func attempt(
        _ turn: CaseSimulation, since messages: Int, _ setting: SimulationSetting
    ) -> SimulatedAttempt {
        SimulatedAttempt(
            one: turn.one, ledger: turn.ledger, messages: Array(turn.messages[messages...]), end: turn.end,
            waiting: turn.one.c.flatMap { SimulationCalls.waiting($0, setting.machine) },
            placesRead: turn.placesRead, placeChanges: turn.placeChanges)
    }
}
