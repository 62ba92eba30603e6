/// The functions on lists that CEL's own extension library adds (`distinct`, `sort`, `sortBy` of cel-go's `ext.Lists`).
enum ListFunctions {
    /// What `list.sortBy(x, key)` is opened into: the list beside its keys. No text can write the name.
    static let sortByKeys = "@sortByAssociatedKeys"

    /// `distinct()` and `sort()`; nil: no function of that name.
    static func method(_ function: String, _ values: [Value]) throws(EvaluationError) -> Value? {
        switch function {
        case "distinct": .list(distinct(values))
        case "sort": .list(try sorted(values, by: values))
        default: nil
        }
    }

    /// Each value once, where it stood first.
    private static func distinct(_ values: [Value]) -> [Value] {
        var seen: Set<Value> = []
        return values.filter { seen.insert(canonical($0)).inserted }
    }

    /// Equal numbers of different kinds are one value in CEL: a whole one is an `int` wherever it fits.
    private static func canonical(_ value: Value) -> Value {
        switch value {
        case .uint(let number): Int64(exactly: number).map(Value.int) ?? value
        case .double(let number):
            Int64(exactly: number).map(Value.int) ?? UInt64(exactly: number).map(Value.uint) ?? value
        default: value
        }
    }

    /// The values by their keys, the least first; those with equal keys stay as they stood.
    ///
    /// - Throws: if keys have no order among each other, such as a number and a text.
    static func sorted(_ values: [Value], by keys: [Value]) throws(EvaluationError) -> [Value] {
        guard values.count == keys.count else { throw EvaluationError("a list and its keys differ in size") }
        for key in keys.dropFirst() where Arithmetic.compare(keys[0], key) == nil {
            throw EvaluationError("\(keys[0].typeName) and \(key.typeName) have no order")
        }
        return zip(values, keys).enumerated().sorted { left, right in
            let order = Arithmetic.compare(left.element.1, right.element.1) ?? 0
            return (order, left.offset) < (0, right.offset)
        }.map(\.element.0)
    }
}
