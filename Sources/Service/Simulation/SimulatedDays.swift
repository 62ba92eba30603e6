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
    /// How the case has ended on this day.
    var end: String?
    /// When something is to happen that hangs on other cases; nil: the day is over for it.
    var waitsAt: Instant?

    init(number: Int, one: SimulatedCase, ledger: SimulationLedger) {
        (self.number, self.one, self.ledger) = (number, one, ledger)
    }
}

/// A day of many cases, lived on several threads: each case by itself, as far as it hangs on no other.
final class SimulatedDays: Sendable {
    /// Cases that a thread takes at once.
    private static let share = 8

    private let setting: SimulationSetting
    private let places: SimulationPlaces
    private let keepsMessages: Bool
    private let end: Instant
    private let state: Mutex<(days: [SimulatedDay], next: Int)>

    init(
        _ days: [SimulatedDay], setting: SimulationSetting, places: SimulationPlaces, keepsMessages: Bool,
        until end: Instant
    ) {
        (self.setting, self.places, self.keepsMessages, self.end) = (setting, places, keepsMessages, end)
        state = Mutex((days, 0))
    }

    /// The days, in the order in which they were given.
    var lived: [SimulatedDay] { state.withLock { $0.days } }

    func live(threads: Int) {
        let count = state.withLock { $0.days.count }
        guard threads > 1, count > Self.share else { return work() }
        DispatchQueue.concurrentPerform(iterations: threads) { _ in self.work() }
    }

    private func work() {
        while true {
            let (start, share) = state.withLock { state -> (Int, [SimulatedDay]) in
                let start = state.next
                state.next = min(start + Self.share, state.days.count)
                return (start, Array(state.days[start..<state.next]))
            }
            guard !share.isEmpty else { return }
            let lived = share.map(live)
            state.withLock { state in for (index, day) in lived.enumerated() { state.days[start + index] = day } }
        }
    }

    private func live(_ day: SimulatedDay) -> SimulatedDay {
        var day = day
        while let at = day.one.agenda.next, at <= end {
            var turn = CaseSimulation(
                setting: setting, number: day.number, one: day.one, now: at, ledger: day.ledger, places: places,
                keepsMessages: keepsMessages)
            guard let what = turn.one.agenda.take(at: at) else { break }
            turn.perform(what)
            guard !turn.touchesOthers else {
                // As if it had not happened: chance, counts and messages are those of before.
                day.waitsAt = at
                return day
            }
            day.one = turn.one
            day.ledger = turn.ledger
            day.messages += turn.messages
            day.end = turn.end
            if turn.end != nil { break }
        }
        return day
    }
}
