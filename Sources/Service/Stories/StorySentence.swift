import Calendars
import Exchange
import Foundation
import ProgrammeLanguage

/// Reads one sentence of a story, word by word.
struct StorySentence {
    /// A mistake, so many code points from the sentence's beginning.
    struct Mistake: Error {
        let message: String
        let offset: Int
    }

    private struct Word {
        let text: String
        let offset: Int
        /// A comma follows.
        let endsPart: Bool
    }

    private let names: StoryNames
    private var words: [Word] = []
    private var place = 0
    /// What stands after " with ".
    private var assignments: String?
    private var assignmentsOffset = 0

    init(_ text: String, names: StoryNames) {
        self.names = names
        var sentence = Substring(text)
        if let range = text.range(of: " with ") {
            sentence = text[..<range.lowerBound]
            assignments = String(text[range.upperBound...])
            assignmentsOffset = text.unicodeScalars.distance(from: text.startIndex, to: range.upperBound)
        }
        var offset = 0
        for part in sentence.split(separator: " ", omittingEmptySubsequences: false) {
            defer { offset += part.unicodeScalars.count + 1 }
            guard !part.isEmpty else { continue }
            let endsPart = part.hasSuffix(",") && part.count > 1
            words.append(
                Word(text: endsPart ? String(part.dropLast()) : String(part), offset: offset, endsPart: endsPart))
        }
    }

    // MARK: Words

    private var word: String? { words.indices.contains(place) ? words[place].text : nil }
    private var offset: Int { words.indices.contains(place) ? words[place].offset : (words.last?.offset ?? 0) }
    private var isAtEnd: Bool { place >= words.count }

    private func mistake(_ message: String) -> Mistake { Mistake(message: message, offset: offset) }

    private mutating func next() -> String? {
        defer { place += 1 }
        return word
    }

    private mutating func takes(_ expected: String...) -> Bool {
        guard words.count >= place + expected.count,
            zip(expected, words[place...]).allSatisfy({ $0 == $1.text })
        else { return false }
        place += expected.count
        return true
    }

    private func unknown(_ text: String, _ what: String, among known: [String]) -> Mistake {
        if let near = Spelling.nearest(text, among: known) {
            return mistake("there is no \(what) \"\(text)\"; did you mean \"\(near)\"?")
        }
        let shown = known.prefix(20).joined(separator: ", ")
        return mistake("there is no \(what) \"\(text)\"" + (shown.isEmpty ? "" : "; what there is: \(shown)"))
    }

    private mutating func name(_ what: String, among known: [String]) throws(Mistake) -> String {
        guard let text = word else { throw mistake("a \(what) is missing at the end") }
        guard known.contains(text) else { throw unknown(text, what, among: known) }
        place += 1
        return text
    }

    private mutating func date() throws(Mistake) -> LocalDate {
        guard let date = word.flatMap(LocalDate.init(iso:)) else {
            throw mistake("a day is written year-month-day and must exist, such as 2027-06-14")
        }
        place += 1
        return date
    }

    private func finish() throws(Mistake) {
        guard let word else { return }
        throw mistake("the sentence should end before \"\(word)\"")
    }

    // MARK: People

    private func known(_ word: String) -> Story.Person? {
        if ["everyone", "anyone", "everybody", "anybody"].contains(word) { return .everyone }
        let isDeputy = word.hasSuffix(".deputy")
        let plain = isDeputy ? String(word.dropLast(7)) : word
        for spelling in [plain, plain + "s"] where names.roles.contains(spelling) {
            return .role(spelling, place: nil, isDeputy: isDeputy)
        }
        for spelling in [plain, plain + "s"] where names.tracks.contains(spelling) && !isDeputy {
            return .track(spelling, place: nil)
        }
        return nil
    }

    private mutating func person() throws(Mistake) -> Story.Person {
        guard let text = word else { throw mistake("somebody is missing at the end") }
        guard let found = known(text) else {
            throw unknown(text, "role", among: names.roles + names.tracks + ["everyone"])
        }
        let endsPart = words[place].endsPart
        place += 1
        guard !endsPart, let number = word.flatMap({ Int($0) }) else { return found }
        guard (1...Story.limit).contains(number) else { throw mistake("places are counted from 1") }
        place += 1
        return switch found {
        case .everyone: found
        case .role(let role, _, let isDeputy): .role(role, place: number, isDeputy: isDeputy)
        case .track(let track, _): .track(track, place: number)
        }
    }

    /// `host`, `host and leader`, `host, leader and delegate 2`.
    private mutating func people() throws(Mistake) -> [Story.Person] {
        var result = [try person()]
        while !isAtEnd, word != "once" {
            if word == "and" { place += 1 }
            result.append(try person())
        }
        return result
    }

    // MARK: Sentences

    /// What a step says.
    mutating func what() throws(Mistake) -> Story.What {
        guard let first = word else { throw mistake("the sentence is empty; write such as: host answers agenda") }
        if words.contains(where: { $0.text == "goes" }) { return .expect(try message()) }
        if takes("case") { return .expect(.state(nil, try caseState())) }
        if names.actions.contains(first) || first.contains("."), !first.hasSuffix(".deputy") {
            let (action, work) = try action()
            return .expect(.action(action, work))
        }
        let person = try person()
        if takes("is", "in") || takes("are", "in") { return .expect(.state(person, try state(of: person))) }
        return try act(of: person)
    }

    /// What a line of `never` says.
    mutating func never() throws(Mistake) -> Story.Never {
        guard let first = word else {
            throw mistake("the sentence is empty; write such as: moved goes twice to anyone")
        }
        if words.contains(where: { $0.text == "goes" }) {
            let message = try name("message", among: names.messages)
            guard takes("goes") else {
                throw mistake("write \"\(message) goes to …\" or \"\(message) goes twice to …\"")
            }
            let isTwice = takes("twice")
            guard takes("to") else { throw mistake("write \"to\" and who gets it") }
            let readers = try people()
            try finish()
            return isTwice ? .twice(message, to: readers) : .message(message, to: readers)
        }
        if takes("case") { return .state(nil, try caseState()) }
        if first.contains("."), !first.hasSuffix(".deputy") {
            let (action, work) = try action()
            return .action(action, work)
        }
        let person = try person()
        guard takes("is", "in") || takes("are", "in") else {
            throw mistake(
                "what must never come is \"MESSAGE goes to …\", \"MESSAGE goes twice to …\" or \"… is in STATE\"")
        }
        return .state(person, try state(of: person))
    }

    private mutating func message() throws(Mistake) -> Story.Expectation {
        let isNothing = takes("nothing")
        let message: String? = isNothing ? nil : try name("message", among: names.messages)
        guard takes("goes", "to") else { throw mistake("write \"goes to\" and who gets it") }
        if takes("nobody") {
            try finish()
            return .noMessage(message, to: [.everyone])
        }
        let readers = try people()
        let isOnce = takes("once")
        try finish()
        if isNothing { return .noMessage(nil, to: readers) }
        return .message(message, to: readers, isOnce: isOnce)
    }

    private mutating func caseState() throws(Mistake) -> String {
        if takes("ends", "as") {
            let end = try name("end", among: names.programme.endsOrder)
            try finish()
            return end
        }
        guard takes("is", "in") else { throw mistake("write \"case is in STATE\" or \"case ends as END\"") }
        let state = try name("state", among: names.states)
        try finish()
        return state
    }

    private mutating func state(of person: Story.Person) throws(Mistake) -> String {
        guard let track = names.track(of: person) else {
            throw mistake("only members of a track are in a state of their own; write \"case is in STATE\"")
        }
        let state = try name("state", among: names.states(ofTrack: track))
        try finish()
        return state
    }

    private mutating func action() throws(Mistake) -> (String, Story.Work) {
        let action = try name("action", among: names.actions)
        guard takes("is"), let work = next().flatMap(Story.Work.init(rawValue:)) else {
            throw mistake("write \"\(action) is made\", \"is renewed\" or \"is undone\"")
        }
        try finish()
        return (action, work)
    }

    private mutating func act(of person: Story.Person) throws(Mistake) -> Story.What {
        if takes("is", "silent") || takes("are", "silent") { return try bare(person, .fallSilent) }
        if takes("answers", "again") || takes("answer", "again") { return try bare(person, .answerAgain) }
        if takes("resumes") { return try bare(person, .resume) }
        if takes("answers") {
            let task = try name("form or state with a task", among: names.tasks)
            var outcome: String?
            if let word, !word.hasPrefix("(") { outcome = try name("answer", among: names.outcomes(ofTask: task)) }
            return try tail(person, .answer(task: task, outcome: outcome), hints: [:])
        }
        let known = names.decisions.map(\.name)
        let decision: String
        if takes("decides") {
            decision = try name("decision", among: known)
        } else {
            guard let verb = word, verb.hasSuffix("s"), known.contains(String(verb.dropLast())) else {
                throw mistake(
                    "after who comes \"answers FORM\", \"decides NAME\", \"is in STATE\", \"is silent\" or \"answers again\", not \"\(word ?? "the end")\""
                )
            }
            decision = String(verb.dropLast())
            place += 1
        }
        let about: Story.Person? = takes("for") ? try self.person() : nil
        var hints: [String: CastScript.Hint] = [:]
        if takes("to") {
            guard let field = names.daysField(ofDecision: decision) else {
                throw mistake("\"\(decision)\" does not ask for days")
            }
            let first = try date()
            let last: LocalDate? = takes("to") ? try date() : nil
            hints[field] = .text("\(first.iso)/\(last?.iso ?? "")")
        }
        return try tail(person, .decide(decision, about: about), hints: hints)
    }

    private mutating func bare(_ person: Story.Person, _ act: Story.Act) throws(Mistake) -> Story.What {
        try finish()
        return .act(person, act, reason: nil, hints: [:])
    }

    /// `(reason CODE)` and `with field=value, field=value`.
    private mutating func tail(
        _ person: Story.Person, _ act: Story.Act, hints: [String: CastScript.Hint]
    ) throws(Mistake) -> Story.What {
        var reason: String?
        if takes("(reason") {
            guard let code = next(), code.hasSuffix(")") else { throw mistake("a reason is written (reason CODE)") }
            reason = String(code.dropLast())
        }
        try finish()
        var hints = hints
        var last: String?
        var texts: [String: String] = [:]
        for part in (assignments ?? "").split(separator: ",") {
            let piece = part.drop { $0 == " " }
            guard let sign = piece.firstIndex(of: "="),
                piece[..<sign].allSatisfy({ $0 == "_" || $0.isLetter || $0.isNumber })
            else {
                guard let last else {
                    throw Mistake(message: "after \"with\" stands field=value, field=value", offset: assignmentsOffset)
                }
                texts[last, default: ""] += "," + part
                continue
            }
            let field = String(piece[..<sign])
            texts[field] = String(piece[piece.index(after: sign)...])
            last = field
        }
        for (field, text) in texts { hints[field] = StoryText.hint(text) }
        return .act(person, act, reason: reason, hints: hints)
    }
}

/// How values are written in stories.
enum StoryText {
    /// `2027-06-14 to 2027-06-18` as forms take it; anything else stays.
    static func days(_ text: String) -> String {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 3, parts[1] == "to", LocalDate(iso: parts[0]) != nil, LocalDate(iso: parts[2]) != nil
        else {
            return text
        }
        return "\(parts[0])/\(parts[2])"
    }

    static func hint(_ text: String) -> CastScript.Hint { CastScript.Hint(days(text)) }
}
