import ActionKit
import CaseStore
import Calendars
import Engine
import Expressions
import Service

/// A task in which an action asks a person something.
enum EffectQuestion {
    /// Prints what is asked, one line a field.
    static func print(_ key: String, in service: Service, on terminal: Terminal) async throws {
        guard let (_, form) = try await service.engine.outbox.question(of: key), case .object(let fields) = form else {
            return
        }
        terminal.print("The action asks:")
        for field in fields {
            let need = field.isRequired ? "" : ", if you like"
            terminal.print("  --set \(field.name, .cyan)=…  \(SchemaWords.text(of: field.schema))\(need)")
        }
    }

    /// Takes the answers, or throws every mistake.
    static func take(_ key: String, _ values: [String: Value], in service: Service) async throws {
        let mistakes = try await service.engine.outbox.answer(key, values)
        guard mistakes.isEmpty else { throw Failure(mistakes.joined(separator: "; ")) }
    }

    /// The action is called again with the answers, or never again.
    static func goOn(_ key: String, isDropped: Bool, in service: Service, now: Instant) async throws {
        _ = try await service.engine.store.moveEffect(
            key: key, from: .held, to: isDropped ? .recalled : .queued, at: now)
    }
}
