import ActionKit

/// The machine's part of a delivery report (RFC 3464): groups of fields, one about the mail, then one a recipient.
enum DeliveryStatus {
    /// - Parameter explanation: what the report says to people, which is looked at where the fields for machines hold no words.
    static func read(_ bytes: [UInt8], explanation: String) -> [IncomingMail.DeliveryReport] {
        HeaderBlock.groups(bytes).compactMap { group in
            var fields: [String: String] = [:]
            for (name, value) in HeaderBlock.read(group) { fields[name] = fields[name] ?? value }
            guard let action = fields["action"]?.lowercased(), actions.contains(action) else { return nil }
            let recipient = address(fields["final-recipient"])
            let words = fields["diagnostic-code"] ?? self.words(about: recipient, in: explanation)
            return IncomingMail.DeliveryReport(
                recipient: recipient, originalRecipient: address(fields["original-recipient"]), action: action,
                status: status(fields["status"] ?? ""), saysNobody: ServerWords(words) == .nobody)
        }
    }

    /// The line that begins with an address and what is said of it: the rest of the paragraph, so that nothing is taken for
    /// it that is about another.
    private static func words(about address: String, in explanation: String) -> String {
        guard !address.isEmpty else { return "" }
        let lines = explanation.split(omittingEmptySubsequences: false) { $0.isNewline }
        let marks: Set<Character> = [" ", "\t", "<"]
        guard
            let first = lines.firstIndex(where: {
                $0.drop { marks.contains($0) }.lowercased().hasPrefix(address.lowercased())
            })
        else { return "" }
        let paragraph = lines[first...].prefix(EmailLimits.explanationLines).prefix { line in
            line.contains { !$0.isWhitespace }
        }
        let rest = paragraph.dropFirst().prefix { !$0.contains("@") || $0.lowercased().contains(address.lowercased()) }
        return ([paragraph.first ?? ""] + rest).joined(separator: " ")
    }

    private static let actions: Set = ["failed", "delayed", "delivered", "relayed", "expanded"]

    /// `rfc822; ana@city.example` without its type.
    private static func address(_ field: String?) -> String {
        guard let field else { return "" }
        let bytes = field.utf8
        let start = bytes.firstIndex(of: 0x3B).map { bytes.index(after: $0) } ?? bytes.startIndex
        let marks: Set<UInt8> = [0x20, 0x09, 0x3C, 0x3E]
        return String(
            decoding: bytes[start...].filter { !marks.contains($0) }.prefix(EmailLimits.addressBytes), as: UTF8.self)
    }

    /// Three numbers, such as `5.1.1`; empty if it is none. What stands behind them is a comment.
    private static func status(_ field: String) -> String {
        let word = field.utf8.prefix { $0 == 0x2E || (0x30...0x39).contains($0) }
        let parts = word.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 1, parts.allSatisfy({ (1...3).contains($0.count) }) else { return "" }
        return String(decoding: word, as: UTF8.self)
    }
}

/// Fields as in a mail's header: `Name: value`, continued on lines that begin with a space.
enum HeaderBlock {
    /// The groups that empty lines part, at most so many as a mail may have parts.
    static func groups(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var groups: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        for line in lines(bytes[...]) where line.isEmpty {
            if start < line.startIndex { groups.append(bytes[start..<line.startIndex]) }
            start = line.endIndex
            guard groups.count < EmailLimits.incomingParts else { return groups }
        }
        if start < bytes.endIndex { groups.append(bytes[start...]) }
        return groups
    }

    /// Each field with its name in small letters, in order.
    static func read(_ bytes: ArraySlice<UInt8>) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for line in lines(bytes) where !line.isEmpty {
            if line.first == 0x20 || line.first == 0x09 {
                guard let last = fields.indices.last else { continue }
                fields[last].value += " " + text(line)
            } else if let colon = line.firstIndex(of: 0x3A) {
                fields.append((text(line[..<colon]).lowercased(), text(line[line.index(after: colon)...])))
            }
            guard fields.count < EmailLimits.incomingParts else { break }
        }
        return fields
    }

    /// Without their ends; CR LF and LF both end one.
    private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            line.last == 0x0D ? line.dropLast() : line
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let inner = bytes.drop { $0 == 0x20 || $0 == 0x09 }.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
        return String(decoding: inner.prefix(EmailLimits.incomingHeaderBytes), as: UTF8.self)
    }
}
