import Calendars
import CaseStore
import Testing

@Suite("Every store hands out effects once and in their sequence")
struct StoreContractEffects {
    private func store(_ kind: StoreKind, _ effects: EffectRow...) async throws -> any CaseStore {
        let store = try kind.make().store
        #expect(try await store.commit([.sample("a") { $0.effects = effects }]) == [.written])
        return store
    }

    @Test("what is due is claimed, longest due first, and never twice", arguments: StoreKind.allCases)
    func claimed(_ kind: StoreKind) async throws {
        let store = try await store(
            kind, .sample("a", "late", due: 30), .sample("a", "second", due: 20), .sample("a", "first", due: 10),
            .sample("a", "held", state: .held, due: 5), .sample("a", "future", due: 31))
        #expect(try await store.claimEffects(at: moment(30), limit: 0).isEmpty)
        let two = try await store.claimEffects(at: moment(30), limit: 2)
        #expect(two.map(\.key) == ["first", "second"])
        #expect(two.allSatisfy { $0.state == .claimed && $0.attempts == 1 })
        #expect(try await store.effect(key: "first") == two[0])
        #expect(try await store.claimEffects(at: moment(30), limit: 9).map(\.key) == ["late"])
        #expect(try await store.claimEffects(at: moment(30), limit: 9).isEmpty)
        #expect(try await store.interruptedEffects().isEmpty)
    }

    @Test("an action that takes no more keeps its effects queued, and others go", arguments: StoreKind.allCases)
    func full(_ kind: StoreKind) async throws {
        var other = EffectRow.sample("a", "other", due: 20)
        other.action = "webhook.post"
        let store = try await store(kind, .sample("a", "mail", due: 10), other)
        let mail = try #require(try await store.effect(key: "mail")).action
        #expect(try await store.claimEffects(at: moment(30), limit: 9, except: [mail, "x.y"]).map(\.key) == ["other"])
        #expect(try await store.claimEffects(at: moment(30), limit: 9, except: ["webhook.post"]).map(\.key) == ["mail"])
    }

    @Test("an effect that was put off before it was tried has lost no try", arguments: StoreKind.allCases)
    func putOff(_ kind: StoreKind) async throws {
        let store = try await store(kind, .sample("a", "e", due: 10))
        for _ in 0..<3 {
            _ = try await store.claimEffects(at: moment(20), limit: 9)
            var finish = EffectFinish.sample("e", .queued, due: 20, failure: "waits")
            finish.countsAsTry = false
            try await store.finishEffect(finish)
            #expect(try await store.effect(key: "e")?.attempts == 0)
        }
        #expect(try await store.claimEffects(at: moment(20), limit: 9).map(\.attempts) == [1])
    }

    @Test("of many who claim at once each effect goes to one", arguments: StoreKind.allCases)
    func claimedAtOnce(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        let effects = (0..<300).map { EffectRow.sample("a", "e\($0)", due: Int64($0 % 7)) }
        #expect(try await store.commit([.sample("a") { $0.effects = effects }]) == [.written])
        let keys = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<40 {
                group.addTask { try await store.claimEffects(at: moment(10), limit: 10).map(\.key) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(keys.count == 300)
        #expect(Set(keys).count == 300)
    }

    @Test("an effect waits for those before it in its sequence", arguments: StoreKind.allCases)
    func sequences(_ kind: StoreKind) async throws {
        let store = try await store(
            kind, .sample("a", "third", due: 1, sequence: "s", index: 2),
            .sample("a", "second", due: 2, sequence: "s", index: 1),
            .sample("a", "first", due: 3, sequence: "s", index: 0),
            .sample("a", "other", due: 4, sequence: "t", index: 5),
            .sample("a", "alone1", due: 5, index: 1), .sample("a", "alone0", due: 6, index: 0))
        func claim() async throws -> [String] { try await store.claimEffects(at: moment(100), limit: 9).map(\.key) }
        #expect(try await claim() == ["first", "other", "alone1", "alone0"])
        #expect(try await claim() == [])
        for blocking in [EffectState.queued, .unknown] {
            try await store.finishEffect(.sample("first", blocking, due: 1_000))
            #expect(try await claim() == [])
            if blocking == .queued { _ = try await store.claimEffects(at: moment(1_000), limit: 9) }
        }
        #expect(try await store.moveEffect(key: "first", from: .unknown, to: .done, at: moment(100)))
        #expect(try await claim() == ["second"])
        try await store.finishEffect(.sample("second", .failed))
        #expect(try await claim() == [])
        #expect(try await store.moveEffect(key: "second", from: .failed, to: .recalled, at: moment(100)))
        #expect(try await claim() == ["third"])
    }

    @Test("a sequence named after its first effect is one too", arguments: StoreKind.allCases)
    func sequenceOfItsFirst(_ kind: StoreKind) async throws {
        let store = try await store(
            kind, .sample("a", "second", due: 1, sequence: "first", index: 1),
            .sample("a", "first", due: 2, sequence: "first", index: 0))
        #expect(try await store.claimEffects(at: moment(9), limit: 9).map(\.key) == ["first"])
        #expect(try await store.claimEffects(at: moment(9), limit: 9).isEmpty)
        try await store.finishEffect(.sample("first", .done))
        #expect(try await store.claimEffects(at: moment(9), limit: 9).map(\.key) == ["second"])
    }

    @Test("what became of an effect is written once, with the words of its failure", arguments: StoreKind.allCases)
    func finished(_ kind: StoreKind) async throws {
        let store = try await store(kind, .sample("a", "e"), .sample("a", "f"))
        try await store.finishEffect(.sample("e", .done))
        #expect(try await store.effect(key: "e")?.state == .queued, "it was not claimed")
        _ = try await store.claimEffects(at: moment(10), limit: 9)
        try await store.finishEffect(.sample("e", .queued, due: 70, failure: "busy: try later"))
        #expect(try await store.effect(key: "e")?.failure == "busy: try later")
        #expect(try await store.claimEffects(at: moment(69), limit: 9).isEmpty)
        let again = try await store.claimEffects(at: moment(70), limit: 9)
        #expect(again.map(\.attempts) == [2])
        try await store.finishEffect(.sample("e", .done, due: 999))
        try await store.finishEffect(.sample("e", .failed, failure: "late"))
        let row = try await store.effect(key: "e")
        #expect(row?.state == .done)
        #expect(row?.failure == "")
        #expect(row?.dueAt == moment(70))
        try await store.finishEffect(.sample("none", .done))
        let told = Step.sample("a", to: 2) { $0.effectsFinished = [.sample("f", .failed, failure: "no: such host")] }
        #expect(try await store.commit([told]) == [.written])
        #expect(try await store.effect(key: "f")?.state == .failed)
        #expect(try await store.commit([told]) == [.stale(actual: 2)])
    }

    @Test("an effect can be changed and taken back until it is claimed", arguments: StoreKind.allCases)
    func changed(_ kind: StoreKind) async throws {
        let store = try await store(
            kind, .sample("a", "e"), .sample("a", "f"), .sample("a", "g", state: .held), .sample("a", "h", due: 900))
        #expect(try await store.claimEffects(at: moment(10), limit: 1).map(\.key) == ["e"])
        let step = Step.sample("a", to: 2) {
            $0.effects = ["e", "f", "g"].map { .sample("a", $0, state: .held, due: 44, body: [8, 8]) }
            $0.effectsRecalled = ["e", "h", "none"]
        }
        #expect(try await store.commit([step]) == [.written])
        let rows = try await store.effects(EffectFilter())
        #expect(rows.map(\.key) == ["e", "f", "g", "h"])
        #expect(rows.map(\.state) == [.claimed, .held, .held, .recalled])
        #expect(rows.map(\.body) == [[7], [8, 8], [8, 8], [7]])
        #expect(rows.map(\.dueAt.milliseconds) == [10, 44, 44, 900])
        let late = Step.sample("a", to: 3) {
            $0.effects = [.sample("a", "h", body: [9])]
            $0.effectsRecalled = ["f"]
        }
        #expect(try await store.commit([late]) == [.written])
        #expect(try await store.effect(key: "h")?.body == [7], "recalled is final")
        #expect(try await store.effect(key: "f")?.state == .recalled)
    }

    @Test("one that is rendered anew between two attempts keeps its attempts", arguments: StoreKind.allCases)
    func renderedAnew(_ kind: StoreKind) async throws {
        let store = try await store(kind, .sample("a", "e"))
        _ = try await store.claimEffects(at: moment(10), limit: 1)
        try await store.finishEffect(.sample("e", .queued, due: 20, failure: "busy: later"))
        let step = Step.sample("a", to: 2) { $0.effects = [.sample("a", "e", due: 30, body: [5])] }
        #expect(try await store.commit([step]) == [.written])
        let row = try #require(try await store.claimEffects(at: moment(30), limit: 1).first)
        #expect(row.attempts == 2)
        #expect(row.body == [5])
        #expect(row.failure == "busy: later")
    }

    @Test("a person moves an effect from the state that was seen, or not at all", arguments: StoreKind.allCases)
    func moved(_ kind: StoreKind) async throws {
        let store = try await store(
            kind, .sample("a", "now", state: .held, due: 10), .sample("a", "later", state: .held, due: 500))
        #expect(try await store.moveEffect(key: "now", from: .unknown, to: .queued, at: moment(100)) == false)
        #expect(try await store.moveEffect(key: "none", from: .held, to: .queued, at: moment(100)) == false)
        #expect(try await store.moveEffect(key: "now", from: .held, to: .queued, at: moment(100)))
        #expect(try await store.moveEffect(key: "now", from: .held, to: .queued, at: moment(100)) == false)
        #expect(try await store.effect(key: "now")?.dueAt == moment(100))
        #expect(try await store.moveEffect(key: "later", from: .held, to: .queued, at: moment(100)))
        #expect(try await store.effect(key: "later")?.dueAt == moment(500), "not before its own instant")
        #expect(try await store.claimEffects(at: moment(100), limit: 9).map(\.key) == ["now"])
    }

    @Test("nothing is claimed while the store is on hold", arguments: StoreKind.allCases)
    func onHold(_ kind: StoreKind) async throws {
        let subject = try kind.make()
        let store = subject.store
        _ = try await store.commit([.sample("a") { $0.effects = [.sample("a", "e")] }])
        #expect(try await store.outboundHold() == nil)
        try await store.setOutboundHold("moved house")
        #expect(try await store.outboundHold() == "moved house")
        #expect(try await store.claimEffects(at: moment(10), limit: 9).isEmpty)
        let next = try await subject.reopened().store
        #expect(try await next.outboundHold() == "moved house")
        try await next.setOutboundHold(nil)
        #expect(try await next.outboundHold() == nil)
        #expect(try await next.claimEffects(at: moment(10), limit: 9).count == 1)
    }

    @Test(
        "what a run had claimed when it died is interrupted for the next, until it is settled",
        arguments: StoreKind.allCases)
    func interrupted(_ kind: StoreKind) async throws {
        let subject = try kind.make()
        let effects = ["c", "b", "a", "z"].map { EffectRow.sample("a", $0, due: $0 == "z" ? 1 : 5) }
        _ = try await subject.store.commit([.sample("a") { $0.effects = effects }])
        #expect(try await subject.store.claimEffects(at: moment(10), limit: 3).count == 3)
        let next = try await subject.reopened()
        #expect(try await next.store.interruptedEffects().map(\.key) == ["z", "a", "b"])
        #expect(try await next.store.claimEffects(at: moment(10), limit: 9).map(\.key) == ["c"])
        #expect(try await next.store.interruptedEffects().map(\.key) == ["z", "a", "b"])
        try await next.store.finishEffect(.sample("z", .unknown))
        try await next.store.finishEffect(.sample("b", .queued, due: 10))
        #expect(try await next.store.interruptedEffects().map(\.key) == ["a"])
        #expect(try await next.store.claimEffects(at: moment(10), limit: 9).map(\.key) == ["b"])
        #expect(try await next.store.interruptedEffects().map(\.key) == ["a"])
        let third = try await next.reopened().store
        #expect(try await third.interruptedEffects().map(\.key).sorted() == ["a", "b", "c"])
    }

    @Test("effects are listed by due and key, of a case, of states", arguments: StoreKind.allCases)
    func listed(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        _ = try await store.commit([
            .sample("a") { $0.effects = [.sample("a", "y", due: 3), .sample("a", "x", due: 3)] },
            .sample("b") { $0.effects = [.sample("b", "w", state: .held, due: 1)] },
        ])
        var filter = EffectFilter()
        #expect(try await store.effects(filter).map(\.key) == ["w", "x", "y"])
        filter.limit = 2
        #expect(try await store.effects(filter).map(\.key) == ["w", "x"])
        filter.states = [.queued, .done]
        #expect(try await store.effects(filter).map(\.key) == ["x", "y"])
        filter.caseID = "b"
        #expect(try await store.effects(filter).isEmpty)
        filter.states = []
        #expect(try await store.effects(filter).map(\.key) == ["w"])
    }
}
