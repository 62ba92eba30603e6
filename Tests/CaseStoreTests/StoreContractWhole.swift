import Calendars
import CaseStore
import Testing

@Suite("Every store keeps programmes, numbers, documents and its own books")
struct StoreContractWhole {
    @Test("a programme is kept once by its hash and listed by name and version", arguments: StoreKind.allCases)
    func programmes(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        func programme(_ hash: String, _ name: String, _ version: Int) -> ProgrammeRow {
            ProgrammeRow(hash: hash, name: name, version: version, source: Array(hash.utf8), addedAt: moment(7))
        }
        let rows = [programme("h3", "tour", 1), programme("h1", "tour", 10), programme("h2", "residency", 2)]
        for row in rows { try await store.add(programme: row) }
        var again = rows[0]
        again.name = "other"
        try await store.add(programme: again)
        #expect(try await store.programme(hash: "h3") == rows[0])
        #expect(try await store.programme(hash: "h9") == nil)
        let listed = try await store.programmes()
        #expect(listed.map(\.hash) == ["h2", "h3", "h1"])
        #expect(listed.allSatisfy { $0.source.isEmpty })
    }

    @Test(
        "a sequence gives each number once, from 1 on, also to many at once and to the next process",
        arguments: StoreKind.allCases)
    func numbers(_ kind: StoreKind) async throws {
        let subject = try kind.make()
        let store = subject.store
        let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await store.nextNumber(of: "tour/2027") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(numbers.sorted() == Array(1...50))
        #expect(try await store.nextNumber(of: "tour/2028") == 1)
        #expect(try await subject.reopened().store.nextNumber(of: "tour/2027") == 51)
    }

    @Test("documents are kept by kind and identifier and listed after one", arguments: StoreKind.allCases)
    func documents(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        try await store.setDocument(kind: "party", id: "b", body: [1])
        try await store.setDocuments([
            StoredDocument(kind: "party", id: "c", body: []), StoredDocument(kind: "party", id: "a", body: [3]),
            StoredDocument(kind: "offer", id: "d", body: [4]), StoredDocument(kind: "party", id: "b", body: [2]),
        ])
        #expect(try await store.document(kind: "party", id: "b") == [2])
        #expect(try await store.document(kind: "party", id: "c") == [])
        #expect(try await store.document(kind: "offer", id: "b") == nil)
        #expect(try await store.documents(kind: "party", after: "", limit: 9).map(\.id) == ["a", "b", "c"])
        #expect(try await store.documents(kind: "party", after: "a", limit: 1).map(\.body) == [[2]])
        #expect(try await store.documents(kind: "party", after: "c", limit: 9).isEmpty)
        try await store.setDocument(kind: "party", id: "b", body: nil)
        try await store.setDocument(kind: "party", id: "never", body: nil)
        #expect(try await store.document(kind: "party", id: "b") == nil)
        #expect(try await store.documents(kind: "party", after: "", limit: 9).map(\.id) == ["a", "c"])
    }

    @Test("when it was last seen is kept", arguments: StoreKind.allCases)
    func lastSeen(_ kind: StoreKind) async throws {
        let subject = try kind.make()
        #expect(try await subject.store.lastSeen() == nil)
        try await subject.store.setLastSeen(moment(8))
        try await subject.store.setLastSeen(moment(-9))
        #expect(try await subject.store.lastSeen() == moment(-9))
        #expect(try await subject.reopened().store.lastSeen() == moment(-9))
    }

    @Test("it counts what it holds, and finds nothing wrong with itself", arguments: StoreKind.allCases)
    func counts(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        #expect(try await store.counts() == StoreCounts())
        try await store.add(programme: .sample("study-tour"))
        _ = try await store.commit([
            .sample("a") {
                $0.journal = [.sample("a", 1), .sample("a", 2)]
                $0.tasks = [.sample("a", 1), .sample("a", 2)]
                $0.timers = [.sample("a", "t", at: 1)]
                $0.effects = ["e", "f", "g"].map { .sample("a", $0) } + [.sample("a", "h", state: .held)]
            },
            .sample("b") { $0.case.hasEnded = true },
        ])
        _ = try await store.claimEffects(at: moment(10), limit: 2)
        try await store.finishEffect(.sample("e", .done))
        let counts = try await store.counts()
        #expect(counts.cases == 2)
        #expect(counts.openCases == 1)
        #expect(counts.openTasks == 2)
        #expect(counts.armedTimers == 1)
        #expect(counts.journalEntries == 3)
        #expect(counts.effects == [.queued: 1, .claimed: 1, .held: 1, .done: 1])
        #expect(try await store.inspect() == [])
    }

    @Test(
        "a backup holds what was written before it, and sends nothing until a person lets it",
        arguments: StoreKind.allCases)
    func backup(_ kind: StoreKind) async throws {
        let subject = try kind.make()
        let store = subject.store
        let step = Step.sample("a") {
            $0.effects = [.sample("a", "e"), .sample("a", "f", due: 11)]
            $0.timers = [.sample("a", "t", at: 1)]
        }
        try await store.add(programme: .sample("study-tour"))
        _ = try await store.commit([step])
        #expect(try await store.claimEffects(at: moment(10), limit: 1).map(\.key) == ["e"])
        let copy = try await subject.restored().store
        _ = try await store.commit([.sample("b")])
        #expect(try await copy.findCase(id: "a") == step.case)
        #expect(try await copy.findCase(id: "b") == nil)
        #expect(try await copy.nextTimer() == moment(1))
        #expect(try await copy.outboundHold() != nil)
        #expect(try await copy.claimEffects(at: moment(20), limit: 9).isEmpty)
        #expect(try await copy.interruptedEffects().map(\.key) == ["e"])
        try await copy.setOutboundHold(nil)
        #expect(try await copy.claimEffects(at: moment(20), limit: 9).map(\.key) == ["f"])
        #expect(try await store.outboundHold() == nil)
        #expect(try await copy.inspect() == [])
    }

    @Test("after close every call says so, and closing twice does no harm", arguments: StoreKind.allCases)
    func closed(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        await store.close()
        await store.close()
        await #expect(throws: StoreFailure.closed) { try await store.nextTimer() }
        await #expect(throws: StoreFailure.closed) { try await store.nextNumber(of: "x") }
        await #expect(throws: StoreFailure.closed) { try await store.commit([]) }
        await #expect(throws: StoreFailure.closed) { try await store.backup(to: "/nowhere") }
        await #expect(throws: StoreFailure.closed) { try await store.inspect() }
    }
}
