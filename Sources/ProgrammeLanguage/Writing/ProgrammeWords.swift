package import Exchange

/// What the things of a programme are called in one language: its labels where there are some, else its titles.
package struct ProgrammeWords: Sendable {
    package let programme: Programme
    /// BCP 47; need not be one of the programme's.
    package let language: String

    package init(_ programme: Programme, language: String? = nil) {
        self.programme = programme
        self.language = language ?? programme.languages.first ?? "en"
    }

    /// The label of a key such as `states.screening`: in the language, in its main part, or none.
    package func label(_ key: String) -> String? {
        guard let labels = programme.labels[key] else { return nil }
        return labels[language] ?? labels[String(language.prefix { $0 != "-" })]
    }

    /// A word of the page's own frame.
    package func word(_ word: PageWord) -> String { word.text(language) }

    package var title: String { label("title") ?? programme.title }

    package func stage(_ stage: Stage) -> String {
        if let label = label("stages.\(stage.kind.rawValue)") { return label }
        return stage.title == stage.kind.rawValue ? Self.capital(spelled(stage.title)) : stage.title
    }

    /// A state or an end of the case, or of a track.
    package func state(_ name: String, in track: Track? = nil) -> String {
        if let track {
            let label = label("tracks.\(track.name).states.\(name)") ?? label("tracks.\(track.name).ends.\(name)")
            // Labels of states are one list; a track's own stand in it where the case has none of the name.
            let isCase = programme.states[name] != nil || programme.ends[name] != nil
            if let label = label ?? (isCase ? nil : self.label("states.\(name)") ?? self.label("ends.\(name)")) {
                return label
            }
            return titled(track.states[name]?.title ?? track.ends[name]?.title ?? name, name)
        }
        if let label = label("states.\(name)") ?? label("ends.\(name)") { return label }
        return titled(programme.states[name]?.title ?? programme.ends[name]?.title ?? name, name)
    }

    package func track(_ track: Track) -> String { label("tracks.\(track.name)") ?? titled(track.title, track.name) }

    package func person(_ role: String) -> String {
        label("people.\(role)") ?? titled(programme.people[role]?.title ?? role, role)
    }

    package func form(_ name: String) -> String {
        label("forms.\(name)") ?? titled(programme.forms[name]?.title ?? name, name)
    }

    /// A question of a form.
    package func question(_ field: Field, of form: String) -> String {
        label("forms.\(form).\(field.name)") ?? (field.question.isEmpty ? spelled(field.name) : field.question)
    }

    /// A date that phrases hang on.
    package func date(_ name: String) -> String { label("dates.\(name)") ?? spelled(name) }

    package func message(_ name: String) -> String { spelled(name) }

    /// An answer or a decision: `go_online` is "go online".
    package func answer(_ name: String) -> String { label("answers.\(name)") ?? spelled(name) }

    package func decision(_ decision: Decision) -> String {
        decision.title == decision.name ? answer(decision.name) : decision.title
    }

    package func who(_ who: Who) -> String {
        switch who {
        case .role(let role): person(role)
        case .deputy(let role): "\(person(role)) (\(word(.deputy)))"
        case .member: word(.member)
        case .memberDeputy: "\(word(.member)) (\(word(.deputy)))"
        case .everyone: word(.everyone)
        case .path(let path): path.description
        }
    }

    package func kind(_ kind: EndDeclaration.Kind) -> String {
        switch kind {
        case .fulfilled, .good: word(.fulfilled)
        case .refused, .bad: word(.refused)
        case .withdrawn: word(.withdrawn)
        case .cancelled: word(.cancelled)
        case .expired: word(.expired)
        }
    }

    package func who(_ all: [Who]) -> String { all.map { who($0) }.joined(separator: separator) }

    /// What stands between the members of a list.
    package var separator: String {
        switch language.prefix(2) {
        case "ar": "، "
        case "zh": "、"
        default: ", "
        }
    }

    /// A coded reason, spelled out where it has no label.
    package func reason(_ code: String) -> String { programme.label(ofReason: code, language: language) }

    private func titled(_ title: String, _ name: String) -> String {
        title == name ? Self.capital(spelled(name)) : title
    }

    /// Names have low lines where people write blanks.
    package func spelled(_ name: String) -> String { String(name.map { $0 == "_" ? " " : $0 }) }

    private static func capital(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
