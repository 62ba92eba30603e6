import Digests
package import Exchange
package import Expressions

/// Answers that will be erased stand sealed in the journal, each under a key that only the case has: when the answer is
/// erased its key goes with it, and what the journal and its chain keep can be read by nobody (R50).
extension StepWriter {
    /// The command as the journal may keep it; new keys are added to the case.
    func seal(_ command: Command, from before: Case, into c: inout Case) -> Command {
        guard !machine.erasedForms.isEmpty else { return command }
        switch command {
        case .answer(let task, let outcome, let values, let reason):
            guard let open = before.tasks.first(where: { $0.number == task }) else { return command }
            let outcomes = outcome.map { [$0] } ?? machine.choices(of: open, in: before)
            let forms = outcomes.flatMap { machine.forms(of: open, outcome: $0, in: before) }
            return .answer(
                task: task, outcome: outcome, values: sealed(values, forms, open.region, &c), reason: reason)
        case .decide(let name, let member, let values, let reason):
            let decision = machine.decision(name, in: before, member: member)
            let forms = decision?.steps.compactMap(\.form) ?? []
            return .decide(
                name: name, member: member, values: sealed(values, forms, member.map { .member($0) } ?? .case, &c),
                reason: reason)
        case .correct(let form, let member, let values, let reason):
            return .correct(
                form: form, member: member, values: sealed(values, [form], member.map { .member($0) } ?? .case, &c),
                reason: reason)
        default: return command
        }
    }

    private func sealed(
        _ values: [String: Value], _ forms: [String], _ region: RegionID, _ c: inout Case
    ) -> [String: Value] {
        var result = values
        for (name, value) in values {
            for form in forms {
                guard let field = machine.programme.forms[form]?[name], field.erase != nil else { continue }
                let path = "\(owner(of: form, region).text).\(form).\(name)"
                let key = c.seals[path] ?? randomBytes(SecretBox.keyBytes)
                c.seals[path] = key
                result[name] = .object([
                    "sealed": .bytes(SecretBox.seal(value.jsonBytes, key: key)), "path": .string(path),
                ])
            }
        }
        return result
    }

    /// An answer belongs to the member only where the form is one of its track.
    private func owner(of form: String, _ region: RegionID) -> RegionID {
        guard case .member = region else { return .case }
        return machine.programme.tracks.values.contains { $0.forms.contains(form) } ? region : .case
    }

    /// A value as it was answered; nil once it has been erased.
    package static func opened(_ value: Value, in c: Case) -> Value? {
        guard let path = value["path"]?.asString, let sealed = value["sealed"] else { return value }
        let box: [UInt8]?
        switch sealed {
        case .bytes(let bytes): box = bytes
        case .string(let text): box = base64Bytes(text)
        default: box = nil
        }
        guard let key = c.seals[path], let bytes = box.flatMap({ SecretBox.open($0, key: key) }) else { return nil }
        return try? Value(json: bytes)
    }
}
