package import Calendars
import Digests
import Foundation
import Synchronization

/// Time, identifiers and chance, handed in: nothing else in the engine reads a clock.
package struct World: Sendable {
    /// The wall clock.
    package let now: @Sendable () -> Instant
    /// A new identifier, never given before, of letters and digits.
    package let identifier: @Sendable () -> String
    /// Waits so many seconds, or less when the task is cancelled.
    package let sleep: @Sendable (Double) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Instant, identifier: @escaping @Sendable () -> String,
        sleep: @escaping @Sendable (Double) async throws -> Void
    ) {
        self.now = now
        self.identifier = identifier
        self.sleep = sleep
    }

    /// The real world.
    package static let real = World(
        now: { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) },
        identifier: { "c" + Hexadecimal.text(randomBytes(12)) },
        sleep: { try await Task.sleep(for: .seconds($0)) })
}

/// A world whose time is moved by hand, for demonstrations, stories and tests.
package final class VirtualWorld: Sendable {
    private struct State {
        var now: Instant
        var count = 0
    }

    private let state: Mutex<State>
    private let prefix: String

    /// - Parameter prefix: begins every identifier, so that runs can be told apart.
    package init(from start: Instant, prefix: String = "c") {
        state = Mutex(State(now: start))
        self.prefix = prefix
    }

    package var now: Instant { state.withLock { $0.now } }

    /// Moves time on; it never runs back.
    package func advance(to instant: Instant) {
        state.withLock { $0.now = max($0.now, instant) }
    }

    package var world: World {
        World(
            now: { self.now },
            identifier: {
                self.state.withLock {
                    $0.count += 1
                    return "\(self.prefix)\($0.count)"
                }
            }, sleep: { _ in try await Task.sleep(for: .milliseconds(1)) })
    }
}
