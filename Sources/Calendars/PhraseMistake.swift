/// Why a phrase is none, and what to write instead.
public struct PhraseMistake: Error, Hashable, Sendable {
    /// A sentence without a full stop.
    public let message: String
    /// Where it begins, in code points from the start of the phrase.
    public let offset: Int
    /// How many code points it covers; 0 where something is missing.
    public let length: Int
}

/// The names that a phrase may use; nil takes any.
struct PhraseNames {
    let dates: Set<String>?
    /// Those of the dates that are one day, so that they have no `starts` and `ends`.
    let singleDays: Set<String>
    let states: Set<String>?

    /// `dates of this programme: submission, visit`.
    var known: String {
        guard let dates else { return "write the name of a date, such as visit" }
        return dates.isEmpty
            ? "this programme declares no date" : "dates of this programme: \(dates.sorted().joined(separator: ", "))"
    }

    /// A date to show in a proposal.
    var example: String { dates?.sorted().last ?? "visit" }

    /// `; did you mean "visit"?` for a name near a known one, else nothing.
    static func proposal(_ name: String, _ known: Set<String>) -> String {
        let near: (Int, String)? = known.map { (distance(name, $0), $0) }.filter { $0.0 <= 2 }.min { $0 < $1 }
        return near.map { "; did you mean \"\($0.1)\"?" } ?? ""
    }

    /// The longest name that is compared, in bytes.
    private static let comparedBytes: Int = 64

    /// Letters to add, drop or replace, the two names' first 64 bytes compared.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left: [UInt8] = Array(left.utf8.prefix(comparedBytes))
        let right: [UInt8] = Array(right.utf8.prefix(comparedBytes))
        var row: [Int] = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal: Int = row[0]
            row[0] = index + 1
            for (place, other) in right.enumerated() {
                let cost: Int = min(diagonal + (byte == other ? 0 : 1), row[place] + 1, row[place + 1] + 1)
                diagonal = row[place + 1]
                row[place + 1] = cost
            }
        }
        return row[right.count]
    }
}
