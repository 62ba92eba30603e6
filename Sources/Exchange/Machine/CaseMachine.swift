package import Calendars
package import Expressions

/// The case machine: pure and total. One command in, one stable configuration and all that is to be done out.
///
/// `(programme, case, command, now) → (case′, notes, effects, places)`. It reads no clock and nothing outside its
/// arguments, throws nothing and never traps on input, so the same function serves the service, the simulator, the
/// replay of a journal and the audit.
package final class CaseMachine: Sendable {
    package let programme: Programme
    /// Every line of every clock by its identifier.
    let lines: [String: ClockLine]
    /// Every use of an action by its identifier.
    let uses: [String: ActionUse]
    /// For each track, the role that its members hold.
    let memberRoles: [String: String]
    /// Whether anything is kept anywhere in the programme.
    let keepsThings: Bool
    /// What surrounds each state of the case.
    let sceneries: [String: Scenery]
    /// What surrounds each state of each track.
    let trackSceneries: [String: [String: Scenery]]
    /// The dates of each track that has some.
    let trackDates: [String: [DateDeclaration]]
    /// Dates of the case whose zone hangs on members, such as that of the host.
    let datesOfMembers: [DateDeclaration]
    /// Whether the zone of a track's date hangs on members other than its own.
    let hasTrackZonesOfMembers: Bool
    /// For each track that a match fills, the states that its members are to reach.
    let engagedStates: [String: Set<String>]
    /// Fields that are erased at a time, with their forms, in the order of the file.
    package let erasedFields: [(form: String, field: Field, phrase: TimePhrase)]
    /// Whether messages are filled; a simulation counts them and reads none.
    let fillsTexts: Bool

    /// - Parameter fillsTexts: false leaves the subjects and bodies of messages empty, which changes nothing else.
    package init(programme: Programme, fillsTexts: Bool = true) {
        self.fillsTexts = fillsTexts
        sceneries = Scenery.ofCase(programme)
        trackSceneries = Scenery.ofTracks(programme)
        trackDates = programme.tracks.mapValues(\.dates).filter { !$0.value.isEmpty }
        erasedFields = programme.formsOrder.compactMap { programme.forms[$0] }.flatMap { form in
            form.fields.compactMap { field in field.erase.map { (form.name, field, $0) } }
        }
        var engaged: [String: Set<String>] = [:]
        for state in programme.states.values {
            if case .match(let match) = state.opening { engaged[match.track, default: []].insert(match.reach) }
        }
        engagedStates = engaged
        let reads = MemberReads(programme: programme, track: nil)
        hasTrackZonesOfMembers = programme.tracks.values.contains { track in
            let reads = MemberReads(programme: programme, track: track)
            return track.dates.contains { reads.contains($0.zone) }
        }
        datesOfMembers = programme.dates.filter { reads.contains($0.zone) }
        self.programme = programme
        var lines: [String: ClockLine] = [:]
        var uses: [String: ActionUse] = [:]
        func collect(_ inside: Surroundings) {
            for line in inside.clock { lines[line.id] = line }
            for use in inside.keep { uses[use.id] = use }
            let steps = inside.clock.flatMap(\.steps) + inside.may.flatMap(\.steps) + inside.asSoonAs
            for step in steps { for use in step.actions { uses[use.id] = use } }
        }
        func collect(_ state: StateDeclaration) {
            collect(state.inside)
            for use in state.entering { uses[use.id] = use }
            for outcome in state.next { for step in outcome.steps { for use in step.actions { uses[use.id] = use } } }
        }
        collect(programme.everywhere)
        for stage in programme.stages { collect(stage.inside) }
        for state in programme.states.values { collect(state) }
        var roles: [String: String] = [:]
        for track in programme.tracks.values {
            collect(track.inside)
            for state in track.states.values { collect(state) }
            let role = programme.peopleOrder.first { name in
                programme.people[name]?.sources.contains(.track(track.name)) ?? false
            }
            roles[track.name] = role ?? track.name
        }
        self.lines = lines
        self.uses = uses
        var keeps =
            programme.everywhere.keep + programme.stages.flatMap(\.inside.keep)
            + programme.states.values.flatMap(\.inside.keep)
        for track in programme.tracks.values {
            keeps += track.inside.keep + track.states.values.flatMap(\.inside.keep)
        }
        keepsThings = !keeps.isEmpty
        memberRoles = roles
    }

    /// Starts a case in the programme's first state.
    ///
    /// - Parameters:
    ///   - people: who holds which role; staff roles must be there (R48).
    ///   - origin: where the case came from, such as the parent of a called programme; empty for most.
    package func start(
        id: String, reference: String, people: [String: [Party]], origin: [String: Value] = [:], by actor: Actor,
        at now: Instant
    ) -> Transition {
        let new = Case(id: id, reference: reference, programme: programme.hash, at: now, first: programme.first)
        var run = CaseRun(machine: self, case: new, actor: actor, now: now)
        run.c.people = people
        run.c.origin = origin
        run.enter(.case, to: programme.first, isFirst: true)
        run.settle()
        run.refresh()
        return run.transition(.accepted)
    }

    /// Takes one command: drains the timers that are due, checks, stores, moves, settles (R1).
    ///
    /// - Parameter full: offers without a free place; they are passed over (R45).
    package func apply(
        _ command: Command, by actor: Actor, at now: Instant, to case: Case, full: Set<String> = []
    ) -> Transition {
        if case .outage = command {
            var run = CaseRun(machine: self, case: `case`, actor: actor, now: now)
            run.full = full
            // Before anything fires: what it puts off must not have acted already (R16).
            _ = run.take(command)
            run.refresh()
            run.drain(isInclusive: true)
            return run.transition(.accepted)
        }
        var run = CaseRun(machine: self, case: `case`, actor: actor, now: now)
        run.full = full
        let hasFired = run.drainBefore(command)
        // Each timer that fired has settled and refreshed the case; a tick itself says nothing more.
        if command == .tick, hasFired { return run.transition(.accepted) }
        if let refusal = run.take(command) {
            // What the refused command has begun is forgotten by doing the rest again: refusals are rare, and a copy
            // of the run kept for them would cost each command that is taken.
            var run = CaseRun(machine: self, case: `case`, actor: actor, now: now)
            run.full = full
            run.drainBefore(command)
            return run.transition(.refused(refusal))
        }
        run.settle()
        run.refresh()
        // What the command armed into the past acts after the command, not before it (R13).
        run.c.lastAt = run.at
        run.drain(isInclusive: false)
        return run.transition(.accepted)
    }
}

/// What has changed in what conditions can read.
enum Change {
    case everything
    /// The case itself, its members not; or one member.
    case region(RegionID)
}

/// Where automatic moves have to be looked for.
struct Touched {
    var isAll = false
    var members: Set<Int> = []

    var isEmpty: Bool { !isAll && members.isEmpty }

    /// Whether a region's own conditions can have changed.
    func contains(_ id: RegionID) -> Bool {
        if isAll { return true }
        guard case .member(let number) = id else { return false }
        return members.contains(number)
    }
}

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
            reservations: places)
    }

    /// The number that the journal entry of this command will have; it makes effect keys unique and replayable.
    var entryNumber: Int { c.journalNumber + 1 }

    // MARK: Regions

    func region(_ id: RegionID) -> Region? {
        switch id {
        case .case: c.end == nil ? c.region : nil
        case .member(let number):
            c.memberIndex(number).flatMap { index in
                c.members[index].hasEnded || c.members[index].isVoid ? nil : c.members[index].region
            }
        }
    }

    /// What surrounds a region that is under way.
    func scenery(_ id: RegionID) -> Scenery? {
        switch id {
        case .case: machine.sceneries[c.region.state]
        case .member(let number):
            c.memberIndex(number).flatMap { machine.trackSceneries[c.members[$0].track]?[c.members[$0].region.state] }
        }
    }

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

    /// What surrounds a region, from the inside out, with the entry that owns what stands there.
    func scopes(of id: RegionID) -> [(scope: Int, inside: Surroundings, since: Instant)] {
        guard let region = region(id), let scenery = scenery(id) else { return [] }
        return scenery.scopes.enumerated().map { place, inside in
            guard place > 0 else { return (region.entry, inside, region.enteredAt) }
            switch id {
            case .case:
                let isStage = place == 1 && scenery.scopes.count == 3
                return isStage ? (c.stageEntry, inside, c.stageEnteredAt) : (0, inside, c.openedAt)
            case .member(let number):
                return (0, inside, c.memberIndex(number).map { c.members[$0].startedAt } ?? region.enteredAt)
            }
        }
    }

    /// Live regions: members by number, then the case.
    var liveRegions: [RegionID] {
        var result: [RegionID] = []
        for index in c.members.indices where !c.members[index].hasEnded && !c.members[index].isVoid {
            result.append(.member(c.members[index].number))
        }
        if c.end == nil { result.append(.case) }
        return result
    }

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
                machine: machine, case: c, member: number, base: base, memberValues: base == nil ? memberValues : [:])
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
        case .region(.case):
            touched.isAll = true
            stale.isAll = true
        case .region(.member(let number)):
            memberValues[number] = nil
            touched.members.insert(number)
            stale.members.insert(number)
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
