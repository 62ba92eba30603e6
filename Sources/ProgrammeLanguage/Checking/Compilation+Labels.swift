import Exchange
import Expressions

/// Translations fit the programme: labels name what is there, and every language says what the first says.
extension Compilation {
    /// A label's names, with the key that says the last of them.
    struct LabelPlace {
        let path: [String]
        let keys: [Node]
    }

    func checkLabels() {
        for label in labelPlaces {
            for depth in 0..<min(label.path.count, label.keys.count) {
                guard let names = labelNames(Array(label.path.prefix(depth))) else { break }
                let name = label.path[depth]
                if names.contains(name) { continue }
                let near = Spelling.nearest(name, among: names.sorted()).map { "; did you mean \"\($0)\"?" }
                let where_ = depth == 0 ? "labels have no \"\(name)\"" : "no \"\(label.path[0])\" is called \"\(name)\""
                warning(label.keys[depth], "\(where_)\(near ?? "; nobody reads this")")
                break
            }
        }
        checkReasons()
        for (name, message) in p.messages.sorted(by: { $0.key < $1.key }) { checkTranslation(.message, name, message) }
        for (name, message) in p.documents.sorted(by: { $0.key < $1.key }) {
            checkTranslation(.document, name, message)
        }
    }

    /// Where reasons have words, each that a step states has some: a code that has none may be another one misspelt.
    private func checkReasons() {
        let labelled = Set(labelPlaces.filter { $0.path.first == "lists" }.compactMap(\.path.last))
        let codes = Set(reasonCodes.keys)
        guard !labelled.isDisjoint(with: codes) else { return }
        for (code, node) in reasonCodes.sorted(by: { $0.value.line < $1.value.line }) where !labelled.contains(code) {
            let near = Spelling.nearest(code, among: labelled.sorted()).map { "did you mean \"\($0)\"?" }
            warning(node, "the reason \"\(code)\" has no words; \(near ?? "add it under labels: lists: in the texts")")
        }
    }

    /// What may stand below some names of a label; nil where anything may.
    private func labelNames(_ path: [String]) -> Set<String>? {
        guard let kind = path.first else {
            return [
                "title", "stages", "states", "ends", "people", "forms", "lists", "rules", "tracks", "dates", "answers",
            ]
        }
        let tracks = p.tracks.values
        switch (kind, path.count) {
        case ("stages", 1): return Set(Stage.Kind.allCases.map(\.rawValue))
        case ("states", 1):
            return Set(p.states.keys).union(tracks.flatMap(\.states.keys)).union(p.ends.keys).union(
                tracks.flatMap(\.ends.keys))
        case ("ends", 1): return Set(p.ends.keys).union(tracks.flatMap(\.ends.keys))
        case ("people", 1): return Set(p.people.keys)
        case ("dates", 1): return Set(p.dates.map(\.name)).union(tracks.flatMap { $0.dates.map(\.name) })
        case ("tracks", 1): return Set(p.tracks.keys)
        case ("tracks", 2): return ["title", "states", "ends"]
        case ("tracks", 3): return (p.tracks[path[1]]).map { Set($0.states.keys).union($0.ends.keys).union(["title"]) }
        case ("rules", 1): return Set(ruleTexts.map(\.name))
        case ("forms", 1): return Set(p.forms.keys)
        case ("forms", 2): return p.forms[path[1]].map { Set($0.fields.map(\.name)).union(["title", "question"]) }
        case ("forms", 3):
            var names: Set<String> = ["question", "title", "help"]
            if case .rows(let columns, _, _)? = p.forms[path[1]]?[path[2]]?.type {
                names.formUnion(columns.map(\.name))
            }
            return names
        case ("lists", 1): return Set(p.lists.keys.filter { !$0.contains(".") }).union(p.tables.keys).union(ownLists)
        case ("lists", 2):
            if let table = p.tables[path[1]] { return Set(table.order).union(reasonCodes.keys) }
            guard let list = p.lists[path[1]] else { return nil }
            let parts = p.lists.keys.filter { $0.hasPrefix(path[1] + ".") }.map {
                String($0.dropFirst(path[1].count + 1))
            }
            // Reasons that steps state are labelled among those that are asked for.
            return Set(parts).union(list.choices.map(\.name)).union(reasonCodes.keys)
        case ("lists", 3):
            return p.lists["\(path[1]).\(path[2])"].map { Set($0.choices.map(\.name)).union(reasonCodes.keys) }
        default: return nil
        }
    }

    /// Lists that stand in a field are labelled by the field's name.
    private var ownLists: [String] {
        p.forms.values.flatMap { form in form.fields.map(\.name) + form.fields.map { "\(form.name)_\($0.name)" } }
    }

    /// A translation that leaves out what the first language fills in says less than was meant.
    private func checkTranslation(_ kind: TextName.Kind, _ name: String, _ message: Message) {
        guard let first = p.languages.first, let original = message.texts[first] else { return }
        let meant = filled(original)
        for language in p.languages.dropFirst() {
            guard let text = message.texts[language],
                let place = textPlaces[TextName(kind: kind, name: name, language: language)]
            else { continue }
            for reading in meant.subtracting(filled(text)).sorted() {
                warning(
                    place.body,
                    "this does not say {{ \(reading) }}, which the text in \(first) says; add it, or leave it out there"
                )
            }
        }
    }

    /// What a text fills in beside its reader and the case itself.
    private func filled(_ text: MessageText) -> Set<String> {
        var references = text.subject.references + text.body.references
        for part in text.parts.values {
            for form in part.forms.values { references += form.references }
            switch part.selector {
            case .count(let condition), .choose(let condition): references += condition.expression.references
            }
        }
        return Set(
            references.filter { !["reader", "case"].contains($0.variable) && text.parts[$0.variable] == nil }.map {
                ([$0.variable] + $0.fields).joined(separator: ".")
            })
    }
}
