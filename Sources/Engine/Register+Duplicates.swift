import Calendars
package import Exchange
import Expressions
import CaseStore
import Folding

/// Two entries that may be one; a person decides.
package struct DuplicateProposal: Hashable, Sendable {
    package let first: RegisterEntry
    package let second: RegisterEntry
    /// 0.85 to 1.
    package let likeness: Double
    /// Why they may be one, in a sentence.
    package let why: String
}

/// Duplicates are proposed, never merged alone.
extension Register {
    /// Names that are at least so alike are proposed.
    package static let leastLikeness = 0.85
    /// A word that more entries share tells nothing.
    private static let commonWord = 60
    private static let distinctKind = "distinct"

    /// Pairs of entries of a kind that may be one, the most alike first.
    ///
    /// Names are compared folded, in Latin letters, without small words; in different countries nobody is the same.
    package func duplicates(of kind: EntryKind, limit: Int) async throws -> [DuplicateProposal] {
        var entries: [RegisterEntry] = []
        try await forEach(kind) { entry in
            if entry.row.state == .active || entry.row.state == .lapsed { entries.append(entry) }
        }
        let distinct = try await distinctPairs()
        var blocks: [String: [Int]] = [:]
        for (index, entry) in entries.enumerated() {
            for key in Self.keys(entry) { blocks[key, default: []].append(index) }
        }
        var seen: Set<[Int]> = []
        var found: [DuplicateProposal] = []
        for (_, block) in blocks where block.count > 1 && block.count <= Self.commonWord {
            for (place, one) in block.enumerated() {
                for other in block[(place + 1)...] where seen.insert([one, other]).inserted {
                    guard let proposal = Self.proposal(entries[one], entries[other]),
                        !distinct.contains(Self.pair(entries[one], entries[other]))
                    else { continue }
                    found.append(proposal)
                }
            }
        }
        found.sort {
            ($1.likeness, $0.first.id, $0.second.id) < ($0.likeness, $1.first.id, $1.second.id)
        }
        return Array(found.prefix(limit))
    }

    /// What two entries must share to be compared: a word of the name, or the address.
    private static func keys(_ entry: RegisterEntry) -> Set<String> {
        var keys = Set(FoldedName.words(label(entry)).map { "w " + $0 })
        if let address = entry.value["address"]?.asString, !address.isEmpty { keys.insert("a " + address.lowercased()) }
        return keys
    }

    private static func label(_ entry: RegisterEntry) -> String {
        entry.kind.isOffer
            ? [entry.value["institution"], entry.value["name"]].compactMap { $0?.asString }.joined(separator: " ")
            : entry.row.name
    }

    private static func proposal(_ left: RegisterEntry, _ right: RegisterEntry) -> DuplicateProposal? {
        let countries = [left, right].compactMap { $0.value["country"]?.asString }
        guard countries.count < 2 || countries[0] == countries[1] else { return nil }
        let likeness = FoldedName.likeness(label(left), label(right))
        let addresses = [left, right].compactMap { $0.value["address"]?.asString?.lowercased() }
        let sameAddress = addresses.count == 2 && addresses[0] == addresses[1]
        // An office has one address for many offers: it helps a likeness, it does not make one.
        guard likeness >= leastLikeness || (sameAddress && likeness >= leastLikeness - 0.15) else { return nil }
        let names =
            likeness == 1
            ? "their names are the same when accents, case and script are put aside"
            : "their names are \(Int((likeness * 100).rounded())) % alike"
        return DuplicateProposal(
            first: left, second: right, likeness: likeness,
            why: sameAddress ? names + ", and they have one address" : names)
    }

    private static func pair(_ left: RegisterEntry, _ right: RegisterEntry) -> String {
        [left.key, right.key].sorted().joined(separator: " ")
    }

    private func distinctPairs() async throws -> Set<String> {
        var result: Set<String> = []
        var after = ""
        while true {
            let page = try await store.documents(kind: Self.distinctKind, after: after, limit: Self.page)
            result.formUnion(page.map(\.id))
            guard page.count == Self.page, let last = page.last else { return result }
            after = last.id
        }
    }

    /// Notes that two entries are two, so that they are not proposed again.
    package func keepApart(_ left: RegisterEntry, _ right: RegisterEntry, by actor: String) async throws {
        try await store.setDocument(
            kind: Self.distinctKind, id: Self.pair(left, right),
            body: Value.object(["by": .string(actor), "at": .string(world.now().rfc3339)]).jsonBytes)
    }

    /// Makes one of two entries: the kept one takes what it lacks from the other, and whatever named the other names it.
    ///
    /// - Throws: `EngineFailure.cannotMerge` for two kinds, one entry twice, or one that was merged before.
    package func merge(
        _ other: RegisterEntry, into kept: RegisterEntry, by actor: String
    ) async throws -> RegisterEntry {
        guard kept.kind == other.kind, kept.id != other.id, other.row.state != .merged, kept.row.state != .merged else {
            throw EngineFailure.cannotMerge(kept.id, other.id)
        }
        let naming = try await entries(naming: other)
        guard naming.count + 2 <= StoreLimits.entriesPerChange else { throw EngineFailure.tooManyNames(other.id) }
        try await write { register in
            let first = try await register.entry(kept.kind, kept.id)
            let second = try await register.entry(other.kind, other.id)
            var gone = second.value.fields
            gone["merged_into"] = .string(kept.id)
            var changes = [
                register.change(
                    first.row, kept.kind, EntryMerging.merged(first.value, second.value), by: actor, what: "merged",
                    state: first.row.state),
                register.change(
                    second.row, other.kind, .object(gone), by: actor, what: "merged into \(kept.id)", state: .merged),
            ]
            for (entry, field) in naming {
                let now = try await register.entry(entry.kind, entry.id)
                var fields = now.value.fields
                fields[field] = .string(kept.id)
                changes.append(
                    register.change(
                        now.row, entry.kind, .object(fields), by: actor, what: "\(field) merged", state: now.row.state))
            }
            return (changes, ())
        }
        forget(Set([kept.kind] + naming.map(\.entry.kind)))
        return try await entry(kept.kind, kept.id)
    }

    /// Entries that name another one, with the field that does.
    private func entries(naming named: RegisterEntry) async throws -> [(entry: RegisterEntry, field: String)] {
        var result: [(RegisterEntry, String)] = []
        for kind in EntryKind.allCases {
            for (field, target) in kind.links where target == named.kind {
                try await forEach(kind) { entry in
                    if entry.value[field]?.asString == named.id { result.append((entry, field)) }
                }
            }
        }
        return result
    }
}
