import ActionKit
import Calendars
import CaseStore
import Engine
package import Exchange
import Expressions
package import ProgrammeLanguage

/// What came of a story.
package struct StoryOutcome: Sendable {
    /// Where and why the programme left the story; nil: it came true.
    package let failure: Diagnostic?
    /// What happened, in order of time.
    package let lines: [Timeline.Line]
}

/// Plays one story in virtual time on the memory store; actions are recorded and nothing else.
package final class StoryRun {
    enum Happening {
        case arrive(Int)
        case answer(caseID: String, task: Int, holder: OpenTask.Holder)
    }

    /// A message that went.
    struct Sent {
        let day: LocalDate
        let caseID: String
        let message: String
        let role: String
        let address: String
        /// The case before it was told to send it.
        let before: Case
    }

    /// Something that an action did.
    struct Done {
        let day: LocalDate
        let caseID: String
        let action: String
        let work: Story.Work
    }

    /// Why a story cannot go on.
    struct Stop: Error {
        let node: ProgrammeLanguage.Node
        let message: String
    }

    /// Tries to draw answers that the programme takes.
    static let tries = 40
    /// Rounds at one instant; more is a programme that never rests.
    private static let roundsAtOnce = 1_000

    let story: Story
    let machine: CaseMachine
    let script: CastScript
    let names: StoryNames
    private let engine: Engine
    private let world: VirtualWorld
    private let box: WatchBox
    private let timeline: Timeline

    var agenda = Agenda<Happening>()
    /// The newest state of each case.
    var latest: [String: Case] = [:]
    /// Identifiers of the cases in the order of the story.
    var cases: [String?]
    var sent: [Sent] = []
    var done: [Done] = []
    var lines: [Timeline.Line] = []
    var violation: Stop?
    private var wordings: [String: (wording: PendingEffect.Wording, before: Case)] = [:]
    private var planned: Set<String> = []
    /// Whether only the story acts in a case.
    private var isAlone: Set<String> = []
    /// Cases in which the story has let people answer again.
    private var awake: Set<String> = []
    var silent: Set<Silence> = []
    /// Steps of the story that were done.
    private var finished: Set<Int> = []

    struct Silence: Hashable {
        /// nil: in every case.
        let number: Int?
        let person: Story.Person
    }

    /// - Parameter cast: how answers are drawn where the story says nothing, and where silence is consent.
    package init(story: Story, machine: CaseMachine, cast: CastScript) {
        self.story = story
        self.machine = machine
        names = StoryNames(programme: machine.programme)
        var script = cast
        for (name, span) in story.days {
            // The oldest source is the first agreement; later ones move it.
            if case .answer(let form, let field)? = machine.programme.dates.first(where: { $0.name == name })?.sources
                .last
            {
                script.hints["\(form).\(field)"] = .text("\(span.first.iso)/\(span.last.iso)")
            }
        }
        script.hints.merge(story.answers) { $1 }
        self.script = script
        let zone = machine.programme.zone
        world = VirtualWorld(from: zone.startOfDay(story.today))
        box = WatchBox()
        timeline = Timeline(machine: machine)
        let programme = machine.programme
        var actions = Set(names.actions)
        // Whoever a programme calls is played by the story: its case is not started here.
        actions.formUnion(["email.send", "case.start", "case.recall"])
        engine = Engine(
            store: MemoryStore(), world: world.world, actions: actions.sorted().map { RecordingAction(name: $0) },
            compile: { _ in programme }, watch: box.watch)
        cases = Array(repeating: nil, count: story.requests.count)
        silent = Set(story.silent.map { Silence(number: nil, person: $0) })
    }

    var zone: Zone { machine.programme.zone }
    var now: Instant { world.now }

    // MARK: Playing

    /// Plays the story to its last step.
    package func play() async throws -> StoryOutcome {
        do {
            try await prepare()
            for (index, step) in ordered() {
                if case .down = step.what {} else { try await advance(to: instant(of: step)) }
                if let violation { throw violation }
                try await take(step, index: index)
                if let violation { throw violation }
            }
            return StoryOutcome(failure: nil, lines: sortedLines())
        } catch let stop as Stop {
            return StoryOutcome(failure: stop.node.diagnostic(.error, stop.message), lines: sortedLines())
        }
    }

    private func prepare() async throws {
        let stage = StoryStage(programme: machine.programme)
        _ = try await engine.add(machine.programme, source: [])
        let offers =
            story.offers?.map { stage.offer($0.id, from: story.today, fields: $0.fields) }
            ?? (1...Story.usualOffers).map { stage.offer("h\($0)", from: story.today) }
        for kind in stage.registers { try await engine.register.put(offers: offers, kind: kind) }
        try await engine.register.put(roster: stage.roster())
        for index in story.requests.indices {
            agenda.plan(.arrive(index), at: zone.startOfDay(story.today).adding(seconds: 8 * 3600 + 1800))
        }
    }

    /// Steps by their instants: what is done on a day comes before what is looked at when it ends.
    private func ordered() -> [(index: Int, step: Story.Step)] {
        story.steps.enumerated().map { ($0.offset, $0.element) }.sorted {
            let (left, right) = (instant(of: $0.1), instant(of: $1.1))
            return left != right ? left < right : $0.0 < $1.0
        }.map { (index: $0.0, step: $0.1) }
    }

    /// What is done is done at 10:00, what is expected is looked at when the day ends.
    private func instant(of step: Story.Step) -> Instant {
        let start = zone.startOfDay(step.day)
        if let time = step.time { return start.adding(seconds: Int64(time.minutes) * 60) }
        if case .expect = step.what { return endOfDay(step.day) }
        return start.adding(seconds: 10 * 3600)
    }

    private func endOfDay(_ day: LocalDate) -> Instant { zone.startOfDay(day.adding(days: 1)).adding(milliseconds: -1) }

    /// Lets time pass: timers fire, people answer, messages go.
    private func advance(to limit: Instant) async throws {
        var rounds = 0
        while violation == nil {
            let timer = try await engine.store.nextTimer()
            guard let next = [agenda.next, timer].compactMap(\.self).min(), next <= limit else { break }
            rounds = next <= now ? rounds + 1 : 0
            guard rounds < Self.roundsAtOnce else {
                throw Stop(
                    node: story.givenNode, message: "the programme does not come to rest on \(zone.date(of: now).iso)")
            }
            world.advance(to: next)
            if let timer, timer <= next { _ = try await engine.turn() }
            absorb()
            while let happening = agenda.take(at: next) {
                try await perform(happening)
                _ = try await engine.outbox.drain()
                absorb()
            }
        }
        world.advance(to: limit)
    }

    private func take(_ step: Story.Step, index: Int) async throws {
        switch step.what {
        case .act(let person, let act, let reason, let hints):
            say(.step, "— \(step.text)", number: step.number)
            try await perform(act, by: person, reason: reason, hints: hints, step)
            finished.insert(index)
            _ = try await engine.turn()
            absorb()
        case .expect(let expectation): try check(expectation, step)
        case .down(let last):
            try await advance(to: zone.startOfDay(step.day).adding(milliseconds: -1))
            _ = try await engine.scheduler.look(acceptsJump: true, isContinuous: true)
            world.advance(to: zone.startOfDay(step.day))
            say(.bad, "— the service is down until the end of \(last.iso)", number: step.number)
            world.advance(to: zone.startOfDay(last.adding(days: 1)))
            _ = try await engine.scheduler.look(acceptsJump: true)
            _ = try await engine.turn()
            absorb()
        }
    }

    /// Gives a command to a case; the refusal if it is not taken.
    func give(_ command: Command, to caseID: String, by actor: Actor) async throws -> Refusal? {
        do {
            _ = try await engine.cases.submit(command, to: caseID, by: actor)
            return nil
        } catch EngineFailure.refused(let refusal) {
            return refusal
        }
    }

    func start(_ index: Int) async throws -> Case {
        let stage = StoryStage(programme: machine.programme)
        let people = stage.people(ofCase: index + 1)
        let requester = people.keys.sorted().first.flatMap { role in people[role]?.first.map { (role, $0) } }
        let actor = Actor(id: requester?.1.id ?? "", role: requester?.0 ?? "")
        let origin = stage.origin(ofCase: index + 1, given: story.requests[index])
        let c = try await engine.start(machine, people: people, by: actor, origin: origin)
        cases[index] = c.id
        return c
    }

    // MARK: What happened

    /// Effects of one instant are done side by side; the timeline tells them in one order, messages last.
    private func sortedLines() -> [Timeline.Line] {
        var result: [Timeline.Line] = []
        var first = lines.startIndex
        while first < lines.endIndex {
            let end = lines[first...].firstIndex { $0.at != lines[first].at } ?? lines.endIndex
            let group = lines[first..<end]
            let steps = group.filter { $0.tone != .quiet }
            for reference in Set(steps.map(\.reference)).sorted() {
                result += steps.filter { $0.reference == reference }
            }
            var seen: Set<String> = []
            result += group.filter { $0.tone == .quiet }.sorted { ($0.reference, $0.text) < ($1.reference, $1.text) }
                .filter { seen.insert($0.reference + $0.text).inserted }
            first = end
        }
        return result
    }

    private func say(_ tone: Timeline.Tone, _ text: String, number: Int) {
        let reference = cases[number - 1].flatMap { latest[$0]?.reference } ?? ""
        lines.append(Timeline.Line(at: now, date: zone.date(of: now), reference: reference, tone: tone, text: text))
    }

    func absorb() {
        for (c, notes) in box.take() {
            let before = latest[c.id] ?? c
            lines += timeline.lines(c, notes)
            for effect in c.effects where wordings[effect.key] == nil {
                if let wording = effect.wording { wordings[effect.key] = (wording, before) }
            }
            for note in notes where note.kind == .effectFinished { record(note, c) }
            // Effects of one instant are told of side by side; an older state of a case never hides a newer one.
            guard c.version >= before.version else { continue }
            latest[c.id] = c
            if story.state == c.region.state { isAlone.insert(c.id) }
            checkNever(c, notes)
            planAnswers(c)
        }
    }

    private func record(_ note: Note, _ c: Case) {
        guard note.words.count >= 3, note.words[1] == "done" else { return }
        let day = zone.date(of: note.at)
        if let (wording, before) = wordings[note.words[2]] {
            let one = Sent(
                day: day, caseID: c.id, message: wording.message, role: wording.role, address: wording.reader.address,
                before: before)
            sent.append(one)
            let text = "\(wording.message) goes to \(wording.role)"
            lines.append(Timeline.Line(at: note.at, date: day, reference: c.reference, tone: .quiet, text: text))
            checkNever(one)
            return
        }
        let words = note.words[0].split(separator: " ").map(String.init)
        let works: [String: Story.Work] = ["make": .made, "renew": .renewed, "undo": .undone]
        guard let action = words.first, names.actions.contains(action) else { return }
        let work = words.count > 1 ? works[words[1]] ?? .made : .made
        done.append(Done(day: day, caseID: c.id, action: action, work: work))
        checkNever(action, work, c)
    }

    // MARK: People who are not mentioned

    /// Whether people answer in a case by themselves now.
    func answers(in caseID: String) -> Bool {
        if awake.contains(caseID) { return true }
        if isAlone.contains(caseID) { return false }
        return story.until.map { zone.date(of: now) < $0 } ?? true
    }

    func planAnswers(_ c: Case) {
        guard c.end == nil else { return }
        for task in c.tasks {
            for holder in task.holders where holder.outcome == nil {
                guard planned.insert("\(c.id).\(task.number).\(holder.party.id)").inserted else { continue }
                // Everyone answers on the next day at 11:00.
                let day = zone.date(of: now).adding(days: 1)
                agenda.plan(
                    .answer(caseID: c.id, task: task.number, holder: holder),
                    at: zone.startOfDay(day).adding(seconds: 11 * 3600))
            }
        }
    }

    /// People answer again from now on, all or some.
    func wake(_ person: Story.Person, number: Int) {
        silent = silent.filter { silence in
            let isOfCase = silence.number == nil || silence.number == number
            return !(isOfCase && (person == .everyone || silence.person == person))
        }
        guard let caseID = cases[number - 1], let c = latest[caseID] else { return }
        if person == .everyone {
            isAlone.remove(caseID)
            awake.insert(caseID)
        }
        planned = planned.filter { !$0.hasPrefix("\(caseID).") }
        planAnswers(c)
    }

    /// What the story itself does later nobody does before.
    func isReserved(_ task: OpenTask, _ holder: OpenTask.Holder, in c: Case) -> Bool {
        for (index, step) in story.steps.enumerated() where !finished.contains(index) {
            guard case .act(let person, .answer(let name, _), _, _) = step.what, cases[step.number - 1] == c.id,
                isCalled(task, name, in: c), person == .everyone || isMeant(holder, of: task, person, in: c)
            else { continue }
            return true
        }
        return false
    }
}
