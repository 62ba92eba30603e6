/// The types of cel-spec's standard functions.
enum Standard {
    /// Operators in words, for messages.
    static let operators: [String: String] = [
        "_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/", "_%_": "%", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=",
        "_==_": "==", "_!=_": "!=", "_&&_": "&&", "_||_": "||", "!_": "!", "-_": "-", "@in": "in", "_[_]": "[ ]",
    ]

    static let names = [
        "size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bytes", "bool",
        "timestamp", "duration", "dyn", "type", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek",
        "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds", "has", "all", "exists", "exists_one",
        "map", "filter", "distinct", "sort", "sortBy",
    ]

    private static func isOr(_ type: ValueType, _ wanted: ValueType...) -> Bool {
        type == .dyn || wanted.contains(type)
    }

    /// Functions called on something.
    static func method(_ name: String, _ receiver: ValueType, _ types: [ValueType]) -> ValueType? {
        switch name {
        case "size":
            guard types.isEmpty else { return nil }
            return isSized(receiver) ? .int : nil
        case "distinct", "sort":
            guard types.isEmpty, case .list = receiver else { return receiver == .dyn && types.isEmpty ? .dyn : nil }
            return receiver
        case ListFunctions.sortByKeys:
            guard types.count == 1, case .list = types[0] else { return nil }
            if case .list = receiver { return receiver }
            return receiver == .dyn ? .dyn : nil
        case "contains", "startsWith", "endsWith", "matches":
            return types.count == 1 && isOr(receiver, .string) && isOr(types[0], .string) ? .bool : nil
        case "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear":
            return isOr(receiver, .timestamp) && (types.isEmpty || (types.count == 1 && isOr(types[0], .string)))
                ? .int : nil
        case "getHours", "getMinutes", "getSeconds", "getMilliseconds":
            if isOr(receiver, .duration), types.isEmpty { return .int }
            return isOr(receiver, .timestamp) && (types.isEmpty || (types.count == 1 && isOr(types[0], .string)))
                ? .int : nil
        default: return nil
        }
    }

    private static func isSized(_ type: ValueType) -> Bool {
        switch type {
        case .dyn, .string, .bytes, .list, .map: true
        default: false
        }
    }

    /// Operators and functions called plainly.
    static func function(_ name: String, _ types: [ValueType], _ environment: Environment) -> ValueType? {
        switch types.count {
        case 1: unary(name, types[0])
        case 2: binary(name, types[0], types[1], environment)
        default: nil
        }
    }

    private static func unary(_ name: String, _ type: ValueType) -> ValueType? {
        switch name {
        case "!_", "@not_strictly_false": isOr(type, .bool) ? .bool : nil
        case "-_": isOr(type, .int, .double) ? type : nil
        case "size": isSized(type) ? .int : nil
        case "int": isOr(type, .int, .uint, .double, .string, .timestamp, .duration) ? .int : nil
        case "uint": isOr(type, .int, .uint, .double, .string) ? .uint : nil
        case "double": isOr(type, .int, .uint, .double, .string) ? .double : nil
        case "bool": isOr(type, .bool, .string) ? .bool : nil
        case "string": isOr(type, .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration) ? .string : nil
        case "bytes": isOr(type, .bytes, .string) ? .bytes : nil
        case "timestamp": isOr(type, .timestamp, .string, .int) ? .timestamp : nil
        case "duration": isOr(type, .duration, .string, .int) ? .duration : nil
        case "dyn": .dyn
        case "type": .type
        default: nil
        }
    }

    private static func binary(_ name: String, _ a: ValueType, _ b: ValueType, _ environment: Environment) -> ValueType?
    {
        switch name {
        case "_&&_", "_||_": return isOr(a, .bool) && isOr(b, .bool) ? .bool : nil
        case "matches": return isOr(a, .string) && isOr(b, .string) ? .bool : nil
        case "_<_", "_<=_", "_>_", "_>=_":
            if a == .dyn || b == .dyn { return .bool }
            if a.isNumber, b.isNumber { return .bool }
            guard a == b else { return nil }
            if case .named(let name) = a { return environment.textTypes.contains(name) ? .bool : nil }
            return [.bool, .string, .bytes, .timestamp, .duration].contains(a) ? .bool : nil
        case "_+_": return sum(a, b, environment)
        case "_-_":
            switch (a, b) {
            case (.timestamp, .timestamp): return .duration
            case (.timestamp, .duration): return .timestamp
            case (.duration, .duration): return .duration
            default: return number(a, b, environment)
            }
        case "_*_", "_/_": return number(a, b, environment)
        case "_%_":
            guard let result = number(a, b, environment), result != .double else { return nil }
            return result
        default: return nil
        }
    }

    private static func sum(_ a: ValueType, _ b: ValueType, _ environment: Environment) -> ValueType? {
        switch (a, b) {
        case (.string, .string): return .string
        case (.bytes, .bytes): return .bytes
        case (.list(let x), .list(let y)): return .list(x == y ? x : x == .dyn ? y : y == .dyn ? x : .dyn)
        case (.dyn, .list), (.list, .dyn): return a == .dyn ? b : a
        case (.timestamp, .duration), (.duration, .timestamp): return .timestamp
        case (.duration, .duration): return .duration
        default: return number(a, b, environment)
        }
    }

    private static func number(_ a: ValueType, _ b: ValueType, _ environment: Environment) -> ValueType? {
        if a == .dyn || b == .dyn {
            let other = a == .dyn ? b : a
            return other == .dyn || other.isNumber || [.string, .bytes, .timestamp, .duration].contains(other)
                ? .dyn : nil
        }
        guard a.isNumber, b.isNumber else { return nil }
        if a == b { return a }
        return environment.friendlyNumbers ? .double : nil
    }
}
