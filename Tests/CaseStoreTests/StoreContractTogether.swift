import CaseStore
import Testing

@Suite("Every store writes steps together or not at all")
struct StoreContractTogether {
    @Test("steps that all fit are all written, in order", arguments: StoreKind.allCases)
    func together(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        let results = try await store.commitTogether([
            .sample("a") { $0.tasks = [.sample("a", 1)] }, .sample("b"), .sample("a", to: 2),
        ])
        #expect(results == [.written, .written, .written])
        #expect(try await store.findCase(id: "a")?.version == 2)
        #expect(try await store.findCase(id: "b")?.version == 1)
        #expect(try await store.task(id: "a.1") != nil)
        #expect(try await store.commitTogether([]) == [])
    }

    @Test(
        "if one does not fit nothing is written, and all that stands in the way is told", arguments: StoreKind.allCases)
    func nothing(_ kind: StoreKind) async throws {
        let subject = try kind.make()
        let store = subject.store
        let key = CommandKey(key: "k", bodyHash: [1], answer: [2])
        #expect(
            try await store.commit([
                .sample("a"), .sample("b") { $0.reservations = [.sample("b.m1", 1, of: 1)] },
                .sample("k") { $0.commandKey = key },
            ]) == [.written, .written, .written])
        let results = try await store.commitTogether([
            .sample("c") {
                $0.tasks = [.sample("c", 1)]
                $0.timers = [.sample("c", "t", at: 5)]
                $0.effects = [.sample("c", "e")]
            },
            .sample("a"), .sample("a", to: 2), .sample("d") { $0.reservations = [.sample("d.m1", 1, of: 1)] },
            .sample("k", to: 2) { $0.commandKey = key },
            .sample("k", to: 2) { $0.commandKey = CommandKey(key: "k", bodyHash: [9], answer: []) },
        ])
        #expect(
            results == [
                .written, .stale(actual: 1), .written, .full(offer: "lab"), .repeated(answer: [2]), .conflict,
            ])
        let next = try await subject.reopened().store
        #expect(try await next.findCase(id: "a")?.version == 1)
        #expect(try await next.journal(caseID: "a", from: 1, limit: 9).count == 1)
        #expect(try await next.findCase(id: "c") == nil)
        #expect(try await next.findCase(id: "d") == nil)
        #expect(try await next.task(id: "c.1") == nil)
        #expect(try await next.nextTimer() == nil)
        #expect(try await next.effect(key: "e") == nil)
        #expect(try await next.commitTogether([.sample("a", to: 2), .sample("c")]) == [.written, .written])
    }

    @Test("a mistake of the program refuses them all, and too many too", arguments: StoreKind.allCases)
    func refused(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        #expect(try await store.commit([.sample("a")]) == [.written])
        let mistake = Step.sample("b") { $0.case.reference = "ST-a" }
        async let other = store.commit([.sample("o")])
        await #expect(throws: StoreFailure.self) { try await store.commitTogether([.sample("x"), mistake]) }
        let another = try await other
        #expect(another == [.written])
        #expect(try await store.findCase(id: "x") == nil)
        let many = (0...StoreLimits.stepsTogether).map { Step.sample("n\($0)") }
        await #expect(throws: StoreFailure.tooManyTogether) { try await store.commitTogether(many) }
        #expect(try await store.findCase(id: "n0") == nil)
        let most = Array(many.dropLast())
        #expect(try await store.commitTogether(most).allSatisfy { $0 == .written })
        #expect(try await store.counts().cases == StoreLimits.stepsTogether + 2)
    }
}
