import Calendars
import CaseStore
import Testing

@Suite("Every store writes steps whole, once and in order")
struct StoreContractSteps {
    @Test(
        "a case that was written is found by identifier and by reference, byte for byte", arguments: StoreKind.allCases)
    func found(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        let step = Step.sample("a") { $0.case.body = Array(0...255) }
        #expect(try await store.commit([step]) == [.written])
        #expect(try await store.findCase(id: "a") == step.case)
        #expect(try await store.findCase(reference: "ST-a") == step.case)
        #expect(try await store.findCase(id: "A") == nil)
        #expect(try await store.findCase(reference: "a") == nil)
    }

    @Test(
        "a step on another version is stale, says which one stands, and leaves nothing", arguments: StoreKind.allCases)
    func stale(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        #expect(try await store.commit([.sample("a")]) == [.written])
        let late = Step.sample("a") {
            $0.case.state = "elsewhere"
            $0.tasks = [.sample("a", 1)]
            $0.timers = [.sample("a", "t", at: 5)]
            $0.effects = [.sample("a", "e")]
            $0.reservations = [.sample("a.m1", 1, of: 1)]
            $0.commandKey = CommandKey(key: "k", bodyHash: [1], answer: [2])
        }
        #expect(try await store.commit([late]) == [.stale(actual: 1)])
        #expect(try await store.commit([.sample("b", to: 2)]) == [.stale(actual: 0)])
        #expect(try await store.findCase(id: "a")?.state == "asked")
        #expect(try await store.findCase(id: "b") == nil)
        #expect(try await store.tasks(TaskFilter()).isEmpty)
        #expect(try await store.nextTimer() == nil)
        #expect(try await store.effect(key: "e") == nil)
        #expect(try await store.answer(toKey: "k", caseID: "a") == nil)
        #expect(try await store.journal(caseID: "a", from: 1, limit: 10).count == 1)
        #expect(try await store.commit([.sample("c") { $0.reservations = [.sample("c.m1", 1, of: 1)] }]) == [.written])
    }

    @Test("each step of a batch stands by itself, and sees those before it", arguments: StoreKind.allCases)
    func batch(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        let results = try await store.commit([
            .sample("a"), .sample("a", to: 2), .sample("a", to: 2), .sample("b"), .sample("a", to: 3),
        ])
        #expect(results == [.written, .written, .stale(actual: 2), .written, .written])
        #expect(try await store.findCase(id: "a")?.version == 3)
        #expect(try await store.journal(caseID: "a", from: 1, limit: 10).map(\.number) == [1, 2, 3])
    }

    @Test("a mistake of the program refuses its whole batch and nobody else's", arguments: StoreKind.allCases)
    func refused(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        #expect(try await store.commit([.sample("a")]) == [.written])
        let mistakes: [Step] = [
            .sample("b") { $0.case.reference = "ST-a" },
            .sample("b") { $0.journal = [.sample("b", 2)] },
            .sample("b") { $0.journal = [.sample("b", 1), .sample("b", 3)] },
            .sample("b") { $0.journal = [.sample("c", 1)] },
            .sample("b") { $0.effects = [.sample("c", "e")] },
            .sample("b") { $0.case.version = 0 },
            .sample("b") { $0.case.body = [UInt8](repeating: 0, count: StoreLimits.caseBodyBytes + 1) },
            .sample("b") {
                let long = String(repeating: "k", count: StoreLimits.commandKeyBytes + 1)
                $0.commandKey = CommandKey(key: long, bodyHash: [], answer: [])
            },
        ]
        for mistake in mistakes {
            async let other = store.commit([.sample("o", to: 1)])
            await #expect(throws: StoreFailure.self) { try await store.commit([.sample("x"), mistake]) }
            let another = try await other
            #expect(another == [.written] || another == [.stale(actual: 1)])
            #expect(try await store.findCase(id: "x") == nil)
            #expect(try await store.findCase(id: "b") == nil)
        }
        await #expect(throws: StoreFailure.self) {
            try await store.commit((0...StoreLimits.stepsPerCommit).map { .sample("n\($0)") })
        }
        #expect(try await store.findCase(id: "n0") == nil)
        #expect(try await store.commit([.sample("x")]) == [.written])
        #expect(try await store.commit([]) == [])
    }

    @Test(
        "a key is answered again, with another body it conflicts, and lives in its case", arguments: StoreKind.allCases)
    func commandKeys(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        let key = CommandKey(key: "caf\u{e9}", bodyHash: [1, 2], answer: [3])
        #expect(try await store.commit([.sample("a") { $0.commandKey = key }]) == [.written])
        #expect(try await store.answer(toKey: "caf\u{e9}", caseID: "a") == key)
        #expect(try await store.answer(toKey: "cafe\u{301}", caseID: "a") == nil)
        #expect(try await store.answer(toKey: "caf\u{e9}", caseID: "b") == nil)

        // The first comes before the version: whoever repeats cannot know that the case went on.
        let again = Step.sample("a") { $0.commandKey = key }
        #expect(try await store.commit([again]) == [.repeated(answer: [3])])
        let other = Step.sample("a", to: 2) { $0.commandKey = CommandKey(key: "caf\u{e9}", bodyHash: [9], answer: [9]) }
        #expect(try await store.commit([other]) == [.conflict])
        #expect(try await store.findCase(id: "a")?.version == 1)
        let elsewhere = Step.sample("b") { $0.commandKey = key }
        let twice = Step.sample("b", to: 2) { $0.commandKey = key }
        #expect(try await store.commit([elsewhere, twice]) == [.written, .repeated(answer: [3])])
    }

    @Test(
        "of a hundred equal commands at once one is written and all others are told its answer",
        arguments: StoreKind.allCases)
    func equalCommands(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        let results = try await withThrowingTaskGroup(of: [StepResult].self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await store.commit([
                        .sample("a") { $0.commandKey = CommandKey(key: "k", bodyHash: [1], answer: [2]) }
                    ])
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(results.count { $0 == .written } == 1)
        #expect(results.count { $0 == .repeated(answer: [2]) } == 99)
    }

    @Test("the journal is given from a number on, in order, in pages", arguments: StoreKind.allCases)
    func journal(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        let entries = (1...12).map { JournalRow.sample("a", $0) }
        #expect(try await store.commit([.sample("a") { $0.journal = Array(entries[..<9]) }]) == [.written])
        #expect(try await store.commit([.sample("a", to: 2) { $0.journal = [] }]) == [.written])
        #expect(try await store.commit([.sample("a", to: 3) { $0.journal = Array(entries[9...]) }]) == [.written])
        #expect(try await store.journal(caseID: "a", from: 1, limit: 100) == entries)
        #expect(try await store.journal(caseID: "a", from: 10, limit: 2) == Array(entries[9..<11]))
        #expect(try await store.journal(caseID: "a", from: 13, limit: 2).isEmpty)
        #expect(try await store.journal(caseID: "a", from: -5, limit: 1) == [entries[0]])
        #expect(try await store.journal(caseID: "a", from: 1, limit: -1).isEmpty)
        #expect(try await store.journal(caseID: "b", from: 1, limit: 100).isEmpty)
    }

    @Test("places that are held are counted by offer and period", arguments: StoreKind.allCases)
    func heldPlaces(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        #expect(try await store.heldPlaces().isEmpty)
        var later = Reservation.sample("a.m2", 1, of: 3)
        later.period = "2028"
        var other = Reservation.sample("a.m3", 1, of: 3)
        other.offer = "farm"
        _ = try await store.commit([
            .sample("a") { $0.reservations = [.sample("a.m1", 2, of: 3), later, other] },
            .sample("b") { $0.reservations = [.sample("b.m1", 1, of: 3)] },
        ])
        #expect(try await store.heldPlaces() == ["lab": ["2027": 3, "2028": 1], "farm": ["2027": 1]])
        other.places = 0
        _ = try await store.commit([.sample("a", to: 2) { $0.reservations = [other] }])
        #expect(try await store.heldPlaces() == ["lab": ["2027": 3, "2028": 1]])
    }

    @Test("places belong to the offer: what does not fit refuses its step", arguments: StoreKind.allCases)
    func reservations(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        func hold(_ id: String, to version: Int = 1, _ wanted: Reservation...) async throws -> StepResult? {
            try await store.commit([.sample(id, to: version) { $0.reservations = wanted }]).first
        }
        #expect(try await hold("a", .sample("a.m1", 2, of: 3)) == .written)
        #expect(try await hold("b", .sample("b.m1", 2, of: 3)) == .full(offer: "lab"))
        #expect(try await store.findCase(id: "b") == nil)
        #expect(try await hold("b", .sample("b.m1", 1, of: 3)) == .written)
        // A new hold of the same owner replaces the former one; another period is another count.
        #expect(try await hold("a", to: 2, .sample("a.m1", 3, of: 3)) == .full(offer: "lab"))
        #expect(try await hold("a", to: 2, .sample("a.m1", 1, of: 3)) == .written)
        #expect(try await hold("b", to: 2, .sample("b.m1", 2, of: 3)) == .written)
        var later = Reservation.sample("c.m1", 3, of: 3)
        later.period = "2028"
        #expect(try await hold("c", later) == .written)
        // What a step gives back counts before what it takes, wherever it stands.
        #expect(try await hold("b", to: 3, .sample("b.m2", 2, of: 3), .sample("b.m1", 0, of: 3)) == .written)
        // Two holds of one step count together.
        #expect(try await hold("d", .sample("d.m1", 1, of: 4), .sample("d.m2", 1, of: 4)) == .full(offer: "lab"))
        // An offer that shrank takes nothing new, but what is held may be lessened.
        #expect(try await hold("b", to: 4, .sample("b.m2", 1, of: 1)) == .written)
        #expect(try await hold("a", to: 3, .sample("a.m1", 0, of: 1)) == .written)
        #expect(try await hold("e", .sample("e.m1", 1, of: 1)) == .full(offer: "lab"))
        #expect(try await hold("f", .sample("f.m1", .max, of: .max, offer: "hall")) == .written)
        #expect(try await hold("g", .sample("g.m1", .max, of: .max, offer: "hall")) == .full(offer: "hall"))
    }

    @Test("of two cases that want the last place in one batch, the first gets it", arguments: StoreKind.allCases)
    func lastPlace(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        let wanted = ["a", "b"].map { id in
            Step.sample(id) { $0.reservations = [.sample("\(id).m1", 1, of: 1)] }
        }
        #expect(try await store.commit(wanted) == [.written, .full(offer: "lab")])
        let freed = Step.sample("a", to: 2) { $0.reservations = [.sample("a.m1", 0, of: 1)] }
        #expect(try await store.commit([freed, wanted[1]]) == [.written, .written])
    }

    @Test("what was written is there in the next process", arguments: StoreKind.allCases)
    func reopened(_ kind: StoreKind) async throws {
        let subject = try kind.make()
        let step = Step.sample("a") {
            $0.tasks = [.sample("a", 1, due: 9)]
            $0.timers = [.sample("a", "t", at: 5)]
            $0.effects = [.sample("a", "e")]
            $0.commandKey = CommandKey(key: "k", bodyHash: [1], answer: [2])
            $0.reservations = [.sample("a.m1", 1, of: 1)]
        }
        #expect(try await subject.store.commit([step]) == [.written])
        let next = try await subject.reopened()
        await #expect(throws: StoreFailure.closed) { try await subject.store.findCase(id: "a") }
        await #expect(throws: StoreFailure.closed) { try await subject.store.commit([.sample("b")]) }
        let store = next.store
        #expect(try await store.findCase(id: "a") == step.case)
        #expect(try await store.journal(caseID: "a", from: 1, limit: 9) == step.journal)
        #expect(try await store.task(id: "a.1") == step.tasks[0])
        #expect(try await store.timers(TimerFilter()) == step.timers)
        #expect(try await store.effect(key: "e") == step.effects[0])
        #expect(try await store.answer(toKey: "k", caseID: "a") == step.commandKey)
        #expect(try await store.outboundHold() == nil)
        let other = Step.sample("b") { $0.reservations = [.sample("b.m1", 1, of: 1)] }
        #expect(try await store.commit([other]) == [.full(offer: "lab")])
    }
}
