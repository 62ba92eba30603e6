import ActionKit
import Calendars
import Expressions

/// A mail server that refuses one mail after the other means all of them, not these: the batch stops (552 and 554,
/// promises.md). Nobody's mail is given up for it but the first few, and a service that starts again still knows.
struct RefusalStreak: Hashable {
    /// The kind and name of the document in which it is kept.
    static let document = (kind: "mail-refusals", id: "server")
    /// Refusals one after the other with which the batch stops.
    static let limit = 3
    /// Seconds until the next mail is tried; if it is refused too, as long again.
    static let pauseSeconds: Int64 = 3600

    private static let codes: Set = ["smtp.552", "smtp.554"]
    private var count = 0
    private var until: Instant?

    init() {}

    /// What was kept; nil if it cannot be read.
    init?(_ bytes: [UInt8]) {
        guard let value = try? Value(json: bytes), let count = value["count"]?.asInt, count >= 0 else { return nil }
        self.count = count
        until = value["until"]?.asString.flatMap { Instant(rfc3339: $0) }
    }

    /// What is kept; nil: nothing need be.
    var bytes: [UInt8]? {
        guard self != Self() else { return nil }
        return Value.object(["count": .int(Int64(count)), "until": .string(until?.rfc3339 ?? "")]).jsonBytes
    }

    /// When the next mail may be tried; nil: now.
    func wait(at now: Instant) -> Instant? { until.flatMap { $0 > now ? $0 : nil } }

    /// Learns from one mail's outcome; true: the server refuses everything, so that this mail too waits and is not given up.
    mutating func learn(_ outcome: ActionOutcome, at now: Instant) -> Bool {
        switch outcome {
        case .failed(let failure) where Self.codes.contains(failure.code):
            count += 1
            if count >= Self.limit, wait(at: now) == nil { until = now.adding(seconds: Self.pauseSeconds) }
            return count > Self.limit
        // An answer about one mail alone breaks the row; a server that is away, or says later, answers nothing.
        case .done:
            (count, until) = (0, nil)
        case .failed(let failure) where failure.retry == .never: count = until == nil ? 0 : count
        case .failed, .unknown, .waiting, .asks: break
        }
        return false
    }
}
