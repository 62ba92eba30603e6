import ActionKit
import ProgrammeLanguage

/// Reads JSON Schema (draft 2020-12) as far as a form of values needs it; every other keyword is a mistake.
///
/// `type` boolean, integer, number, string, array, object; `enum`; `format` email, uri, date, line; `maxLength` (code
/// points, at most 65,536), `minimum` and `maximum`, `items` and `maxItems`, `properties` and `required`. `title`,
/// `description`, `examples`, `default` and `additionalProperties` may stand there and say nothing to the host.
enum SchemaReader {
    /// Bytes of a text without `maxLength`, and entries of a list without `maxItems`.
    static let textBytes = 65_536
    static let listEntries = 1_000
    private static let levels = 16
    private static let silent = ["title", "description", "examples", "default", "additionalProperties"]
    private static let keywords: [String: [String]] = [
        "boolean": [], "integer": ["minimum", "maximum"], "number": [], "string": ["maxLength", "format", "enum"],
        "array": ["items", "maxItems"], "object": ["properties", "required"],
    ]

    static func read(_ node: Node, _ what: String, _ mistakes: inout Diagnostics, level: Int = 0) -> Schema? {
        guard level < levels else {
            mistakes.append(node.diagnostic(.error, "\(what) has more than \(levels) levels"))
            return nil
        }
        guard let map = ManifestNode(node, what, &mistakes) else { return nil }
        if map.all.allSatisfy({ silent.contains($0.name) }) { return .anything }
        let type = map.text("type", &mistakes) ?? (map["enum"] != nil ? "string" : "")
        guard let own = keywords[type] else {
            let types = keywords.keys.sorted().joined(separator: ", ")
            let place = map["type"] ?? node
            mistakes.append(place.diagnostic(.error, "\(what): \"type\" is one of \(types)"))
            return nil
        }
        map.allow(["type"] + own + silent, &mistakes)
        switch type {
        case "boolean": return .boolean
        case "integer":
            let whole = Int.min...Int.max
            let lower = map.number("minimum", in: whole, &mistakes) ?? Int.min
            let upper = map.number("maximum", in: whole, &mistakes) ?? Int.max
            guard lower <= upper else {
                mistakes.append(node.diagnostic(.error, "\(what): \"minimum\" is above \"maximum\""))
                return nil
            }
            return .integer(lower...upper)
        case "number": return .number
        case "string": return text(map, &mistakes)
        case "array":
            let entries = map.number("maxItems", in: 0...1_000_000, &mistakes) ?? listEntries
            guard let items = map["items"] else { return .list(of: .anything, maximum: entries) }
            return read(items, "\(what), an entry", &mistakes, level: level + 1).map {
                .list(of: $0, maximum: entries)
            }
        default: return object(map, what, &mistakes, level)
        }
    }

    private static func text(_ map: ManifestNode, _ mistakes: inout Diagnostics) -> Schema? {
        if map["enum"] != nil { return map.list("enum", &mistakes).map { .choice($0) } }
        // A code point has four bytes at most.
        let bytes = map.number("maxLength", in: 0...textBytes, &mistakes).map { $0 * 4 } ?? textBytes
        switch map.text("format", &mistakes) {
        case nil: return .text(.plain, maximumBytes: bytes)
        case "line": return .text(.line, maximumBytes: bytes)
        case "email": return .text(.email, maximumBytes: bytes)
        case "uri": return .text(.url, maximumBytes: bytes)
        case "date": return .text(.date, maximumBytes: bytes)
        case let other?:
            let place = map["format"] ?? map.node
            mistakes.append(
                place.diagnostic(.error, "\"format\" is one of date, email, line, uri, not \"\(other)\""))
            return nil
        }
    }

    private static func object(
        _ map: ManifestNode, _ what: String, _ mistakes: inout Diagnostics, _ level: Int
    ) -> Schema? {
        let required = map.list("required", &mistakes) ?? []
        guard let properties = map["properties"] else { return .object([]) }
        guard let fields = ManifestNode(properties, "\(what), \"properties\"", &mistakes) else { return nil }
        let names = fields.all.map(\.name)
        for name in required where !names.contains(name) {
            mistakes.append(
                map.node.diagnostic(.error, "\(what): \"required\" names \"\(name)\", which is no property"))
        }
        return .object(
            fields.all.compactMap { name, _, value in
                read(value, "\(what), \"\(name)\"", &mistakes, level: level + 1).map {
                    SchemaField(name, $0, isRequired: required.contains(name))
                }
            })
    }
}
