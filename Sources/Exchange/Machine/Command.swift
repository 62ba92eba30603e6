package import Calendars
package import Expressions

/// Something that is asked of a case; the only way in.
package enum Command: Hashable, Sendable {
    /// Starts the case: people that are named, and answers that are known already.
    case start(people: [String: [Party]], origin: [String: Value])
    /// Answers a task; the outcome may be left out where there is only one.
    case answer(task: Int, outcome: String?, values: [String: Value], reason: String?)
    /// Decides what `may` allows, for a member where it stands on a track.
    case decide(name: String, member: Int?, values: [String: Value], reason: String?)
    /// Time has passed; timers that are due fire.
    case tick
    /// The service was down between two instants (R16).
    case outage(from: Instant, to: Instant)
    /// The register's answer to a search.
    case candidates(entry: Int, found: [Candidate], excluded: [Exclusion])
    /// The register's news of an offer that stands in a proposal: as it is now.
    case offerChanged(Value)
    /// The register's news of an offer that stands in a proposal: it can no longer be had, with the reason as a sentence.
    case offerGone(id: String, why: String)
    /// What the ranking of a call gave: `in`, `out`, or nil for the reserve list.
    case ranked(entry: Int, result: String?)
    /// What became of an effect.
    case effectFinished(key: String, result: EffectResult)
    /// What came back about a mail of the case, named by its label.
    case mailNews(label: String, news: MailNews)
    /// The built-in decisions of the staff, audited with a reason (R49).
    case hold(reason: String, until: LocalDate?)
    case resume(reason: String)
    case cancel(reason: String)
    case reassign(role: String, to: [Party], reason: String)
    case correct(form: String, member: Int?, values: [String: Value], reason: String)
    case moveByHand(to: String, member: Int?, reason: String)
    /// A task of the staff that the machine opened: what they decided.
    case resolve(task: Int, choice: String, reason: String)
    /// Takes the case over from another version of its programme, by their hashes; see `CaseMachine.migrate`.
    case migrate(from: String, to: String, map: MigrationMap, people: [String: [Party]])
}

/// What an action gave.
package enum EffectResult: Hashable, Sendable {
    case done(output: [String: Value])
    /// For good, with a stable code and words without personal data.
    case failed(code: String, message: String)
    case unknown(message: String)
    /// It needs something that a person must say; their answers go to the action, not into the case.
    case asks(title: String)
    /// A person took it out of the outbox.
    case dropped
}

/// What came back about a mail; no personal data.
package enum MailNews: Hashable, Sendable {
    /// A reader answered; the answer is kept under this identifier.
    case answered(mail: String)
    /// A machine answered: an absence note, a list.
    case automatic
    /// It came back: for good, or the server keeps trying.
    case returned(code: String, isFinal: Bool)
    /// Its reader has had so many today that it waits until tomorrow.
    case waits(cap: Int)
}

/// Who gives a command.
package struct Actor: Hashable, Sendable {
    /// The party's identifier, pseudonymous; empty for the clock and the engine.
    package var id: String
    /// The role in which they act; empty for the clock and the engine.
    package var role: String

    package init(id: String, role: String) {
        self.id = id
        self.role = role
    }

    /// The clock, the register and the outbox.
    package static let service = Actor(id: "", role: "")
}

/// What came of a command.
package enum Verdict: Hashable, Sendable {
    case accepted
    /// Nothing changed but the timers that fired before it (R1).
    case refused(Refusal)
    /// The command had been taken before (R42).
    case repeated
}

/// Why a command was refused, in words for the person who gave it.
package enum Refusal: Hashable, Sendable {
    case hasEnded
    case onHold
    case notOnHold
    /// The task was answered by another, or its state was left.
    case taskClosed(number: Int)
    case notAllowed(role: String, what: String)
    case noOutcome(given: String?, choices: [String])
    case answers([FieldProblem])
    case noReason(choices: [String])
    case noSuchDecision(name: String, choices: [String])
    case notNow(what: String, why: String)
    case noSuchState(String)
    case noSuchRole(String)
    case noSuchMember(Int)
    case tooMany(what: String, limit: Int)
    case fault(String)
    case alreadyStarted

    /// A sentence: what, and what to do instead.
    package var sentence: String {
        switch self {
        case .hasEnded: "the case has ended; start a new one, or link to this one"
        case .onHold: "the case is on hold; resume it first"
        case .notOnHold: "the case is not on hold"
        case .taskClosed(let number): "task \(number) is closed: it was answered, or the case has moved on"
        case .notAllowed(let role, let what): "the role \"\(role)\" may not \(what)"
        case .noOutcome(let given, let choices):
            if let given {
                "there is no answer \"\(given)\" here; choose one of \(choices.joined(separator: ", "))"
            } else {
                "say which answer: one of \(choices.joined(separator: ", "))"
            }
        case .answers(let problems): problems.map(\.sentence).joined(separator: "; ")
        case .noReason(let choices): "a reason is needed: one of \(choices.joined(separator: ", "))"
        case .noSuchDecision(let name, let choices):
            choices.isEmpty
                ? "nothing can be decided here, so not \"\(name)\" either"
                : "\"\(name)\" cannot be decided here; what can: \(choices.joined(separator: ", "))"
        case .notNow(let what, let why): "\(what) is not possible now: \(why)"
        case .noSuchState(let state): "this programme has no state \"\(state)\""
        case .noSuchRole(let role): "this programme has no role \"\(role)\""
        case .noSuchMember(let number): "the case has no member \(number)"
        case .tooMany(let what, let limit): "more than \(limit) \(what) are not taken"
        case .fault(let why): why
        case .alreadyStarted: "the case has been started already"
        }
    }
}

/// One mistake in an answer.
package struct FieldProblem: Hashable, Sendable {
    /// Such as `people` or `sessions[2].day`.
    package var field: String
    package var sentence: String

    package init(field: String, sentence: String) {
        self.field = field
        self.sentence = sentence
    }
}

/// What one command did, for the shell to write down.
package struct Transition: Sendable {
    package var `case`: Case
    package var verdict: Verdict
    /// One line a thing that happened, in order.
    package var notes: [Note]
    package var effects: [NewEffect]
    package var effectsRecalled: [String]
    package var reservations: [PlaceChange]
    /// Offers of which it was asked whether they are full: on nothing else of other cases does it hang.
    package var placesRead: [String]

    package init(
        case: Case, verdict: Verdict, notes: [Note] = [], effects: [NewEffect] = [], effectsRecalled: [String] = [],
        reservations: [PlaceChange] = [], placesRead: [String] = []
    ) {
        self.case = `case`
        self.verdict = verdict
        self.notes = notes
        self.effects = effects
        self.effectsRecalled = effectsRecalled
        self.reservations = reservations
        self.placesRead = placesRead
    }
}

/// An effect that was decided, whole.
package struct NewEffect: Hashable, Sendable {
    package var pending: PendingEffect
    package var input: [String: Value]
    /// make, renew or undo.
    package var mode: String
    /// 0, 1, 2 … of a kept thing.
    package var order: Int
    package var notBefore: Instant
    package var ifUnsure: IfUnsure

    package init(
        pending: PendingEffect, input: [String: Value], mode: String, order: Int, notBefore: Instant,
        ifUnsure: IfUnsure
    ) {
        self.pending = pending
        self.input = input
        self.mode = mode
        self.order = order
        self.notBefore = notBefore
        self.ifUnsure = ifUnsure
    }
}

/// A place held or given back at an offer.
package struct PlaceChange: Hashable, Sendable {
    package var owner: String
    package var place: ReservedPlace
    /// 1 holds, 0 gives back.
    package var places: Int

    package init(owner: String, place: ReservedPlace, places: Int) {
        self.owner = owner
        self.place = place
        self.places = places
    }
}

/// One thing that happened, as the journal tells it.
package struct Note: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case moved, answered, decided, taskOpened, taskClosed, reminded, escalated, effectQueued, effectRecalled
        case effectFinished, memberStarted, memberEnded, dateMoved, held, resumed, stuck, freed, skipped, late, ended
        case erased, searched, proposed, reassigned, corrected, fault, quiet, kept, voided, mailNews
        case renewed, offerGone
        case migrated
    }

    package var kind: Kind
    package var at: Instant
    package var region: RegionID
    /// Words and numbers, no personal data: states, forms, roles, codes, keys.
    package var words: [String]

    package init(kind: Kind, at: Instant, region: RegionID, words: [String]) {
        self.kind = kind
        self.at = at
        self.region = region
        self.words = words
    }
}
