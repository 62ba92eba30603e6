import ActionKit
import CIcal
import Dispatch
import Expressions

/// `calendar.invite`: an invitation that moves and is cancelled in its readers' calendars.
struct CalendarAction: Action {
    let folder: String
    /// libical keeps its zones in one place for the process, and writing waits for the disk: one call after another,
    /// on a thread of its own.
    private let queue = DispatchQueue(label: "calendar.invite")

    init(folder: String) {
        self.folder = folder
        // libical would otherwise end the process over an argument that it does not like, if it was built to.
        icalerror_set_errors_are_fatal(0)
    }

    let description = ActionDescription(
        name: "calendar.invite", title: "Writes an invitation that moves or disappears in its readers' calendars.",
        input: InvitationReading.input,
        output: .object([
            SchemaField("uid", .text(.line, maximumBytes: CalendarLimits.thingBytes)),
            SchemaField("sequence", .integer(0...CalendarLimits.sequence)),
            SchemaField("ics", .text(.plain, maximumBytes: CalendarLimits.fileBytes), isRequired: false),
            SchemaField("method", .choice(["REQUEST", "CANCEL"]), isRequired: false),
            SchemaField("path", .text(.line, maximumBytes: 400), isRequired: false),
        ]), isKept: true, idempotency: .native, timeoutSeconds: 30)

    func run(_ call: ActionCall) async -> ActionOutcome {
        var reading = InvitationReading(call)
        guard let invitation = reading.read() else {
            return failed("calendar.input", reading.mistakes.joined(separator: "; "))
        }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: write(invitation, call)) }
        }
    }

    private func write(_ invitation: Invitation, _ call: ActionCall) -> ActionOutcome {
        let file = InvitationFile(root: folder, caseReference: call.caseReference)
        let known: [String: Value] = [
            "uid": .string(invitation.uid), "sequence": .int(Int64(invitation.sequence)),
        ]
        guard let name = InvitationFile.name(uid: invitation.uid, sequence: invitation.sequence) else {
            return failed("calendar.input", "\"uid\" is too long")
        }
        do {
            if invitation.method == .cancel,
                try !file.hasEarlier(uid: invitation.uid, than: invitation.sequence)
            {
                return .done(output: known)
            }
            var text = try InvitationText(invitation).text()
            guard !text.isEmpty, text.utf8.count <= CalendarLimits.fileBytes else {
                return failed("calendar.size", "the invitation is larger than \(CalendarLimits.fileBytes) bytes")
            }
            if !call.isDryRun { text = try file.keep(text, as: name) }
            return .done(
                output: known.merging([
                    "ics": .string(text), "method": .string(invitation.method.rawValue),
                    "path": .string(file.path(of: name)),
                ]) { former, _ in former })
        } catch let fault as FolderFault {
            return .failed(fault.failure(of: "calendar"))
        } catch {
            return failed("calendar.zone", "the machine has no data of the time zone; install tzdata")
        }
    }

    private func failed(_ code: String, _ message: String) -> ActionOutcome {
        .failed(.init(code: code, message: message, retry: .never))
    }
}
