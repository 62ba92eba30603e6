import Calendars
import Exchange
import Expressions

/// A compiled programme as plain lines, path → value, without the places in its files: what it means.
///
/// Two programmes with the same lines do the same. Paths begin with the statement to which they belong, such as
/// `states.draft` or `forms.request`.
enum ModelLines {
    static func of(_ programme: Programme) -> [String: String] {
        var result: [String: String] = [:]
        for child in Mirror(reflecting: programme).children {
            guard let label = child.label, !["hash", "calendar"].contains(label) else { continue }
            write(child.value, at: label, into: &result)
        }
        result["calendar"] = "\(programme.calendar.week.sorted()) \(programme.calendar.holidays.count)"
        return result
    }

    private static func write(_ value: Any, at path: String, into result: inout [String: String]) {
        switch value {
        case let condition as Condition: result[path] = condition.text
        case let template as Template: result[path] = template.text
        case let phrase as TimePhrase: result[path] = phrase.text
        case let zone as Zone: result[path] = zone.name
        case let text as String: result[path] = text
        default:
            let mirror = Mirror(reflecting: value)
            switch mirror.displayStyle {
            case .optional:
                if let inner = mirror.children.first?.value { write(inner, at: path, into: &result) }
            case .dictionary:
                for child in mirror.children {
                    let pair = Mirror(reflecting: child.value).children.map(\.value)
                    if pair.count == 2 { write(pair[1], at: "\(path).\(pair[0])", into: &result) }
                }
            case .set: result[path] = mirror.children.map { "\($0.value)" }.sorted().joined(separator: " ")
            case .collection:
                for (index, child) in mirror.children.enumerated() {
                    write(child.value, at: "\(path).\(name(of: child.value) ?? String(index))", into: &result)
                }
            case .enum:
                guard let child = mirror.children.first else {
                    result[path] = "\(value)"
                    return
                }
                write(child.value, at: "\(path).\(child.label ?? "")", into: &result)
            default:
                guard !mirror.children.isEmpty else {
                    result[path] = "\(value)"
                    return
                }
                for (index, child) in mirror.children.enumerated() {
                    let label = child.label ?? String(index)
                    if ["line", "id"].contains(label) { continue }
                    write(child.value, at: "\(path).\(label)", into: &result)
                }
            }
        }
    }

    /// Members with a name of their own keep it wherever they stand in their list.
    private static func name(of value: Any) -> String? {
        switch value {
        case let fact as Fact: fact.name
        case let date as DateDeclaration: date.name
        case let stage as Stage: stage.kind.rawValue
        default: nil
        }
    }

    /// The statements in which two programmes differ, such as `states.draft`.
    static func difference(_ left: [String: String], _ right: [String: String]) -> Set<String> {
        var result: Set<String> = []
        for (path, value) in left where right[path] != value { result.insert(statement(path)) }
        for path in right.keys where left[path] == nil { result.insert(statement(path)) }
        return result
    }

    private static func statement(_ path: String) -> String {
        let names = path.split(separator: ".").map(String.init)
        let depth =
            switch names.first {
            case "tracks": names.count > 3 && names[2] == "states" ? 4 : 3
            case "stages", "everywhere": 4
            case "labels": 1
            default: 2
            }
        // The order of things is told where one of them is.
        return names.first?.hasSuffix("Order") ?? false ? "order" : names.prefix(depth).joined(separator: ".")
    }
}
