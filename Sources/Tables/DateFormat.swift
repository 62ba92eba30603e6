package import Calendars

/// How a table writes its dates: "YYYY-MM", "YYYY-MM-DD", "DD/MM/YYYY", "D.M.YYYY" and the like.
///
/// `YYYY` is four digits, `MM` and `DD` two, `M` and `D` one or two; anything that is not a letter stands for itself.
package struct DateFormat: Hashable, Sendable, CustomStringConvertible {
    private enum Piece: Hashable, Sendable {
        case year, month(digits: ClosedRange<Int>), day(digits: ClosedRange<Int>), literal(UInt8)
    }

    /// The pattern as it was written.
    package let pattern: String
    private let pieces: [Piece]

    /// The longest pattern taken.
    package static let patternBytes: Int = 20

    /// Nil where the pattern lacks a year or a month, names a part twice, or has other letters.
    package init?(_ pattern: String) {
        guard pattern.utf8.count <= DateFormat.patternBytes else { return nil }
        var rest: Substring = pattern[...]
        var pieces: [Piece] = []
        while let first: Character = rest.first {
            let run: Substring = rest.prefix { (character: Character) in character == first }
            switch (first, run.count) {
            case ("Y", 4): pieces.append(.year)
            case ("M", 1): pieces.append(.month(digits: 1...2))
            case ("M", 2): pieces.append(.month(digits: 2...2))
            case ("D", 1): pieces.append(.day(digits: 1...2))
            case ("D", 2): pieces.append(.day(digits: 2...2))
            default:
                guard run.utf8.allSatisfy({ (byte: UInt8) in "-/. ".utf8.contains(byte) }) else { return nil }
                pieces += run.utf8.map { (byte: UInt8) in Piece.literal(byte) }
            }
            rest = rest.dropFirst(run.count)
        }
        let kinds: [Int] = pieces.map(DateFormat.kind)
        guard kinds.count(where: { (kind: Int) in kind == 1 }) == 1,
            kinds.count(where: { (kind: Int) in kind == 2 }) == 1,
            kinds.count(where: { (kind: Int) in kind == 3 }) <= 1
        else { return nil }
        self.pattern = pattern
        self.pieces = pieces
    }

    package var description: String { pattern }

    /// The days that the text names: one day, or a whole month where the format has no day; nil if it does not fit.
    package func read(_ text: String) -> (first: LocalDate, last: LocalDate)? {
        var bytes: Substring.UTF8View = text[...].utf8
        var year: Int = 0
        var month: Int = 0
        var day: Int?
        for piece: Piece in pieces {
            switch piece {
            case .literal(let byte): guard bytes.popFirst() == byte else { return nil }
            case .year:
                guard let value: Int = DateFormat.number(&bytes, digits: 4...4) else { return nil }
                year = value
            case .month(let digits):
                guard let value: Int = DateFormat.number(&bytes, digits: digits) else { return nil }
                month = value
            case .day(let digits):
                guard let value: Int = DateFormat.number(&bytes, digits: digits) else { return nil }
                day = value
            }
        }
        guard bytes.isEmpty, let first: LocalDate = LocalDate(year: year, month: month, day: day ?? 1) else {
            return nil
        }
        guard day == nil else { return (first, first) }
        let last: LocalDate? = (28...31).lazy.compactMap { LocalDate(year: year, month: month, day: $0) }.max()
        return (first, last ?? first)
    }

    private static func kind(_ piece: Piece) -> Int {
        switch piece {
        case .literal: 0
        case .year: 1
        case .month: 2
        case .day: 3
        }
    }

    private static func number(_ bytes: inout Substring.UTF8View, digits: ClosedRange<Int>) -> Int? {
        var value: Int = 0
        var count: Int = 0
        while count < digits.upperBound, let byte: UInt8 = bytes.first, (0x30...0x39).contains(byte) {
            value = value * 10 + Int(byte - 0x30)
            count += 1
            bytes = bytes.dropFirst()
        }
        return digits.contains(count) ? value : nil
    }
}
