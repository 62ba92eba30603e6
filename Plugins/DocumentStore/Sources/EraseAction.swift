import ActionKit
import Dispatch
import Expressions

/// `document.erase`: takes away for good what `document.store` has kept of a template in a case.
///
/// The records stay with the hashes and dates: that there was a letter may be known when what it said may not.
struct EraseAction: Action {
    let folder: String
    let archive: DocumentArchive?
    /// The one of `document.store`: what is being written is not erased at the same time.
    let queue: DispatchQueue

    let description = ActionDescription(
        name: "document.erase", title: "Erases the documents of a kind that the case has kept.",
        input: .object([SchemaField("kind", DocumentLimits.line)]),
        output: .object([SchemaField("erased", .integer(0...DocumentLimits.caseFiles))]),
        isKept: false, idempotency: .native, timeoutSeconds: 300)

    func run(_ call: ActionCall) async -> ActionOutcome {
        var mistakes = description.input.check(.object(call.input))
        if !Folder.isSafe(call.caseReference) {
            mistakes.append("the reference of the case must be letters, digits and -")
        }
        guard mistakes.isEmpty else {
            return .failed(.init(code: "document.input", message: mistakes.joined(separator: "; "), retry: .never))
        }
        if call.isDryRun { return .done(output: ["erased": .int(0)]) }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: erase(call)) }
        }
    }

    private func erase(_ call: ActionCall) -> ActionOutcome {
        let shelf = DocumentShelf(root: folder, caseReference: call.caseReference)
        do throws(DocumentShelf.Refusal) {
            let gone = try shelf.erase(template: call.text("kind"), at: call.now)
            if let archive {
                // Only what is there: a server may count what is asked of it.
                let filed = Set(try archive.names(of: shelf))
                try archive.erase(gone.files.filter(filed.contains), of: shelf)
                try archive.file(gone.records, of: shelf)
            }
            return .done(output: ["erased": .int(Int64(gone.files.count))])
        } catch {
            return .failed(error.failure)
        }
    }
}
