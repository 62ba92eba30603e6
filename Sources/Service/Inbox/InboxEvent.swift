import Exchange
import Expressions

/// What somebody outside says to a case: an answer to a task, or a decision.
///
/// `{"type": "task.answer", "subject": "ST-2027-0001", "data": {…}}`, as a CloudEvent in structured JSON or as Standard Webhooks
/// writes one; without `subject`, `data.case` says which case.
struct InboxEvent {
    enum Kind: String, CaseIterable {
        case answer = "task.answer"
        case decision = "case.decide"
    }

    /// What is wrong with an event, in words for its sender.
    struct Mistakes: Error {
        let sentences: [String]
    }

    let kind: Kind
    let reference: String
    /// The role in which the sender acts; nil where it has one only.
    let role: String?
    /// Of the task; nil: the only one that waits for the role.
    let task: Int?
    /// An answer's outcome, or the decision's name.
    let name: String?
    let member: Int?
    let values: [String: Value]
    let reason: String?

    /// - Throws: every mistake at once.
    init(_ body: [UInt8]) throws(Mistakes) {
        guard let value = try? Value(json: body), case .map = value else {
            throw Mistakes(sentences: ["the body is no JSON object"])
        }
        var mistakes: [String] = []
        let types = Kind.allCases.map(\.rawValue).joined(separator: " or ")
        let kind = value["type"]?.asString.flatMap { Kind(rawValue: $0) }
        if kind == nil { mistakes.append("\"type\" is \(types)") }
        let data = value["data"] ?? .null
        if case .map = data {} else { mistakes.append("\"data\" is an object") }
        let reference = value["subject"]?.asString ?? data["case"]?.asString ?? ""
        if reference.isEmpty { mistakes.append("\"subject\" is the case's reference, such as ST-2027-0001") }
        func number(_ name: String) -> Int? {
            guard let given = data[name], given != .null else { return nil }
            guard let number = given.asInt, number > 0 else {
                mistakes.append("\"data.\(name)\" is a number from 1")
                return nil
            }
            return number
        }
        func text(_ name: String) -> String? {
            guard let given = data[name], given != .null else { return nil }
            guard let text = given.asString, text.utf8.count <= 200 else {
                mistakes.append("\"data.\(name)\" is a text of at most 200 bytes")
                return nil
            }
            return text
        }
        (task, member) = (number("task"), number("member"))
        (role, reason) = (text("role"), text("reason"))
        name = kind == .decision ? text("decision") : text("outcome")
        if kind == .decision, name == nil { mistakes.append("\"data.decision\" is the decision's name") }
        if let values = data["values"], values != .null {
            if case .map = values {} else { mistakes.append("\"data.values\" is an object of answers") }
        }
        values = data["values"]?.fields ?? [:]
        guard mistakes.isEmpty, let kind else { throw Mistakes(sentences: mistakes) }
        self.kind = kind
        self.reference = reference
    }
}
