import Exchange
import ProgrammeLanguage

/// What the words of a story may be in one programme.
struct StoryNames {
    let programme: Programme

    static let builtIn = ["task", "reminder", "escalation", "quiet"]
    /// Tasks that the machine opens for the staff, by what they are about.
    static let staffTasks = ["stuck", "late", "effect", "hold", "quiet"]

    var messages: [String] { programme.messages.keys.sorted() + Self.builtIn }
    var roles: [String] { programme.peopleOrder }
    var tracks: [String] { programme.tracksOrder }
    /// States and ends of the case.
    var states: [String] { programme.statesOrder + programme.endsOrder }

    func states(ofTrack name: String) -> [String] {
        guard let track = programme.tracks[name] else { return [] }
        return track.statesOrder + track.ends.keys.sorted()
    }

    /// The track whose members hold a role.
    func track(of role: String) -> String? {
        for source in programme.people[role]?.sources ?? [] {
            if case .track(let name) = source { return name }
        }
        return nil
    }

    /// The track of a person of a story, if there is one.
    func track(of person: Story.Person?) -> String? {
        switch person {
        case .role(let role, _, _)?: track(of: role)
        case .track(let name, _)?: name
        case .everyone?, nil: nil
        }
    }

    private var allStates: [StateDeclaration] {
        Array(programme.states.values) + programme.tracks.values.flatMap { $0.states.values }
    }

    /// What a task may be called: forms that a task asks, and states that have one.
    var tasks: [String] {
        var result = Set(Self.staffTasks)
        for state in allStates {
            guard case .tasks(let declared) = state.opening else { continue }
            result.insert(state.name)
            result.formUnion(declared.compactMap(\.form))
        }
        return result.sorted()
    }

    /// The answers that tasks of this name take.
    func outcomes(ofTask name: String) -> [String] {
        var result: Set<String> = []
        if Self.staffTasks.contains(name) { result = ["seen", "do", "skip", "again", "done", "drop", "go-on-holding"] }
        for state in allStates {
            guard case .tasks(let declared) = state.opening,
                state.name == name || declared.contains(where: { $0.form == name })
            else { continue }
            result.formUnion(state.next.map(\.name))
        }
        return result.sorted()
    }

    private var surroundings: [Surroundings] {
        [programme.everywhere] + programme.stages.map(\.inside) + allStates.map(\.inside)
            + programme.tracks.values.map(\.inside)
    }

    var decisions: [Decision] { surroundings.flatMap(\.may) }

    /// The actions that the programme uses.
    var actions: [String] {
        var result: Set<String> = []
        for inside in surroundings {
            result.formUnion(inside.keep.map(\.action))
            for step in inside.clock.flatMap(\.steps) + inside.may.flatMap(\.steps) + inside.asSoonAs {
                result.formUnion(step.actions.map(\.action))
            }
        }
        for state in allStates {
            result.formUnion(state.entering.map(\.action))
            for step in state.next.flatMap(\.steps) { result.formUnion(step.actions.map(\.action)) }
        }
        return result.sorted()
    }

    /// The field that asks for days in a decision, if there is just one.
    func daysField(ofDecision name: String) -> String? {
        let forms = decisions.filter { $0.name == name }.flatMap(\.steps).compactMap(\.form)
        let fields = Set(forms).compactMap { programme.forms[$0] }.flatMap(\.fields)
        let days = fields.filter { if case .dates = $0.type { true } else { false } }
        return days.count == 1 ? days[0].name : nil
    }
}
