package import Calendars
import Foundation
import ProgrammeLanguage

/// What a cast does beside answering well and in time: who is silent, what goes wrong, and how answers are drawn.
///
/// Written in `cast.yaml`; docs/reference/cast.md shows every key.
package struct CastScript: Sendable {
    /// How one field is answered.
    package enum Hint: Hashable, Sendable {
        case text(String)
        case between(Double, Double)
        /// As another answer of the case, so much less, but at least 1: a number, so many rows, or so many days.
        case like(path: [String], less: Double)
        /// The days that are known, moved by so many days.
        case moved(days: Int)
    }

    /// Something that departs from the good way.
    package struct Event: Sendable {
        /// The request with this number in its file, 1 first; nil: every one.
        package var request: Int?
        package var state: String?
        package var form: String?
        /// The member of the track with this place, 1 first; nil: each.
        package var member: Int?
        /// How they answer instead; nil: as usual.
        package var outcome: String?
        package var reason: String?
        /// Days that they wait.
        package var delayDays: Int?
        package var isSilent = false
        /// How often it happens at most, in each case.
        package var times = 1
        /// A decision instead of an answer, by this role, at this time.
        package var decide: String?
        package var who: String?
        package var when: TimePhrase?
        package var hints: [String: Hint] = [:]
    }

    package var seed: UInt64 = 1
    /// Offers whose people never answer.
    package var silent: Set<String> = []
    /// States whose tasks nobody answers, because silence is consent there.
    package var silentStates: Set<String> = []
    /// `form.field` → how.
    package var hints: [String: Hint] = [:]
    package var events: [Event] = []

    package init() {}

    /// Reads a script.
    ///
    /// - Throws: `SettingsMistakes` with each mistake and its place.
    package static func read(path: String, dates: Set<String>) throws(SettingsMistakes) -> CastScript {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingsMistakes(["\(path): error: the file cannot be read"])
        }
        let read = YAMLReader.read(file: path, bytes: Array(data))
        var reader = CastReader(dates: dates)
        reader.mistakes = read.diagnostics.map(\.description)
        guard let root = read.root, reader.mistakes.isEmpty else { throw SettingsMistakes(reader.mistakes) }
        let script = reader.script(root)
        guard reader.mistakes.isEmpty else { throw SettingsMistakes(reader.mistakes) }
        return script
    }
}

struct CastReader {
    let dates: Set<String>
    var mistakes: [String] = []

    private mutating func refuse(_ node: ProgrammeLanguage.Node, _ message: String) {
        mistakes.append(node.diagnostic(.error, message).description)
    }

    func entries(_ node: ProgrammeLanguage.Node) -> [(
        key: ProgrammeLanguage.Node, value: ProgrammeLanguage.Node
    )] {
        if case .mapping(let entries) = node.content { entries } else { [] }
    }

    private func texts(_ node: ProgrammeLanguage.Node) -> [String] {
        node.itemList?.compactMap(\.scalarText) ?? node.scalarText.map { [$0] } ?? []
    }

    mutating func script(_ root: ProgrammeLanguage.Node) -> CastScript {
        var script = CastScript()
        for (key, value) in entries(root) {
            switch key.scalarText {
            case "seed": script.seed = value.scalarText.flatMap { UInt64($0) } ?? 1
            case "silent": script.silent = Set(texts(value))
            case "silence-is-consent": script.silentStates = Set(texts(value))
            case "answers":
                for (form, fields) in entries(value) {
                    script.hints.merge(hints(fields, prefix: (form.scalarText ?? "") + ".")) { $1 }
                }
            case "events":
                for item in value.itemList ?? [] {
                    if let event = event(item) { script.events.append(event) }
                }
            default:
                refuse(
                    key,
                    "a cast has seed, silent, silence-is-consent, answers and events, not \"\(key.scalarText ?? "")\"")
            }
        }
        return script
    }

    mutating func hints(_ node: ProgrammeLanguage.Node, prefix: String) -> [String: CastScript.Hint] {
        var result: [String: CastScript.Hint] = [:]
        for (key, value) in entries(node) {
            guard let name = key.scalarText else { continue }
            if let hint = hint(value) { result[prefix + name] = hint }
        }
        return result
    }

    private mutating func hint(_ node: ProgrammeLanguage.Node) -> CastScript.Hint? {
        guard let text = node.scalarText else {
            refuse(node, "an answer is a text, \"3 to 5\", \"like request.people less 1\" or \"moved by 21 days\"")
            return nil
        }
        return CastScript.Hint(text)
    }

    private mutating func event(_ node: ProgrammeLanguage.Node) -> CastScript.Event? {
        var event = CastScript.Event()
        for (key, value) in entries(node) {
            let text = value.scalarText ?? ""
            switch key.scalarText {
            case "request": event.request = Int(text)
            case "state": event.state = text
            case "form": event.form = text
            case "member": event.member = Int(text)
            case "answer": event.outcome = text
            case "reason": event.reason = text
            case "after": event.delayDays = text.split(separator: " ").first.flatMap { Int($0) }
            case "silent": event.isSilent = text == "yes"
            case "times": event.times = Int(text) ?? 1
            case "decide": event.decide = text
            case "who": event.who = text
            case "values": event.hints = hints(value, prefix: "")
            case "when":
                switch TimePhrase.parse(text, dates: dates) {
                case .success(let phrase): event.when = phrase
                case .failure(let mistake): refuse(value, mistake.message)
                }
            default:
                refuse(
                    key,
                    "an event has request, state, form, member, answer, reason, after, silent, times, decide, who, when and values"
                )
            }
        }
        if event.decide != nil, event.when == nil || event.who == nil {
            refuse(node, "a decision needs who: and when:")
            return nil
        }
        return event
    }
}

extension CastScript.Hint {
    /// `4`, `3 to 5`, `like request.people`, `like request.people less 1`, `moved by 21 days`.
    init(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        if words.count == 3, words[1] == "to", let low = Double(words[0]), let high = Double(words[2]), low <= high {
            self = .between(low, high)
        } else if words.first == "like", words.count == 2 || words.count == 4 && words[2] == "less" {
            let less = words.count == 4 ? Double(words[3]) ?? 0 : 0
            self = .like(path: words[1].split(separator: ".").map(String.init), less: less)
        } else if words.count == 4, words[0] == "moved", words[1] == "by", let days = Int(words[2]) {
            self = .moved(days: days)
        } else {
            self = .text(text)
        }
    }
}
