import Expressions

/// Where the members of a track stand: all that the functions of tracks read, without what the members have answered.
struct TrackTally {
    let isOpen: Bool
    /// One for each member that counts, in the order of their numbers, as texts.
    let states: [Value]
    /// Whether each has reached a good end, and whether it is under way, as yes or no.
    let good: [Value]
    private let live: [Value]

    init(of track: String, in c: ReadableCase) {
        let counted = c.members.indices.filter { c.members[$0].track == track && !c.members[$0].isVoid }
        isOpen = c.rolls[track] != nil || !counted.isEmpty
        states = counted.map { .string(c.members[$0].region.state) }
        good = counted.map { .bool(c.members[$0].isGood) }
        live = counted.map { .bool(!c.members[$0].hasEnded) }
    }

    /// What ``value`` holds.
    init(_ value: Value) {
        isOpen = value["open"]?.asBool ?? false
        states = value["states"]?.asList ?? []
        good = value["good"]?.asList ?? []
        live = value["live"]?.asList ?? []
    }

    /// The track as conditions read it.
    var value: Value {
        .map([
            .string("open"): .bool(isOpen), .string("states"): .list(states), .string("live"): .list(live),
            .string("good"): .list(good),
        ])
    }

    func isLive(_ index: Int) -> Bool { live.indices.contains(index) && live[index] == .bool(true) }
}
