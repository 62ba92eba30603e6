import Glibc

/// Reads JSON from its first byte to its last without building it: files of millions of scores go straight into tables.
struct JSONScanner: ~Copyable {
    /// Lists and objects inside each other.
    static let depth = 64
    /// Bytes of a number.
    static let numberBytes = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var level = 0
    /// The text that was read last, where it had escapes.
    private var decoded: [UInt8] = []

    /// What was complained of; reading went on behind it.
    private(set) var complaints: [String] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// A mistake at the place that was reached, behind which nothing can be read, with all complaints before it.
    func mistake(_ words: String) -> MatchingMistake {
        MatchingMistake(complaints + [located(words)]) ?? MatchingMistake(words)
    }

    /// Remembers a mistake at the place that was reached; reading goes on.
    mutating func complain(_ words: String) {
        // To find the line reads the file again; those that are only counted need none.
        complaints.append(complaints.count < MatchingMistake.limit ? located(words) : words)
    }

    private func located(_ words: String) -> String {
        var (line, column) = (1, 1)
        for byte in bytes.prefix(position) {
            column += 1
            if byte == 0x0A { (line, column) = (line + 1, 1) }
        }
        return "line \(line), column \(column): \(words)"
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// The next byte that is no blank; 0 at the end.
    mutating func peek() -> UInt8 {
        skipBlanks()
        return position < bytes.count ? bytes[position] : 0
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8, _ what: String) throws(MatchingMistake) {
        guard take(byte) else { throw mistake("\(what) is wanted here") }
    }

    /// What stands behind the value is a mistake.
    mutating func end() throws(MatchingMistake) {
        if peek() != 0 || position < bytes.count { throw mistake("there is something behind the value") }
    }

    private mutating func descend() throws(MatchingMistake) {
        level += 1
        if level > Self.depth { throw mistake("more than \(Self.depth) lists and objects inside each other") }
    }

    /// Calls `each` at the value of every key, which it must read.
    mutating func object(
        _ what: String, _ each: (inout JSONScanner, _ key: UnsafeBufferPointer<UInt8>) throws(MatchingMistake) -> Void
    ) throws(MatchingMistake) {
        try expect(0x7B, "\(what), an object in { },")
        try descend()
        defer { level -= 1 }
        if take(0x7D) { return }
        repeat {
            // The key may be needed after its value was read, so one with escapes is kept beside.
            let range = try textRange()
            if let range {
                try expect(0x3A, "':'")
                try each(&self, UnsafeBufferPointer(rebasing: bytes[range]))
            } else {
                let copy = decoded
                try expect(0x3A, "':'")
                try copy.withUnsafeBufferPointer { (key) throws(MatchingMistake) in try each(&self, key) }
            }
        } while take(0x2C)
        try expect(0x7D, "',' or '}'")
    }

    /// Calls `each` at every element, which it must read.
    mutating func list(
        _ what: String, _ each: (inout JSONScanner) throws(MatchingMistake) -> Void
    ) throws(MatchingMistake) {
        try expect(0x5B, "\(what), a list in [ ],")
        try descend()
        defer { level -= 1 }
        if take(0x5D) { return }
        repeat { try each(&self) } while take(0x2C)
        try expect(0x5D, "',' or ']'")
    }

    /// Hands a text to `use`.
    mutating func text<Result>(
        _ what: String, _ use: (UnsafeBufferPointer<UInt8>) -> Result
    ) throws(MatchingMistake) -> Result {
        guard peek() == 0x22 else { throw mistake("\(what), a text in quotes, is wanted here") }
        if let range = try textRange() { return use(UnsafeBufferPointer(rebasing: bytes[range])) }
        return decoded.withUnsafeBufferPointer(use)
    }

    mutating func string(_ what: String) throws(MatchingMistake) -> String {
        try text(what) { String(decoding: $0, as: UTF8.self) }
    }

    /// A text, or nil after a complaint.
    mutating func optionalString(_ what: String) throws(MatchingMistake) -> String? {
        if peek() == 0x22 { return try string(what) }
        complain("\(what), a text in quotes, is wanted here")
        try skipValue()
        return nil
    }

    /// A whole number inside the range, or nil after a complaint.
    mutating func whole(_ what: String, _ range: ClosedRange<Int>) throws(MatchingMistake) -> Int? {
        let complained = complaints.count
        let number = try number(what)
        guard complaints.count == complained else { return nil }
        if let whole = Int(exactly: number), range.contains(whole) { return whole }
        complain(
            "\(what), a whole number from \(range.lowerBound) to \(range.upperBound), is wanted here, not \(number)")
        return nil
    }

    /// Whether `null` stands here, behind which it goes on.
    mutating func null() throws(MatchingMistake) -> Bool {
        guard peek() == 0x6E else { return false }
        let end = min(position + 4, bytes.count)
        guard bytes[position..<end].elementsEqual("null".utf8), end == bytes.count || Self.endsWord(bytes[end]) else {
            return false
        }
        position = end
        return true
    }

    /// Goes over a value of any kind.
    mutating func skipValue() throws(MatchingMistake) {
        switch peek() {
        case 0x7B: try object("an object") { (scanner, _) throws(MatchingMistake) in try scanner.skipValue() }
        case 0x5B: try list("a list") { (scanner) throws(MatchingMistake) in try scanner.skipValue() }
        case 0x22: _ = try textRange()
        default:
            let start = position
            while position < bytes.count, !Self.endsWord(bytes[position]) { position += 1 }
            if position == start { throw mistake("a value is wanted here") }
        }
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x2C || byte == 0x3A || byte == 0x5B || byte == 0x5D || byte == 0x7B || byte == 0x7D
    }

    /// A finite number, or 0 after a complaint; NaN and infinity, which some programs write, are told by name.
    mutating func number(_ what: @autoclosure () -> String) throws(MatchingMistake) -> Double {
        skipBlanks()
        let start = position
        while position < bytes.count, position - start <= Self.numberBytes {
            switch bytes[position] {
            case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65, 0x41...0x5A, 0x61...0x7A: position += 1
            default:
                return try parse(start, what())
            }
        }
        return try parse(start, what())
    }

    private mutating func parse(
        _ start: Int, _ what: @autoclosure () -> String
    ) throws(MatchingMistake) -> Double {
        let word = bytes[start..<position]
        if let short = Self.shortNumber(UnsafeBufferPointer(rebasing: word)) { return short }
        let text = String(decoding: word, as: UTF8.self)
        let isNumber = word.allSatisfy { (0x2B...0x39).contains($0) || $0 == 0x45 || $0 == 0x65 }
        guard let first = word.first, first == 0x2D || (0x30...0x39).contains(first), isNumber,
            let number = Double(text),
            number.isFinite
        else {
            position = start
            let found = text.isEmpty ? "" : ", not \(shown(text))"
            complain("\(what()), a finite number, is wanted here\(found)")
            try skipValue()
            return 0
        }
        return number
    }

    /// Numbers of at most 15 digits without exponent, for which one division is exact enough; nil for all others.
    static func shortNumber(_ word: UnsafeBufferPointer<UInt8>) -> Double? {
        guard (1...17).contains(word.count) else { return nil }
        var (digits, whole, decimals, index) = (0, 0, -1, 0)
        let isNegative = word[0] == 0x2D
        if isNegative { index = 1 }
        while index < word.count {
            let byte = word[index]
            if (0x30...0x39).contains(byte) {
                whole = whole * 10 + Int(byte - 0x30)
                digits += 1
                if decimals >= 0 { decimals += 1 }
            } else if byte == 0x2E, decimals < 0, digits > 0 {
                decimals = 0
            } else {
                return nil
            }
            index += 1
        }
        guard (1...15).contains(digits), decimals != 0 else { return nil }
        let magnitude = decimals > 0 ? Double(whole) / Self.powersOfTen[decimals] : Double(whole)
        return isNegative ? -magnitude : magnitude
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// Where the text stands that begins here, or nil if it had escapes and is in `decoded`.
    private mutating func textRange() throws(MatchingMistake) -> Range<Int>? {
        try expect(0x22, "a text in quotes")
        let start = position
        guard let base = bytes.baseAddress else { throw mistake("the text has no end") }
        while position < bytes.count {
            switch base[position] {
            case 0x22:
                position += 1
                return start..<(position - 1)
            case 0x5C:
                try decode(from: start)
                return nil
            case 0..<0x20: throw mistake("a control character in a text must be written as \\u00XX")
            default: position += 1
            }
        }
        throw mistake("the text has no end")
    }

    private mutating func decode(from start: Int) throws(MatchingMistake) {
        decoded = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == 0x22 { return }
            guard byte == 0x5C else {
                decoded.append(byte)
                continue
            }
            guard position < bytes.count else { break }
            let escape = bytes[position]
            position += 1
            switch escape {
            case 0x22, 0x2F, 0x5C: decoded.append(escape)
            case 0x62: decoded.append(0x08)
            case 0x66: decoded.append(0x0C)
            case 0x6E: decoded.append(0x0A)
            case 0x72: decoded.append(0x0D)
            case 0x74: decoded.append(0x09)
            case 0x75: decoded += Array(String(try scalar()).utf8)
            default: throw mistake("'\\' with something that JSON does not know")
            }
        }
        throw mistake("the text has no end")
    }

    private mutating func scalar() throws(MatchingMistake) -> Character {
        var units = [try unit()]
        if (0xD800..<0xDC00).contains(units[0]), position + 1 < bytes.count, bytes[position] == 0x5C,
            bytes[position + 1] == 0x75
        {
            position += 2
            units.append(try unit())
        }
        guard let text = String(validating: units, as: UTF16.self), let character = text.first else {
            throw mistake("\\u names half a character")
        }
        return character
    }

    private mutating func unit() throws(MatchingMistake) -> UInt16 {
        guard position + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
        else { throw mistake("\\u wants four hexadecimal digits") }
        position += 4
        return unit
    }
}
