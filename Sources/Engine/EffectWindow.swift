/// The effects that are under way at once: a window that slides, so that nothing waits for the slowest of a batch.
///
/// One action takes at most half of what the others leave. So an action that hangs, or a hundred mails to one server that
/// does not answer, always leaves room for the rest.
struct EffectWindow {
    /// Effects under way at once.
    static let places = 64

    private(set) var running: [String: Int] = [:]
    private(set) var count = 0

    /// Actions that have all the places they may have.
    var full: Set<String> { Set(running.lazy.filter { $0.value >= self.most($0.key) }.map(\.key)) }

    /// How many effects can be claimed, whichever of the actions that are not full they belong to.
    var room: Int {
        let known = running.lazy.filter { $0.value < self.most($0.key) }.map { self.most($0.key) - $0.value }
        return min(known.min() ?? Self.places, most(""))
    }

    private func most(_ action: String) -> Int { (Self.places - count + running[action, default: 0]) / 2 }

    mutating func begin(_ action: String) {
        running[action, default: 0] += 1
        count += 1
    }

    mutating func end(_ action: String) {
        guard let before = running[action] else { return }
        running[action] = before > 1 ? before - 1 : nil
        count -= 1
    }
}
