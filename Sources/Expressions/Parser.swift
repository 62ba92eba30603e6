/// Makes the tree of an expression, after cel-spec's grammar; macros are opened here.
struct Parser {
    private let tokens: [Token]
    private let macros: [Macro]
    private var position = 0
    private var depth = 0
    private var counter = 0

    /// Names that no variable may have: literals of the language and words that it keeps for later.
    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]

    static func parse(_ text: String, macros: [Macro]) throws(ExpressionMistake) -> Node {
        var parser = Parser(tokens: try Lexer.tokens(text), macros: macros)
        let node = try parser.expression()
        guard parser.kind == .end else { throw parser.unexpected() }
        return node
    }

    private init(tokens: [Token], macros: [Macro]) {
        self.tokens = tokens
        self.macros = macros
    }

    private var kind: Token.Kind { tokens[position].kind }
    private var offset: Int { tokens[position].offset }

    private func mistake(_ message: String) -> ExpressionMistake { ExpressionMistake(message: message, offset: offset) }

    private func unexpected() -> ExpressionMistake {
        switch kind {
        case .end: mistake("the condition stops too early; something is missing at its end")
        case .identifier("and"): mistake("\"and\" is written &&")
        case .identifier("or"): mistake("\"or\" is written ||")
        case .identifier("is"): mistake("\"is\" is written ==")
        case .identifier(let name): mistake("\"\(name)\" is not expected here; is an operator missing before it?")
        case .symbol(let symbol): mistake("\"\(symbol)\" is not expected here")
        case .string: mistake("a text is not expected here; is an operator missing before it?")
        default: mistake("a number is not expected here; is an operator missing before it?")
        }
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard kind == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ symbol: String, opened: Int, _ name: String) throws(ExpressionMistake) {
        guard take(symbol) else {
            if kind == .end {
                throw ExpressionMistake(
                    message: "\"\(name)\" is opened here and never closed; add \"\(symbol)\"", offset: opened)
            }
            throw unexpected()
        }
    }

    private mutating func deeper() throws(ExpressionMistake) {
        depth += 1
        guard depth <= Limits.depth else {
            throw mistake("the condition is nested more than \(Limits.depth) levels deep")
        }
    }

    private mutating func expression() throws(ExpressionMistake) -> Node {
        try deeper()
        defer { depth -= 1 }
        let condition = try disjunction()
        let start = offset
        guard take("?") else { return condition }
        let yes = try disjunction()
        guard take(":") else { throw mistake("after ? a \":\" with the other value is missing") }
        let no = try expression()
        return Node(.call("_?_:_", target: nil, arguments: [condition, yes, no]), at: start)
    }

    private mutating func disjunction() throws(ExpressionMistake) -> Node {
        var terms = [try conjunction()]
        var places: [Int] = []
        while kind == .symbol("||") {
            places.append(offset)
            position += 1
            terms.append(try conjunction())
        }
        return balanced("_||_", terms[...], places[...])
    }

    private mutating func conjunction() throws(ExpressionMistake) -> Node {
        var terms = [try relation()]
        var places: [Int] = []
        while kind == .symbol("&&") {
            places.append(offset)
            position += 1
            terms.append(try relation())
        }
        return balanced("_&&_", terms[...], places[...])
    }

    /// Long chains become a balanced tree, so that their depth stays small.
    private func balanced(_ function: String, _ terms: ArraySlice<Node>, _ places: ArraySlice<Int>) -> Node {
        guard terms.count > 1 else { return terms[terms.startIndex] }
        let half = terms.startIndex + terms.count / 2
        let place = places.startIndex + (half - terms.startIndex) - 1
        let left = balanced(function, terms[..<half], places[places.startIndex..<place])
        let right = balanced(function, terms[half...], places[(place + 1)...])
        return Node(.call(function, target: nil, arguments: [left, right]), at: places[place])
    }

    private mutating func relation() throws(ExpressionMistake) -> Node {
        var left = try sum()
        while true {
            let start = offset
            let function: String
            switch kind {
            case .symbol(let symbol) where ["==", "!=", "<", "<=", ">", ">="].contains(symbol): function = "_\(symbol)_"
            case .identifier("in"): function = "@in"
            default: return left
            }
            position += 1
            left = Node(.call(function, target: nil, arguments: [left, try sum()]), at: start)
        }
    }

    private mutating func sum() throws(ExpressionMistake) -> Node {
        var left = try product()
        while case .symbol(let symbol) = kind, symbol == "+" || symbol == "-" {
            let start = offset
            position += 1
            left = Node(.call("_\(symbol)_", target: nil, arguments: [left, try product()]), at: start)
        }
        return left
    }

    private mutating func product() throws(ExpressionMistake) -> Node {
        var left = try unary()
        while case .symbol(let symbol) = kind, symbol == "*" || symbol == "/" || symbol == "%" {
            let start = offset
            position += 1
            left = Node(.call("_\(symbol)_", target: nil, arguments: [left, try unary()]), at: start)
        }
        return left
    }

    private mutating func unary() throws(ExpressionMistake) -> Node {
        let start = offset
        if kind == .symbol("!") || kind == .symbol("-") {
            let symbol = kind
            var count = 0
            while take(symbol == .symbol("!") ? "!" : "-") {
                count += 1
                // The least int has no positive counterpart, so the sign belongs to the number.
                if symbol == .symbol("-"), count % 2 == 1, isNumber(kind) {
                    let number = try literal(isNegative: true)
                    return try suffixes(number)
                }
            }
            let operand = try member()
            guard count % 2 == 1 else {
                // An even number of signs still asks for the right type.
                let function = symbol == .symbol("!") ? "!_" : "-_"
                let once = Node(.call(function, target: nil, arguments: [operand]), at: start)
                return Node(.call(function, target: nil, arguments: [once]), at: start)
            }
            return Node(.call(symbol == .symbol("!") ? "!_" : "-_", target: nil, arguments: [operand]), at: start)
        }
        if kind == .identifier("not") {
            throw mistake("\"not\" is written !")
        }
        return try member()
    }

    private func isNumber(_ kind: Token.Kind) -> Bool {
        switch kind {
        case .int, .double: true
        default: false
        }
    }

    private mutating func member() throws(ExpressionMistake) -> Node {
        try suffixes(try primary())
    }

    private mutating func suffixes(_ start: Node) throws(ExpressionMistake) -> Node {
        var node = start
        while true {
            let place = offset
            if take(".") {
                guard case .identifier(let name) = kind else { throw mistake("after the point a name is missing") }
                let nameOffset = offset
                position += 1
                if kind == .symbol("(") {
                    node = try call(name, target: node, at: nameOffset)
                } else {
                    node = Node(.select(node, field: name, isTest: false), at: nameOffset)
                }
            } else if take("[") {
                let index = try expression()
                try expect("]", opened: place, "[")
                node = Node(.call("_[_]", target: nil, arguments: [node, index]), at: place)
            } else if kind == .symbol("{"), isName(node) {
                throw mistake("values are not built with { } after a name here")
            } else {
                return node
            }
        }
    }

    private func isName(_ node: Node) -> Bool {
        switch node.kind {
        case .identifier: true
        case .select(let operand, _, isTest: false): isName(operand)
        default: false
        }
    }

    private mutating func primary() throws(ExpressionMistake) -> Node {
        let start = offset
        switch kind {
        case .symbol("("):
            position += 1
            let inside = try expression()
            try expect(")", opened: start, "(")
            return inside
        case .symbol("["): return try list()
        case .symbol("{"): return try map()
        case .symbol("."):
            position += 1
            guard case .identifier(let name) = kind else { throw unexpected() }
            position += 1
            if kind == .symbol("(") { return try call(name, target: nil, at: start) }
            return Node(.identifier("." + name), at: start)
        case .identifier(let name): return try named(name)
        case .int, .uint, .double, .string, .bytes: return try literal(isNegative: false)
        default: throw unexpected()
        }
    }

    private mutating func named(_ name: String) throws(ExpressionMistake) -> Node {
        let start = offset
        position += 1
        switch name {
        case "true": return Node(.literal(.bool(true)), at: start)
        case "false": return Node(.literal(.bool(false)), at: start)
        case "null": return Node(.literal(.null), at: start)
        case "in": throw ExpressionMistake(message: "before \"in\" a value is missing", offset: start)
        default: break
        }
        if Self.reserved.contains(name) {
            throw ExpressionMistake(message: "\"\(name)\" is a word of the language, not a name", offset: start)
        }
        if kind == .symbol("(") { return try call(name, target: nil, at: start) }
        return Node(.identifier(name), at: start)
    }

    private mutating func literal(isNegative: Bool) throws(ExpressionMistake) -> Node {
        let start = offset
        let sign = isNegative ? "-" : ""
        defer { position += 1 }
        switch kind {
        case .int(let text):
            let isHex = text.hasPrefix("0x")
            guard let number = Int64(sign + (isHex ? String(text.dropFirst(2)) : text), radix: isHex ? 16 : 10) else {
                throw mistake("the number is too large")
            }
            return Node(.literal(.int(number)), at: start)
        case .uint(let text):
            let isHex = text.hasPrefix("0x")
            guard let number = UInt64(isHex ? String(text.dropFirst(2)) : text, radix: isHex ? 16 : 10) else {
                throw mistake("the number is too large")
            }
            return Node(.literal(.uint(number)), at: start)
        case .double(let number): return Node(.literal(.double(isNegative ? -number : number)), at: start)
        case .string(let text): return Node(.literal(.string(text)), at: start)
        case .bytes(let data): return Node(.literal(.bytes(data)), at: start)
        default: throw unexpected()
        }
    }

    private mutating func list() throws(ExpressionMistake) -> Node {
        let start = offset
        position += 1
        return Node(.list(try sequence(until: "]", opened: start, "[")), at: start)
    }

    private mutating func sequence(
        until close: String, opened: Int, _ name: String
    ) throws(ExpressionMistake) -> [Node] {
        var nodes: [Node] = []
        while kind != .symbol(close) {
            nodes.append(try expression())
            guard take(",") else { break }
            if close == ")", kind == .symbol(")") { throw unexpected() }
        }
        try expect(close, opened: opened, name)
        return nodes
    }

    private mutating func map() throws(ExpressionMistake) -> Node {
        let start = offset
        position += 1
        var entries: [(key: Node, value: Node)] = []
        while kind != .symbol("}") {
            let key = try expression()
            guard take(":") else { throw mistake("between key and value a \":\" is missing") }
            entries.append((key, try expression()))
            guard take(",") else { break }
        }
        try expect("}", opened: start, "{")
        return Node(.map(entries), at: start)
    }

    private mutating func call(_ name: String, target: Node?, at start: Int) throws(ExpressionMistake) -> Node {
        let opened = offset
        position += 1
        try deeper()
        defer { depth -= 1 }
        let arguments = try sequence(until: ")", opened: opened, "(")
        for macro in macros
        where macro.name == name && macro.isReceiver == (target != nil)
            && (macro.argumentCount == nil || macro.argumentCount == arguments.count)
        {
            counter += 1
            var context = MacroContext(offset: start, number: counter)
            if let opened = try macro.expand(target, arguments, &context) { return opened }
        }
        return Node(.call(name, target: target, arguments: arguments), at: start)
    }
}
