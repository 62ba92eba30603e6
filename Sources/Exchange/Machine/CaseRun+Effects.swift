import Calendars
import Digests
import Expressions

/// Effects: messages, actions and things that are kept (R37 to R42).
extension CaseRun {
    /// A stable idempotency key: the case, the journal entry that decided it, and its place in that entry (R42).
    mutating func newKey() -> String {
        defer { c.nextEffect += 1 }
        return String(SHA256.hash(Array("\(c.id)|\(c.nextEffect)".utf8)).hex.prefix(32))
    }

    mutating func queue(_ effect: NewEffect) {
        guard c.effects.count < Limits.openEffects else {
            stick(.case, "more than \(Limits.openEffects) effects wait to be done")
            return
        }
        effects.append(effect)
        queued.insert(effect.pending.key)
        c.effects.append(effect.pending)
        note(.effectQueued, effect.pending.owner?.region ?? .case, effect.pending.label, effect.pending.key)
    }

    // MARK: Messages

    /// Queues one message to each reader, in their language.
    mutating func tell(
        _ message: String, to readers: [(role: String, party: Party)], _ id: RegionID, reason: String,
        owner: PendingEffect.Owner?, isHeld: Bool, task: Int? = nil, carries: Value? = nil
    ) {
        for (role, party) in readers {
            guard !party.address.isEmpty else {
                note(.skipped, id, "message \(message) to \(role): no address")
                continue
            }
            let wording = PendingEffect.Wording(
                message: message, reader: party, role: role, region: id, reason: reason, task: task, carries: carries)
            let key = newKey()
            var pending = PendingEffect(
                key: key, action: "email.send", label: "message \(message)" + (role.isEmpty ? "" : " to \(role)"),
                owner: owner,
                isHeld: isHeld,
                origin: .message, sequence: key, index: 0)
            let rendered = render(wording)
            pending.wording = wording
            pending.mentions = rendered.mentions
            if let problem = rendered.problem {
                pending.isHeld = true
                note(.fault, id, problem)
            }
            if p.people[role]?.isStaff ?? false { c.staffToldAt = at }
            queue(
                NewEffect(
                    pending: pending, input: mail(rendered, wording), mode: "make", order: 0, notBefore: at,
                    ifUnsure: .ask))
        }
    }

    private mutating func render(_ wording: PendingEffect.Wording) -> Rendered {
        guard machine.fillsTexts else { return Rendered.unfilled }
        var extras: [String: Value] = [
            "reader": .object([
                "name": .string(wording.reader.name), "institution": .string(wording.reader.institution),
                "language": .string(wording.reader.language), "role": .string(wording.role),
            ])
        ]
        extras["task"] = .object(taskWords(wording.task))
        extras["reason"] = .string(p.label(ofReason: wording.reason, language: wording.reader.language))
        extras["link"] = .string("")
        return MessageRendering(programme: p).render(
            wording.message, language: wording.reader.language, reason: wording.reason,
            reading: read(wording.region, extras: extras), dates: revisions(wording.region))
    }

    private func taskWords(_ number: Int?) -> [String: Value] {
        guard let number, let task = c.tasks.first(where: { $0.number == number }) else {
            return ["title": .string(""), "due": .string(""), "number": .string("")]
        }
        let due = task.dueAt.map { p.zone.date(of: $0.adding(milliseconds: -1)).iso } ?? ""
        let title =
            switch task.kind {
            case .declared: task.form ?? region(task.region)?.state ?? ""
            case .stuck(let why): why
            case .late(let line, _): line
            case .effect(_, let label, _): label
            case .question(_, let title): title
            case .mail(let label, let news): news.title(label)
            case .holdReview: "hold"
            case .quiet: "quiet"
            }
        return ["title": .string(title), "due": .string(due), "number": .string(String(number))]
    }

    private func revisions(_ id: RegionID) -> [String: Int] {
        var result = c.dates.mapValues(\.revision)
        if case .member(let number) = id, let member = c.member(number) {
            for (name, cell) in member.dates { result[name] = cell.revision }
        }
        return result
    }

    private func mail(_ rendered: Rendered, _ wording: PendingEffect.Wording) -> [String: Value] {
        guard machine.fillsTexts else { return [:] }
        var input: [String: Value] = [
            "to": .string(wording.reader.address), "to_name": .string(wording.reader.name),
            "subject": .string(rendered.subject), "text": .string(MailText.plain(rendered.body)),
            "html": .string(MailText.html(rendered.body, language: rendered.language)),
            "language": .string(rendered.language), "reference": .string(c.reference),
        ]
        if let carried = wording.carries {
            if let calendar = carried["ics"] {
                input["calendar"] = calendar
                input["calendar_method"] = carried["method"] ?? .string("REQUEST")
            }
            if let path = carried["path"], carried["ics"] == nil {
                input["attachments"] = .list([
                    .object([
                        "path": path, "name": carried["name"] ?? .string("document"),
                        "type": carried["type"] ?? .string("text/html"),
                    ])
                ])
            }
        }
        return input
    }

    /// Says again what is not yet claimed and mentions a date that has moved since (R40); what names a date that is no
    /// longer known is taken back (R20).
    mutating func reword() {
        guard !c.effects.isEmpty else { return }
        let lost = Set(c.effects.filter(namesLostDate).map(\.key))
        recall { lost.contains($0.key) }
        for index in c.effects.indices {
            guard let wording = c.effects[index].wording, !c.effects[index].mentions.isEmpty else { continue }
            let now = revisions(wording.region)
            guard c.effects[index].mentions.contains(where: { now[$0.key] != $0.value }) else { continue }
            let rendered = render(wording)
            c.effects[index].mentions = rendered.mentions
            let said = NewEffect(
                pending: c.effects[index], input: mail(rendered, wording), mode: "make", order: 0, notBefore: at,
                ifUnsure: .ask)
            if let place = effects.firstIndex(where: { $0.pending.key == said.pending.key }) {
                effects[place] = said
            } else {
                effects.append(said)
            }
        }
    }

    /// Whether a message names a date that has been cleared since it was filled.
    private func namesLostDate(_ effect: PendingEffect) -> Bool {
        guard let region = effect.wording?.region else { return false }
        return effect.mentions.contains { name, revision in
            guard let cell = cell(name, region) else { return false }
            return cell.span == nil && cell.revision != revision
        }
    }

    /// Takes back what is not claimed yet; the store decides by the effect's state in the same transaction (R38).
    mutating func recall(_ isMeant: (PendingEffect) -> Bool) {
        guard !c.effects.isEmpty else { return }
        let taken = c.effects.filter(isMeant)
        guard !taken.isEmpty else { return }
        c.effects.removeAll(where: isMeant)
        for effect in taken {
            if let index = effects.firstIndex(where: { $0.pending.key == effect.key }) {
                effects.remove(at: index)
                if index < firstOfStep { firstOfStep -= 1 }
            }
            // One that was only said anew in this command stands in the outbox since an earlier one.
            if !queued.contains(effect.key) { recalled.append(effect.key) }
            note(.effectRecalled, effect.owner?.region ?? .case, effect.label, effect.key)
        }
    }

    // MARK: Actions

    /// Queues a list of actions; they run in order, lists are independent of each other (R39).
    mutating func act(_ uses: [ActionUse], _ id: RegionID, owner entry: Int?, isHeld: Bool) {
        guard !uses.isEmpty else { return }
        let sequence = newKey()
        var index = 0
        for use in uses {
            guard let isWanted = holds(use.condition, in: id) else {
                stick(id, "whether \(use.action) is wanted cannot be said: \"\(use.condition?.text ?? "")\"")
                continue
            }
            guard isWanted else { continue }
            for made in makings(of: use, id, fillsTexts: machine.fillsTexts) {
                switch made.input {
                case .failure(let why): stick(id, "\(use.action) cannot be filled: \(why.sentence)")
                case .success(let input):
                    var pending = PendingEffect(
                        key: newKey(), action: use.action, label: use.action, owner: nil, isHeld: isHeld,
                        origin: .action(use: use.id, region: id), sequence: sequence, index: index)
                    pending.owner = entry.map { PendingEffect.Owner(region: id, scope: $0) }
                    pending.readers = made.readers
                    index += 1
                    queue(
                        NewEffect(
                            pending: pending, input: input, mode: "make", order: 0, notBefore: at,
                            ifUnsure: use.ifUnsure))
                }
            }
        }
    }

    struct Unfillable: Error {
        let sentence: String
    }

    struct Making {
        let reader: String
        let readers: [OpenTask.Holder]
        let input: Result<[String: Value], Unfillable>
    }

    /// What one use of an action makes: one thing for all, or one document for each reader.
    ///
    /// - Parameter fillsTexts: false leaves the texts of documents empty.
    mutating func makings(of use: ActionUse, _ id: RegionID, fillsTexts: Bool = true) -> [Making] {
        let readers = recipients(use.who, id).map { OpenTask.Holder(role: $0.role, party: $0.party) }
        guard !use.template.isEmpty else {
            return [
                Making(
                    reader: "", readers: readers, input: input(of: use, id, readers: readers, language: "", fillsTexts))
            ]
        }
        if readers.isEmpty {
            return [
                Making(
                    reader: "", readers: [],
                    input: input(of: use, id, readers: [], language: p.languages[0], fillsTexts))
            ]
        }
        return readers.map { reader in
            Making(
                reader: reader.party.id, readers: [reader],
                input: input(of: use, id, readers: [reader], language: reader.party.language, fillsTexts))
        }
    }

    private mutating func input(
        of use: ActionUse, _ id: RegionID, readers: [OpenTask.Holder], language: String, _ fillsTexts: Bool
    ) -> Result<[String: Value], Unfillable> {
        var result: [String: Value] = [:]
        let first = readers.first
        let extras: [String: Value] = [
            "reader": .object([
                "name": .string(first?.party.name ?? ""), "institution": .string(first?.party.institution ?? ""),
                "language": .string(language), "role": .string(first?.role ?? ""),
            ]), "reason": .string(""), "link": .string(""),
        ]
        let reading = read(id, extras: extras)
        for input in use.inputs {
            switch input.source {
            case .constant(let value): result[input.name] = value
            case .value(let condition):
                guard let value = try? condition.expression.evaluate(reading), !value.isUnknown else {
                    return .failure(Unfillable(sentence: "\"\(condition.text)\" is not known"))
                }
                result[input.name] = value
            case .template(let template):
                let wordings = Wordings(language: language.isEmpty ? p.languages[0] : language)
                guard let text = try? template.render(reading, format: { wordings.text($0, $1) }) else {
                    return .failure(Unfillable(sentence: "the text of \"\(input.name)\" cannot be filled"))
                }
                result[input.name] = .string(text)
            }
        }
        if !use.template.isEmpty {
            let rendered =
                fillsTexts
                ? MessageRendering(programme: p).render(
                    document: use.template, language: language, reading: reading, dates: revisions(id)) : .unfilled
            if let problem = rendered.problem { return .failure(Unfillable(sentence: problem)) }
            result["template"] = .string(use.template)
            result["title"] = .string(rendered.subject)
            result["text"] = .string(rendered.body)
            result["language"] = .string(rendered.language)
            if let first { result["reader"] = .string(first.party.name) }
        }
        if use.action == "calendar.invite" { invitation(&result, use, id, readers: readers) }
        return .success(result)
    }

    /// What an invitation needs beside what the programme says: who invites whom, where the days are.
    private mutating func invitation(
        _ input: inout [String: Value], _ use: ActionUse, _ id: RegionID, readers: [OpenTask.Holder]
    ) {
        if let days = input["days"].flatMap(DateSpan.init(value:)) {
            input["first_day"] = .string(days.first.iso)
            input["last_day"] = .string(days.last.iso)
            input["days"] = nil
        }
        if input["title"] == nil { input["title"] = .string("\(p.title) \(c.reference)") }
        input["attendees"] = .list(
            readers.filter { !$0.party.address.isEmpty }.map {
                .object(["name": .string($0.party.name), "email": .string($0.party.address)])
            })
        if let organizer = staff().first {
            input["organizer"] = .string(organizer.party.address)
            input["organizer_name"] = .string(organizer.party.name)
        }
        if input["zone"] == nil { input["zone"] = .string(siteZone(id).name) }
    }

    /// Effects that the engine itself handles: a search, a ranking, another case.
    ///
    /// - Parameter call: the call that it is about, so that of one call the start comes before the taking back.
    mutating func queueInner(_ action: String, label: String, input: [String: Value], call: String? = nil) {
        let key = newKey()
        let pending = PendingEffect(
            key: key, action: action, label: label, owner: nil, isHeld: false, origin: .inner, sequence: call ?? key,
            index: action == "case.recall" ? 1 : 0)
        queue(NewEffect(pending: pending, input: input, mode: "make", order: 0, notBefore: at, ifUnsure: .sendAgain))
    }

    mutating func callProgramme(_ call: ProgrammeCall, task: OpenTask, _ id: RegionID) {
        var given: [String: Value] = [:]
        for (name, condition) in call.give {
            if let value = try? condition.expression.evaluate(read(id)) { given[name] = value }
        }
        queueInner(
            "case.start", label: "call programme \(call.programme)",
            input: [
                "programme": .string(call.programme), "version": .int(Int64(call.version ?? 0)),
                "give": .object(given), "parent": .string(c.id), "task": .int(Int64(task.number)),
                "caller": staff().first?.party.value ?? .null, "id": .string(calledCase(task)),
            ], call: calledCase(task))
    }

    /// Takes a call back when its task is left without the answer of the called case.
    mutating func takeBack(_ task: OpenTask) {
        guard let call = declaration(of: task)?.programme, task.holders.allSatisfy({ $0.outcome == nil }) else {
            return
        }
        queueInner(
            "case.recall", label: "take back from programme \(call.programme)",
            input: ["id": .string(calledCase(task))], call: calledCase(task))
    }

    /// The identifier of the case that a task calls: the same for the same task, and without anything of its parent.
    func calledCase(_ task: OpenTask) -> String {
        "k" + String(SHA256.hash(Array("\(c.id)|call|\(task.number)".utf8)).hex.prefix(32))
    }

    /// Whether what a region's task calls has begun: its start is no longer among the effects that wait.
    func isReceived(_ id: RegionID) -> Bool {
        c.tasks.contains { task in
            task.region == id && declaration(of: task)?.programme != nil
                && !c.effects.contains { $0.sequence == calledCase(task) }
        }
    }

    // MARK: Results

    /// What became of an effect.
    mutating func finished(_ key: String, _ result: EffectResult) {
        guard let index = c.effects.firstIndex(where: { $0.key == key }) else {
            note(.effectFinished, .case, key, "of what was left")
            return
        }
        let effect = c.effects.remove(at: index)
        // News that failed outlives the state that sent it: its task belongs to the whole case.
        let id = effect.owner?.region ?? .case
        switch result {
        case .done(let output):
            note(.effectFinished, id, effect.label, "done", key)
            deliver(effect, output: output)
        case .failed(let code, let message):
            note(.effectFinished, id, effect.label, "failed", code)
            if c.end == nil, !isForStaff(effect) {
                openStaffTask(
                    .effect(key: key, label: "\(effect.label): \(message)", isUnknown: false), id,
                    entry: effect.owner?.scope ?? 0)
            }
            if case .action(let use, let region) = effect.origin, let use = machine.uses[use], !use.ifFailed.isEmpty {
                tell(
                    "escalation", to: recipients(use.ifFailed, region), region, reason: code, owner: nil, isHeld: false)
            }
        case .asks(let title):
            note(.effectFinished, id, effect.label, "asks", key)
            c.effects.append(effect)
            if c.end == nil { openStaffTask(.question(key: key, title: title), id, entry: effect.owner?.scope ?? 0) }
        case .dropped: note(.effectFinished, id, effect.label, "dropped", key)
        case .unknown(let message):
            note(.effectFinished, id, effect.label, "unknown", key)
            c.effects.append(effect)
            if c.end == nil, !isForStaff(effect) {
                openStaffTask(
                    .effect(key: key, label: "\(effect.label): \(message)", isUnknown: true), id,
                    entry: effect.owner?.scope ?? 0)
            }
        }
    }

    /// What came back about a mail. Only what somebody must look at opens a task; a mail to the staff that came back does
    /// not, for the task's own mail would come back too.
    mutating func told(_ news: MailNews, of label: String) {
        note(.mailNews, .case, label, news.word)
        switch news {
        case .automatic, .returned(_, isFinal: false): return
        case .answered, .returned, .waits: break
        }
        guard c.end == nil else { return }
        openStaffTask(.mail(label: label, news: news), .case, entry: 0)
    }

    /// A mail to the staff that does not arrive opens no task: the task's own mail would not arrive either, for ever.
    ///
    /// Their tasks stand in the inbox, and the failed mail in the outbox, whatever becomes of the mail.
    private func isForStaff(_ effect: PendingEffect) -> Bool {
        effect.wording.map { p.people[$0.role]?.isStaff ?? false } ?? false
    }

    /// Sends what an action made to those who get it.
    private mutating func deliver(_ effect: PendingEffect, output: [String: Value]) {
        let found: (use: ActionUse, region: RegionID, message: String)?
        switch effect.origin {
        case .action(let id, let region):
            found = machine.uses[id].map { ($0, region, $0.sendMade) }
        case .kept(let key, let id, let isUndone):
            found = machine.uses[id].map { use in
                let message = isUndone ? use.sendUndone : effect.index == 0 ? use.sendMade : use.sendRenewed
                // What was undone is forgotten already, but its key still tells whose it was.
                return (use, c.kept[key]?.region ?? RegionID(ofKey: key), message)
            }
        case .message, .inner: found = nil
        }
        guard let found, !found.message.isEmpty else { return }
        var carried = output
        carried["type"] = carried["type"] ?? .string("text/html")
        tell(
            found.message, to: effect.readers.map { ($0.role, $0.party) }, found.region, reason: "", owner: nil,
            isHeld: false, carries: .object(carried))
    }
}
