/// What a phrase hangs on.
extension PhraseParser {
    /// Words that cannot name a date or a state, so that every phrase has one reading.
    private static let reserved: Set<String> = [
        "after", "and", "at", "before", "day", "due", "end", "every", "first", "last", "of", "on", "or", "receipt",
        "silence", "the", "until", "up", "when", "without", "working",
    ]

    struct Hooked {
        var hook: TimePhrase.Hook
        var wording: TimePhrase.Wording = .plain
    }

    /// What stands behind `before` or `after`.
    mutating func hook(behind side: String) throws(PhraseMistake) -> Hooked {
        let isThe: Bool = take("the")
        guard let next: String = word() else { throw mistake("\(side) what? \(names.known)") }
        if next == "due" {
            skip()
            if let edge: String = word(), PhraseParser.edges[edge] != nil {
                throw mistake("due is one moment; leave \"\(edge)\" out")
            }
            return Hooked(hook: .due)
        }
        if next == "end", isThe || !(names.dates?.contains("end") ?? false) {
            if side == "before" { throw mistake("nobody knows the end beforehand; hang it on a date; \(names.known)") }
            skip()
            return Hooked(hook: .end)
        }
        if next == "first" || next == "last", word(1) == "day", word(2) == "of" {
            skip(3)
            return Hooked(hook: .date(try dateName(), next == "first" ? .starts : .ends))
        }
        if next == "first" { return try firstEntering(behind: side) }
        let name: String = try dateName()
        return try edge(of: name)
    }

    private mutating func firstEntering(behind side: String) throws(PhraseMistake) -> Hooked {
        if side == "before" {
            throw mistake("nobody knows beforehand when a state is entered; write \"after first …\"")
        }
        skip()
        guard let state: String = word() else { throw mistake("first what? write the name of a state") }
        guard PhraseParser.isName(state) else { throw mistake("\"\(state)\" is no name of a state") }
        if let states: Set<String> = names.states, !states.contains(state) {
            throw mistake("no state is called \"\(state)\"\(PhraseNames.proposal(state, states))")
        }
        skip()
        return Hooked(hook: .firstEntering(state))
    }

    static let edges: [String: (edge: TimePhrase.Edge, wording: TimePhrase.Wording)] = [
        "starts": (.starts, .plain), "ends": (.ends, .plain), "opens": (.starts, .door), "closes": (.ends, .door),
    ]

    /// The edge behind a name, if any.
    mutating func edge(of name: String) throws(PhraseMistake) -> Hooked {
        guard let word: String = word(), let said = PhraseParser.edges[word] else {
            return Hooked(hook: .date(name, nil))
        }
        if names.singleDays.contains(name) { throw mistake("\(name) is one day; leave \"\(word)\" out") }
        skip()
        return Hooked(hook: .date(name, said.edge), wording: said.wording)
    }

    mutating func dateName() throws(PhraseMistake) -> String {
        guard let word: String = word() else { throw mistake("a date is missing; \(names.known)") }
        guard let dates: Set<String> = names.dates else {
            guard PhraseParser.isName(word) else { throw mistake("\"\(word)\" is no name of a date") }
            skip()
            return word
        }
        guard dates.contains(word), PhraseParser.isName(word) else { throw mistake(unknownDate(word, dates)) }
        skip()
        return word
    }

    private func unknownDate(_ word: String, _ dates: Set<String>) -> String {
        if names.states?.contains(word) ?? false {
            return "\"\(word)\" is a state, not a date; hang it on a date, or count from its first entering: "
                + "\"60 days after first \(word)\""
        }
        let proposal: String = PhraseNames.proposal(word, dates)
        return "no date is called \"\(word)\"\(proposal.isEmpty ? "; \(names.known)" : proposal)"
    }

    /// `[a-z][a-z0-9_]*`, and no word of the language of time.
    static func isName(_ word: String) -> Bool {
        guard let first: UInt8 = word.utf8.first, (0x61...0x7A).contains(first), !reserved.contains(word) else {
            return false
        }
        return word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}
