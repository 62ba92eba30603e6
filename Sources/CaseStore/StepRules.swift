/// What every store demands of a step before it writes one, in one place so that stores cannot differ.

extension Step {
    /// Why no store takes this step, whatever it holds; nil if it may be tried.
    ///
    /// These are mistakes of the program, not of a person: the whole batch is refused.
    package var refusal: StoreFailure? {
        if `case`.version <= expectedVersion || expectedVersion < 0 {
            return .refused(message: "a step must raise the version of case \(`case`.reference)")
        }
        if `case`.body.count > StoreLimits.caseBodyBytes {
            return .refused(message: "case \(`case`.reference) is larger than \(StoreLimits.caseBodyBytes) bytes")
        }
        if let commandKey, commandKey.key.utf8.count > StoreLimits.commandKeyBytes {
            return .refused(message: "a command's key is longer than \(StoreLimits.commandKeyBytes) bytes")
        }
        if journal.contains(where: { $0.caseID != `case`.id }) || tasks.contains(where: { $0.caseID != `case`.id })
            || timers.contains(where: { $0.caseID != `case`.id }) || effects.contains(where: { $0.caseID != `case`.id })
        {
            return .refused(message: "a step of case \(`case`.reference) carries a row of another case")
        }
        return nil
    }

    /// Why the step's journal does not follow an entry of this number; nil if it does.
    package func journalRefusal(after last: Int) -> StoreFailure? {
        for (index, entry) in journal.enumerated() where entry.number != last + index + 1 {
            let name = `case`.reference
            return .refused(
                message: "journal entry \(entry.number) of case \(name) does not follow entry \(last + index)")
        }
        return nil
    }
}

extension StoreFailure {
    /// More steps at once than a transaction takes.
    package static let batchTooLarge = StoreFailure.refused(
        message: "more than \(StoreLimits.stepsPerCommit) steps in one transaction")

    /// More steps than are written together or not at all.
    package static let tooManyTogether = StoreFailure.refused(
        message: "more than \(StoreLimits.stepsTogether) steps together or not at all")

    /// Two cases of one reference.
    package static func referenceTaken(_ reference: String) -> StoreFailure {
        .refused(message: "the reference \(reference) belongs to another case")
    }
}

extension StoreLimits {
    /// Steps that are written together or not at all: what they hold is in memory at once.
    package static let stepsTogether = 2_000

    /// The rows that a listing gives when so many are asked for.
    package static func rows(_ limit: Int) -> Int { min(max(limit, 0), page) }
}

extension EffectState {
    /// Whether an effect in this state can still be changed or taken back by its case.
    package var isUnclaimed: Bool { self == .held || self == .queued }

    /// Whether the next effect of its sequence may go.
    package var letsNextGo: Bool { self == .done || self == .recalled }
}

extension Reservation {
    /// The first reservation that does not fit once all of the step are in force; nil if all do.
    ///
    /// What a step gives back counts before what it takes. A hold that takes no more than its owner held before always
    /// fits, even when the offer has shrunk since.
    /// - Parameter held: places by owner, for an offer and a period.
    package static func firstFull(
        of wanted: [Reservation], held: (_ offer: String, _ period: String) throws -> [ByteName: Int]
    ) rethrows -> Reservation? {
        var before: [ByteName: [ByteName: [ByteName: Int]]] = [:]
        for one in wanted where before[ByteName(one.offer)]?[ByteName(one.period)] == nil {
            before[ByteName(one.offer), default: [:]][ByteName(one.period)] = try held(one.offer, one.period)
        }
        var after = before
        for one in wanted {
            after[ByteName(one.offer)]?[ByteName(one.period)]?[ByteName(one.owner)] = one.places > 0 ? one.places : nil
        }
        return wanted.first { one in
            let now = after[ByteName(one.offer)]?[ByteName(one.period)] ?? [:]
            let former = before[ByteName(one.offer)]?[ByteName(one.period)]?[ByteName(one.owner)] ?? 0
            return one.places > former && !fits(now.values, in: one.capacity)
        }
    }

    /// Whether the places together are not more than the capacity, without adding past the largest number.
    private static func fits(_ places: some Sequence<Int>, in capacity: Int) -> Bool {
        var left = capacity
        for count in places {
            guard count <= left else { return false }
            left -= count
        }
        return true
    }
}
