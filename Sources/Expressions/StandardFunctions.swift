/// cel-spec's standard functions over values.
enum StandardFunctions {
    static func unary(_ function: String, _ value: Value, isMethod: Bool) throws(EvaluationError) -> Value? {
        if isMethod { return try method(function, value) }
        switch (function, value) {
        case ("!_", .bool(let flag)): return .bool(!flag)
        case ("-_", .int(let number)):
            guard number != .min else { throw EvaluationError("the number is too large") }
            return .int(-number)
        case ("-_", .double(let number)): return .double(-number)
        case ("size", _): return try size(value)
        case ("dyn", _): return value
        case ("type", _): return .type(value.typeName == "type" ? "type" : value.typeName)
        case ("int", _): return try Conversions.int(value)
        case ("uint", _): return try Conversions.uint(value)
        case ("double", _): return try Conversions.double(value)
        case ("string", _): return try Conversions.string(value)
        case ("bool", _): return try Conversions.bool(value)
        case ("bytes", .string(let text)): return .bytes(Array(text.utf8))
        case ("bytes", .bytes): return value
        case ("timestamp", _): return try Conversions.timestamp(value)
        case ("duration", _): return try Conversions.duration(value)
        default: return nil
        }
    }

    private static func method(_ function: String, _ value: Value) throws(EvaluationError) -> Value? {
        if function == "size" { return try size(value) }
        switch value {
        case .list(let values): return try ListFunctions.method(function, values)
        case .timestamp(let seconds, let nanos): return try Times.part(function, seconds, nanos, zone: "UTC")
        case .duration(let seconds, let nanos): return Times.part(function, seconds, nanos)
        default: return nil
        }
    }

    private static func size(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .string(let text): .int(Int64(text.unicodeScalars.count))
        case .bytes(let data): .int(Int64(data.count))
        case .list(let values): .int(Int64(values.count))
        case .map(let entries): .int(Int64(entries.count))
        default: nil
        }
    }

    static func binary(
        _ function: String, _ left: Value, _ right: Value, isMethod: Bool, friendlyNumbers: Bool
    ) throws(EvaluationError) -> Value? {
        switch function {
        case "_==_": return .bool(Arithmetic.equal(left, right))
        case "_!=_": return .bool(!Arithmetic.equal(left, right))
        case "_<_", "_<=_", "_>_", "_>=_": return try ordered(function, left, right)
        case "_[_]": return try index(left, right)
        case "@in":
            switch right {
            case .list(let values): return .bool(values.contains { Arithmetic.equal(left, $0) })
            case .map(let entries): return .bool(Arithmetic.find(left, in: entries) != nil)
            default: return nil
            }
        case "contains", "startsWith", "endsWith", "matches": return try text(function, left, right)
        default: break
        }
        if isMethod {
            if function == ListFunctions.sortByKeys, case .list(let values) = left, case .list(let keys) = right {
                return .list(try ListFunctions.sorted(values, by: keys))
            }
            guard case .timestamp(let seconds, let nanos) = left, case .string(let zone) = right else { return nil }
            return try Times.part(function, seconds, nanos, zone: zone)
        }
        if let number = try Arithmetic.operate(function, left, right, friendly: friendlyNumbers) { return number }
        if let time = try Times.operate(function, left, right) { return time }
        guard function == "_+_" else { return nil }
        switch (left, right) {
        case (.string(let a), .string(let b)):
            guard a.utf8.count + b.utf8.count <= Limits.resultBytes else {
                throw EvaluationError("the text is too long")
            }
            return .string(a + b)
        case (.bytes(let a), .bytes(let b)):
            guard a.count + b.count <= Limits.resultBytes else { throw EvaluationError("too many bytes") }
            return .bytes(a + b)
        case (.list(let a), .list(let b)):
            guard a.count + b.count <= Limits.cost else { throw EvaluationError("the list is too long") }
            return .list(a + b)
        default: return nil
        }
    }

    private static func ordered(_ function: String, _ left: Value, _ right: Value) throws(EvaluationError) -> Value? {
        guard let order = Arithmetic.compare(left, right) else {
            if Arithmetic.isNumber(left), Arithmetic.isNumber(right) { return .bool(false) }
            return nil
        }
        switch function {
        case "_<_": return .bool(order < 0)
        case "_<=_": return .bool(order <= 0)
        case "_>_": return .bool(order > 0)
        default: return .bool(order >= 0)
        }
    }

    private static func index(_ base: Value, _ key: Value) throws(EvaluationError) -> Value? {
        switch base {
        case .list(let values):
            guard Arithmetic.isNumber(key) else { return nil }
            guard let place = key.asInt else { throw EvaluationError("a place in a list is a whole number") }
            guard values.indices.contains(place) else { throw EvaluationError("the list has no such place") }
            return values[place]
        case .map(let entries):
            guard let value = Arithmetic.find(key, in: entries) else {
                throw EvaluationError("the map has no such key")
            }
            return value
        default: return nil
        }
    }

    private static func text(_ function: String, _ left: Value, _ right: Value) throws(EvaluationError) -> Value? {
        guard case .string(let text) = left, case .string(let part) = right else { return nil }
        let whole = Array(text.utf8)
        let piece = Array(part.utf8)
        switch function {
        case "startsWith": return .bool(whole.starts(with: piece))
        case "endsWith": return .bool(whole.count >= piece.count && whole.suffix(piece.count).elementsEqual(piece))
        case "contains": return .bool(contains(whole, piece))
        default: return .bool(try Pattern(part).matches(text))
        }
    }

    private static func contains(_ whole: [UInt8], _ piece: [UInt8]) -> Bool {
        guard let first = piece.first else { return true }
        guard whole.count >= piece.count else { return false }
        for start in 0...(whole.count - piece.count) where whole[start] == first {
            if whole[start..<(start + piece.count)].elementsEqual(piece) { return true }
        }
        return false
    }
}

/// Conversions between types, checked.
enum Conversions {
    static func int(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .int: return value
        case .uint(let number):
            guard let whole = Int64(exactly: number) else { throw EvaluationError("the number is too large") }
            return .int(whole)
        case .double(let number):
            // The last double below 2^63 is far from it, so the border itself is out.
            guard number > -9_223_372_036_854_775_808, number < 9_223_372_036_854_775_808 else {
                throw EvaluationError("the number is too large")
            }
            return .int(Int64(number.rounded(.towardZero)))
        case .string(let text):
            guard !text.hasPrefix("+"), let number = Int64(text) else {
                throw EvaluationError("the text is no whole number")
            }
            return .int(number)
        case .timestamp(let seconds, _): return .int(seconds)
        case .duration(let seconds, _): return .int(seconds)
        default: return nil
        }
    }

    static func uint(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .uint: return value
        case .int(let number):
            guard let whole = UInt64(exactly: number) else { throw EvaluationError("the number is negative") }
            return .uint(whole)
        case .double(let number):
            guard number > -1, number < 18_446_744_073_709_551_616 else {
                throw EvaluationError("the number is out of range")
            }
            return .uint(UInt64(number.rounded(.towardZero)))
        case .string(let text):
            guard !text.hasPrefix("+"), let number = UInt64(text) else {
                throw EvaluationError("the text is no whole number")
            }
            return .uint(number)
        default: return nil
        }
    }

    static func double(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .double: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .string(let text):
            switch text {
            case "NaN": return .double(.nan)
            case "Infinity", "+Infinity": return .double(.infinity)
            case "-Infinity": return .double(-.infinity)
            default: break
            }
            let isPlain = text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || [0x2E, 0x2D, 0x2B, 0x65, 0x45].contains($0)
            }
            guard isPlain, let number = Double(text) else { throw EvaluationError("the text is no number") }
            return .double(number)
        default: return nil
        }
    }

    static func bool(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .bool: return value
        case .string(let text):
            if ["1", "t", "true", "TRUE", "True"].contains(text) { return .bool(true) }
            if ["0", "f", "false", "FALSE", "False"].contains(text) { return .bool(false) }
            throw EvaluationError("the text is neither true nor false")
        default: return nil
        }
    }

    static func string(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .string: return value
        case .bool(let flag): return .string(flag ? "true" : "false")
        case .int(let number): return .string(String(number))
        case .uint(let number): return .string(String(number))
        case .double(let number): return .string(text(number))
        case .bytes(let data):
            guard let text = String(validating: data, as: UTF8.self) else {
                throw EvaluationError("the bytes are no text")
            }
            return .string(text)
        case .timestamp(let seconds, let nanos): return .string(Times.text(seconds, nanos))
        case .duration(let seconds, let nanos): return .string(Times.durationText(seconds, nanos))
        default: return nil
        }
    }

    private static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        if let whole = Int64(exactly: number), abs(number) < 1e21 { return String(whole) }
        return number.description
    }

    static func timestamp(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .timestamp: return value
        case .int(let seconds): return try Times.timestamp(seconds, 0)
        case .string(let text): return try Times.timestamp(text)
        default: return nil
        }
    }

    static func duration(_ value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .duration: return value
        case .int(let seconds): return try Times.duration(seconds, 0)
        case .string(let text): return try Times.duration(text)
        default: return nil
        }
    }
}
