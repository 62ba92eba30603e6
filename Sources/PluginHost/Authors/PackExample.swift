import ActionKit
package import Expressions
import Foundation
package import ProgrammeLanguage

/// A call that an author wrote down, with what is to come of it: an entry of `tests.yaml`.
package struct PackExample: Sendable {
    package static let file = "tests.yaml"
    /// Examples of one pack.
    private static let limit = 1_000

    package let action: PackAction
    package let input: [String: Value]
    package let isDryRun: Bool
    /// Parts of the output.
    package let gives: [String: Value]
    /// The code of the failure that is expected instead.
    package let fails: String?
    package let line: Int

    /// The examples of a pack, and every mistake in their file; none if there is no file.
    package static func read(_ pack: Pack) -> (examples: [PackExample], mistakes: Diagnostics) {
        var mistakes = Diagnostics()
        let path = pack.folder + "/" + file
        guard let bytes = FileManager.default.contents(atPath: path) else { return ([], mistakes) }
        let read = YAMLReader.read(file: path, bytes: Array(bytes))
        mistakes.append(contentsOf: read.diagnostics)
        guard let root = read.root else { return ([], mistakes) }
        guard let items = root.itemList, items.count <= limit else {
            mistakes.append(root.diagnostic(.error, "examples are a list of at most \(limit): - action: …"))
            return ([], mistakes)
        }
        let examples = items.compactMap { example($0, pack, &mistakes) }
        return (mistakes.hasErrors ? [] : examples, mistakes)
    }

    private static func example(_ node: ProgrammeLanguage.Node, _ pack: Pack, _ mistakes: inout Diagnostics)
        -> PackExample?
    {
        guard let map = ManifestNode(node, "an example", &mistakes) else { return nil }
        map.allow(["action", "input", "dry-run", "gives", "fails"], &mistakes)
        guard let name = map.needed("action", pack.actions.first?.name ?? "sms.send", &mistakes) else { return nil }
        guard let action = pack.actions.first(where: { $0.name == name }) else {
            mistakes.append(node.diagnostic(.error, "the pack has no action \"\(name)\""))
            return nil
        }
        let input = action.input.typed(map["input"].map(value) ?? .object([:]))
        let problems = action.input.check(input)
        for problem in problems { mistakes.append((map["input"] ?? node).diagnostic(.error, problem)) }
        return PackExample(
            action: action, input: PackAnswer.fields(input), isDryRun: map.flag("dry-run", &mistakes) ?? false,
            gives: PackAnswer.fields(action.output.typed(map["gives"].map(value) ?? .object([:]))),
            fails: map.text("fails", &mistakes), line: node.line)
    }

    /// A node as it stands, texts as texts: the schema says what they are.
    private static func value(_ node: ProgrammeLanguage.Node) -> Value {
        switch node.content {
        case .scalar(let text, _): .string(text)
        case .sequence(let items): .list(items.map(value))
        case .mapping(let entries):
            .object(
                Dictionary(entries.map { ($0.key.scalarText ?? "", value($0.value)) }) { first, _ in first })
        }
    }
}
