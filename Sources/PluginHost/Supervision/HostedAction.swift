import ActionKit
import Expressions

/// An action of a pack, as the engine sees it: it chooses the version that the case is pinned to.
struct HostedAction: Action {
    let description: ActionDescription
    let pack: String
    let host: PluginHost

    /// The input is checked against the schema of the version that does the call, not of the newest.
    init(_ newest: PackAction, pack: String, host: PluginHost) {
        description = ActionDescription(
            name: newest.name, title: newest.title, input: .anything, output: newest.output, isKept: newest.isKept,
            idempotency: newest.idempotency, timeoutSeconds: newest.timeoutSeconds)
        self.pack = pack
        self.host = host
    }

    func run(_ call: ActionCall) async -> ActionOutcome {
        do throws(Unfit) {
            let (supervisor, action) = try await host.place(of: description.name, pack: pack, call)
            let mistakes = action.input.check(.object(call.input))
            guard mistakes.isEmpty else {
                return .failed(.init(code: "input", message: mistakes.joined(separator: "; "), retry: .never))
            }
            return await supervisor.run(action, call)
        } catch {
            return .failed(error.failure)
        }
    }

    func outcome(of call: ActionCall) async -> ActionOutcome? {
        do throws(Unfit) {
            let (supervisor, action) = try await host.place(of: description.name, pack: pack, call)
            return await supervisor.status(of: action, call)
        } catch {
            return nil
        }
    }

    /// No version that is there can do the call.
    struct Unfit: Error {
        let failure: ActionOutcome.Failure
    }
}
