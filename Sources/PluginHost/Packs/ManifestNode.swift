import ProgrammeLanguage

/// Reads one map of a manifest: each key once, those that do not exist with a proposal.
struct ManifestNode {
    let node: Node
    private let entries: [(key: Node, value: Node)]
    private let what: String

    /// nil, and a mistake, for anything but a map.
    init?(_ node: Node, _ what: String, _ mistakes: inout Diagnostics) {
        guard case .mapping(let entries) = node.content else {
            mistakes.append(node.diagnostic(.error, "\(what) is written as keys with values"))
            return nil
        }
        (self.node, self.entries, self.what) = (node, entries, what)
    }

    /// In the order of the file.
    var all: [(name: String, key: Node, value: Node)] {
        entries.compactMap { key, value in key.scalarText.map { ($0, key, value) } }
    }

    subscript(name: String) -> Node? { entries.first { $0.key.scalarText == name }?.value }

    /// Reports keys that there are not.
    func allow(_ known: [String], _ mistakes: inout Diagnostics) {
        for (name, key, _) in all where !known.contains(name) {
            let meant = Spelling.nearest(name, among: known).map { "; did you mean \"\($0)\"?" }
            mistakes.append(
                key.diagnostic(
                    .error, "\(what) has no key \"\(name)\"\(meant ?? "; there are " + known.joined(separator: ", "))"))
        }
    }

    func text(_ name: String, _ mistakes: inout Diagnostics) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.scalarText, !text.isEmpty else {
            mistakes.append(value.diagnostic(.error, "\"\(name)\" takes a text"))
            return nil
        }
        return text
    }

    /// A text that must be there.
    func needed(_ name: String, _ example: String, _ mistakes: inout Diagnostics) -> String? {
        if self[name] == nil {
            mistakes.append(node.diagnostic(.error, "\(what) lacks \"\(name)\", such as \(name): \(example)"))
        }
        return text(name, &mistakes)
    }

    /// A list of texts; one text is a list of one.
    func list(_ name: String, _ mistakes: inout Diagnostics) -> [String]? {
        guard let value = self[name] else { return nil }
        if let text = value.scalarText { return [text] }
        let texts = value.itemList?.compactMap(\.scalarText)
        guard let texts, texts.count == value.itemList?.count else {
            mistakes.append(value.diagnostic(.error, "\"\(name)\" takes a list of texts"))
            return nil
        }
        return texts
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Choice.Type, _ mistakes: inout Diagnostics
    ) -> Choice? {
        guard let text = text(name, &mistakes), let value = self[name] else { return nil }
        let found = Choice(rawValue: text)
        if found == nil {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            mistakes.append(value.diagnostic(.error, "\"\(name)\" is one of \(words), not \"\(text)\""))
        }
        return found
    }

    func number(_ name: String, in range: ClosedRange<Int>, _ mistakes: inout Diagnostics) -> Int? {
        guard let text = text(name, &mistakes), let value = self[name] else { return nil }
        let found = Self.whole(text).flatMap { range.contains($0) ? $0 : nil }
        if found == nil {
            mistakes.append(
                value.diagnostic(
                    .error, "\"\(name)\" is a whole number from \(range.lowerBound) to \(range.upperBound)"))
        }
        return found
    }

    func flag(_ name: String, _ mistakes: inout Diagnostics) -> Bool? {
        guard let text = text(name, &mistakes), let value = self[name] else { return nil }
        switch text {
        case "yes", "true": return true
        case "no", "false": return false
        default:
            mistakes.append(value.diagnostic(.error, "\"\(name)\" is yes or no"))
            return nil
        }
    }

    /// An amount with a unit, such as `256 MB`, as a number of the smallest one.
    func amount(
        _ name: String, units: [String: Int], in range: ClosedRange<Int>, example: String,
        _ mistakes: inout Diagnostics
    ) -> Int? {
        guard let text = text(name, &mistakes), let value = self[name] else { return nil }
        let words = text.split(separator: " ")
        if words.count == 2, let number = Self.whole(String(words[0])), let unit = units[String(words[1])] {
            let (product, overflow) = number.multipliedReportingOverflow(by: unit)
            if !overflow, range.contains(product) { return product }
        }
        mistakes.append(
            value.diagnostic(.error, "\"\(name)\" is an amount such as \(example), within the limits of the reference"))
        return nil
    }

    /// A whole number in decimal digits, without a sign in front of a positive one.
    static func whole(_ text: String) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
