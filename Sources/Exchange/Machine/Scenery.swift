/// What surrounds one state: looked up after each command for each region, so it is made once and never copied.
final class Scenery: Sendable {
    let state: StateDeclaration
    /// From the inside out: the state's own; then its stage's, if it has one, and the programme's, or the track's.
    let scopes: [Surroundings]
    let hasMoves: Bool
    let hasClock: Bool
    let hasKeep: Bool

    init(_ state: StateDeclaration, around: [Surroundings]) {
        self.state = state
        scopes = [state.inside] + around
        hasMoves = scopes.contains { !$0.asSoonAs.isEmpty }
        hasClock = scopes.contains { !$0.clock.isEmpty }
        hasKeep = scopes.contains { !$0.keep.isEmpty }
    }

    /// The sceneries of the case's states.
    static func ofCase(_ programme: Programme) -> [String: Scenery] {
        programme.states.mapValues { state in
            let stage = programme.stages.first { $0.kind == state.stage }
            return Scenery(state, around: [stage?.inside, programme.everywhere].compactMap(\.self))
        }
    }

    /// The sceneries of each track's states.
    static func ofTracks(_ programme: Programme) -> [String: [String: Scenery]] {
        programme.tracks.mapValues { track in track.states.mapValues { Scenery($0, around: [track.inside]) } }
    }
}
