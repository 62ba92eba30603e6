/// When a track lives and where its members come from: asked in each settling for each track, so it is lent, not copied.
final class Roll: Sendable {
    let track: String
    /// Stages or states in which members live.
    private let during: Set<String>
    let source: Track.Source
    let isTimed: Bool

    init(_ track: Track) {
        self.track = track.name
        during = track.during
        source = track.each
        isTimed = track.isTimed
    }

    /// Whether the track lives in a state of the case.
    func covers(_ state: StateDeclaration) -> Bool {
        during.contains(state.name) || (state.stage.map { during.contains($0.rawValue) } ?? false)
    }
}
