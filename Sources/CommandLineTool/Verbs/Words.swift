import Calendars
import Exchange
import Expressions
import Foundation
import ProgrammeLanguage

/// How instants stand in lists: by the clock of one zone.
struct LocalWords {
    let zone: Zone

    /// `2027-03-01 09:00`.
    func moment(_ instant: Instant) -> String {
        let local = zone.local(instant)
        let time = LocalTime(minutes: local.secondOfDay / 60) ?? .midnight
        return "\(local.date.iso) \(time)"
    }

    /// `2027-03-01`.
    func day(_ instant: Instant) -> String { zone.date(of: instant).iso }

    /// The last day that still counts: what is due with the end of a day is due that day.
    func due(_ instant: Instant) -> String { zone.date(of: instant.adding(milliseconds: -1)).iso }
}

/// Names that somebody typed, and those that were perhaps meant.
enum Naming {
    /// `; did you mean "screening"?`, or nothing.
    static func proposal(_ word: String, among known: [String]) -> String {
        Spelling.nearest(word, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// How the program was called, for lines to be copied: its name where it is found by name, else its path from here.
    static var program: String {
        let path = CommandLine.arguments[0]
        guard path.contains("/") else { return "sojourn" }
        let here = FileManager.default.currentDirectoryPath + "/"
        return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    }

    /// `a, b and c`.
    static func list(_ words: [String], _ last: String = "and") -> String {
        guard words.count > 1, let end = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + end
    }

    /// `1 case`, `3 cases`.
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(many ?? one + "s")"
    }
}

extension Value {
    static func number(_ number: Int) -> Value { .int(Int64(number)) }
    static func texts(_ texts: [String]) -> Value { .list(texts.map { .string($0) }) }
    /// RFC 3339 in UTC, or null.
    static func moment(_ instant: Instant?) -> Value { instant.map { .string($0.rfc3339) } ?? .null }
    /// The text, or null where there is none.
    static func text(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
}

extension Who {
    /// `requester`, `host's deputy`, `the member`.
    var words: String {
        switch self {
        case .role(let role): role
        case .deputy(let role): "\(role)'s deputy"
        case .member: "the member"
        case .memberDeputy: "the member's deputy"
        case .everyone: "everyone"
        case .path(let path): path.description
        }
    }
}

extension TaskDeclaration.Need {
    /// What is added behind those who are asked: `(2 of them)`; nil where one answer is enough.
    var words: String? {
        switch self {
        case .any: nil
        case .all: "all of them"
        case .count(let count): count == 1 ? nil : "\(count) of them"
        }
    }
}

extension ExchangeStep {
    /// What the step does, in a few words.
    var words: String {
        var parts: [String] = []
        if let to { parts.append("goes to \(to)") }
        if let remind {
            let message = remind.message.isEmpty ? "a reminder" : "the reminder \(remind.message)"
            let readers = remind.who.isEmpty ? "those who have not answered" : Naming.list(remind.who.map(\.words))
            parts.append("\(message) to \(readers)")
        }
        if !escalate.isEmpty { parts.append("escalated to \(Naming.list(escalate.map(\.words)))") }
        for send in send { parts.append("message \(send.message) to \(Naming.list(send.to.map(\.words)))") }
        for action in actions { parts.append(action.action) }
        for name in void { parts.append("\(name) no longer counts") }
        if let hold { parts.append("on hold up to \(hold.text)") }
        return parts.isEmpty ? "stays" : parts.joined(separator: ", ")
    }

    /// When the step may be taken at all, in the programme's words; empty where always.
    var conditionWords: String {
        var parts: [String] = []
        if let until { parts.append("until \(until.text)") }
        if let since { parts.append("since \(since.text)") }
        if let condition { parts.append("if \(condition.text)") }
        return parts.joined(separator: ", ")
    }
}
