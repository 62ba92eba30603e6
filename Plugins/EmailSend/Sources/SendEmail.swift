import ActionKit
import Calendars
import Expressions

/// The action `email.send`: one mail to one person.
struct SendEmail: Action {
    let description: ActionDescription
    private let composer: MailComposer
    private let transport: any Transport

    init(composer: MailComposer, transport: any Transport, timeoutSeconds: Int) {
        self.composer = composer
        self.transport = transport
        description = ActionDescription(
            name: "email.send", title: "Sends one mail to one person.", input: Mail.input,
            output: .object([SchemaField("message_id", .text(.line, maximumBytes: EmailLimits.addressBytes * 2))]),
            isKept: false, idempotency: transport.idempotency, timeoutSeconds: timeoutSeconds,
            tellsHandOver: transport.tellsHandOver)
    }

    func run(_ call: ActionCall) async -> ActionOutcome {
        let deadline = ContinuousClock.now + .milliseconds(Self.milliseconds(of: call))
        do throws(Failure) {
            let mail = try await composer.compose(try Mail(call))
            let output: [String: Value] = ["message_id": .string(mail.messageID)]
            guard !call.isDryRun else { return .done(output: output) }
            switch await transport.deliver(mail, by: deadline, handOver: call.handOver) {
            case .delivered: return .done(output: output)
            case .failed(let failure): return .failed(failure)
            case .unknown(let message): return .unknown(message: message)
            }
        } catch {
            return .failed(error)
        }
    }

    /// How long the call may last: the engine's clock says how long, the machine's steady one when that is over.
    private static func milliseconds(of call: ActionCall) -> Int64 {
        let (whole, overflow) = call.deadline.milliseconds.subtractingReportingOverflow(call.now.milliseconds)
        let longest = Int64(EmailLimits.timeoutSeconds.upperBound) * 1000
        return min(max(overflow ? longest : whole, 0), longest) - Int64(EmailLimits.reserveMilliseconds)
    }
}
