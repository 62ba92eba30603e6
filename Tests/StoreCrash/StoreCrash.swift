import Calendars
import CaseStore
import Glibc
import SQLiteStore

/// Writes to a store from many tasks until it is killed, and says on standard output what was acknowledged.
///
/// Lines: `w <case> <version>` a step is written, `n <number>` a number was given, `c <key>` an effect is claimed,
/// `f <key>` an effect is finished, `x <words>` a failure.
@main
struct StoreCrash {
    private static let tasks = 64
    private static let versions = 4

    /// Arguments: the path of the database, the round, which begins the names of its cases, and, if files shall not
    /// grow beyond it for a while, a size in bytes.
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { exit(2) }
        do {
            let store = try SQLiteStore.open(path: arguments[1])
            if arguments.count > 3, let size = UInt(arguments[3]) {
                try await fill(store, name: "r\(arguments[2])", size: size)
                await store.close()
                return
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<tasks { group.addTask { try await write(store, name: "r\(arguments[2])t\(task)") } }
                group.addTask { try await send(store) }
                try await group.waitForAll()
            }
        } catch let failure as StoreFailure {
            say("x \(failure)")
            exit(5)
        }
    }

    /// Writes until there is no room, then makes room and goes on with the step that was refused.
    private static func fill(_ store: SQLiteStore, name: String, size: UInt) async throws {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(1), &limit)
        limit.rlim_cur = size
        setrlimit(__rlimit_resource_t(1), &limit)
        var count = 0
        var hasFailed = false
        while count < 3_000 {
            do {
                guard try await store.commit([step("\(name)n\(count)", 1)]) == [.written] else { exit(3) }
                say("w \(name)n\(count) 1")
                count += 1
                if hasFailed { return }
            } catch StoreFailure.diskFull {
                // Reading goes on, and so does refusing.
                guard try await store.findCase(id: "\(name)n0") != nil else { exit(6) }
                hasFailed = true
                say("x full")
                limit.rlim_cur = limit.rlim_max
                setrlimit(__rlimit_resource_t(1), &limit)
            }
        }
    }

    private static func write(_ store: SQLiteStore, name: String) async throws {
        var count = 0
        while true {
            count += 1
            let id = "\(name)n\(count)"
            for version in 1...versions {
                let results = try await store.commit([step(id, version)])
                guard results == [.written] else { exit(3) }
                say("w \(id) \(version)")
            }
            say("n \(try await store.nextNumber(of: "crash"))")
        }
    }

    private static func step(_ id: String, _ version: Int) -> Step {
        let now = Instant(milliseconds: Int64(version))
        return Step(
            expectedVersion: version - 1,
            case: CaseRow(
                id: id, reference: id, programme: "p", programmeName: "crash", stage: "s", state: "s", version: version,
                isHeld: false, isStuck: false, hasEnded: false, openedAt: now, changedAt: now, title: "t",
                body: [UInt8](repeating: UInt8(version), count: 700)),
            journal: [
                JournalRow(
                    caseID: id, number: version, at: now, kind: "answer", actor: "a",
                    body: [UInt8](repeating: 9, count: 300),
                    hash: [UInt8](repeating: UInt8(version), count: 32))
            ],
            timers: [TimerRow(caseID: id, key: "t\(version)", at: now, kind: "remind", label: "l")],
            effects: [
                EffectRow(
                    key: "\(id)e\(version)", caseID: id, reference: id, action: "a", label: "l", state: .queued,
                    dueAt: now,
                    attempts: 0, createdAt: now, sequence: id, index: version, body: [1], failure: "")
            ],
            commandKey: CommandKey(key: "k\(version)", bodyHash: [UInt8(version)], answer: [UInt8(version)]))
    }

    /// Claims and finishes effects, as the outbox does; leaves every third as it is.
    private static func send(_ store: SQLiteStore) async throws {
        let now = Instant(milliseconds: .max)
        while true {
            for row in try await store.claimEffects(at: now, limit: 6) {
                say("c \(row.key)")
                guard row.key.utf8.reduce(0, { $0 + Int($1) }) % 3 > 0 else { continue }
                try await store.finishEffect(
                    EffectFinish(key: row.key, state: .done, dueAt: now, at: now, output: [], failure: ""))
                say("f \(row.key)")
            }
        }
    }

    /// One line in one write, so that no line is cut by death.
    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        if Glibc.write(1, bytes, bytes.count) != bytes.count { exit(4) }
    }
}
