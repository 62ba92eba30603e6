import Exchange
import Expressions

/// Which numbers a condition takes: `scores.average() >= 9.0`. Everything else counts as unknown.
struct ConditionCover {
    private let subject: String
    private let low: (number: Double, isIn: Bool)
    private let high: (number: Double, isIn: Bool)

    /// nil where the condition is not one comparison with a number.
    init?(_ condition: Condition) {
        guard case .call(let function, nil, let sides) = condition.expression.node.kind, sides.count == 2 else {
            return nil
        }
        var operation = function
        var (left, right) = (sides[0], sides[1])
        if Self.number(left) != nil {
            swap(&left, &right)
            operation = ["_<_": "_>_", "_<=_": "_>=_", "_>_": "_<_", "_>=_": "_<=_"][function] ?? function
        }
        guard let number = Self.number(right) else { return nil }
        subject = Compilation.written(left)
        switch operation {
        case "_>_": (low, high) = ((number, false), (.infinity, true))
        case "_>=_": (low, high) = ((number, true), (.infinity, true))
        case "_<_": (low, high) = ((-.infinity, true), (number, false))
        case "_<=_": (low, high) = ((-.infinity, true), (number, true))
        case "_==_": (low, high) = ((number, true), (number, true))
        default: return nil
        }
    }

    private static func number(_ node: Tree) -> Double? {
        switch node.kind {
        case .literal(let value): value.asDouble
        case .call("-_", _, let parts): parts.first.flatMap(number).map { -$0 }
        default: nil
        }
    }

    /// Whether it takes every number that another takes.
    func covers(_ other: ConditionCover) -> Bool {
        guard subject == other.subject else { return false }
        let isLow = low.number < other.low.number || low.number == other.low.number && (low.isIn || !other.low.isIn)
        let isHigh =
            high.number > other.high.number || high.number == other.high.number && (high.isIn || !other.high.isIn)
        return isLow && isHigh
    }
}

extension Compilation {
    /// A step whose condition an earlier one takes whole is never taken.
    func checkCovered(_ steps: [ExchangeStep]) {
        var before: [(condition: Condition, cover: ConditionCover?, line: Int)] = []
        for step in steps {
            guard let condition = step.condition, let node = places[ObjectIdentifier(condition.expression.node)] else {
                continue
            }
            let cover = ConditionCover(condition)
            let written = Self.written(condition.expression.node)
            if let former = before.first(where: { former in
                Self.written(former.condition.expression.node) == written
                    || (cover.map { former.cover?.covers($0) ?? false } ?? false)
            }) {
                error(
                    node,
                    "never reached: \"\(former.condition.text)\" at line \(former.line) takes all that this takes; put this one first, or change it"
                )
            }
            if step.until == nil, step.since == nil, step.within.isEmpty {
                before.append((condition, cover, node.line))
            }
        }
    }
}
