import Calendars
import Expressions

/// A message as its reader gets it.
struct Rendered {
    var subject: String
    var body: String
    var language: String
    /// Dates that it mentions, with the revision that was read (R40).
    var mentions: [String: Int]
    /// Why it could not be filled, without personal data; nil when it could.
    var problem: String?

    /// What a machine gives that fills no texts.
    static let unfilled = Rendered(subject: "", body: "", language: "", mentions: [:], problem: nil)
}

/// Fills messages and documents of a programme in the reader's language, with a fallback.
struct MessageRendering {
    let programme: Programme

    func render(
        _ name: String, language: String, reason: String, reading: CaseReading, dates: [String: Int]
    ) -> Rendered {
        guard let message = programme.messages[name] else {
            let chosen = choose(language, among: BuiltInTexts.languages)
            return BuiltInTexts.render(name, language: chosen, reading: reading, programme: programme)
        }
        return fill(message, language: language, reading: reading, dates: dates)
    }

    func render(document name: String, language: String, reading: CaseReading, dates: [String: Int]) -> Rendered {
        guard let document = programme.documents[name] else {
            return Rendered(
                subject: name, body: "", language: programme.languages[0], mentions: [:],
                problem: "there is no document \"\(name)\"")
        }
        return fill(document, language: language, reading: reading, dates: dates, isDocument: true)
    }

    /// The reader's language if it is there, its main part, else the programme's first.
    private func choose(_ language: String, among known: [String]) -> String {
        if known.contains(language) { return language }
        let main = String(language.prefix { $0 != "-" })
        if known.contains(main) { return main }
        return programme.languages.first { known.contains($0) } ?? known.first ?? "en"
    }

    private func fill(
        _ message: Message, language: String, reading: CaseReading, dates: [String: Int], isDocument: Bool = false
    ) -> Rendered {
        let chosen = choose(language, among: programme.languages.filter { message.texts[$0] != nil })
        guard let text = message.texts[chosen] else {
            return Rendered(
                subject: message.name, body: "", language: chosen, mentions: [:],
                problem: "the message \"\(message.name)\" has no text")
        }
        let wordings = Wordings(language: chosen, programme: programme)
        var mentions: [String: Int] = [:]
        do {
            var parts: [String: Value] = [:]
            for (name, part) in text.parts {
                parts[name] = .string(try fill(part, reading, wordings))
            }
            let whole = parts.isEmpty ? reading : reading.adding(parts)
            let subject = try text.subject.render(whole, format: { wordings.text($0, $1) })
            let body = try text.body.render(whole) {
                let filled = wordings.text($0, $1)
                return isDocument ? Self.cell(filled) : filled
            }
            for reference in text.subject.references + text.body.references {
                if let revision = dates[reference.variable] { mentions[reference.variable] = revision }
            }
            return Rendered(
                subject: Wordings.oneLine(subject), body: body, language: chosen, mentions: mentions, problem: nil)
        } catch {
            return Rendered(
                subject: message.name, body: "", language: chosen, mentions: mentions,
                problem: "the message \"\(message.name)\" cannot be filled in \(chosen): \(error.message)")
        }
    }

    /// A value that stays within the cell of a document's table into which it is filled: `|` and `\` are marked as signs,
    /// and an end of a line becomes U+2028, a line's end within a paragraph.
    static func cell(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var follows = false
        for scalar in text.unicodeScalars {
            defer { follows = scalar == "\r" }
            switch scalar {
            case "\\", "|": result.append(contentsOf: ["\\", scalar])
            case "\n" where follows: break
            case "\n", "\r", "\u{85}": result.append("\u{2028}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private func fill(
        _ part: MessagePart, _ reading: CaseReading, _ wordings: Wordings
    ) throws(EvaluationError) -> String {
        let form: Template?
        switch part.selector {
        case .count(let condition):
            let count = try condition.expression.evaluate(reading).asDouble ?? 0
            form =
                part.forms[FormReading.plain(count)] ?? part.forms[
                    PluralRules.category(of: count, in: wordings.language)]
                ?? part.forms["other"]
        case .choose(let condition):
            let value = try condition.expression.evaluate(reading)
            form = (value.asString.flatMap { part.forms[$0] }) ?? part.forms["other"]
        }
        return try form?.render(reading, format: { wordings.text($0, $1) }) ?? ""
    }
}

extension CaseReading {
    /// The same reading with further values.
    func adding(_ more: [String: Value]) -> CaseReading {
        CaseReading(machine: machine, readable: readable, member: memberNumber, extras: more, base: self)
    }
}
