import ActionKit

/// An action that does nothing and says that it was done: no plugin is touched by a story.
struct RecordingAction: Action {
    let name: String

    var description: ActionDescription {
        ActionDescription(
            name: name, title: "recorded only", input: .anything, output: .anything, isKept: true, idempotency: .native,
            timeoutSeconds: 1)
    }

    func run(_ call: ActionCall) async -> ActionOutcome { .done(output: [:]) }
}
