public import Calendars
public import Expressions

/// A named effect that programmes can use, such as `email.send`.
///
/// An action is called at least once for a thing that is to happen, always with the same key; an action that can
/// recognises a key that it has done. It throws nothing and never traps: whatever happens is an `ActionOutcome`.
public protocol Action: Sendable {
    var description: ActionDescription { get }

    /// Does, renews or undoes it; returns by `call.deadline`.
    func run(_ call: ActionCall) async -> ActionOutcome

    /// What became of a call whose answer was lost, because the service ended in the middle; nil where the action cannot
    /// tell.
    func outcome(of call: ActionCall) async -> ActionOutcome?

    /// Who gets one call of this action at a time, because they may not recognise a key that comes again: of calls with the
    /// same name one at most is without its answer when the service dies, so that at most one comes twice. nil: several
    /// at once do no harm.
    func receiver(of input: [String: Value]) -> String?
}

extension Action {
    public func receiver(of input: [String: Value]) -> String? { nil }

    public func outcome(of call: ActionCall) async -> ActionOutcome? { nil }
}

/// What an action is, for the checker, the documentation and the engine.
public struct ActionDescription: Sendable {
    /// Whether calling twice with one key does the thing twice.
    public enum Idempotency: String, Sendable {
        /// The action itself recognises a key that it has done.
        case native
        /// The receiver recognises the key (a webhook-id).
        case keyed
        /// Nobody does: an unknown outcome is asked about.
        case none
    }

    /// `family.verb`, such as `document.store`.
    public let name: String
    /// A sentence for the documentation.
    public let title: String
    public let input: Schema
    public let output: Schema
    /// Whether it can renew and undo what it made, so that `keep` can use it.
    public let isKept: Bool
    public let idempotency: Idempotency
    /// Seconds that one call may take.
    public let timeoutSeconds: Int
    /// Seconds between the tries of a call that failed for now, after which it has failed for good; empty: by the engine's own
    /// schedule, which is that of mail.
    public let retryPauses: [Int]
    /// Whether it says when it hands over (`ActionCall.handOver`): a call that a dead service had not handed over is made again,
    /// whoever recognises keys.
    public let tellsHandOver: Bool

    public init(
        name: String, title: String, input: Schema, output: Schema, isKept: Bool, idempotency: Idempotency,
        timeoutSeconds: Int, retryPauses: [Int] = [], tellsHandOver: Bool = false
    ) {
        self.name = name
        self.title = title
        self.input = input
        self.output = output
        self.isKept = isKept
        self.idempotency = idempotency
        self.timeoutSeconds = timeoutSeconds
        self.retryPauses = retryPauses
        self.tellsHandOver = tellsHandOver
    }
}

/// One call of an action.
public struct ActionCall: Sendable {
    public enum Mode: String, Sendable {
        /// Do it, or make the thing that is to be kept.
        case make
        /// The thing exists; its inputs have changed.
        case renew
        /// The thing is not wanted any more.
        case undo
    }

    /// The idempotency key: stable for ever, at most 64 letters and digits.
    public let key: String
    /// 1 for the first try.
    public let attempt: Int
    public let mode: Mode
    public let input: [String: Value]
    /// 0 for the first making, rising with each renewal and the undoing of a thing kept.
    public let sequence: Int
    public let now: Instant
    public let deadline: Instant
    /// Such as `ST-2027-0042`.
    public let caseReference: String
    public let programme: String
    /// Check everything, change nothing.
    public let isDryRun: Bool
    /// What the action gave with `.waiting` or `.asks` when it was called with this key before: it goes on from there.
    public let checkpoint: Value?
    /// What a person answered to the action's question; empty where none was asked.
    public let answers: [String: Value]
    /// With this secret an outside system signs that the thing is done (see `ActionOutcome.waiting`); empty: none is
    /// taken.
    public let callbackSecret: String
    /// What stands behind a + in an address to which answers go names this call with it, signed; empty: none is taken.
    public let replyTag: String
    /// An address with https: at which one POST ends mails like this one for its reader (RFC 8058); empty: there is none, or
    /// the mail is one that its reader must get.
    public let unsubscribe: String
    /// To be called just before what cannot be taken back, by an action that says so in its description: writes down that the
    /// outcome is in doubt from here on. false: that could not be written, so nothing must be handed over.
    public let handOver: @Sendable () async -> Bool

    public init(
        key: String, attempt: Int, mode: Mode, input: [String: Value], sequence: Int, now: Instant, deadline: Instant,
        caseReference: String, programme: String, isDryRun: Bool = false, checkpoint: Value? = nil,
        answers: [String: Value] = [:], callbackSecret: String = "", replyTag: String = "",
        unsubscribe: String = "", handOver: @escaping @Sendable () async -> Bool = { true }
    ) {
        self.key = key
        self.attempt = attempt
        self.mode = mode
        self.input = input
        self.sequence = sequence
        self.now = now
        self.deadline = deadline
        self.caseReference = caseReference
        self.programme = programme
        self.isDryRun = isDryRun
        self.checkpoint = checkpoint
        self.answers = answers
        self.callbackSecret = callbackSecret
        self.replyTag = replyTag
        self.unsubscribe = unsubscribe
        self.handOver = handOver
    }

    /// A text input, or empty.
    public func text(_ name: String) -> String { input[name]?.asString ?? "" }
}

/// What became of one call.
public enum ActionOutcome: Sendable {
    case done(output: [String: Value])
    case failed(Failure)
    /// Nobody can know whether it happened: the connection broke after all was handed over.
    case unknown(message: String)
    /// It is under way elsewhere: an outside system signs that it is done, or the action is called again and looks.
    case waiting(Waiting)
    /// A person must say something first; then the action is called again with the answers.
    case asks(Question)

    public struct Waiting: Hashable, Sendable {
        /// The action is called again after so many seconds; nil: only when the time is over.
        public let pollSeconds: Int?
        /// For so many seconds from the first waiting on; then nobody knows.
        public let patienceSeconds: Int
        /// Handed to the next call; no personal data.
        public let checkpoint: Value?

        public init(pollSeconds: Int?, patienceSeconds: Int, checkpoint: Value?) {
            self.pollSeconds = pollSeconds
            self.patienceSeconds = patienceSeconds
            self.checkpoint = checkpoint
        }
    }

    public struct Question: Hashable, Sendable {
        /// What is asked, in a sentence without personal data.
        public let title: String
        /// An object: one field an answer.
        public let form: Schema
        public let checkpoint: Value?

        public init(title: String, form: Schema, checkpoint: Value?) {
            self.title = title
            self.form = form
            self.checkpoint = checkpoint
        }
    }

    public struct Failure: Error, Hashable, Sendable {
        public enum Retry: Hashable, Sendable {
            case never
            /// Not before so many seconds.
            case after(seconds: Int)
            /// By the engine's own schedule.
            case usual
        }

        /// What the failure concerns besides this call.
        public enum Scope: Hashable, Sendable {
            case call
            /// Everything to this domain should slow down.
            case domain(String)
            /// The whole service behind the action is away.
            case service
        }

        /// Stable, such as `smtp.550`.
        public let code: String
        /// In plain words, without personal data.
        public let message: String
        public let retry: Retry
        public let scope: Scope
        /// The address does not exist: nothing further goes to it until somebody gives a new one.
        public let suppressesAddress: Bool

        public init(
            code: String, message: String, retry: Retry, scope: Scope = .call, suppressesAddress: Bool = false
        ) {
            self.code = code
            self.message = message
            self.retry = retry
            self.scope = scope
            self.suppressesAddress = suppressesAddress
        }
    }
}

/// Actions that belong together, with their configuration.
public protocol Plugin: Sendable {
    /// Such as `email`; the name of its part of the configuration.
    static var name: String { get }

    /// - Throws: everything that is wrong with the configuration, at once.
    init(configuration: Configuration) throws(ConfigurationMistakes)

    var actions: [any Action] { get }

    /// Functions for rules of matching, named `family.function`: a filter when it gives yes or no, a part of a score when
    /// it gives points from 0 to 1. Pure: they read their arguments alone, and give the same for the same for ever.
    var functions: [FunctionDeclaration] { get }

    /// Places where mail comes in.
    var mailSources: [any MailSource] { get }

    /// Ends connections and threads; no call is under way any more.
    func close() async
}

extension Plugin {
    /// None.
    public var functions: [FunctionDeclaration] { [] }

    /// None.
    public var mailSources: [any MailSource] { [] }
}
