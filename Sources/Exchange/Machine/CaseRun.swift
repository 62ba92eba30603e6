import Calendars
import Expressions

/// The working state of one command.
struct CaseRun {
    let machine: CaseMachine
    var c: Case
    let actor: Actor
    /// The real instant at which the command arrived, no earlier than what the case has seen.
    let now: Instant
    /// Logical time of the present step (R13).
    var at: Instant
    var notes: [Note] = []
    var effects: [NewEffect] = []
    var recalled: [String] = []
    /// Keys of effects that this command decided: taken back, nobody ever hears of them.
    var queued: Set<String> = []
    var places: [PlaceChange] = []
    /// Offers without a free place, as the store said when the command was first tried (R45).
    var full: Set<String> = []
    /// Offers of which it was asked whether they are full.
    var placesRead: [String] = []
    /// Moves in the present settling; bounded by `microstepLimit` (R8).
    var microsteps = 0
    /// What can be read at this point, of the case (0) and of each member by number.
    private var readings: [Int: CaseReading] = [:]
    /// What conditions read of each member, by number, as far as it is known and has not changed.
    private var memberValues: [Int: Value] = [:]
    /// What has changed since the case was last at rest: only there can an automatic move hold that did not before.
    var touched = Touched()
    /// Whether the dates are those of the answers.
    var hasFreshDates = true
    /// Whether what is kept says what the answers say.
    var hasFreshKept = true
    /// What has changed since it was last made to say so.
    var touchedKept = Touched()
    /// The members as they were when the command came.
    let membersBefore: [Member]
    /// Whose timers are not those of the configuration any more.
    var stale = Touched()
    /// The case as it came, where members can move a zone with which timers were reckoned.
    let start: Case?
    /// Zones of the case's dates at this point.
    var zones: [String: Zone] = [:]
    /// Effects that were queued by the step that is under way, which its own cancelling end spares (R37).
    var firstOfStep = 0

    init(machine: CaseMachine, case: Case, actor: Actor, now: Instant) {
        self.machine = machine
        c = `case`
        membersBefore = `case`.members
        start = machine.datesOfMembers.isEmpty ? nil : `case`
        self.actor = actor
        // Logical time never runs back, whatever the caller's clock does (R13).
        self.now = max(now, `case`.lastAt)
        at = self.now
        // A case that stands still for a person was not at rest when it stopped.
        if c.hold != nil || !c.stuck.isEmpty || !c.region.isOpen { changed() }
    }

    /// Fires the timers that are due before a command is looked at (R1).
    ///
    /// - Returns: whether some were.
    @discardableResult
    mutating func drainBefore(_ command: Command) -> Bool {
        let hasFired = drain(isInclusive: command == .tick)
        at = max(now, c.lastAt)
        return hasFired
    }

    /// Lent, not copied: the programme is a large value, and conditions name it often.
    var p: Programme {
        _read { yield machine.programme }
    }

    mutating func note(_ kind: Note.Kind, _ region: RegionID = .case, _ words: String...) {
        notes.append(Note(kind: kind, at: at, region: region, words: words))
    }

    consuming func transition(_ verdict: Verdict) -> Transition {
        c.lastAt = max(c.lastAt, at)
        c.version += 1
        c.journalNumber += 1
        return Transition(
            case: c, verdict: verdict, notes: notes, effects: effects, effectsRecalled: recalled,
            reservations: places, placesRead: placesRead)
    }

    /// The number that the journal entry of this command will have; it makes effect keys unique and replayable.
    var entryNumber: Int { c.journalNumber + 1 }

    // MARK: Regions

    func region(_ id: RegionID) -> Region? { c.liveRegion(id) }

    /// What surrounds a region that is under way.
    func scenery(_ id: RegionID) -> Scenery? { machine.scenery(id, in: c) }

    mutating func withRegion(_ id: RegionID, _ change: (inout Region) -> Void) {
        switch id {
        case .case: change(&c.region)
        case .member(let number):
            if let index = c.memberIndex(number) { change(&c.members[index].region) }
        }
    }

    func track(of id: RegionID) -> Track? {
        guard case .member(let number) = id, let index = c.memberIndex(number) else { return nil }
        return p.tracks[c.members[index].track]
    }

    func declaration(_ id: RegionID) -> StateDeclaration? { scenery(id)?.state }

    /// The entries that own what stands in the scopes of a region, from the inside out; empty: it has ended.
    func owners(of id: RegionID) -> [Int] {
        guard let scenery = scenery(id) else { return [] }
        return scenery.scopes.indices.compactMap { owner(id, scenery, $0)?.scope }
    }

    /// The entry that owns what stands in one of the scopes of a region, and when it began; nil: the region has ended.
    func owner(_ id: RegionID, _ scenery: Scenery, _ place: Int) -> (scope: Int, since: Instant)? {
        guard let region = region(id) else { return nil }
        guard place > 0 else { return (region.entry, region.enteredAt) }
        switch id {
        case .case:
            let isStage = place == 1 && scenery.scopes.count == 3
            return isStage ? (c.stageEntry, c.stageEnteredAt) : (0, c.openedAt)
        case .member(let number):
            return (0, c.memberIndex(number).map { c.members[$0].startedAt } ?? region.enteredAt)
        }
    }

    /// Live regions: members by number, then the case.
    var liveRegions: [RegionID] { c.liveRegions }

    // MARK: Reading

    /// The readable configuration at this point; made anew after each change.
    mutating func read(_ id: RegionID, extras: [String: Value] = [:]) -> CaseReading {
        let number: Int? = if case .member(let number) = id { number } else { nil }
        let plain: CaseReading
        if let known = readings[number ?? 0] {
            plain = known
        } else {
            // What members and the case have in common is made once.
            let base = number == nil ? nil : read(.case)
            plain = CaseReading(
                machine: machine, readable: base?.readable ?? ReadableCase(c), member: number, base: base,
                memberValues: base == nil ? memberValues : [:])
            readings[number ?? 0] = plain
        }
        return extras.isEmpty ? plain : plain.adding(extras)
    }

    /// To be called after each change of what conditions can read.
    mutating func changed(_ change: Change = .everything) {
        if let reading = readings[0] { memberValues = reading.memberValues }
        switch change {
        case .everything:
            memberValues.removeAll(keepingCapacity: true)
            touched.isAll = true
            stale.isAll = true
            touchedKept.isAll = true
        case .region(.case):
            touched.isAll = true
            stale.isAll = true
            touchedKept.isAll = true
        case .region(.member(let number)):
            memberValues[number] = nil
            touched.members.insert(number)
            stale.members.insert(number)
            touchedKept.members.insert(number)
        }
        readings.removeAll(keepingCapacity: true)
        zones.removeAll(keepingCapacity: true)
        hasFreshDates = false
        hasFreshKept = false
    }

    /// Whether a condition holds; nil: it could not be evaluated (R46).
    mutating func holds(_ condition: Condition?, in id: RegionID) -> Bool? {
        guard let condition else { return true }
        do {
            let value = try condition.expression.evaluate(read(id))
            if case .bool(let result) = value { return result }
            return nil
        } catch {
            return nil
        }
    }
}
