import Calendars
import CaseStore
import Testing

@Suite("Every store lists cases, tasks and timers in one order")
struct StoreContractLists {
    @Test("cases come in the order of their reference, in pages, without their bodies", arguments: StoreKind.allCases)
    func cases(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        _ = try await store.commit([
            .sample("d") { $0.case.programmeName = "residency" },
            .sample("b") { $0.case.stage = "after" },
            .sample("c") { $0.case.isStuck = true },
            .sample("a") { $0.case.hasEnded = true },
        ])
        func ids(_ change: (inout CaseFilter) -> Void = { _ in }) async throws -> [String] {
            var filter = CaseFilter()
            change(&filter)
            let rows = try await store.cases(filter)
            #expect(rows.allSatisfy { $0.body.isEmpty })
            return rows.map(\.id)
        }
        #expect(try await ids() == ["a", "b", "c", "d"])
        #expect(try await ids { $0.programme = "residency" } == ["d"])
        #expect(try await ids { $0.programme = "hash-of-study-tour" } == [])
        #expect(try await ids { $0.stage = "after" } == ["b"])
        #expect(try await ids { $0.state = "asked" } == ["a", "b", "c", "d"])
        #expect(try await ids { $0.state = "gone" } == [])
        #expect(try await ids { $0.hasEnded = true } == ["a"])
        #expect(try await ids { $0.hasEnded = false } == ["b", "c", "d"])
        #expect(try await ids { $0.isStuck = true } == ["c"])
        #expect(
            try await ids {
                $0.after = "ST-a"
                $0.limit = 2
            } == ["b", "c"])
        #expect(try await ids { $0.limit = 0 } == [])
        #expect(try await ids { $0.limit = -1 } == [])
        #expect(try await ids { $0.limit = .max } == ["a", "b", "c", "d"])
    }

    @Test("tasks come by due, those without last, and are found by role and by holder", arguments: StoreKind.allCases)
    func tasks(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        let rows: [TaskRow] = [
            .sample("a", 1, role: "host", holders: "p1 p2", due: 30),
            .sample("a", 2, role: "guest host-office", holders: "p3"),
            .sample("a", 3, role: "office", holders: "p2", due: 20),
            .sample("a", 4, role: "office", holders: "", due: 20),
        ]
        _ = try await store.commit([.sample("a") { $0.tasks = rows }, .sample("b") { $0.tasks = [.sample("b", 1)] }])
        func ids(_ change: (inout TaskFilter) -> Void = { _ in }) async throws -> [String] {
            var filter = TaskFilter()
            change(&filter)
            return try await store.tasks(filter).map(\.id)
        }
        #expect(try await ids() == ["a.3", "a.4", "a.1", "a.2", "b.1"])
        #expect(try await ids { $0.caseID = "b" } == ["b.1"])
        #expect(try await ids { $0.holder = "p2" } == ["a.3", "a.1"])
        #expect(try await ids { $0.holder = "p" } == [])
        #expect(try await ids { $0.holder = "p1 p2" } == [])
        #expect(try await ids { $0.role = "host" } == ["a.1", "b.1"])
        #expect(try await ids { $0.role = "host-office" } == ["a.2"])
        #expect(try await ids { $0.dueBefore = moment(30) } == ["a.3", "a.4"])
        #expect(try await ids { $0.limit = 1 } == ["a.3"])
        #expect(try await store.task(id: "a.1") == rows[0])

        var moved = rows[0]
        moved.dueAt = moment(5)
        let step = Step.sample("a", to: 2) {
            $0.tasks = [moved]
            $0.tasksClosed = ["a.3", "a.9"]
        }
        #expect(try await store.commit([step]) == [.written])
        #expect(try await ids() == ["a.1", "a.4", "a.2", "b.1"])
        #expect(try await store.task(id: "a.3") == nil)
    }

    @Test(
        "the earliest timer is the next one; cases are due from the longest due on, each once",
        arguments: StoreKind.allCases)
    func timers(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        #expect(try await store.nextTimer() == nil)
        _ = try await store.commit([
            .sample("a") { $0.timers = [.sample("a", "x", at: 40), .sample("a", "y", at: 10)] },
            .sample("b") { $0.timers = [.sample("b", "x", at: 20), .sample("b", "y", at: 21)] },
            .sample("c") { $0.timers = [.sample("c", "x", at: 30)] },
        ])
        #expect(try await store.nextTimer() == moment(10))
        #expect(try await store.casesDue(at: moment(9), limit: 10) == [])
        #expect(try await store.casesDue(at: moment(10), limit: 10) == ["a"])
        #expect(try await store.casesDue(at: moment(99), limit: 10) == ["a", "b", "c"])
        #expect(try await store.casesDue(at: moment(99), limit: 2) == ["a", "b"])
        #expect(try await store.casesDue(at: moment(99), limit: 0) == [])
        #expect(try await store.timers(TimerFilter()).map(\.at.milliseconds) == [10, 20, 21, 30, 40])

        // A timer that moves leaves its former instant; one that is removed and set again in a step is set.
        let moved = Step.sample("a", to: 2) {
            // "x" is named at an instant where it does not stand: it goes all the same.
            $0.timersRemoved = [.sample("x", 41), .sample("y", 10), .sample("none", 1)]
            $0.timers = [.sample("a", "y", at: 25)]
        }
        #expect(try await store.commit([moved]) == [.written])
        #expect(try await store.nextTimer() == moment(20))
        #expect(try await store.casesDue(at: moment(99), limit: 10) == ["b", "a", "c"])
        var filter = TimerFilter()
        filter.caseID = "a"
        #expect(try await store.timers(filter) == [.sample("a", "y", at: 25)])
        filter.caseID = nil
        filter.before = moment(25)
        #expect(try await store.timers(filter).map(\.caseID) == ["b", "b"])
        filter.before = nil
        filter.limit = 3
        #expect(try await store.timers(filter).count == 3)
    }

    @Test("timers at the ends of time keep their place", arguments: StoreKind.allCases)
    func endsOfTime(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        _ = try await store.commit([
            .sample("a") { $0.timers = [.sample("a", "late", at: .max), .sample("a", "early", at: .min)] }
        ])
        #expect(try await store.nextTimer() == moment(.min))
        #expect(try await store.casesDue(at: moment(.min), limit: 1) == ["a"])
        #expect(try await store.timers(TimerFilter()).map(\.key) == ["early", "late"])
    }
}
