import CaseStore
import Exchange
import Expressions
import Folding

/// What of a case can be found and counted: texts without personal data, and who visited whom.
///
/// Answers of fields with a class of personal data, and those that will be erased, are not in it; neither are persons,
/// files and addresses. What somebody writes into a free text is beyond it.
struct CaseAccount {
    let machine: CaseMachine
    let `case`: Case

    private var programme: Programme { machine.programme }

    // MARK: Texts

    var texts: [SearchText] {
        let forms = programme.formsOrder.compactMap { programme.forms[$0] }
        let lessons = lessonForms
        return [
            text(SearchService.exchange, forms.filter { !lessons.contains($0.name) }, also: institutions),
            text(SearchService.lesson, forms.filter { lessons.contains($0.name) }, also: []),
        ]
    }

    private func text(_ kind: String, _ forms: [Form], also others: [String]) -> SearchText {
        let reference = `case`.reference
        let parts = others + forms.flatMap(answers)
        guard !parts.isEmpty else { return SearchText(kind: kind, id: reference, title: "", body: "", original: "") }
        let body = parts.joined(separator: " · ")
        return SearchText(
            kind: kind, id: reference, title: FoldedText.joined("\(reference) \(programme.title)"),
            body: FoldedText.joined(body.replacing("_", with: " ")), original: body)
    }

    /// Forms that are asked when the visit is over.
    private var lessonForms: Set<String> {
        var result: Set<String> = []
        func add(_ state: StateDeclaration) {
            if case .tasks(let tasks) = state.opening { result.formUnion(tasks.compactMap(\.form)) }
        }
        for state in programme.states.values where state.stage == .followUp { add(state) }
        for track in programme.tracks.values where track.during.allSatisfy(isFollowUp) {
            for state in track.states.values { add(state) }
        }
        return result
    }

    private func isFollowUp(_ place: String) -> Bool {
        place == Stage.Kind.followUp.rawValue || programme.states[place]?.stage == .followUp
    }

    private func answers(_ form: Form) -> [String] {
        let given = [`case`.answers[form.name]] + `case`.members.filter { !$0.isVoid }.map { $0.answers[form.name] }
        return given.compactMap { $0?.newest?.values }.flatMap { values in
            form.fields.flatMap { field in values[field.name].map { words(of: $0, field) } ?? [] }
        }
    }

    private func words(of value: Value, _ field: Field) -> [String] {
        guard field.erase == nil, field.privacy == nil || field.privacy == .content else { return [] }
        switch field.type {
        case .text, .choice: return [value.asString].compactMap(\.self)
        case .choices, .countries:
            return [value.asList?.compactMap(\.asString).joined(separator: ", ")].compactMap(\.self)
        case .rows(let columns, _, _):
            return (value.asList ?? []).flatMap { row in
                columns.flatMap { column in row[column.name].map { words(of: $0, column) } ?? [] }
            }
        default: return []
        }
    }

    // MARK: Who visited whom

    private var guest: String { machine.guest(in: `case`) }

    private var hosts: [String] { machine.hosts(in: `case`) }

    private var institutions: [String] { ([guest] + hosts).filter { !$0.isEmpty } }

    /// The case's part of the past: its guest and its hosts, none where it came to nothing.
    var past: Value {
        let isLost = `case`.end.map { !(programme.ends[$0.name]?.isGood ?? false) } ?? false
        return .object([
            "guest": .string(guest), "hosts": .list(isLost ? [] : hosts.map { .string($0) }),
        ])
    }
}
