import ActionKit
package import Expressions

/// Settings of a pack: texts of the settings file, made what the manifest says they are.
package enum PackSettings {
    /// The settings as the program gets them, nested names as nested maps; and every mistake.
    package static func read(_ flat: [String: Value], for pack: Pack) -> (settings: Value, mistakes: [String]) {
        var mistakes: [String] = []
        var nested: [String: Value] = [:]
        for (name, value) in flat {
            let path = name.split(separator: ".").map(String.init)
            guard let shape = shape(of: path[...], in: pack.settings) else {
                mistakes.append("\(pack.name).\(name) is no setting of this pack")
                continue
            }
            nested = put(shape.typed(value), at: path[...], in: nested)
        }
        mistakes += pack.settings.check(.object(nested)).map { "\(pack.name): \($0)" }
        return (.object(nested), mistakes.sorted())
    }

    private static func shape(of path: ArraySlice<String>, in schema: Schema) -> Schema? {
        guard let first = path.first else { return schema }
        switch schema {
        case .object(let fields):
            return fields.first { $0.name == first }.flatMap { shape(of: path.dropFirst(), in: $0.schema) }
        case .anything: return .anything
        default: return nil
        }
    }

    private static func put(_ value: Value, at path: ArraySlice<String>, in map: [String: Value]) -> [String: Value] {
        guard let first = path.first else { return map }
        var map = map
        guard path.count > 1 else {
            map[first] = value
            return map
        }
        var inner: [String: Value] = [:]
        if case .map(let entries)? = map[first] {
            for (key, value) in entries { if let key = key.asString { inner[key] = value } }
        }
        map[first] = .object(put(value, at: path.dropFirst(), in: inner))
        return map
    }
}
