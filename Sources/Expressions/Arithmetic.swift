/// Numbers, equality and order, after cel-spec: checked, and equal across number types.
enum Arithmetic {
    static func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy { equal($0, $1) }
        case (.map(let a), .map(let b)):
            guard a.count == b.count else { return false }
            return a.allSatisfy { key, value in find(key, in: b).map { equal(value, $0) } ?? false }
        case (.double(let a), .double(let b)): return a == b
        case (.string(let a), .string(let b)): return a.unicodeScalars.elementsEqual(b.unicodeScalars)
        default:
            if isNumber(left), isNumber(right) { return compare(left, right) == 0 }
            return left == right
        }
    }

    static func isNumber(_ value: Value) -> Bool {
        switch value {
        case .int, .uint, .double: true
        default: false
        }
    }

    /// The value of a key, numbers being the same key in any type.
    static func find(_ key: Value, in entries: [Value: Value]) -> Value? {
        if let found = entries[key] { return found }
        guard isNumber(key) else { return nil }
        if let int = int(of: key), let found = entries[.int(int)] { return found }
        if let uint = uint(of: key), let found = entries[.uint(uint)] { return found }
        return nil
    }

    private static func int(of value: Value) -> Int64? {
        switch value {
        case .int(let number): number
        case .uint(let number): Int64(exactly: number)
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }

    private static func uint(of value: Value) -> UInt64? {
        switch value {
        case .int(let number): UInt64(exactly: number)
        case .uint(let number): number
        case .double(let number): UInt64(exactly: number)
        default: nil
        }
    }

    static func key(_ value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .bool, .int, .uint, .string: return value
        default: throw EvaluationError("\(value.typeName) cannot be a key")
        }
    }

    /// Less than, equal to or greater than 0; nil when the two have no order (NaN, different kinds).
    static func compare(_ left: Value, _ right: Value) -> Int? {
        switch (left, right) {
        case (.int(let a), .int(let b)): return order(a, b)
        case (.uint(let a), .uint(let b)): return order(a, b)
        case (.double(let a), .double(let b)): return a.isNaN || b.isNaN ? nil : order(a, b)
        case (.int(let a), .uint(let b)): return a < 0 ? -1 : order(UInt64(a), b)
        case (.uint(let a), .int(let b)): return b < 0 ? 1 : order(a, UInt64(b))
        case (.int(let a), .double(let b)): return exact(a, b)
        case (.double(let a), .int(let b)): return exact(b, a).map { -$0 }
        case (.uint(let a), .double(let b)): return exact(a, b)
        case (.double(let a), .uint(let b)): return exact(b, a).map { -$0 }
        case (.string(let a), .string(let b)):
            return lexicographic(Array(a.unicodeScalars.map(\.value)), Array(b.unicodeScalars.map(\.value)))
        case (.bytes(let a), .bytes(let b)): return lexicographic(a, b)
        case (.bool(let a), .bool(let b)): return order(a ? 1 : 0, b ? 1 : 0)
        case (.timestamp(let a, let x), .timestamp(let b, let y)), (.duration(let a, let x), .duration(let b, let y)):
            return a == b ? order(x, y) : order(a, b)
        default: return nil
        }
    }

    private static func order<Number: Comparable>(_ a: Number, _ b: Number) -> Int { a < b ? -1 : a > b ? 1 : 0 }

    private static func lexicographic<Unit: Comparable>(_ a: [Unit], _ b: [Unit]) -> Int {
        for (x, y) in zip(a, b) where x != y { return x < y ? -1 : 1 }
        return order(a.count, b.count)
    }

    /// Compares without losing digits: beyond the range of the whole number the double decides alone.
    private static func exact<Whole: FixedWidthInteger>(_ a: Whole, _ b: Double) -> Int? {
        guard !b.isNaN else { return nil }
        if b > Double(Whole.max) { return -1 }
        // At the border the whole number itself is rounded up to the double, so the two count as equal (cel-spec).
        if b == Double(Whole.max) { return Double(a) == b ? 0 : -1 }
        if b < Double(Whole.min) { return 1 }
        let floor = b.rounded(.down)
        guard let whole = Whole(exactly: floor) else { return nil }
        if a != whole { return a < whole ? -1 : 1 }
        return b > floor ? -1 : 0
    }

    // MARK: Operators

    static func operate(_ operation: String, _ left: Value, _ right: Value, friendly: Bool) throws(EvaluationError)
        -> Value?
    {
        switch (left, right) {
        case (.int(let a), .int(let b)): return try whole(operation, a, b).map { .int($0) }
        case (.uint(let a), .uint(let b)): return try whole(operation, a, b).map { .uint($0) }
        case (.double(let a), .double(let b)): return double(operation, a, b)
        default:
            guard friendly, let a = left.asDouble, let b = right.asDouble else { return nil }
            return double(operation, a, b)
        }
    }

    private static func double(_ operation: String, _ a: Double, _ b: Double) -> Value? {
        switch operation {
        case "_+_": .double(a + b)
        case "_-_": .double(a - b)
        case "_*_": .double(a * b)
        case "_/_": .double(a / b)
        default: nil
        }
    }

    private static func whole<Whole: FixedWidthInteger>(
        _ operation: String, _ a: Whole, _ b: Whole
    ) throws(EvaluationError) -> Whole? {
        let result: (partialValue: Whole, overflow: Bool)
        switch operation {
        case "_+_": result = a.addingReportingOverflow(b)
        case "_-_": result = a.subtractingReportingOverflow(b)
        case "_*_": result = a.multipliedReportingOverflow(by: b)
        case "_/_":
            guard b != 0 else { throw EvaluationError("division by zero") }
            result = a.dividedReportingOverflow(by: b)
        case "_%_":
            guard b != 0 else { throw EvaluationError("division by zero") }
            result = a.remainderReportingOverflow(dividingBy: b)
        default: return nil
        }
        guard !result.overflow else { throw EvaluationError("the number is too large") }
        return result.partialValue
    }
}
