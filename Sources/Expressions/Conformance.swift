/// Cases of cel-spec, one JSON object a line, as `sojourn eval` reads and answers them.
///
/// A value is an object with one key, its type: `{"int":"5"}`, `{"uint":"5"}`, `{"double":1.5|"nan"|"inf"|"-inf"}`,
/// `{"bytes":base64}`, `{"list":[…]}`, `{"map":[[key,value],…]}`, `{"type":name}`, `{"duration":[seconds,nanos]}`,
/// `{"timestamp":[seconds,nanos]}`, `{"null":null}`, `{"bool":…}`, `{"string":…}`. A type is a word, `{"list":T}` or
/// `{"map":[K,V]}`.
package enum Conformance {
    /// The bytes of one line at most.
    package static let lineBytes = 1 << 20

    /// Answers one case: `{"value":…,"deduced":…}` (without `deduced` where the case is unchecked) or `{"error":…}`.
    package static func answer(line: String) -> String {
        guard line.utf8.count <= lineBytes else { return failed("the line is longer than \(lineBytes) bytes") }
        do {
            return try answer(try Value(json: line.utf8))
        } catch let mistake as JSONMistake {
            return failed("the line is no JSON: \(mistake.message) (byte \(mistake.offset + 1))")
        } catch {
            return failed("\(error)")
        }
    }

    private static func failed(_ message: String) -> String { Value.object(["error": .string(message)]).json }

    private struct NoCase: Error, CustomStringConvertible {
        let description: String
    }

    private static func answer(_ line: Value) throws -> String {
        guard let text = line["expr"]?.asString else { throw NoCase(description: "the case has no \"expr\"") }
        var variables: [String: ValueType] = [:]
        for (name, type) in fields(line["types"]) { variables[name] = try self.type(type) }
        var bindings: [String: Value] = [:]
        for (name, value) in fields(line["bindings"]) { bindings[name] = try self.value(value) }
        let isChecked = line["unchecked"]?.asBool != true
        let environment = Environment(variables: variables, container: line["container"]?.asString ?? "")
        switch environment.compile(text, isChecked: isChecked) {
        case .failure(let found):
            return failed(found.mistakes.map(\.message).joined(separator: "; "))
        case .success(let expression):
            do throws(EvaluationError) {
                let value = try expression.evaluate(Bindings(bindings))
                var result = ["value": notation(value)]
                if isChecked { result["deduced"] = notation(expression.resultType) }
                return plain(.object(result))
            } catch {
                return failed(error.message)
            }
        }
    }

    private static func fields(_ value: Value?) -> [(String, Value)] {
        guard case .map(let entries)? = value else { return [] }
        return entries.compactMap { key, value in key.asString.map { ($0, value) } }
    }

    // MARK: Types

    private static let words: [String: ValueType] = [
        "dyn": .dyn, "null": .null, "null_type": .null, "bool": .bool, "int": .int, "uint": .uint, "double": .double,
        "string": .string, "bytes": .bytes, "timestamp": .timestamp, "duration": .duration, "type": .type,
    ]

    private static func type(_ value: Value) throws -> ValueType {
        if let word = value.asString, let type = words[word] { return type }
        if let of = value["list"] { return .list(try type(of)) }
        if let both = value["map"]?.asList, both.count == 2 { return .map(try type(both[0]), try type(both[1])) }
        throw NoCase(description: "there is no type \(value.json)")
    }

    private static func notation(_ type: ValueType) -> Value {
        switch type {
        case .list(let of): return .object(["list": notation(of)])
        case .map(let key, let value): return .object(["map": .list([notation(key), notation(value)])])
        case .named(let name): return .string(name)
        case .null: return .string("null")
        default: return .string(words.first { $0.value == type && $0.key != "null_type" }?.key ?? "dyn")
        }
    }

    // MARK: Values

    private static func value(_ notation: Value) throws -> Value {
        guard case .map(let entries) = notation, entries.count == 1, let (key, content) = entries.first,
            let kind = key.asString
        else { throw NoCase(description: "there is no value \(notation.json)") }
        switch (kind, content) {
        case ("null", _): return .null
        case ("bool", .bool), ("string", .string): return content
        case ("int", .string(let text)): if let number = Int64(text) { return .int(number) }
        case ("uint", .string(let text)): if let number = UInt64(text) { return .uint(number) }
        case ("double", .string("nan")): return .double(.nan)
        case ("double", .string("inf")): return .double(.infinity)
        case ("double", .string("-inf")): return .double(-.infinity)
        case ("double", _): if let number = content.asDouble { return .double(number) }
        case ("bytes", .string(let text)): if let data = Base64.bytes(text) { return .bytes(data) }
        case ("list", .list(let values)): return .list(try values.map { try value($0) })
        case ("map", .list(let pairs)):
            var result: [Value: Value] = [:]
            for pair in pairs {
                guard let both = pair.asList, both.count == 2 else { break }
                result[try value(both[0])] = try value(both[1])
            }
            return .map(result)
        case ("type", .string(let name)): return .type(name)
        case ("timestamp", .list(let parts)), ("duration", .list(let parts)):
            if parts.count == 2, let seconds = whole(parts[0]),
                let nanos = whole(parts[1]).flatMap({ Int32(exactly: $0) })
            {
                return kind == "duration"
                    ? .duration(seconds: seconds, nanos: nanos) : .timestamp(seconds: seconds, nanos: nanos)
            }
        default: break
        }
        throw NoCase(description: "there is no value \(notation.json)")
    }

    private static func whole(_ value: Value) -> Int64? {
        value.asString.flatMap { Int64($0) } ?? value.asInt.map(Int64.init)
    }

    private static func notation(_ value: Value) -> Value {
        switch value {
        case .null: .object(["null": .null])
        case .bool: .object(["bool": value])
        case .int(let number): .object(["int": .string(String(number))])
        case .uint(let number): .object(["uint": .string(String(number))])
        case .double(let number):
            .object([
                "double": number.isNaN
                    ? .string("nan") : number.isInfinite ? .string(number > 0 ? "inf" : "-inf") : value
            ])
        case .string: .object(["string": value])
        case .bytes(let data): .object(["bytes": .string(Base64.text(data))])
        case .list(let values): .object(["list": .list(values.map { notation($0) })])
        case .map(let entries):
            .object([
                "map": .list(
                    entries.map { ($0.key.json, $0.key, $0.value) }.sorted { $0.0 < $1.0 }
                        .map { .list([notation($0.1), notation($0.2)]) })
            ])
        case .timestamp(let seconds, let nanos): .object(["timestamp": .list([.int(seconds), .int(Int64(nanos))])])
        case .duration(let seconds, let nanos): .object(["duration": .list([.int(seconds), .int(Int64(nanos))])])
        case .type(let name): .object(["type": .string(name)])
        }
    }

    /// The answer's own keys are no tags, whatever they are called.
    private static func plain(_ value: Value) -> String { value.json }
}
