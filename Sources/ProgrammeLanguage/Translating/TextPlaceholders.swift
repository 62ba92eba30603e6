/// What stands between `{{ }}` in a text and its translation: the same, for nothing of it is translated.
package enum TextPlaceholders {
    /// A mistake of a translation, or what it leaves out.
    package struct Finding: Hashable, Sendable {
        package let severity: Diagnostic.Severity
        /// A sentence without full stop.
        package let message: String
    }

    /// What is between each pair of braces, blanks set as one.
    static func all(in text: String) -> [String] {
        var result: [String] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else { break }
            result.append(rest[..<close.lowerBound].split(whereSeparator: \.isWhitespace).joined(separator: " "))
            rest = rest[close.upperBound...]
        }
        return result
    }

    /// - Returns: errors for what the source does not have and for braces that do not close; warnings for what is left out.
    package static func compare(_ text: String, with source: String) -> [Finding] {
        var findings: [Finding] = []
        let opened = text.ranges(of: "{{").count
        if opened != text.ranges(of: "}}").count {
            findings.append(Finding(severity: .error, message: "\"{{\" and \"}}\" do not come in pairs"))
        }
        if text.unicodeScalars.contains(where: {
            (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value)
        }) {
            let message =
                "a hidden sign that turns the direction of text stands here; delete it, values are set apart anyway"
            findings.append(Finding(severity: .error, message: message))
        }
        let (own, meant) = (all(in: text), all(in: source))
        for name in own where !meant.contains(name) {
            let near = Spelling.nearest(name, among: meant) ?? meant.first { !own.contains($0) }
            let hint = near.map { "what stands in {{ }} is not translated: {{ \($0) }}" } ?? "the source has none here"
            findings.append(Finding(severity: .error, message: "{{ \(name) }} is not in the source; \(hint)"))
        }
        let isRight = findings.isEmpty
        for name in meant where isRight && !own.contains(name) {
            findings.append(
                Finding(severity: .warning, message: "this does not say {{ \(name) }}, which the source says"))
        }
        return findings
    }
}
