extension TimePhrase {
    /// The longest phrase, in UTF-8 bytes.
    public static let bytesLimit: Int = 300
    /// The largest count of a unit or of repetitions.
    public static let countLimit: Int = 9999
    /// The most moments joined by `and`.
    public static let momentsLimit: Int = 20

    /// Reads a phrase.
    ///
    /// - Parameters:
    ///   - dates: names of the dates that it may hang on; nil takes any name.
    ///   - singleDays: those of the dates that are one day; `starts` and `ends` are refused for them.
    ///   - states: names of the states for `first STATE`; nil takes any name.
    public static func parse(
        _ text: String, dates: Set<String>? = nil, singleDays: Set<String> = [], states: Set<String>? = nil
    ) -> Result<TimePhrase, PhraseMistake> {
        let names = PhraseNames(dates: dates, singleDays: singleDays, states: states)
        return Result { () throws(PhraseMistake) in
            var parser = try PhraseParser(text: text, names: names)
            return try parser.phrase()
        }
    }

    /// Reads a range such as `14 to 28 days`: normal from the first, late after the second; or one phrase.
    public static func parseRange(
        _ text: String, dates: Set<String>? = nil, singleDays: Set<String> = [], states: Set<String>? = nil
    ) -> Result<(from: TimePhrase?, to: TimePhrase), PhraseMistake> {
        let names = PhraseNames(dates: dates, singleDays: singleDays, states: states)
        return Result { () throws(PhraseMistake) in
            var parser = try PhraseParser(text: text, names: names)
            return try parser.range()
        }
    }
}

/// One pass over the words of a phrase; nothing is tried twice.
struct PhraseParser {
    struct Word {
        let text: String
        /// In code points from the start of the phrase.
        let offset: Int
    }

    let names: PhraseNames
    private let words: [Word]
    private let end: Int
    private var position: Int = 0

    /// Refuses what is no phrase at all: too long, empty, capitals, a form of another language.
    init(text: String, names: PhraseNames) throws(PhraseMistake) {
        self.names = names
        end = text.unicodeScalars.count
        guard text.utf8.count <= TimePhrase.bytesLimit else {
            throw PhraseMistake(
                message: "a time phrase has at most \(TimePhrase.bytesLimit) bytes", offset: 0, length: end)
        }
        words = PhraseParser.split(text)
        guard !words.isEmpty else {
            throw PhraseMistake(
                message: "a time is missing; write for example \"5 working days\"", offset: 0, length: 0)
        }
        let small: String = text.lowercased()
        let plain: [Word] = PhraseParser.split(small)
        if let message: String = PhraseForeign.message(small, words: plain.map(\.text), names: names) {
            throw PhraseMistake(message: message, offset: 0, length: end)
        }
        for (index, word) in words.enumerated() where word.text != plain[index].text {
            // A zone behind the hour is written large; that it does not belong there is the mistake.
            if PhraseForeign.zones.contains(plain[index].text) { continue }
            throw PhraseMistake(
                message: "phrases are written in small letters: \"\(plain.map(\.text).joined(separator: " "))\"",
                offset: word.offset, length: word.text.unicodeScalars.count)
        }
    }

    private static func split(_ text: String) -> [Word] {
        var words: [Word] = []
        var letters = String.UnicodeScalarView()
        var offset: Int = 0
        for scalar in text.unicodeScalars {
            if scalar != " " {
                letters.append(scalar)
            } else if !letters.isEmpty {
                words.append(Word(text: String(letters), offset: offset - letters.count))
                letters = String.UnicodeScalarView()
            }
            offset += 1
        }
        if !letters.isEmpty { words.append(Word(text: String(letters), offset: offset - letters.count)) }
        return words
    }

    // MARK: Words

    /// The next word, or one further on; nil behind the last.
    func word(_ ahead: Int = 0) -> String? {
        words.indices.contains(position + ahead) ? words[position + ahead].text : nil
    }

    var place: Int { position }

    mutating func skip(_ count: Int = 1) { position += count }

    mutating func take(_ expected: String...) -> Bool {
        for (ahead, text) in expected.enumerated() where word(ahead) != text { return false }
        position += expected.count
        return true
    }

    /// A mistake that covers the words from a place up to the next word and with it; the next word where none is said.
    func mistake(_ message: String, from start: Int? = nil) -> PhraseMistake {
        let first: Int = min(start ?? position, position)
        guard words.indices.contains(first) else { return PhraseMistake(message: message, offset: end, length: 0) }
        let last: Word = words[min(position, words.count - 1)]
        let length: Int = last.offset + last.text.unicodeScalars.count - words[first].offset
        return PhraseMistake(message: message, offset: words[first].offset, length: length)
    }

    // MARK: Wholes

    mutating func phrase() throws(PhraseMistake) -> TimePhrase {
        let result: TimePhrase = word() == "every" ? try repetition() : try moment()
        if let extra: String = word() { throw trailing(extra) }
        return result
    }

    /// `14 to 28 days before visit` reads `14`, then the rest as the later phrase.
    mutating func range() throws(PhraseMistake) -> (from: TimePhrase?, to: TimePhrase) {
        guard word(1) == "to", let first: Int = word().flatMap({ Int($0) }) else { return (nil, try phrase()) }
        let low: Int = try count()
        skip()
        let to: TimePhrase = try phrase()
        guard to.moments.count == 1, let part: TimePhrase.Part = to.moments[0].first, to.moments[0].count == 1 else {
            throw PhraseMistake(message: "a range has one unit: \"14 to 28 days\"", offset: 0, length: end)
        }
        guard to.direction == .before ? part.count < low : part.count > low else {
            throw PhraseMistake(
                message: "a range goes from the earlier to the later: \"14 to 28 days\", \"28 to 14 days before due\"",
                offset: 0, length: end)
        }
        let from = TimePhrase(
            hook: to.hook, direction: to.direction, moments: [[TimePhrase.Part(count: first, unit: part.unit)]],
            at: to.at, shift: to.shift, wording: to.wording)
        return (from, to)
    }

    private func trailing(_ extra: String) -> PhraseMistake {
        if PhraseForeign.zones.contains(extra.lowercased()) {
            return mistake("the hour is in the zone of the date's place; leave \"\(extra)\" out")
        }
        switch extra {
        case "and": return mistake("\"and\" joins numbers or units, before \"before\" and \"after\"")
        case "or": return mistake("\"or the next working day\" stands before \"at\", and not with \"every\"")
        case "up", "until":
            return mistake("only \"every …\" has \"up to\" and \"until\": \"every 5 days up to 3 times\"")
        default: return mistake("\"\(extra)\" is too much here; the phrase ends before it")
        }
    }
}
