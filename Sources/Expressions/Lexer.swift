/// The words of an expression.
struct Token: Sendable {
    enum Kind: Hashable, Sendable {
        case identifier(String)
        case int(String)
        case uint(String)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case symbol(String)
        case end
    }

    let kind: Kind
    let offset: Int
}

/// Cuts an expression into words, after cel-spec's lexis.
struct Lexer {
    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    private static let symbols = ["&&", "||", "==", "!=", "<=", ">="]
    private static let single: Set<Unicode.Scalar> = [
        "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "+", "-", "*", "/", "%", "<", ">", "!",
    ]

    static func tokens(_ text: String) throws(ExpressionMistake) -> [Token] {
        guard text.utf8.count <= Limits.textBytes else {
            throw ExpressionMistake(message: "the condition is longer than \(Limits.textBytes) bytes", offset: 0)
        }
        var lexer = Lexer(text)
        var result: [Token] = []
        while true {
            let token = try lexer.next()
            result.append(token)
            if token.kind == .end { return result }
        }
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        let place = position + ahead
        return place < scalars.count ? scalars[place] : nil
    }

    private func mistake(_ message: String, at offset: Int? = nil) -> ExpressionMistake {
        ExpressionMistake(message: message, offset: offset ?? position)
    }

    private mutating func next() throws(ExpressionMistake) -> Token {
        while let scalar = peek() {
            if scalar == "/", peek(1) == "/" {
                while let inside = peek(), inside != "\n" { _ = inside; position += 1 }
            } else if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{0C}" {
                position += 1
            } else {
                break
            }
        }
        let start = position
        guard let scalar = peek() else { return Token(kind: .end, offset: start) }
        if let literal = try quoted() { return Token(kind: literal, offset: start) }
        if isLetter(scalar) { return Token(kind: .identifier(identifier()), offset: start) }
        if isDigit(scalar) || (scalar == "." && peek(1).map(isDigit) ?? false) {
            return Token(kind: try number(), offset: start)
        }
        if scalar == "`" { return Token(kind: .identifier(try escapedIdentifier()), offset: start) }
        if let following = peek(1) {
            let both = String(String.UnicodeScalarView([scalar, following]))
            if Self.symbols.contains(both) {
                position += 2
                return Token(kind: .symbol(both), offset: start)
            }
        }
        if Self.single.contains(scalar) {
            position += 1
            return Token(kind: .symbol(String(Character(scalar))), offset: start)
        }
        throw foreign(scalar)
    }

    /// Signs that people bring from elsewhere, each with what to write here.
    private func foreign(_ scalar: Unicode.Scalar) -> ExpressionMistake {
        switch scalar {
        case "=": mistake("a comparison is written ==")
        case "&": mistake("\"and\" is written &&")
        case "|": mistake("\"or\" is written ||")
        case "\u{201C}", "\u{201D}", "\u{2018}", "\u{2019}", "\u{AB}", "\u{BB}":
            mistake("this is a printed quote (\(scalar)); type a straight one: '")
        case "\u{A0}": mistake("this is a no-break space; type a plain one")
        case ";": mistake("a condition is one expression; leave \";\" out")
        case "$": mistake("names are written without $")
        default: mistake("\"\(scalar)\" has no meaning in a condition")
        }
    }

    private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private func isHex(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || ("a"..."f").contains(scalar) || ("A"..."F").contains(scalar)
    }

    private func slice(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

    private mutating func identifier() -> String {
        let start = position
        while let scalar = peek(), isLetter(scalar) || isDigit(scalar) { position += 1 }
        return slice(start..<position)
    }

    private mutating func escapedIdentifier() throws(ExpressionMistake) -> String {
        let start = position
        position += 1
        while let scalar = peek(), scalar != "`" {
            guard isLetter(scalar) || isDigit(scalar) || [".", "-", "/", " "].contains(scalar) else {
                throw mistake("\"\(scalar)\" cannot stand in a name")
            }
            position += 1
        }
        guard peek() == "`", position > start + 1 else { throw mistake("the name is not closed; add `", at: start) }
        position += 1
        return slice((start + 1)..<(position - 1))
    }

    private mutating func number() throws(ExpressionMistake) -> Token.Kind {
        let start = position
        if peek() == "0", peek(1) == "x" || peek(1) == "X", peek(2).map(isHex) ?? false {
            position += 2
            while let scalar = peek(), isHex(scalar) { position += 1 }
            let digits = slice((start + 2)..<position)
            return try suffixed("0x" + digits)
        }
        while let scalar = peek(), isDigit(scalar) { position += 1 }
        var isWhole = true
        if peek() == ".", peek(1).map(isDigit) ?? false {
            isWhole = false
            position += 1
            while let scalar = peek(), isDigit(scalar) { position += 1 }
        }
        if peek() == "e" || peek() == "E" {
            let ahead = peek(1) == "+" || peek(1) == "-" ? 2 : 1
            if peek(ahead).map(isDigit) ?? false {
                isWhole = false
                position += ahead
                while let scalar = peek(), isDigit(scalar) { position += 1 }
            }
        }
        let text = slice(start..<position)
        guard isWhole else {
            guard let value = Double(text.hasPrefix(".") ? "0" + text : text) else {
                throw mistake("this is no number", at: start)
            }
            try noLetter()
            return .double(value)
        }
        return try suffixed(text)
    }

    private mutating func suffixed(_ text: String) throws(ExpressionMistake) -> Token.Kind {
        if peek() == "u" || peek() == "U" {
            position += 1
            try noLetter()
            return .uint(text)
        }
        try noLetter()
        return .int(text)
    }

    private func noLetter() throws(ExpressionMistake) {
        if let scalar = peek(), isLetter(scalar) {
            throw mistake("a name does not begin with a digit; a number stands alone")
        }
    }

    // MARK: Texts

    /// A text or bytes in quotes, with the prefixes r and b; nil if none begins here.
    private mutating func quoted() throws(ExpressionMistake) -> Token.Kind? {
        var ahead = 0
        var isRaw = false
        var isBytes = false
        while let scalar = peek(ahead) {
            if (scalar == "r" || scalar == "R") && !isRaw {
                isRaw = true
            } else if (scalar == "b" || scalar == "B") && !isBytes && !isRaw {
                isBytes = true
            } else {
                break
            }
            ahead += 1
        }
        guard let quote = peek(ahead), quote == "'" || quote == "\"" else { return nil }
        let start = position
        position += ahead
        let isLong = peek(1) == quote && peek(2) == quote
        position += isLong ? 3 : 1
        var text = String.UnicodeScalarView()
        var data: [UInt8] = []
        while true {
            guard let scalar = peek() else { throw mistake("the quote that opens here is never closed", at: start) }
            if scalar == quote, !isLong || (peek(1) == quote && peek(2) == quote) {
                position += isLong ? 3 : 1
                break
            }
            if !isLong, scalar == "\n" || scalar == "\r" {
                throw mistake("the quote that opens here is not closed on its line", at: start)
            }
            if scalar == "\\", !isRaw {
                try escape(isBytes: isBytes, text: &text, data: &data)
                continue
            }
            position += 1
            if isBytes { data.append(contentsOf: String(Character(scalar)).utf8) } else { text.append(scalar) }
        }
        return isBytes ? .bytes(data) : .string(String(text))
    }

    private mutating func escape(
        isBytes: Bool, text: inout String.UnicodeScalarView, data: inout [UInt8]
    ) throws(ExpressionMistake) {
        let start = position
        position += 1
        guard let scalar = peek() else { throw mistake("the quote is never closed", at: start) }
        position += 1
        let plain: [Unicode.Scalar: UInt8] = [
            "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 0x5C, "?": 0x3F, "\"": 0x22, "'": 0x27,
            "`": 0x60,
        ]
        let code: UInt32
        switch scalar {
        case "x", "X": code = try digits(2, radix: 16, from: start)
        case "u" where !isBytes: code = try digits(4, radix: 16, from: start)
        case "U" where !isBytes: code = try digits(8, radix: 16, from: start)
        case "0"..."3":
            position -= 1
            code = try digits(3, radix: 8, from: start)
        default:
            guard let byte = plain[scalar] else {
                throw mistake("\\\(scalar) is no escape; write \\\\ for a backslash", at: start)
            }
            code = UInt32(byte)
        }
        if isBytes {
            data.append(UInt8(truncatingIfNeeded: code))
        } else {
            guard let made = Unicode.Scalar(code) else { throw mistake("there is no such character", at: start) }
            text.append(made)
        }
    }

    private mutating func digits(_ count: Int, radix: UInt32, from start: Int) throws(ExpressionMistake) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<count {
            guard let scalar = peek(), scalar.isASCII, let digit = Base64.hexDigit(UInt8(scalar.value)),
                UInt32(digit) < radix
            else { throw mistake("\(count) digits are needed here", at: start) }
            code = code &* radix &+ UInt32(digit)
            position += 1
        }
        return code
    }
}
