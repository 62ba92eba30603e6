import Engine
import Exchange
import ProgrammeLanguage

/// One slip of a writer's hand in one file of a programme.
struct Slip: CustomStringConvertible {
    enum Kind: String, CaseIterable {
        case drop, double, swap, misspell, indent, unit, role, remove, sign, unquote, words, stray, blank
    }

    let kind: Kind
    let file: String
    /// The first line touched, 1 for the first, as the file is afterwards.
    let line: Int
    /// The lines touched, before and after.
    let before: String
    let after: String
    /// The lines that stood below the touched one, deeper than it.
    let below: [String]
    let source: ProgrammeSource

    var description: String { "\(kind.rawValue) \(file):\(line): \(before) -> \(after)" }
}

/// Draws slips: swaps, drops, doublings, misspellings, wrong indents, units and roles, removed text.
struct MistakeGenerator {
    let source: ProgrammeSource
    let roles: [String]
    private var chance: SeededChance
    private let files: [(path: String, lines: [String])]

    init(_ source: ProgrammeSource, roles: [String], seed: UInt64) {
        self.source = source
        self.roles = roles
        chance = SeededChance(seed: seed)
        files = source.files.keys.sorted().filter { $0.hasSuffix(".yaml") }.map { path in
            let text = String(decoding: source.files[path] ?? [], as: UTF8.self)
            return (path, text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
    }

    /// The next slip; some draws change nothing and are drawn again.
    mutating func next() -> Slip {
        while true {
            let isMain = Int.random(in: 0..<10, using: &chance) < 7
            let candidates = files.filter { ($0.path == ProgrammeSource.mainFile) == isMain }
            guard let file = candidates.randomElement(using: &chance),
                let kind = Slip.Kind.allCases.randomElement(using: &chance)
            else { continue }
            let index = Int.random(in: 0..<file.lines.count, using: &chance)
            let old = file.lines[index]
            let bare = old.trimmingPrefix { $0 == " " }
            if bare.isEmpty || bare.hasPrefix("#") { continue }
            var lines = file.lines
            guard let touched = apply(kind, index, &lines), lines != file.lines else { continue }
            var changed = source
            changed.files[file.path] = Array(lines.joined(separator: "\n").utf8)
            let depth = old.prefix { $0 == " " }.count
            let below = file.lines.dropFirst(index + 1).prefix { line in
                line.allSatisfy { $0 == " " } || line.prefix { $0 == " " }.count > depth
            }
            return Slip(
                kind: kind, file: file.path, line: index + 1, before: old, after: touched, below: Array(below),
                source: changed)
        }
    }

    /// Makes the slip; what stands there afterwards, nil where it cannot be made.
    private mutating func apply(_ kind: Slip.Kind, _ index: Int, _ lines: inout [String]) -> String? {
        let line = lines[index]
        switch kind {
        case .drop:
            lines.remove(at: index)
            return ""
        case .double:
            lines.insert(line, at: index)
            return line + " " + line
        case .swap:
            guard index + 1 < lines.count, !lines[index + 1].isEmpty else { return nil }
            lines.swapAt(index, index + 1)
            return lines[index] + " " + lines[index + 1]
        case .blank:
            // The end of a line is lost.
            let cut = Int.random(in: 1...max(1, line.count - 1), using: &chance)
            lines[index] = String(line.prefix(cut))
        case .misspell:
            guard let range = word(in: line, least: 4) else { return nil }
            lines[index] = line.replacing(line[range], with: misspelt(String(line[range])), maxReplacements: 1)
        case .indent:
            let spaces = line.prefix { $0 == " " }.count
            guard let shift = [-2, -1, 1, 2].randomElement(using: &chance), spaces + shift >= 0 else { return nil }
            lines[index] = String(repeating: " ", count: spaces + shift) + line.dropFirst(spaces)
        case .unit: return exchange(&lines, index, Self.units)
        case .role:
            guard let role = roles.filter({ line.contains($0) }).randomElement(using: &chance),
                let other = roles.filter({ $0 != role }).randomElement(using: &chance)
            else { return nil }
            lines[index] = line.replacing(role, with: other, maxReplacements: 1)
        case .remove:
            guard line.count > 8 else { return nil }
            let start = Int.random(in: 0..<(line.count - 4), using: &chance)
            let length = Int.random(in: 1...min(20, line.count - start), using: &chance)
            lines[index] = String(line.prefix(start) + line.dropFirst(start + length))
        case .sign:
            let places = line.indices.filter { ":,{}[]\"'|-.".contains(line[$0]) }
            guard let place = places.randomElement(using: &chance) else { return nil }
            lines[index] = String(line[..<place] + line[line.index(after: place)...])
        case .unquote:
            guard line.filter({ $0 == "\"" }).count == 2 else { return nil }
            lines[index] = line.replacing("\"", with: "")
        case .words:
            var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let places = words.indices.dropLast().filter { !words[$0].isEmpty && !words[$0 + 1].isEmpty }
            guard let place = places.randomElement(using: &chance) else { return nil }
            words.swapAt(place, place + 1)
            lines[index] = words.joined(separator: " ")
        case .stray:
            guard let stray = [" #x", "!", "\t", ": ", "'", ", "].randomElement(using: &chance) else { return nil }
            let place = Int.random(in: 0...line.count, using: &chance)
            lines[index] = String(line.prefix(place)) + stray + line.dropFirst(place)
        }
        return lines[index]
    }

    private static let units: [(String, String)] = [
        ("working days", "workdays"), ("working days", "days"), ("days", "weeks"), ("days", "dias"),
        ("days", "minutes"),
        ("months", "month days"), ("before", "after"), ("after", "before"), ("hours", "days"), ("starts", "begins"),
    ]

    private mutating func exchange(_ lines: inout [String], _ index: Int, _ pairs: [(String, String)]) -> String? {
        guard let (old, new) = pairs.filter({ lines[index].contains($0.0) }).randomElement(using: &chance) else {
            return nil
        }
        lines[index] = lines[index].replacing(old, with: new, maxReplacements: 1)
        return lines[index]
    }

    private mutating func word(in line: String, least: Int) -> Range<String.Index>? {
        let words = line.ranges(of: /[A-Za-z_]+/).filter {
            line.distance(from: $0.lowerBound, to: $0.upperBound) >= least
        }
        return words.randomElement(using: &chance)
    }

    private mutating func misspelt(_ word: String) -> String {
        var letters = Array(word)
        let place = Int.random(in: 0..<letters.count - 1, using: &chance)
        switch Int.random(in: 0..<4, using: &chance) {
        case 0: letters.swapAt(place, place + 1)
        case 1: letters.remove(at: place)
        case 2: letters.insert(letters[place], at: place)
        default: letters[place] = letters[place] == "x" ? "y" : "x"
        }
        return String(letters)
    }
}
