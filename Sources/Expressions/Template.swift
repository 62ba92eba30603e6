/// Text with `{{ expression }}`, `{{ for x in list }}…{{ end }}` and `{{ if condition }}…{{ else }}…{{ end }}`.
///
/// Read and checked once; a value that is filled in is never read as text of a template again.
public struct Template: Sendable {
    /// A piece of a template; `at` is where its mark's expression begins, in code points of the template's text.
    public indirect enum Part: Sendable {
        case text(String)
        case value(Expression, at: Int)
        /// For each member of a list, bound to the name: these pieces.
        case each(String, Expression, [Part], at: Int)
        case either(Expression, [Part], [Part], at: Int)
    }

    public let text: String
    public let parts: [Part]
    /// Everything that is read, with offsets in the template's text.
    public let references: [Reference]

    /// The one expression of a template that is nothing else, such as `{{ visit }}`.
    public var onlyExpression: Expression? {
        if parts.count == 1, case .value(let expression, _) = parts[0] { expression } else { nil }
    }

    /// Fills the template.
    ///
    /// - Parameter format: writes a value for where it lands, in the reader's language, escaped for it.
    /// - Throws: the first failure; nothing is filled half.
    public func render(
        _ activation: some Activation, format: (Value, ValueType) -> String
    ) throws(EvaluationError) -> String {
        var result = ""
        try Self.render(parts, Scoped(base: activation, locals: [:]), format, into: &result)
        return result
    }

    private static func render(
        _ parts: [Part], _ activation: Scoped<some Activation>, _ format: (Value, ValueType) -> String,
        into result: inout String
    ) throws(EvaluationError) {
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .value(let expression, _):
                result += format(try expression.evaluate(activation), expression.resultType)
            case .each(let name, let expression, let inner, _):
                let members: [Value]
                switch try expression.evaluate(activation) {
                case .list(let values): members = values
                case let other: throw EvaluationError("\(other.typeName) has no members to go through")
                }
                for member in members {
                    var scoped = activation
                    scoped.locals[name] = member
                    try render(inner, scoped, format, into: &result)
                }
            case .either(let condition, let yes, let no, _):
                let holds = try condition.evaluate(activation) == .bool(true)
                try render(holds ? yes : no, activation, format, into: &result)
            }
            guard result.utf8.count <= Limits.resultBytes else {
                throw EvaluationError("the text is longer than \(Limits.resultBytes) bytes")
            }
        }
    }
}

/// Variables of a section over those of the whole.
private struct Scoped<Base: Activation>: Activation {
    let base: Base
    var locals: [String: Value]

    func value(of name: String) throws(EvaluationError) -> Value? {
        if let value = locals[name] { return value }
        return try base.value(of: name)
    }

    func value(of name: String, field: String) throws(EvaluationError) -> Value? {
        locals[name] == nil ? try base.value(of: name, field: field) : nil
    }
}

extension Environment {
    /// Reads and checks a template; all mistakes at once, with offsets in its text.
    public func compileTemplate(_ text: String) -> Result<Template, ExpressionMistakes> {
        var compiler = TemplateCompiler(text: text, environment: self)
        let parts = compiler.compile()
        guard compiler.mistakes.isEmpty else { return .failure(ExpressionMistakes(compiler.mistakes)) }
        return .success(Template(text: text, parts: parts, references: compiler.references))
    }
}

/// One pass over a template's marks.
private struct TemplateCompiler {
    enum Piece {
        case text(String)
        case mark(String, offset: Int)
    }

    enum Ending {
        case end, otherwise, text
    }

    var environment: Environment
    private(set) var mistakes: [ExpressionMistake] = []
    private(set) var references: [Reference] = []
    private var pieces: [Piece] = []
    private var position = 0
    private var locals: Set<String> = []
    private var depth = 0

    init(text: String, environment: Environment) {
        self.environment = environment
        cut(Array(text.unicodeScalars))
    }

    private mutating func cut(_ scalars: [Unicode.Scalar]) {
        var plain = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            guard scalars[index] == "{", index + 1 < scalars.count, scalars[index + 1] == "{" else {
                plain.append(scalars[index])
                index += 1
                continue
            }
            if !plain.isEmpty { pieces.append(.text(String(plain))) }
            plain = String.UnicodeScalarView()
            let start = index
            index += 2
            var inside = String.UnicodeScalarView()
            while index < scalars.count,
                !(scalars[index] == "}" && index + 1 < scalars.count && scalars[index + 1] == "}")
            {
                inside.append(scalars[index])
                index += 1
            }
            guard index < scalars.count else {
                mistakes.append(
                    ExpressionMistake(message: "\"{{\" is opened here and never closed; add \"}}\"", offset: start))
                return
            }
            index += 2
            pieces.append(.mark(String(inside), offset: start + 2))
        }
        if !plain.isEmpty { pieces.append(.text(String(plain))) }
    }

    mutating func compile() -> [Template.Part] {
        guard mistakes.isEmpty else { return [] }
        let (parts, ending) = section()
        if ending != .text {
            mistakes.append(
                ExpressionMistake(
                    message: "this has no \"{{ for … }}\" or \"{{ if … }}\" before it", offset: lastOffset))
        }
        return parts
    }

    private var lastOffset: Int {
        if position > 0, case .mark(_, let offset) = pieces[position - 1] { return offset }
        return 0
    }

    private mutating func section() -> ([Template.Part], Ending) {
        var parts: [Template.Part] = []
        depth += 1
        defer { depth -= 1 }
        while position < pieces.count {
            let piece = pieces[position]
            position += 1
            switch piece {
            case .text(let text): parts.append(.text(text))
            case .mark(let inside, let offset):
                let words = inside.split(separator: " ", maxSplits: 3).map(String.init)
                if words == ["end"] { return (parts, .end) }
                if words == ["else"] { return (parts, .otherwise) }
                guard depth <= 16 else {
                    mistakes.append(ExpressionMistake(message: "sections are nested more than 16 deep", offset: offset))
                    return (parts, .text)
                }
                if words.first == "for" {
                    parts += each(words, offset)
                } else if words.first == "if" {
                    parts += either(String(inside.drop { $0 == " " }.dropFirst(2)), offset)
                } else if let expression = compile(inside, offset) {
                    parts.append(.value(expression, at: offset))
                }
            }
        }
        return (parts, .text)
    }

    private mutating func compile(_ text: String, _ offset: Int) -> Expression? {
        switch environment.compile(text) {
        case .success(let expression):
            references += expression.references.filter { !locals.contains($0.variable) }.map {
                Reference(variable: $0.variable, fields: $0.fields, offset: $0.offset + offset)
            }
            return expression
        case .failure(let found):
            mistakes += found.mistakes.map { ExpressionMistake(message: $0.message, offset: $0.offset + offset) }
            return nil
        }
    }

    private mutating func each(_ words: [String], _ offset: Int) -> [Template.Part] {
        guard words.count == 4, words[2] == "in" else {
            mistakes.append(
                ExpressionMistake(message: "a section is written {{ for x in list }} … {{ end }}", offset: offset))
            _ = section()
            return []
        }
        let expression = compile(words[3], offset)
        let former = environment.variables[words[1]]
        if case .list(let of)? = expression?.resultType {
            environment.variables[words[1]] = of
        } else {
            if let expression, expression.resultType != .dyn {
                mistakes.append(
                    ExpressionMistake(
                        message: "\(expression.resultType.words) has no members to go through", offset: offset))
            }
            environment.variables[words[1]] = .dyn
        }
        let isNew = locals.insert(words[1]).inserted
        let (inner, ending) = section()
        if isNew { locals.remove(words[1]) }
        environment.variables[words[1]] = former
        if ending != .end {
            mistakes.append(ExpressionMistake(message: "this section has no {{ end }}", offset: offset))
        }
        return expression.map { [.each(words[1], $0, inner, at: offset)] } ?? []
    }

    private mutating func either(_ text: String, _ offset: Int) -> [Template.Part] {
        let condition = compile(text, offset)
        if let condition, condition.resultType != .bool, condition.resultType != .dyn {
            mistakes.append(
                ExpressionMistake(
                    message: "after if yes or no is needed, this is \(condition.resultType.words)", offset: offset))
        }
        let (yes, ending) = section()
        var no: [Template.Part] = []
        var last = ending
        if ending == .otherwise { (no, last) = section() }
        if last != .end {
            mistakes.append(ExpressionMistake(message: "this section has no {{ end }}", offset: offset))
        }
        return condition.map { [.either($0, yes, no, at: offset)] } ?? []
    }
}
