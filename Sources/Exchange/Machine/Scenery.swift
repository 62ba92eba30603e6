import Calendars

/// What surrounds one state: looked up after each command for each region, so it is made once and never copied.
final class Scenery: Sendable {
    /// An automatic move, and whether its condition reads members: the track, its roles, its forms.
    final class Move: Sendable {
        let step: ExchangeStep
        /// Whether what happens in another member's region can make it hold.
        let readsMembers: Bool

        init(_ step: ExchangeStep, readsMembers: Bool) {
            self.step = step
            self.readsMembers = readsMembers
        }
    }

    /// A line of a clock with what it does, read once from its steps.
    final class Line: Sendable {
        let line: ClockLine
        let isMove: Bool
        /// 0 ends and moves, 1 escalations, 2 reminders and messages (R14).
        let rank: Int
        /// Whether it reminds each of those who are waited for, in their own zone.
        let remindsWaiting: Bool

        init(_ line: ClockLine) {
            self.line = line
            isMove = line.steps.contains { $0.to != nil }
            let isAlarm = line.steps.contains { !$0.escalate.isEmpty }
            rank = isMove ? 0 : isAlarm ? 1 : 2
            remindsWaiting = rank == 2 && line.steps.contains { $0.remind?.who.isEmpty ?? false }
        }
    }

    /// A thing that is kept.
    final class Kept: Sendable {
        let use: ActionUse
        /// The tracks of whose members the answers, or where they stand, can change it.
        let tracks: Set<String>

        init(_ use: ActionUse, tracks: Set<String>) {
            self.use = use
            self.tracks = tracks
        }
    }

    /// What may be decided, and where.
    final class Standing: Sendable {
        let decision: Decision
        /// Whether one of its steps holds everywhere; else one of these must hold.
        let isEverywhere: Bool
        let within: [Set<String>]

        init(_ decision: Decision) {
            self.decision = decision
            within = decision.steps.map(\.within)
            isEverywhere = within.contains(where: \.isEmpty)
        }
    }

    let state: StateDeclaration
    /// From the inside out: the state's own; then its stage's, if it has one, and the programme's, or the track's.
    let scopes: [Surroundings]
    /// The automatic moves of all scopes, from the inside out.
    let moves: [Move]
    /// Whether what happens in another member's region can make one of the moves hold.
    let movesReadMembers: Bool
    /// What may be decided in all scopes, from the inside out.
    let decisions: [Standing]
    /// The lines of each scope's clock.
    let clocks: [[Line]]
    let hasClock: Bool
    /// Whether a line or a due date counts from the receipt of a call, which is no change of anything that conditions read.
    let hangsOnReceipt: Bool
    let hasKeep: Bool
    /// What each scope keeps.
    let kept: [[Kept]]

    init(_ state: StateDeclaration, around: [Surroundings], reads: MemberReads) {
        self.state = state
        scopes = [state.inside] + around
        moves = scopes.flatMap(\.asSoonAs).map { Move($0, readsMembers: reads.contains($0.condition)) }
        movesReadMembers = moves.contains(where: \.readsMembers)
        decisions = scopes.flatMap(\.may).map(Standing.init)
        clocks = scopes.map { $0.clock.map(Line.init) }
        hangsOnReceipt =
            scopes.contains { $0.clock.contains { $0.when.hook == .receipt } }
            || state.opening.tasks.contains { $0.due?.hook == .receipt }
        hasClock = clocks.contains { !$0.isEmpty }
        kept = scopes.map { $0.keep.map { Kept($0, tracks: reads.tracks(of: $0)) } }
        hasKeep = kept.contains { !$0.isEmpty }
    }

    /// The sceneries of the case's states.
    static func ofCase(_ programme: Programme) -> [String: Scenery] {
        let reads = MemberReads(programme: programme, track: nil)
        return programme.states.mapValues { state in
            let stage = programme.stages.first { $0.kind == state.stage }
            return Scenery(state, around: [stage?.inside, programme.everywhere].compactMap(\.self), reads: reads)
        }
    }

    /// The sceneries of each track's states.
    static func ofTracks(_ programme: Programme) -> [String: [String: Scenery]] {
        programme.tracks.mapValues { track in
            let reads = MemberReads(programme: programme, track: track)
            return track.states.mapValues { Scenery($0, around: [track.inside], reads: reads) }
        }
    }
}
