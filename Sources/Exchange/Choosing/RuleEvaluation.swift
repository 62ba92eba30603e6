import Expressions
import Folding

/// Where the values of a part of a condition are kept: one for all offers, one a distinct value of a field, or one a row.
enum RuleDomain: Equatable {
    case constant
    case codes(String)
    case rows
}

/// yes (1), no (0), or "ask the evaluator" (2) for each place of a domain.
struct RuleBools {
    static let ask: UInt8 = 2
    var domain: RuleDomain
    var values: [UInt8]
}

/// A number for each place of a domain; NaN: ask the evaluator.
struct RuleNumbers {
    var domain: RuleDomain
    var values: [Double]

    var asksAlways: Bool { values.allSatisfy(\.isNaN) }
}

/// One condition over many offers at once.
///
/// It gives what the evaluator gives, offer by offer, and is only faster: a part that reads one field is evaluated once for
/// each distinct value of it, arithmetic and comparisons run over arrays, and whatever is not plain (an error, a value of
/// another type) is left to the evaluator itself.
struct RuleEvaluation {
    let table: OfferTable
    let expression: Expression
    let reading: OfferReading
    /// The rows that are judged.
    let rows: [Int32]

    /// The condition as yes or no for each row; whatever is neither is `RuleBools.ask`.
    func bools() -> [UInt8] {
        var result = bools(expression.node)
        if case .codes(let field) = result.domain, let column = table.columns[field] {
            let isRead = codesRead(column)
            for code in result.values.indices where result.values[code] == RuleBools.ask && isRead[code] {
                result.values[code] = Self.bool(evaluate(expression.node, field, column.values[code]))
            }
        }
        return spread(result)
    }

    /// The condition as a number for each row; NaN where it is none.
    func numbers() -> [Double] {
        var result = numbers(expression.node)
        if case .codes(let field) = result.domain, let column = table.columns[field] {
            let isRead = codesRead(column)
            for code in result.values.indices where result.values[code].isNaN && isRead[code] {
                result.values[code] = evaluate(expression.node, field, column.values[code])?.asDouble ?? .nan
            }
            return spread(result)
        }
        var values = spread(result)
        for index in values.indices where values[index].isNaN {
            reading.offer = table.offer(row: Int(rows[index]))
            values[index] = (try? expression.evaluate(reading))?.asDouble ?? .nan
        }
        return values
    }

    // MARK: Domains

    private func size(_ domain: RuleDomain) -> Int {
        switch domain {
        case .constant: 1
        case .codes(let field): table.columns[field]?.values.count ?? 1
        case .rows: rows.count
        }
    }

    /// By number of a column's values: whether one of the rows that are judged has it. Few rows are left when scores are
    /// made, and what only the others have is not evaluated.
    private func codesRead(_ column: OfferColumn) -> [Bool] {
        var result = [Bool](repeating: false, count: column.values.count)
        for row in rows { result[Int(column.codes[Int(row)])] = true }
        return result
    }

    private func spread<Element>(_ domain: RuleDomain, _ values: [Element]) -> [Element] {
        switch domain {
        case .rows: return values
        case .constant: return Array(repeating: values[0], count: rows.count)
        case .codes(let field):
            guard let column = table.columns[field] else { return Array(repeating: values[0], count: rows.count) }
            return column.codes.withUnsafeBufferPointer { codes in
                values.withUnsafeBufferPointer { values in
                    rows.map { values[Int(codes[Int($0)])] }
                }
            }
        }
    }

    private func spread(_ bools: RuleBools) -> [UInt8] { spread(bools.domain, bools.values) }
    private func spread(_ numbers: RuleNumbers) -> [Double] { spread(numbers.domain, numbers.values) }

    private func combine<Element, Result>(
        _ left: (domain: RuleDomain, values: [Element]), _ right: (domain: RuleDomain, values: [Element]),
        _ body: (Element, Element) -> Result
    ) -> (RuleDomain, [Result]) {
        if left.domain == right.domain {
            return (left.domain, zip(left.values, right.values).map { body($0, $1) })
        }
        if case .constant = right.domain {
            let value = right.values[0]
            return (left.domain, left.values.map { body($0, value) })
        }
        if case .constant = left.domain {
            let value = left.values[0]
            return (right.domain, right.values.map { body(value, $0) })
        }
        let (a, b) = (spread(left.domain, left.values), spread(right.domain, right.values))
        return (.rows, zip(a, b).map { body($0, $1) })
    }

    /// The one field of the offer that a node reads; empty: none; nil: several, or the whole offer.
    private func field(of node: Node) -> String? {
        var result = ""
        for reference in node.references where reference.variable == "offer" {
            guard let field = reference.fields.first, result.isEmpty || result == field, field != "id" else {
                return nil
            }
            result = field
        }
        return result
    }

    // MARK: The evaluator

    private static func bool(_ value: Value?) -> UInt8 {
        if case .bool(let flag)? = value { flag ? 1 : 0 } else { RuleBools.ask }
    }

    private func evaluate(_ node: Node, _ field: String, _ value: Value) -> Value? {
        reading.offer = field.isEmpty || value == .null ? .map([:]) : .map([.string(field): value])
        return try? expression.evaluate(part: node, reading)
    }

    /// The node by the evaluator, as often as it must be.
    private func asked(_ node: Node) -> (domain: RuleDomain, values: [Value?]) {
        guard let field = field(of: node) else {
            return (
                .rows,
                rows.map { row in
                    reading.offer = table.offer(row: Int(row))
                    return try? expression.evaluate(part: node, reading)
                }
            )
        }
        guard !field.isEmpty, let column = table.columns[field] else {
            return (.constant, [evaluate(node, "", .null)])
        }
        let isRead = codesRead(column)
        return (
            .codes(field), column.values.indices.map { isRead[$0] ? evaluate(node, field, column.values[$0]) : nil }
        )
    }

    private func askedBools(_ node: Node) -> RuleBools {
        let asked = asked(node)
        return RuleBools(domain: asked.domain, values: asked.values.map(Self.bool))
    }

    private func askedNumbers(_ node: Node) -> RuleNumbers {
        let asked = asked(node)
        return RuleNumbers(
            domain: asked.domain, values: asked.values.map { $0?.asDouble.flatMap { $0.isFinite ? $0 : nil } ?? .nan })
    }

    // MARK: Yes or no

    private func bools(_ node: Node) -> RuleBools {
        if field(of: node) == "" { return askedBools(node) }
        switch node.kind {
        case .call("_&&_", _, let sides): return logic(sides, deciding: 0)
        case .call("_||_", _, let sides): return logic(sides, deciding: 1)
        case .call("!_", _, let sides):
            var inner = bools(sides[0])
            for index in inner.values.indices where inner.values[index] != RuleBools.ask {
                inner.values[index] = 1 - inner.values[index]
            }
            return inner
        case .call("_?_:_", _, let sides):
            return choice(sides) { bools($0) } ?? askedBools(node)
        case .call(let name, _, let sides) where sides.count == 2 && Self.comparisons[name] != nil:
            return comparison(name, sides) ?? askedBools(node)
        case .select(let operand, let field, isTest: true):
            guard case .identifier("offer") = operand.kind, let column = table.columns[field] else {
                return askedBools(node)
            }
            return RuleBools(
                domain: .codes(field), values: column.values.map { $0 == .null ? 0 : 1 })
        case .fold(let fold): return loop(fold) ?? askedBools(node)
        default: return askedBools(node)
        }
    }

    private func logic(_ sides: [Node], deciding: UInt8) -> RuleBools {
        var result = bools(sides[0])
        for side in sides.dropFirst() {
            let next = bools(side)
            let (domain, values) = combine((result.domain, result.values), (next.domain, next.values)) {
                (left: UInt8, right: UInt8) -> UInt8 in
                if left == deciding || right == deciding { return deciding }
                return left == RuleBools.ask || right == RuleBools.ask ? RuleBools.ask : 1 - deciding
            }
            result = RuleBools(domain: domain, values: values)
        }
        return result
    }

    private func choice(_ sides: [Node], _ read: (Node) -> RuleBools) -> RuleBools? {
        let (test, yes, no) = (bools(sides[0]), read(sides[1]), read(sides[2]))
        let (first, tested) = combine((test.domain, test.values), (yes.domain, yes.values)) {
            (test: UInt8, yes: UInt8) in
            (test, yes)
        }
        let pairs = no.values.map { (UInt8(0), $0) }
        let (domain, values) = combine((first, tested), (no.domain, pairs)) { both, no -> UInt8 in
            both.0 == RuleBools.ask ? RuleBools.ask : both.0 == 1 ? both.1 : no.1
        }
        return RuleBools(domain: domain, values: values)
    }

    private static let comparisons: [String: @Sendable (Double, Double) -> Bool] = [
        "_<_": { $0 < $1 }, "_<=_": { $0 <= $1 }, "_>_": { $0 > $1 }, "_>=_": { $0 >= $1 }, "_==_": { $0 == $1 },
        "_!=_": { $0 != $1 },
    ]

    private func comparison(_ name: String, _ sides: [Node]) -> RuleBools? {
        if name == "_==_" || name == "_!=_", let result = equality(name, sides) { return result }
        guard let compare = Self.comparisons[name] else { return nil }
        let (left, right) = (numbers(sides[0]), numbers(sides[1]))
        guard !left.asksAlways, !right.asksAlways else { return nil }
        let (domain, values) = combine((left.domain, left.values), (right.domain, right.values)) {
            (left: Double, right: Double) -> UInt8 in
            left.isNaN || right.isNaN ? RuleBools.ask : compare(left, right) ? 1 : 0
        }
        return RuleBools(domain: domain, values: values)
    }

    /// A field that is compared with one text.
    private func equality(_ name: String, _ sides: [Node]) -> RuleBools? {
        for (field, other) in [(sides[0], sides[1]), (sides[1], sides[0])] {
            guard let (name_, nested) = Self.path(field), nested == nil, self.field(of: other) == "",
                let column = table.columns[name_], case .string(let text)? = evaluate(other, "", .null)
            else { continue }
            let isEqual: UInt8 = name == "_==_" ? 1 : 0
            return RuleBools(
                domain: .codes(name_),
                values: column.values.map { value in
                    guard case .string(let own) = value else { return RuleBools.ask }
                    return own == text ? isEqual : 1 - isEqual
                })
        }
        return nil
    }

    /// `offer.field` or `offer.field.nested`.
    private static func path(_ node: Node) -> (field: String, nested: String?)? {
        guard case .select(let operand, let name, isTest: false) = node.kind else { return nil }
        if case .identifier("offer") = operand.kind { return (name, nil) }
        guard case .select(let root, let field, isTest: false) = operand.kind, case .identifier("offer") = root.kind
        else { return nil }
        return (field, name)
    }

    // MARK: Loops over a list

    /// Each distinct member of a field's lists, judged by a loop's body; nil if the body reads more of the offer.
    private func members(_ fold: Node.Fold, _ body: Node) -> (field: String, column: OfferColumn, flags: [UInt8])? {
        guard let (field, nested) = Self.path(fold.range), nested == nil, let column = table.columns[field],
            !body.references.contains(where: { $0.variable == "offer" || $0.variable.hasPrefix("@") })
        else { return nil }
        reading.offer = .map([:])
        defer { reading.member = nil }
        return (
            field, column,
            column.memberValues.map { member in
                reading.member = (fold.variable, member)
                return Self.bool(try? expression.evaluate(part: body, reading))
            }
        )
    }

    /// `exists` and `all`.
    private func loop(_ fold: Node.Fold) -> RuleBools? {
        guard case .call(let operation, _, let sides) = fold.step.kind, sides.count == 2,
            operation == "_||_" || operation == "_&&_", case .identifier(fold.accumulator) = sides[0].kind,
            case .identifier(fold.accumulator) = fold.result.kind, case .literal(.bool(let start)) = fold.start.kind,
            start == (operation == "_&&_"), let (field, column, flags) = members(fold, sides[1])
        else { return nil }
        let deciding: UInt8 = operation == "_||_" ? 1 : 0
        let values = column.values.indices.map { code -> UInt8 in
            guard case .list = column.values[code] else { return RuleBools.ask }
            var result = 1 - deciding
            for member in column.members(of: code) {
                let flag = flags[Int(member)]
                if flag == deciding { return deciding }
                if flag == RuleBools.ask { result = RuleBools.ask }
            }
            return result
        }
        return RuleBools(domain: .codes(field), values: values)
    }

    /// `list.filter(x, …).size()`.
    private func filtered(_ node: Node) -> RuleNumbers? {
        guard case .fold(let fold) = node.kind, case .call("_?_:_", _, let sides) = fold.step.kind,
            case .list(let start) = fold.start.kind, start.isEmpty,
            case .identifier(fold.accumulator) = sides[2].kind,
            let (field, column, flags) = members(fold, sides[0])
        else { return nil }
        let values = column.values.indices.map { code -> Double in
            guard case .list = column.values[code] else { return .nan }
            var count = 0.0
            for member in column.members(of: code) {
                let flag = flags[Int(member)]
                if flag == RuleBools.ask { return .nan }
                count += Double(flag)
            }
            return count
        }
        return RuleNumbers(domain: .codes(field), values: values)
    }

    // MARK: Numbers

    private static let arithmetic: [String: @Sendable (Double, Double) -> Double] = [
        "_+_": { $0 + $1 }, "_-_": { $0 - $1 }, "_*_": { $0 * $1 }, "_/_": { $0 / $1 },
    ]

    private func numbers(_ node: Node) -> RuleNumbers {
        if field(of: node) == "" { return askedNumbers(node) }
        if let (field, nested) = Self.path(node), let column = table.columns[field] {
            return RuleNumbers(
                domain: .codes(field),
                values: column.values.map { value in
                    let number = nested.map { value[$0] } ?? value
                    if case .double(let number)? = number, number.isFinite { return number }
                    return .nan
                })
        }
        switch node.kind {
        case .call("_?_:_", _, let sides): return numberChoice(sides)
        case .call("size", let target, let arguments):
            return (target ?? arguments.first).flatMap(filtered) ?? askedNumbers(node)
        case .call("overlap", nil, let sides) where sides.count == 2:
            return overlap(sides) ?? askedNumbers(node)
        case .call(let name, let target?, let sides):
            return ofPast(name, target, sides) ?? askedNumbers(node)
        case .call("relevance", nil, let sides) where sides.count == 2:
            return relevance(sides) ?? askedNumbers(node)
        case .call(let name, nil, let sides) where sides.count == 2:
            guard let operate = Self.arithmetic[name] else { return askedNumbers(node) }
            let (left, right) = (numbers(sides[0]), numbers(sides[1]))
            guard !left.asksAlways, !right.asksAlways, isReal(sides[0]) || isReal(sides[1]) else {
                return askedNumbers(node)
            }
            let (domain, values) = combine((left.domain, left.values), (right.domain, right.values)) {
                (left: Double, right: Double) -> Double in
                let result = operate(left, right)
                return result.isFinite ? result : .nan
            }
            return RuleNumbers(domain: domain, values: values)
        default: return askedNumbers(node)
        }
    }

    /// Whether a node is a fraction for sure: two whole numbers divide otherwise.
    private func isReal(_ node: Node) -> Bool {
        switch node.kind {
        case .literal(.double): return true
        case .select: return Self.path(node) != nil
        case .call(let name, _, let sides) where Self.arithmetic[name] != nil: return sides.contains(where: isReal)
        default: return false
        }
    }

    private func numberChoice(_ sides: [Node]) -> RuleNumbers {
        let (test, yes, no) = (bools(sides[0]), numbers(sides[1]), numbers(sides[2]))
        let tested = test.values.map { Double($0) }
        let (first, pairs) = combine((test.domain, tested), (yes.domain, yes.values)) { (test: Double, yes: Double) in
            (test, yes)
        }
        let others = no.values.map { (0.0, $0) }
        let (domain, values) = combine((first, pairs), (no.domain, others)) { both, no -> Double in
            both.0 == Double(RuleBools.ask) ? .nan : both.0 == 1 ? both.1 : no.1
        }
        return RuleNumbers(domain: domain, values: values)
    }

    // MARK: Lists and texts

    /// Wished items that the mask of one machine word holds.
    private static let maskBits = 64

    /// `overlap(offer.field, what is wished)`.
    private func overlap(_ sides: [Node]) -> RuleNumbers? {
        guard let (field, nested) = Self.path(sides[0]), nested == nil, let column = table.columns[field],
            self.field(of: sides[1]) == "", let wanted = evaluate(sides[1], "", .null)?.asList,
            !wanted.isEmpty, wanted.count <= Self.maskBits
        else { return nil }
        var masks = [UInt64](repeating: 0, count: column.memberValues.count)
        for (bit, value) in wanted.enumerated() {
            if let member = column.memberCode(known: value) { masks[member] |= 1 << UInt64(bit) }
        }
        let values = column.values.indices.map { code -> Double in
            guard case .list = column.values[code] else { return .nan }
            var met: UInt64 = 0
            for member in column.members(of: code) { met |= masks[Int(member)] }
            return Double(met.nonzeroBitCount) / Double(wanted.count)
        }
        return RuleNumbers(domain: .codes(field), values: values)
    }

    /// `past.relation(requester.institution, offer.institution)` and its kin: the names of the column are folded once, not
    /// with each search.
    private func ofPast(_ name: String, _ target: Node, _ sides: [Node]) -> RuleNumbers? {
        guard case .identifier("past") = target.kind, let past = evaluate(target, "", .null),
            let read = MatchingFunctions.reader(ofPast: name, names: sides.count)
        else { return nil }
        var field = ""
        var names: [String] = []
        var places: [Int] = []
        for (place, side) in sides.enumerated() {
            if let (own, nested) = Self.path(side), nested == nil, field.isEmpty || field == own {
                field = own
                places.append(place)
                names.append("")
            } else {
                guard self.field(of: side) == "", let text = evaluate(side, "", .null)?.asString else { return nil }
                names.append(FoldedText.joined(text))
            }
        }
        guard let column = table.columns[field], column.names.count == column.values.count else { return nil }
        let isRead = codesRead(column)
        let values = column.values.indices.map { code -> Double in
            guard isRead[code], case .string = column.values[code] else { return .nan }
            for place in places { names[place] = column.names[code] }
            return read(past, names).asDouble ?? .nan
        }
        return RuleNumbers(domain: .codes(field), values: values)
    }

    /// `relevance(what is wished, offer.text)`.
    private func relevance(_ sides: [Node]) -> RuleNumbers? {
        guard let (field, nested) = Self.path(sides[1]), nested == nil, let column = table.columns[field],
            column.hasWords, self.field(of: sides[0]) == "", let wanted = evaluate(sides[0], "", .null)
        else { return nil }
        let stems = Set(TextRelevance.stems(of: wanted))
        guard !stems.isEmpty else { return nil }
        var isWanted = [Bool](repeating: false, count: column.knownWords.count)
        for stem in stems { if let number = column.knownWords[stem] { isWanted[Int(number)] = true } }
        let isRead = codesRead(column)
        let values = column.values.indices.map { code -> Double in
            guard isRead[code], case .string = column.values[code] else { return .nan }
            var met = 0
            for word in column.words(of: code) where isWanted[Int(word)] { met += 1 }
            return Double(met) / Double(stems.count)
        }
        return RuleNumbers(domain: .codes(field), values: values)
    }
}
