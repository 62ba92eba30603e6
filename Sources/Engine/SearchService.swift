import CaseStore
import Exchange
import Expressions
import Folding
import Foundation

/// What a search found.
package struct SearchResult: Hashable, Sendable {
    /// `exchange`, `lesson`, or a kind of entry such as `host_offer`.
    package var kind: String
    package var id: String
    /// A line of the text around the first word that was found.
    package var excerpt: String
}

/// Full-text search over the register, past exchanges and what was learnt from them.
///
/// The index follows the journal: before a search, the cases with entries behind the position that was reached last are
/// read anew, so that no step of a case waits for it.
package final class SearchService: Sendable {
    /// The texts of cases.
    package static let exchange = "exchange"
    package static let lesson = "lesson"
    /// Cases read between two writings of the index.
    private static let batch = 200
    /// A word of so many letters also finds words that it begins.
    private static let beginningLetters = 4

    private let cases: CaseService
    private let register: Register

    init(cases: CaseService, register: Register) {
        self.cases = cases
        self.register = register
    }

    private var store: any CaseStore { cases.store }

    /// Brings the index up to the end of the journal; how many cases were read.
    @discardableResult
    package func catchUp() async throws -> Int {
        var count = 0
        while !Task.isCancelled {
            let from = try await store.indexedPosition()
            let (ids, position) = try await store.casesChanged(after: from, limit: Self.batch)
            guard position > from else { break }
            var texts: [SearchText] = []
            var past: [StoredDocument] = []
            for id in ids {
                // A case that cannot be read is not found; it must not keep the others from being found.
                guard let (c, machine) = try await readable(id) else { continue }
                let account = CaseAccount(machine: machine, case: c)
                texts += account.texts
                past.append(StoredDocument(kind: Register.pastKind, id: c.id, body: account.past.jsonBytes))
            }
            try await store.setDocuments(past)
            try await store.index(texts, through: position)
            count += ids.count
        }
        if count > 0 { register.forgetPast() }
        return count
    }

    private func readable(_ id: String) async throws -> (Case, CaseMachine)? {
        do {
            return try await cases.load(id)
        } catch is EngineFailure {
            return nil
        }
    }

    /// Texts in which all words stand, those that fit best first.
    ///
    /// - Parameters:
    ///   - words: as a person writes them; `"two words"` stand one behind the other, `begin*` finds what begins so.
    ///   - kinds: of texts; empty: all.
    /// - Throws: `EngineFailure.nothingToSearch` where no word is left.
    package func search(_ words: String, kinds: Set<String> = [], limit: Int) async throws -> [SearchResult] {
        var query = SearchQuery(terms: Array(Self.terms(words).prefix(StoreLimits.searchTerms)))
        guard !query.terms.isEmpty else { throw EngineFailure.nothingToSearch }
        query.kinds = kinds
        query.limit = limit
        try await catchUp()
        let terms = query.terms
        return try await store.search(query).map { hit in
            SearchResult(kind: hit.kind, id: hit.id, excerpt: Self.excerpt(hit.original, terms))
        }
    }

    /// The terms that a person's words mean.
    static func terms(_ words: String) -> [SearchQuery.Term] {
        var terms: [SearchQuery.Term] = []
        for (number, part) in words.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if number % 2 == 1 {
                terms.append(SearchQuery.Term(words: FoldedText.words(String(part)), isBeginning: false))
                continue
            }
            for word in part.split(whereSeparator: { $0.isWhitespace }) {
                let folded = FoldedText.words(String(word))
                let isLong = (folded.last?.unicodeScalars.count ?? 0) >= beginningLetters
                terms.append(SearchQuery.Term(words: folded, isBeginning: word.hasSuffix("*") || isLong))
            }
        }
        return terms.filter { !$0.words.isEmpty }
    }

    /// Letters of an excerpt.
    private static let excerptLetters = 160

    private static func excerpt(_ text: String, _ terms: [SearchQuery.Term]) -> String {
        let parts = text.components(separatedBy: " · ")
        let found = parts.first { part in
            let words = FoldedText.words(part.replacing("_", with: " "))
            return terms.contains { term in
                guard let last = term.words.last else { return false }
                return words.contains { term.isBeginning ? $0.hasPrefix(last) : $0 == last }
            }
        }
        let line = (found ?? parts.first ?? "").split(whereSeparator: { $0.isNewline }).joined(separator: " ")
        return line.count > excerptLetters ? String(line.prefix(excerptLetters)) + "…" : line
    }
}
