import Calendars

/// Why the layout of a file was left alone.
package struct LayoutRefusal: Error, Hashable, Sendable {
    /// What is to be mended first.
    package let diagnostics: [Diagnostic]

    package init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }
}

/// A file of YAML in the layout of all programmes: two spaces a level, one a colon and comma, line ends as on Linux.
///
/// It works on lines: what stands on a line stays there, comments stay where they are, nothing is sorted, and blanks that set
/// columns one below the other are the writer's own. What the file says is the same afterwards: keys, texts and their order.
package struct Layout {
    /// What a line is, and where it begins.
    enum Line: Hashable {
        case blank, comment
        /// A key or an entry of a list, so deep.
        case code(indent: Int)
        /// Goes on with what another line began: in brackets, or in a text in quotes.
        case continuation(of: Int, isText: Bool)
        /// Stands in a text after `|` or `>`, moved so far.
        case block(from: Int, to: Int)
        /// `---` and its like.
        case mark
    }

    /// A scalar on one line: the code points from the first to behind the last.
    struct Span {
        let range: Range<Int>
        /// What is written there instead; nil: what stands there.
        let text: String?
    }

    let lines: [[Unicode.Scalar]]
    var kinds: [Line]
    var spans: [[Span]]
    /// Texts that are written otherwise, for the proof at the end.
    var rewritten: [ObjectIdentifier: String] = [:]
    let isProgramme: Bool
    let endsWithNewline: Bool

    /// The file laid out.
    ///
    /// - Parameter file: its name in mistakes.
    /// - Throws: `LayoutRefusal` with mistakes of syntax, which leave the file as it is.
    package static func of(file: String, bytes: [UInt8]) throws(LayoutRefusal) -> [UInt8] {
        let read = YAMLReader.read(file: file, bytes: bytes)
        guard read.diagnostics.isEmpty else { throw LayoutRefusal(diagnostics: read.diagnostics) }
        let plain = plainLineEnds(bytes)
        guard let root = YAMLReader.read(file: file, bytes: plain).root else { return Layout(plain, root: nil).written }
        var layout = Layout(plain, root: root)
        layout.place(root, indent: 0)
        let result = layout.written
        let after = YAMLReader.read(file: file, bytes: result)
        guard let again = after.root, after.diagnostics.isEmpty, layout.isSame(root, again) else {
            throw LayoutRefusal(diagnostics: [
                root.diagnostic(.error, "the layout cannot be changed without changing what the file says")
            ])
        }
        return result
    }

    /// Without a byte order mark, and with a line feed for every other line end.
    private static func plainLineEnds(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        var last: UInt8 = 0
        for byte in content {
            switch byte {
            case 0x0A where last == 0x0D: break
            case 0x0D: result.append(0x0A)
            default: result.append(byte)
            }
            last = byte
        }
        return result
    }

    private init(_ bytes: [UInt8], root: Node?) {
        var split = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        endsWithNewline = split.last?.isEmpty ?? false
        if endsWithNewline { split.removeLast() }
        lines = split.map { Array(String(decoding: $0, as: UTF8.self).unicodeScalars) }
        kinds = lines.map { line in
            switch line.first(where: { $0 != " " && $0 != "\t" }) {
            case nil: .blank
            case "#": .comment
            default: .mark
            }
        }
        spans = lines.map { _ in [] }
        let keys = root.flatMap { Fields($0) }
        isProgramme = keys?["format"] != nil && keys?["programme"] != nil
    }

    /// Whether another tree says the same.
    private func isSame(_ old: Node, _ new: Node) -> Bool {
        switch (old.content, new.content) {
        case (.scalar(let before, _), .scalar(let after, _)): (rewritten[ObjectIdentifier(old)] ?? before) == after
        case (.sequence(let before), .sequence(let after)):
            before.count == after.count && zip(before, after).allSatisfy { isSame($0, $1) }
        case (.mapping(let before), .mapping(let after)):
            before.count == after.count
                && zip(before, after).allSatisfy { isSame($0.key, $1.key) && isSame($0.value, $1.value) }
        default: false
        }
    }
}
