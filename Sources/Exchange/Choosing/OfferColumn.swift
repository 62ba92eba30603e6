import Expressions
import Folding

/// One field of all offers: each distinct value once, and for each offer its number.
///
/// Conditions are evaluated once for each distinct value, however many offers have it.
struct OfferColumn: Sendable {
    /// By row: the number of the value; 0 where the offer says nothing.
    private(set) var codes: [Int32]
    /// By number; the first stands for "nothing".
    private(set) var values: [Value] = [.null]
    private var known: [Value: Int32] = [:]

    /// The members of values that are lists: those of value `n` are `members[starts[n]..<starts[n + 1]]`.
    private(set) var starts: [Int32] = [0, 0]
    private(set) var members: [Int32] = []
    private(set) var memberValues: [Value] = []
    private var knownMembers: [Value: Int32] = [:]

    /// Stems of the words of texts, by the same scheme; only where the column is read as words.
    private(set) var wordStarts: [Int32] = [0, 0]
    private(set) var words: [Int32] = []
    private(set) var knownWords: [String: Int32] = [:]
    let hasWords: Bool
    /// By number: the value as a folded name, for columns that name institutions; else empty.
    private(set) var names: [String] = []
    private let hasNames: Bool

    init(rows: Int, hasWords: Bool, hasNames: Bool) {
        codes = [Int32](repeating: 0, count: rows)
        self.hasWords = hasWords
        self.hasNames = hasNames
        if hasNames { names = [""] }
    }

    mutating func set(_ value: Value?, row: Int) {
        while codes.count <= row { codes.append(0) }
        codes[row] = value.map { code(of: $0) } ?? 0
    }

    private mutating func code(of value: Value) -> Int32 {
        if let code = known[value] { return code }
        let code = Int32(values.count)
        known[value] = code
        values.append(value)
        for member in value.asList ?? [] { members.append(memberCode(of: member)) }
        starts.append(Int32(members.count))
        if hasNames { names.append(FoldedText.joined(value.asString ?? "")) }
        if hasWords {
            for stem in Set(TextRelevance.stems(of: value)) {
                let number = knownWords[stem] ?? Int32(knownWords.count)
                knownWords[stem] = number
                words.append(number)
            }
            wordStarts.append(Int32(words.count))
        }
        return code
    }

    private mutating func memberCode(of member: Value) -> Int32 {
        if let code = knownMembers[member] { return code }
        let code = Int32(memberValues.count)
        knownMembers[member] = code
        memberValues.append(member)
        return code
    }

    func value(row: Int) -> Value? { codes[row] == 0 ? nil : values[Int(codes[row])] }

    func memberCode(known member: Value) -> Int? { knownMembers[member].map { Int($0) } }

    func members(of code: Int) -> ArraySlice<Int32> { members[Int(starts[code])..<Int(starts[code + 1])] }

    func words(of code: Int) -> ArraySlice<Int32> { words[Int(wordStarts[code])..<Int(wordStarts[code + 1])] }
}
