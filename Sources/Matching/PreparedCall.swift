/// A call without what is decided before any search: forced pairs are placed, pairs that cannot be are gone.
struct PreparedCall {
    /// Why a pair is not possible.
    enum Exclusion: Hashable, Sendable {
        case noScore
        case forbidden
        case conflict
        case belowMinimum(Double)
        /// To place it would lower the total.
        case negative
    }

    let call: Call
    let forced: Set<Call.Pair>
    private(set) var scale = ScoreScale([])
    /// Places that each request still wants and each host still has.
    private(set) var places: [Int]
    private(set) var rooms: [Int]
    /// The pairs that are left, with their whole numbers.
    private(set) var pairs = PairTable()
    private let forbidden: Set<Call.Pair>
    /// What is below 0 would lower the total; only a quota can demand it all the same.
    private let takesNegative: Bool
    /// Forced requests that keep others away from a host.
    private var kept: Set<Call.Pair> = []

    init(_ call: Call) throws(MatchingMistake) {
        if let mistake = call.mistakes { throw mistake }
        self.call = call
        (forced, forbidden) = (Set(call.forced), Set(call.forbidden))
        takesNegative = call.quotas.contains { $0.least > 0 }
        places = call.requests.map(\.places)
        rooms = call.hosts.map(\.capacity)
        for pair in forced {
            places[pair.request] -= 1
            rooms[pair.host] -= 1
            for conflict in call.conflicts where conflict.contains(pair.request) {
                let other = conflict[0] == pair.request ? conflict[1] : conflict[0]
                kept.insert(Call.Pair(request: other, host: pair.host))
            }
        }
        if isWhole { pairs = call.pairs } else { choosePairs() }
        scale = ScoreScale(
            forced.isEmpty ? pairs.scores : pairs.scores + forced.map { call.pairs.score($0.request, $0.host) ?? 0 })
        pairs.change(scale.whole)
    }

    /// Whether every pair is possible, as in most large calls: none needs to be looked at.
    private var isWhole: Bool {
        forced.isEmpty && forbidden.isEmpty && call.minimum == nil && places.allSatisfy { $0 > 0 }
            && rooms.allSatisfy { $0 > 0 } && call.requests.allSatisfy { $0.minimum == nil }
            && call.hosts.allSatisfy { $0.minimum == nil } && (takesNegative || call.pairs.least >= 0)
    }

    private mutating func choosePairs() {
        let hostMinimums = call.hosts.map { $0.minimum ?? -.infinity }
        let isOpen = rooms.map { $0 > 0 }
        let hasExceptions = !forced.isEmpty || !forbidden.isEmpty
        pairs.reserve(pairs: call.pairs.count, requests: call.requests.count)
        for (number, request) in call.requests.enumerated() {
            let own = call.pairs.pairs(of: number)
            guard places[number] > 0 else {
                pairs.endRequest()
                continue
            }
            let minimum = max(
                takesNegative ? -.infinity : 0, call.minimum ?? -.infinity, request.minimum ?? -.infinity)
            for index in own {
                let (host, score) = (Int(call.pairs.hosts[index]), call.pairs.scores[index])
                guard score >= minimum, isOpen[host], score >= hostMinimums[host] else { continue }
                if hasExceptions {
                    let pair = Call.Pair(request: number, host: host)
                    if forced.contains(pair) || forbidden.contains(pair) || kept.contains(pair) { continue }
                }
                pairs.add(host: host, score: score)
            }
            pairs.endRequest()
        }
    }

    /// Whether nothing but places and capacities is asked of the pairs that are left.
    var isFree: Bool { call.quotas.isEmpty && call.conflicts.isEmpty }

    func isForced(_ pair: Call.Pair) -> Bool { !forced.isEmpty && forced.contains(pair) }

    /// Why the pair cannot be, or nil if it can.
    func exclusion(_ pair: Call.Pair, _ score: Double) -> Exclusion? {
        if !forbidden.isEmpty, forbidden.contains(pair) { return .forbidden }
        if !kept.isEmpty, kept.contains(pair) { return .conflict }
        let request = call.requests[pair.request]
        let minimum = max(
            call.minimum ?? -.infinity, request.minimum ?? -.infinity, call.hosts[pair.host].minimum ?? -.infinity)
        if score < minimum { return .belowMinimum(minimum) }
        return score < 0 && !takesNegative ? .negative : nil
    }

    /// The score that counts for a pair that is placed.
    func score(_ pair: Call.Pair) -> Double { call.pairs.score(pair.request, pair.host) ?? 0 }
}
