/// A regular expression of RE2's kind, matched in time linear in the text: no pattern can make it slow.
///
/// Literals, `.`, classes with ranges and `\d \w \s`, groups (also `(?:…)` and `(?i)`), `|`, `* + ? {n,m}` also lazily,
/// `^ $ \b \B \A \z`, escapes. Back references do not exist in this kind.
struct Pattern {
    indirect enum Part {
        case empty
        case set(ScalarSet)
        case start, end, boundary(Bool)
        case sequence([Part])
        case choice([Part])
        case repetition(Part, Int, Int?)
    }

    struct ScalarSet {
        var ranges: [ClosedRange<UInt32>] = []
        var isNegated = false

        func contains(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } != isNegated }
    }

    enum Instruction {
        case set(ScalarSet)
        case start, end, boundary(Bool)
        case split(Int, Int)
        case jump(Int)
        case match
    }

    private var program: [Instruction] = []

    init(_ text: String) throws(EvaluationError) {
        guard text.utf8.count <= 4096 else { throw EvaluationError("the pattern is too long") }
        var reader = PatternReader(text)
        let part = try reader.pattern()
        try emit(part)
        program.append(.match)
    }

    private mutating func emit(_ part: Part) throws(EvaluationError) {
        guard program.count < Limits.patternSize else { throw EvaluationError("the pattern is too large") }
        switch part {
        case .empty: break
        case .set(let set): program.append(.set(set))
        case .start: program.append(.start)
        case .end: program.append(.end)
        case .boundary(let is_): program.append(.boundary(is_))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let parts):
            var jumps: [Int] = []
            for (index, part) in parts.enumerated() {
                guard index < parts.count - 1 else {
                    try emit(part)
                    break
                }
                let split = program.count
                program.append(.split(0, 0))
                try emit(part)
                jumps.append(program.count)
                program.append(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for jump in jumps { program[jump] = .jump(program.count) }
        case .repetition(let inner, let least, let most):
            for _ in 0..<least { try emit(inner) }
            if let most {
                var splits: [Int] = []
                for _ in least..<max(most, least) {
                    splits.append(program.count)
                    program.append(.split(0, 0))
                    try emit(inner)
                }
                for split in splits { program[split] = .split(split + 1, program.count) }
            } else {
                let split = program.count
                program.append(.split(0, 0))
                try emit(inner)
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
            }
        }
    }

    /// Whether the pattern occurs anywhere in the text.
    func matches(_ text: String) -> Bool {
        let scalars = text.unicodeScalars.map(\.value)
        var current = Threads(size: program.count)
        var next = Threads(size: program.count)
        for place in 0...scalars.count {
            if add(0, to: &current, place, scalars) { return true }
            guard place < scalars.count else { return false }
            next.clear()
            for counter in current.list {
                if case .set(let set) = program[counter], set.contains(scalars[place]),
                    add(counter + 1, to: &next, place + 1, scalars)
                {
                    return true
                }
            }
            swap(&current, &next)
        }
        return false
    }

    private struct Threads {
        var list: [Int] = []
        var isIn: [Bool]

        init(size: Int) { isIn = Array(repeating: false, count: size) }

        mutating func clear() {
            for counter in list { isIn[counter] = false }
            list.removeAll(keepingCapacity: true)
            for place in isIn.indices where isIn[place] { isIn[place] = false }
        }
    }

    /// Follows what needs no character; true when the match is reached.
    private func add(_ start: Int, to threads: inout Threads, _ place: Int, _ scalars: [UInt32]) -> Bool {
        var pending = [start]
        while let counter = pending.popLast() {
            guard !threads.isIn[counter] else { continue }
            threads.isIn[counter] = true
            switch program[counter] {
            case .match: return true
            case .jump(let to): pending.append(to)
            case .split(let a, let b):
                pending.append(b)
                pending.append(a)
            case .start: if place == 0 { pending.append(counter + 1) }
            case .end: if place == scalars.count { pending.append(counter + 1) }
            case .boundary(let wanted):
                let before = place > 0 && Self.isWord(scalars[place - 1])
                let after = place < scalars.count && Self.isWord(scalars[place])
                if (before != after) == wanted { pending.append(counter + 1) }
            case .set: threads.list.append(counter)
            }
        }
        return false
    }

    static func isWord(_ value: UInt32) -> Bool {
        (0x30...0x39).contains(value) || (0x41...0x5A).contains(value) || (0x61...0x7A).contains(value) || value == 0x5F
    }
}

/// Reads a pattern.
private struct PatternReader {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var ignoresCase = false

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    private func failure() -> EvaluationError {
        EvaluationError("the pattern cannot be read at its place \(position + 1)")
    }

    mutating func pattern() throws(EvaluationError) -> Pattern.Part {
        let part = try choice()
        guard peek == nil else { throw failure() }
        return part
    }

    private mutating func choice() throws(EvaluationError) -> Pattern.Part {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 64 else { throw failure() }
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(EvaluationError) -> Pattern.Part {
        var parts: [Pattern.Part] = []
        while let scalar = peek, scalar != "|", scalar != ")" { parts.append(try repeated()) }
        return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func repeated() throws(EvaluationError) -> Pattern.Part {
        var part = try atom()
        while let scalar = peek {
            let bounds: (Int, Int?)
            switch scalar {
            case "*": bounds = (0, nil)
            case "+": bounds = (1, nil)
            case "?": bounds = (0, 1)
            case "{":
                let start = position
                guard let found = braces() else {
                    position = start
                    return part
                }
                bounds = found
                position -= 1
            default: return part
            }
            position += 1
            _ = take("?")
            guard bounds.0 <= 1000, bounds.1 ?? 0 <= 1000, bounds.1.map({ $0 >= bounds.0 }) ?? true else {
                throw failure()
            }
            part = .repetition(part, bounds.0, bounds.1)
        }
        return part
    }

    /// `{n}`, `{n,}`, `{n,m}`; nil when it is plain text.
    private mutating func braces() -> (Int, Int?)? {
        position += 1
        guard let least = number() else { return nil }
        if take("}") { return (least, least) }
        guard take(",") else { return nil }
        if take("}") { return (least, nil) }
        guard let most = number(), take("}") else { return nil }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = peek, ("0"..."9").contains(scalar), digits.utf8.count < 6 {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        return Int(digits)
    }

    private mutating func atom() throws(EvaluationError) -> Pattern.Part {
        guard let scalar = peek else { throw failure() }
        position += 1
        switch scalar {
        case "(":
            let former = ignoresCase
            if take("?") {
                if take("i") {
                    ignoresCase = true
                    if take(")") { return .empty }
                    guard take(":") else { throw failure() }
                } else if take("P") {
                    guard take("<") else { throw failure() }
                    while let inside = peek, inside != ">" { _ = inside; position += 1 }
                    guard take(">") else { throw failure() }
                } else {
                    guard take(":") else { throw failure() }
                }
            }
            let inside = try choice()
            guard take(")") else { throw failure() }
            ignoresCase = former
            return inside
        case "[": return .set(try set())
        case ".": return .set(Pattern.ScalarSet(ranges: [0x0A...0x0A], isNegated: true))
        case "^": return .start
        case "$": return .end
        case "*", "+", "?": throw failure()
        case "\\": return try escape()
        default: return .set(literal(scalar))
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> Pattern.ScalarSet {
        var set = Pattern.ScalarSet(ranges: [scalar.value...scalar.value])
        if ignoresCase {
            let text = String(Character(scalar))
            for other in text.lowercased().unicodeScalars { set.ranges.append(other.value...other.value) }
            for other in text.uppercased().unicodeScalars { set.ranges.append(other.value...other.value) }
        }
        return set
    }

    private mutating func escape() throws(EvaluationError) -> Pattern.Part {
        guard let scalar = peek else { throw failure() }
        switch scalar {
        case "b", "B":
            position += 1
            return .boundary(scalar == "b")
        case "A":
            position += 1
            return .start
        case "z":
            position += 1
            return .end
        default: return .set(try escapedSet())
        }
    }

    private static let classes: [Unicode.Scalar: [ClosedRange<UInt32>]] = [
        "d": [0x30...0x39], "w": [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A], "s": [9...10, 12...13, 32...32],
    ]

    private mutating func escapedSet() throws(EvaluationError) -> Pattern.ScalarSet {
        guard let scalar = peek else { throw failure() }
        position += 1
        if let ranges = Self.classes[scalar] { return Pattern.ScalarSet(ranges: ranges) }
        if let lower = Unicode.Scalar(scalar.value | 0x20), let ranges = Self.classes[lower], scalar.value < 0x60 {
            return Pattern.ScalarSet(ranges: ranges, isNegated: true)
        }
        let controls: [Unicode.Scalar: UInt32] = ["n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "a": 7]
        if let code = controls[scalar] { return Pattern.ScalarSet(ranges: [code...code]) }
        guard !("a"..."z").contains(scalar), !("A"..."Z").contains(scalar), !("0"..."9").contains(scalar) else {
            throw failure()
        }
        return literal(scalar)
    }

    private mutating func set() throws(EvaluationError) -> Pattern.ScalarSet {
        var result = Pattern.ScalarSet()
        result.isNegated = take("^")
        var isFirst = true
        while let scalar = peek, scalar != "]" || isFirst {
            isFirst = false
            position += 1
            if scalar == "\\" {
                let inner = try escapedSet()
                guard !inner.isNegated else { throw failure() }
                result.ranges += inner.ranges
                continue
            }
            if peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                guard let high = peek, high.value >= scalar.value else { throw failure() }
                position += 1
                result.ranges.append(scalar.value...high.value)
            } else {
                result.ranges += literal(scalar).ranges
            }
        }
        guard take("]") else { throw failure() }
        return result
    }
}
