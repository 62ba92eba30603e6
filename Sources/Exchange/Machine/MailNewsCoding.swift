import Expressions

/// News about mails as the journal and the case keep them.
extension MailNews {
    /// The news as a value with text keys.
    var value: Value {
        switch self {
        case .answered(let mail): .object(["kind": .string("answered"), "mail": .string(mail)])
        case .automatic: .object(["kind": .string("automatic")])
        case .returned(let code, let isFinal):
            .object(["kind": .string("returned"), "code": .string(code), "final": .bool(isFinal)])
        case .waits(let cap): .object(["kind": .string("waits"), "cap": .int(Int64(cap))])
        }
    }

    /// Reads what `value` wrote; nil for anything else.
    init?(value: Value) {
        switch value["kind"]?.asString {
        case "answered": self = .answered(mail: value["mail"]?.asString ?? "")
        case "automatic": self = .automatic
        case "returned": self = .returned(code: value["code"]?.asString ?? "", isFinal: value["final"] == .bool(true))
        case "waits": self = .waits(cap: value["cap"]?.asInt ?? 0)
        default: return nil
        }
    }

    /// What it is, for lists: `an answer to message briefing to host`.
    func title(_ label: String) -> String {
        switch self {
        case .answered(let mail): "an answer to \(label); read it with \"sojourn mail show \(mail.prefix(12))\""
        case .automatic: "a machine answered \(label)"
        case .returned(let code, _): "\(label) came back: \(code)"
        case .waits(let cap): "\(label) waits until tomorrow: its reader has had \(cap) mails today"
        }
    }

    /// One word of it, for the journal.
    var word: String {
        switch self {
        case .answered: "answered"
        case .automatic: "answered by a machine"
        case .returned(_, let isFinal): isFinal ? "came back" : "is late"
        case .waits: "waits until tomorrow"
        }
    }

    func pack(_ p: inout Packer) { p.value(value) }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        guard let news = MailNews(value: try u.value()) else { throw UnpackFailure(offset: 0) }
        self = news
    }
}
