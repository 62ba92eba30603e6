import Calendars
import Expressions

// The snapshot's layout: each value writes its fields in the order in which it reads them. A new field goes to the end of
// `Case` under a higher `Case.snapshotFormat`.

extension Region {
    func pack(_ p: inout Packer) {
        p.text(state)
        p.int(entry)
        p.instant(enteredAt)
        p.bool(isOpen)
        p.int(shiftedDays)
        p.int(shiftedWorkingDays)
        p.int64(shiftedMilliseconds)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let state = try u.text()
        let entry = try u.int()
        let enteredAt = try u.instant()
        self.init(state: state, entry: entry, enteredAt: enteredAt)
        isOpen = try u.bool()
        shiftedDays = try u.int()
        shiftedWorkingDays = try u.int()
        shiftedMilliseconds = try u.int64()
    }
}

extension CaseEnd {
    func pack(_ p: inout Packer) {
        p.text(name)
        p.instant(at)
        p.text(reason)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let name = try u.text()
        let at = try u.instant()
        let reason = try u.text()
        self.init(name: name, at: at, reason: reason)
    }
}

extension FormAnswers.Answer {
    func pack(_ p: inout Packer) {
        p.text(by)
        p.dictionary(values) { $0.value($1) }
        p.instant(at)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let by = try u.text()
        let values = try u.dictionary { (u) throws(UnpackFailure) in try u.value() }
        let at = try u.instant()
        self.init(by: by, values: values, at: at)
    }
}

extension FormAnswers {
    func pack(_ p: inout Packer) {
        p.int(version)
        p.int(order)
        p.list(answers) { $1.pack(&$0) }
        p.int(entry)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        self.init()
        version = try u.int()
        order = try u.int()
        answers = try u.list { (u) throws(UnpackFailure) in try FormAnswers.Answer(unpacking: &u) }
        entry = try u.int()
    }
}

extension DateCell {
    func pack(_ p: inout Packer) {
        p.optional(span) { $1.pack(&$0) }
        p.int(revision)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let span = try u.optional { (u) throws(UnpackFailure) in try DateSpan(unpacking: &u) }
        let revision = try u.int()
        self.init(span: span, revision: revision)
    }
}

extension KeptThing {
    func pack(_ p: inout Packer) {
        region.pack(&p)
        p.int(scope)
        p.text(use)
        p.value(input)
        p.int(sequence)
        p.list(readers) { $1.pack(&$0) }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let region = try RegionID(unpacking: &u)
        let scope = try u.int()
        let use = try u.text()
        let input = try u.value()
        let sequence = try u.int()
        let readers = try u.list { (u) throws(UnpackFailure) in try Party(unpacking: &u) }
        self.init(region: region, scope: scope, use: use, input: input, sequence: sequence, readers: readers)
    }
}

extension Hold {
    func pack(_ p: inout Packer) {
        p.text(reason)
        p.text(by)
        p.instant(since)
        p.instant(reviewAt)
        p.optional(until) { $0.instant($1) }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let reason = try u.text()
        let by = try u.text()
        let since = try u.instant()
        let reviewAt = try u.instant()
        let until = try u.optional { (u) throws(UnpackFailure) in try u.instant() }
        self.init(reason: reason, by: by, since: since, reviewAt: reviewAt, until: until)
    }
}

extension Stuck {
    func pack(_ p: inout Packer) {
        region.pack(&p)
        p.int(entry)
        p.text(why)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let region = try RegionID(unpacking: &u)
        let entry = try u.int()
        let why = try u.text()
        self.init(region: region, entry: entry, why: why)
    }
}

extension ScorePart {
    func pack(_ p: inout Packer) {
        p.text(name)
        p.double(points)
        p.double(weight)
        p.text(say)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let name = try u.text()
        let points = try u.double()
        let weight = try u.double()
        let say = try u.text()
        self.init(name: name, points: points, weight: weight, say: say)
    }
}

extension Candidate {
    func pack(_ p: inout Packer) {
        p.value(offer)
        p.double(score)
        p.list(parts) { $1.pack(&$0) }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let offer = try u.value()
        let score = try u.double()
        let parts = try u.list { (u) throws(UnpackFailure) in try ScorePart(unpacking: &u) }
        self.init(offer: offer, score: score, parts: parts)
    }
}

extension Exclusion {
    func pack(_ p: inout Packer) {
        p.text(offer)
        p.text(filter)
        p.text(say)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let offer = try u.text()
        let filter = try u.text()
        let say = try u.text()
        self.init(offer: offer, filter: filter, say: say)
    }
}

extension Search {
    func pack(_ p: inout Packer) {
        p.int(entry)
        p.text(track)
        p.int(round)
        p.bool(isPending)
        p.list(reserve) { $1.pack(&$0) }
        p.list(asked.sorted()) { $0.text($1) }
        p.list(excluded) { $1.pack(&$0) }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let entry = try u.int()
        let track = try u.text()
        self.init(entry: entry, track: track)
        round = try u.int()
        isPending = try u.bool()
        reserve = try u.list { (u) throws(UnpackFailure) in try Candidate(unpacking: &u) }
        asked = Set(try u.list { (u) throws(UnpackFailure) in try u.text() })
        excluded = try u.list { (u) throws(UnpackFailure) in try Exclusion(unpacking: &u) }
    }
}

extension ReservedPlace {
    func pack(_ p: inout Packer) {
        p.text(offer)
        p.text(period)
        p.int(capacity)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let offer = try u.text()
        let period = try u.text()
        let capacity = try u.int()
        self.init(offer: offer, period: period, capacity: capacity)
    }
}

extension Member {
    func pack(_ p: inout Packer) {
        p.text(track)
        p.int(number)
        p.text(key)
        p.value(row)
        p.optional(party) { $1.pack(&$0) }
        region.pack(&p)
        p.instant(startedAt)
        p.dictionary(answers) { $1.pack(&$0) }
        p.dictionary(dates) { $1.pack(&$0) }
        p.bool(hasEnded)
        p.bool(isGood)
        p.bool(isVoid)
        p.text(reason)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let track = try u.text()
        let number = try u.int()
        let key = try u.text()
        let row = try u.value()
        let party = try u.optional { (u) throws(UnpackFailure) in try Party(unpacking: &u) }
        let region = try Region(unpacking: &u)
        let at = try u.instant()
        self.init(track: track, number: number, key: key, row: row, party: party, region: region, at: at)
        answers = try u.dictionary { (u) throws(UnpackFailure) in try FormAnswers(unpacking: &u) }
        dates = try u.dictionary { (u) throws(UnpackFailure) in try DateCell(unpacking: &u) }
        hasEnded = try u.bool()
        isGood = try u.bool()
        isVoid = try u.bool()
        reason = try u.text()
    }
}

extension OpenTask.Holder {
    func pack(_ p: inout Packer) {
        p.text(role)
        party.pack(&p)
        p.optional(outcome) { $0.text($1) }
        p.int(boundVersion)
        p.optional(reason) { $0.text($1) }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let role = try u.text()
        let party = try Party(unpacking: &u)
        self.init(role: role, party: party)
        outcome = try u.optional { (u) throws(UnpackFailure) in try u.text() }
        boundVersion = try u.int()
        reason = try u.optional { (u) throws(UnpackFailure) in try u.text() }
    }
}

extension OpenTask {
    func pack(_ p: inout Packer) {
        p.int(number)
        region.pack(&p)
        p.int(entry)
        kind.pack(&p)
        p.instant(openedAt)
        p.optional(form) { $0.text($1) }
        p.list(only) { $0.text($1) }
        p.list(holders) { $1.pack(&$0) }
        p.list(escalatedTo) { $0.text($1) }
        p.optional(dueAt) { $0.instant($1) }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let number = try u.int()
        let region = try RegionID(unpacking: &u)
        let entry = try u.int()
        let kind = try OpenTask.Kind(unpacking: &u)
        let openedAt = try u.instant()
        self.init(number: number, region: region, entry: entry, kind: kind, openedAt: openedAt)
        form = try u.optional { (u) throws(UnpackFailure) in try u.text() }
        only = try u.list { (u) throws(UnpackFailure) in try u.text() }
        holders = try u.list { (u) throws(UnpackFailure) in try OpenTask.Holder(unpacking: &u) }
        escalatedTo = try u.list { (u) throws(UnpackFailure) in try u.text() }
        dueAt = try u.optional { (u) throws(UnpackFailure) in try u.instant() }
    }
}

extension ArmedTimer {
    func pack(_ p: inout Packer) {
        region.pack(&p)
        p.int(scope)
        kind.pack(&p)
        p.instant(at)
        p.int(rank)
        p.int(line)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let region = try RegionID(unpacking: &u)
        let scope = try u.int()
        let kind = try ArmedTimer.Kind(unpacking: &u)
        let at = try u.instant()
        let rank = try u.int()
        let line = try u.int()
        self.init(region: region, scope: scope, kind: kind, at: at, rank: rank, line: line)
    }
}

extension PendingEffect.Owner {
    func pack(_ p: inout Packer) {
        region.pack(&p)
        p.int(scope)
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let region = try RegionID(unpacking: &u)
        let scope = try u.int()
        self.init(region: region, scope: scope)
    }
}

extension PendingEffect.Wording {
    func pack(_ p: inout Packer) {
        p.text(message)
        reader.pack(&p)
        p.text(role)
        region.pack(&p)
        p.text(reason)
        p.optional(task) { $0.int($1) }
        p.optional(carries) { $0.value($1) }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let message = try u.text()
        let reader = try Party(unpacking: &u)
        let role = try u.text()
        let region = try RegionID(unpacking: &u)
        let reason = try u.text()
        let task = try u.optional { (u) throws(UnpackFailure) in try u.int() }
        let carries = try u.optional { (u) throws(UnpackFailure) in try u.value() }
        self.init(
            message: message, reader: reader, role: role, region: region, reason: reason, task: task, carries: carries)
    }
}

extension PendingEffect {
    func pack(_ p: inout Packer) {
        p.text(key)
        p.text(action)
        p.text(label)
        p.optional(owner) { $1.pack(&$0) }
        p.bool(isHeld)
        origin.pack(&p)
        p.text(sequence)
        p.int(index)
        p.optional(wording) { $1.pack(&$0) }
        p.dictionary(mentions) { $0.int($1) }
        p.list(readers) { $1.pack(&$0) }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let key = try u.text()
        let action = try u.text()
        let label = try u.text()
        let owner = try u.optional { (u) throws(UnpackFailure) in try PendingEffect.Owner(unpacking: &u) }
        let isHeld = try u.bool()
        let origin = try PendingEffect.Origin(unpacking: &u)
        let sequence = try u.text()
        let index = try u.int()
        self.init(
            key: key, action: action, label: label, owner: owner, isHeld: isHeld, origin: origin, sequence: sequence,
            index: index)
        wording = try u.optional { (u) throws(UnpackFailure) in try PendingEffect.Wording(unpacking: &u) }
        mentions = try u.dictionary { (u) throws(UnpackFailure) in try u.int() }
        readers = try u.list { (u) throws(UnpackFailure) in try OpenTask.Holder(unpacking: &u) }
    }
}
extension DateSpan {
    func pack(_ p: inout Packer) {
        p.int(Int(first.day))
        p.int(Int(last.day))
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let first = Int32(truncatingIfNeeded: try u.int())
        let last = Int32(truncatingIfNeeded: try u.int())
        guard let span = DateSpan(first: LocalDate(day: first), last: LocalDate(day: last)) else {
            throw UnpackFailure(offset: 0)
        }
        self = span
    }
}

extension RegionID {
    func pack(_ p: inout Packer) {
        switch self {
        case .case: p.int(0)
        case .member(let number): p.int(number)
        }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let number = try u.int()
        self = number == 0 ? .case : .member(number)
    }
}

extension Party {
    func pack(_ p: inout Packer) {
        for text in [id, name, address, language, zone, country, institution] { p.text(text) }
        p.list(deputies) { $1.pack(&$0) }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        let id = try u.text()
        let name = try u.text()
        let address = try u.text()
        let language = try u.text()
        let zone = try u.text()
        let country = try u.text()
        let institution = try u.text()
        let deputies = try u.list { (u) throws(UnpackFailure) in try Party(unpacking: &u) }
        self.init(
            id: id, name: name, address: address, language: language, zone: zone, country: country,
            institution: institution, deputies: deputies)
    }
}

extension OpenTask.Kind {
    func pack(_ p: inout Packer) {
        switch self {
        case .declared(let index):
            p.byte(0)
            p.int(index)
        case .stuck(let why):
            p.byte(1)
            p.text(why)
        case .late(let line, let step):
            p.byte(2)
            p.text(line)
            p.int(step)
        case .effect(let key, let label, let isUnknown):
            p.byte(3)
            p.text(key)
            p.text(label)
            p.bool(isUnknown)
        case .holdReview: p.byte(4)
        case .quiet: p.byte(5)
        case .question(let key, let title):
            p.byte(6)
            p.text(key)
            p.text(title)
        case .mail(let label, let news):
            p.byte(7)
            p.text(label)
            news.pack(&p)
        }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        switch try u.byte() {
        case 0: self = .declared(try u.int())
        case 1: self = .stuck(why: try u.text())
        case 2:
            let line = try u.text()
            self = .late(line: line, step: try u.int())
        case 3:
            let key = try u.text()
            let label = try u.text()
            self = .effect(key: key, label: label, isUnknown: try u.bool())
        case 4: self = .holdReview
        case 5: self = .quiet
        case 6:
            let key = try u.text()
            self = .question(key: key, title: try u.text())
        case 7:
            let label = try u.text()
            self = .mail(label: label, news: try MailNews(unpacking: &u))
        default: throw UnpackFailure(offset: 0)
        }
    }
}

extension ArmedTimer.Kind {
    func pack(_ p: inout Packer) {
        switch self {
        case .line(let id, let index, let reader):
            p.byte(0)
            p.text(id)
            p.int(index)
            p.text(reader)
        case .rank: p.byte(1)
        case .searchAgain(let index):
            p.byte(2)
            p.int(index)
        case .spawn(let track, let index):
            p.byte(3)
            p.text(track)
            p.int(index)
        case .erase(let path):
            p.byte(4)
            p.text(path)
        case .holdReview: p.byte(5)
        case .quiet: p.byte(6)
        case .staffDue(let task):
            p.byte(7)
            p.int(task)
        }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        switch try u.byte() {
        case 0:
            let id = try u.text()
            let index = try u.int()
            self = .line(id: id, index: index, reader: try u.text())
        case 1: self = .rank
        case 2: self = .searchAgain(index: try u.int())
        case 3:
            let track = try u.text()
            self = .spawn(track: track, index: try u.int())
        case 4: self = .erase(path: try u.text())
        case 5: self = .holdReview
        case 6: self = .quiet
        case 7: self = .staffDue(task: try u.int())
        default: throw UnpackFailure(offset: 0)
        }
    }
}

extension PendingEffect.Origin {
    func pack(_ p: inout Packer) {
        switch self {
        case .message: p.byte(0)
        case .action(let use, let region):
            p.byte(1)
            p.text(use)
            region.pack(&p)
        case .kept(let key, let use, let isUndone):
            p.byte(2)
            p.text(key)
            p.text(use)
            p.bool(isUndone)
        case .inner: p.byte(3)
        }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        switch try u.byte() {
        case 0: self = .message
        case 1:
            let use = try u.text()
            self = .action(use: use, region: try RegionID(unpacking: &u))
        case 2:
            let key = try u.text()
            let use = try u.text()
            self = .kept(key: key, use: use, isUndone: try u.bool())
        case 3: self = .inner
        default: throw UnpackFailure(offset: 0)
        }
    }
}
