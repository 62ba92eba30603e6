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
    /// Whether such a zone hangs on more than who the members are and whether they are under way.
    let hasZonesOfAnswers: Bool
    /// Whether the zone of a track's date hangs on members other than its own.
    let hasTrackZonesOfMembers: Bool
    /// Where the holders of each role come from.
    let roleSources: [String: [RoleSource]]
    /// The staff, in the order in which they are told: those who act for others, then all.
    let staffRoles: [String]
    /// Everyone with a role from outside the hub, and the staff who act for them; not committees and assessors.
    let everyone: [String]
    /// When each track lives, in the order of the file.
    let rolls: [Roll]
    /// Tracks that a match fills.
    let matchTracks: Set<String>
    /// For each track that a match fills, the states that its members are to reach.
    let engagedStates: [String: Set<String>]
    /// Forms with fields that are erased at a time, in the order of the file.
    package let erasedForms: [ErasedForm]
    /// What each name means that conditions and texts read.
    let names: ReadNames
    /// Whether messages and documents are filled; a simulation counts them and reads none.
    let fillsTexts: Bool

    /// - Parameter fillsTexts: false leaves the subjects and bodies of messages empty, and those of documents that are
    ///   not kept, which changes nothing else.
    package init(programme: Programme, fillsTexts: Bool = true) {
        self.fillsTexts = fillsTexts
        sceneries = Scenery.ofCase(programme)
        trackSceneries = Scenery.ofTracks(programme)
        trackDates = programme.tracks.mapValues(\.dates).filter { !$0.value.isEmpty }
        roleSources = programme.people.mapValues(\.sources)
        let roles = programme.peopleOrder.compactMap { programme.people[$0] }
        staffRoles = (roles.filter { $0.isStaff && !$0.actsFor.isEmpty } + roles.filter(\.isStaff)).map(\.name)
        everyone = roles.filter { !$0.isStaff || !$0.actsFor.isEmpty }.map(\.name)
        rolls = programme.tracksOrder.compactMap { programme.tracks[$0] }.map(Roll.init)
        matchTracks = Set(
            programme.tracks.values.compactMap { track in if case .match = track.each { track.name } else { nil } })
        erasedForms = ErasedForm.all(of: programme)
        names = ReadNames(programme)
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
        hasZonesOfAnswers = datesOfMembers.contains { reads.readsAnswers($0.zone) }
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
        var memberRoles: [String: String] = [:]
        for track in programme.tracks.values {
            collect(track.inside)
            for state in track.states.values { collect(state) }
            let role = programme.peopleOrder.first { name in
                programme.people[name]?.sources.contains(.track(track.name)) ?? false
            }
            memberRoles[track.name] = role ?? track.name
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
        self.memberRoles = memberRoles
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
            let placesRead = run.placesRead
            run = CaseRun(machine: self, case: `case`, actor: actor, now: now)
            run.full = full
            run.placesRead = placesRead
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
