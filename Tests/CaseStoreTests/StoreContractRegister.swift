import CaseStore
import Testing

@Suite("Every store keeps the register")
struct StoreContractRegister {
    private func change(
        _ id: String, _ version: Int, kind: String = "institution", state: EntryRow.State = .active,
        confirmed: Int64 = 1, title: String = "", body: String = "", bytes: [UInt8] = [1]
    ) -> EntryChange {
        EntryChange(
            expectedVersion: version - 1,
            row: EntryRow(
                kind: kind, id: id, name: "name of \(id)", state: state, version: version, changedAt: moment(9),
                confirmedAt: moment(confirmed), body: bytes), actor: "vera", what: version == 1 ? "added" : "edited",
            text: SearchText(kind: kind, id: id, title: title, body: body, original: "\(title)|\(body)"))
    }

    @Test("an entry is added, changed and read back with every version", arguments: StoreKind.allCases)
    func versions(_ kind: StoreKind) async throws {
        let subject = try kind.make()
        let store = subject.store
        #expect(try await store.entry(kind: "institution", id: "a") == nil)
        #expect(try await store.change(entries: [change("a", 1), change("b", 1)]) == .written)
        let second = change("a", 2, state: .withdrawn, bytes: [2])
        #expect(try await store.change(entries: [second]) == .written)
        #expect(try await store.entry(kind: "institution", id: "a") == second.row)
        let history = try await store.history(kind: "institution", id: "a", after: 0, limit: 9)
        #expect(history.map(\.version) == [1, 2])
        #expect(history.map(\.body) == [[1], [2]])
        #expect(history.map(\.what) == ["added", "edited"])
        #expect(history.last?.state == .withdrawn)
        #expect(try await store.history(kind: "institution", id: "a", after: 1, limit: 9).count == 1)
        #expect(try await store.inspect() == [])
        #expect(try await subject.reopened().store.entry(kind: "institution", id: "a") == second.row)
    }

    @Test("of changes together all are written or none", arguments: StoreKind.allCases)
    func together(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        #expect(try await store.change(entries: [change("a", 1)]) == .written)
        let stale = EntryResult.stale(kind: "institution", id: "a", actual: 1)
        #expect(try await store.change(entries: [change("b", 1), change("a", 1)]) == stale)
        #expect(try await store.entry(kind: "institution", id: "b") == nil)
        #expect(try await store.change(entries: [change("c", 1), change("c", 2)]) == .written)
        #expect(try await store.entry(kind: "institution", id: "c")?.version == 2)
        var jump = change("a", 2)
        jump.expectedVersion = 0
        await #expect(throws: StoreFailure.self) { try await store.change(entries: [jump]) }
    }

    @Test("entries are listed by kind and id, and by what a filter wants", arguments: StoreKind.allCases)
    func lists(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        _ = try await store.change(entries: [
            change("b", 1, confirmed: 5), change("a", 1, kind: "host_offer", confirmed: 3),
            change("é", 1, confirmed: 7), change("a", 1, state: .lapsed),
        ])
        var filter = EntryFilter()
        #expect(try await store.entries(filter).map(\.id) == ["a", "a", "b", "é"])
        filter.kind = "institution"
        #expect(try await store.entries(filter).map(\.id) == ["a", "b", "é"])
        filter.state = .active
        #expect(try await store.entries(filter).map(\.id) == ["b", "é"])
        filter.confirmedBefore = moment(6)
        #expect(try await store.entries(filter).map(\.id) == ["b"])
        filter = EntryFilter()
        filter.after = ("host_offer", "a")
        filter.limit = 2
        #expect(try await store.entries(filter).map(\.id) == ["a", "b"])
    }

    @Test("an erasure empties every version, and the words are gone", arguments: StoreKind.allCases)
    func erasure(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        _ = try await store.change(entries: [change("a", 1, title: "secret word")])
        var erasure = change("a", 2, state: .withdrawn, bytes: [0])
        erasure.isErasure = true
        erasure.text = SearchText(kind: "institution", id: "a", title: "", body: "", original: "")
        _ = try await store.change(entries: [erasure])
        let history = try await store.history(kind: "institution", id: "a", after: 0, limit: 9)
        #expect(history.map(\.body) == [[], [0]])
        #expect(try await store.search(query("secret")).isEmpty)
    }

    private func query(_ words: String..., isBeginning: Bool = false) -> SearchQuery {
        SearchQuery(
            terms: words.map {
                SearchQuery.Term(words: $0.split(separator: " ").map(String.init), isBeginning: isBeginning)
            })
    }

    @Test("texts are found by all their words, phrases and beginnings, the best first", arguments: StoreKind.allCases)
    func search(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        func text(_ id: String, _ title: String, _ body: String, kind: String = "lesson") -> SearchText {
            SearchText(kind: kind, id: id, title: title, body: body, original: "\(title)|\(body)")
        }
        try await store.index(
            [
                text("1", "waste", "water in small towns"), text("2", "tariffs", "water and waste of large towns"),
                text("3", "schools", "teachers in towns far away from waste"), text("4", "مياه", "تعليم 水 资 源"),
                text("5", "waste water", "a plant", kind: "exchange"), text("6", "roads", "asphalt and gravel"),
                text("7", "parks", "trees"), text("8", "trains", "rails"), text("9", "buses", "lanes"),
            ], through: nil)
        #expect(try await store.search(query("waste", "water")).map(\.id) == ["5", "1", "2"])
        #expect(try await store.search(query("waste water")).map(\.id) == ["5"])
        #expect(try await store.search(query("tow", isBeginning: true)).map(\.id).sorted() == ["1", "2", "3"])
        #expect(try await store.search(query("tow")).isEmpty)
        #expect(try await store.search(query("水 资")).map(\.id) == ["4"])
        #expect(try await store.search(query("مياه", "تعليم")).map(\.id) == ["4"])
        var narrow = query("waste")
        narrow.kinds = ["exchange", "no\"such"]
        #expect(try await store.search(narrow).map(\.id) == ["5"])
        narrow.kinds = []
        narrow.limit = 1
        #expect(try await store.search(narrow).count == 1)
        try await store.index([text("5", "", "", kind: "exchange"), text("1", "rubbish", "collection")], through: nil)
        #expect(try await store.search(query("waste", "water")).map(\.id) == ["2"])
        #expect(try await store.search(query("rubbish")).map(\.original) == ["rubbish|collection"])
    }

    @Test("operators of a search language are words like others", arguments: StoreKind.allCases)
    func operators(_ kind: StoreKind) async throws {
        let store = try kind.make().store
        for word in ["AND", "OR", "NEAR", "\"", "*", "col:x", "(", "NOT a"] {
            #expect(try await store.search(query(word)).isEmpty)
        }
    }

    @Test("cases are told by the journal's order, each once, and the position is kept", arguments: StoreKind.allCases)
    func changedCases(_ kind: StoreKind) async throws {
        let subject = try kind.make()
        let store = subject.store
        try await store.add(programme: .sample("study-tour"))
        _ = try await store.commit([.sample("a"), .sample("b"), .sample("a", to: 2)])
        let first = try await store.casesChanged(after: 0, limit: 2)
        #expect(first.ids == ["a", "b"])
        let second = try await store.casesChanged(after: first.position, limit: 9)
        #expect(second.ids == ["a"])
        #expect(try await store.casesChanged(after: second.position, limit: 9).ids.isEmpty)
        #expect(try await store.indexedPosition() == 0)
        try await store.index([], through: second.position)
        #expect(try await subject.reopened().store.indexedPosition() == second.position)
    }
}
