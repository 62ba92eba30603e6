import Expressions

/// `eval`: conformance cases of the expression language from standard input, one answer a line.
enum EvalVerb {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "eval", "Evaluates expressions that standard input gives, one JSON object a line.",
            discussion: """
                Each line holds "expr" and may hold "bindings", "types", "container" and "unchecked"; values are tagged \
                with their type, such as {"int":"5"}. Each answer is one line: {"value":…,"deduced":…} or {"error":…}. \
                The answer to a line is written before the next line is waited for, so the verb can be talked to.
                """,
            examples: [
                (
                    #"echo '{"expr":"1 + 2"}' | sojourn eval"#,
                    #"Prints {"deduced":"int","value":{"int":"3"}}."#
                ),
                ("sojourn eval < cases.jsonl | sort | uniq -c", "Counts the answers to a file of cases."),
            ]
        ) { _, terminal in
            var lines = LineSplitter(limit: Conformance.lineBytes)
            func answer(_ line: [UInt8]) {
                terminal.write((Conformance.answer(line: String(decoding: line, as: UTF8.self)) + "\n").utf8)
            }
            while !terminal.isBroken, let bytes = place.read() {
                lines.take(bytes) { answer($0) }
                terminal.flush()
            }
            if let last = lines.last { answer(last) }
            return .success
        }
    }
}

/// Makes lines of pieces of bytes. Of a line that is longer than the limit only limit + 1 bytes are kept, enough to say
/// so: memory stays bounded whatever comes.
struct LineSplitter {
    private let limit: Int
    private var line: [UInt8] = []
    private var hasStarted = false

    init(limit: Int) { self.limit = limit }

    /// Hands on each line that ends in these bytes, without its line feed.
    mutating func take(_ bytes: [UInt8], _ each: ([UInt8]) -> Void) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            keep(rest[..<end])
            each(line)
            line.removeAll(keepingCapacity: true)
            hasStarted = false
            rest = rest[(end + 1)...]
        }
        if !rest.isEmpty {
            hasStarted = true
            keep(rest)
        }
    }

    /// What stands behind the last line feed; nil if nothing does.
    var last: [UInt8]? { hasStarted ? line : nil }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) { line += bytes.prefix(limit + 1 - line.count) }
}
