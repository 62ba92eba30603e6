import Calendars
import Exchange

/// Where a case and its members stand, and what can happen there.
extension ProgrammeSubjects {
    static func stages(_ p: Programme) -> [Subject] {
        p.stages.flatMap { stage -> [Subject] in
            let key = "stages.\(stage.kind.rawValue)"
            let title = Aspect("title", "is called", "\"\(stage.title)\"")
            let place = "in the stage \(name(stage.kind.rawValue))"
            return [Subject(key: key, name: "The stage \(name(stage.kind.rawValue))", aspects: [title])]
                + inside(stage.inside, key, place)
        }
    }

    static func states(_ p: Programme) -> [Subject] {
        p.statesOrder.compactMap { p.states[$0] }.flatMap { state($0, "states.\($0.name)", "") }
    }

    static func everywhere(_ p: Programme) -> [Subject] { inside(p.everywhere, "everywhere", "everywhere") }

    static func ends(_ p: Programme) -> [Subject] {
        p.endsOrder.compactMap { p.ends[$0] }.map { end($0, "ends.\($0.name)", "") }
    }

    static func tracks(_ p: Programme) -> [Subject] {
        p.tracksOrder.compactMap { p.tracks[$0] }.flatMap { track -> [Subject] in
            let (key, place) = ("tracks.\(track.name)", " of the track \(name(track.name))")
            var whole = Subject(key: key, name: "The track \(name(track.name))")
            whole.aspects = [
                Aspect("title", "is called", "\"\(track.title)\""),
                Aspect("each", "has a member for", source(track.each)),
                Aspect("left", "ends its members, when it is left, in", name(track.left)),
                Aspect("first", "begins in", name(track.first)),
            ]
            whole.aspects += each("during", "lives during", track.during.sorted().map(name))
            whole.aspects += each("forms", "keeps for each member the answers to", track.forms.sorted().map(name))
            if let person = track.personField {
                whole.aspects.append(Aspect("person", "takes as the person", name(person)))
            }
            return [whole] + dates(track.dates, "\(key).dates", place) + facts(track.facts, "\(key).facts", place)
                + inside(track.inside, key, "in the track \(name(track.name))")
                + track.statesOrder.compactMap { track.states[$0] }.flatMap {
                    state($0, "\(key).states.\($0.name)", place)
                }
                + track.ends.keys.sorted().compactMap { track.ends[$0] }.map {
                    end($0, "\(key).ends.\($0.name)", place)
                }
        }
    }

    private static func source(_ source: Track.Source) -> String {
        switch source {
        case .rows(let form, let field): "each row of \(name("\(form).\(field)"))"
        case .match: "each proposal of a match"
        case .one: "the case itself, one"
        case .every(let phrase): "each time, \(phrase.text)"
        }
    }

    private static func end(_ end: EndDeclaration, _ key: String, _ place: String) -> Subject {
        Subject(
            key: key, name: "The end \(name(end.name))\(place)",
            aspects: [Aspect("kind", "counts as", end.kind.rawValue), Aspect("title", "is called", "\"\(end.title)\"")]
                + sends(end.send))
    }

    // MARK: A state

    private static func state(_ state: StateDeclaration, _ key: String, _ place: String) -> [Subject] {
        let here = "\(name(state.name))\(place)"
        var whole = Subject(key: key, name: "The state \(here)")
        whole.aspects = [Aspect("title", "is called", "\"\(state.title)\"")]
        if let stage = state.stage {
            whole.aspects.append(Aspect("stage", "stands in the stage", name(stage.rawValue)))
            whole.note = "stands in the stage \(name(stage.rawValue))"
        }
        var subjects = [whole]
        switch state.opening {
        case .nothing: break
        case .tasks(let tasks):
            subjects.append(
                Subject(key: "\(key).task", name: "The task in \(here)", ways: tasks.map(task), way: "task"))
        case .match(let match):
            subjects.append(Subject(key: "\(key).match", name: "The search in \(here)", aspects: self.match(match)))
        case .rank(let rank):
            subjects.append(Subject(key: "\(key).rank", name: "The ranking in \(here)", aspects: self.rank(rank)))
        }
        subjects += state.next.map { outcome in
            Subject(
                key: "\(key).next.\(outcome.name)", name: "The answer \(name(outcome.name)) in \(here)",
                ways: outcome.steps.map(step))
        }
        if !state.entering.isEmpty {
            subjects.append(
                Subject(
                    key: "\(key).do", name: "What is done on entering \(here)", ways: state.entering.map(action),
                    way: "action"))
        }
        return subjects + inside(state.inside, key, "in \(here)")
    }

    /// What may stand on a state, a stage, a track or the whole.
    private static func inside(_ inside: Surroundings, _ key: String, _ place: String) -> [Subject] {
        var subjects: [Subject] = []
        if !inside.keep.isEmpty {
            subjects.append(
                Subject(key: "\(key).keep", name: "What is kept \(place)", ways: inside.keep.map(action), way: "action")
            )
        }
        subjects += inside.may.map { decision in
            Subject(
                key: "\(key).may.\(decision.name)", name: "The decision \(name(decision.name)) \(place)",
                aspects: [Aspect("title", "is called", "\"\(decision.title)\"")]
                    + each("who", "is open to", decision.who.map(who)), ways: decision.steps.map(step))
        }
        subjects += inside.clock.map { line in
            let what = what(line.steps)
            var subject = Subject(key: "\(key).clock.\(line.when.text)", name: "The \(what) \(place)")
            subject.ways = line.steps.map(step)
            (subject.pairing, subject.time) = ("\(key).clock.\(what)", line.when.text)
            subject.note = "comes at the time \"\(line.when.text)\""
            return subject
        }
        if !inside.asSoonAs.isEmpty {
            subjects.append(
                Subject(
                    key: "\(key).as-soon-as", name: "What happens by itself \(place)",
                    ways: inside.asSoonAs.map(step)))
        }
        return subjects
    }

    /// What a line of a clock is: the first of its steps says it.
    private static func what(_ steps: [ExchangeStep]) -> String {
        guard let step = steps.first else { return "time" }
        if let to = step.to { return "move to \(name(to))" }
        if step.remind != nil { return "reminder" }
        if !step.escalate.isEmpty { return "escalation to \(all(step.escalate.map(who)))" }
        if let send = step.send.first { return "message \(name(send.message))" }
        return "time"
    }

    // MARK: What a state opens

    private static func task(_ task: TaskDeclaration) -> [Aspect] {
        var aspects = each("who", "asks", task.who.map(who))
        if let form = task.form { aspects.append(Aspect("form", "shows the form", name(form))) }
        if let only = task.only { aspects.append(Aspect("only", "asks only for", name(only.description))) }
        aspects += each("field", "asks only for the question", task.onlyFields.map(name))
        switch task.need {
        case .any: break
        case .all: aspects.append(Aspect("need", "is done when all have answered"))
        case .count(let count): aspects.append(Aspect("need", "is done with so many answers:", String(count)))
        }
        if let form = task.binds { aspects.append(Aspect("binds", "is a signature under", name(form))) }
        aspects += phrase(task.dueFrom, "from", "is normal from") + phrase(task.due, "due", "is due")
        if let call = task.programme {
            let version = call.version.map { " version \($0)" } ?? ""
            aspects.append(Aspect("programme", "runs the programme", name(call.programme) + version))
            aspects += call.give.map { Aspect("give.\($0.name)", "gives as \(name($0.name))", "`\($0.value.text)`") }
        }
        return aspects
    }

    private static func match(_ match: MatchDeclaration) -> [Aspect] {
        var aspects = [
            Aspect("from", "looks among the", match.from), Aspect("rules", "follows the rules", name(match.rules)),
            Aspect("track", "walks the track", name(match.track)), Aspect("reach", "wants reached", name(match.reach)),
            Aspect("once", "asks at once, at most", String(match.atOnce)),
        ]
        if let rounds = match.rounds { aspects.append(Aspect("rounds", "has rounds, at most", String(rounds))) }
        aspects += condition(match.want, "want", "wants so many:")
        aspects += phrase(match.again, "again", "is made again")
        aspects += flag(match.againWhenOffersCome, "offers", "is made again when offers come")
        if let order = match.order { aspects.append(Aspect("order", "takes first who first entered", name(order))) }
        return aspects + flag(match.isAsAWhole, "whole", "waits for a round of the whole call")
    }

    private static func rank(_ rank: RankDeclaration) -> [Aspect] {
        var aspects = [
            Aspect("call", "ranks the cases of", name(rank.call.description)),
            Aspect("date", "closes with", name(rank.date)),
        ]
        aspects += condition(rank.by, "by", "compares") + condition(rank.spend, "spend", "spends")
        aspects += condition(rank.of, "of", "has to spend")
        if let tie = rank.tie { aspects.append(Aspect("tie", "breaks ties by who first entered", name(tie))) }
        return aspects
    }
}
