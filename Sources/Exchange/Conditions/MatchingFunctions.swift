package import Expressions
import Folding
import Glibc

/// The functions that rules of matching have beyond conditions' own: the parts of a score that ship.
///
/// Each is pure: what it compares is handed to it. docs/reference/language.md shows every one with an example.
package enum MatchingFunctions {
    /// The type of `past`.
    package static let pastType = ValueType.named("$past")

    /// All of them: `relevance`, `similarity`, `distance`, `below`, and those of `past`.
    package static let all: [FunctionDeclaration] =
        [
            FunctionDeclaration(
                name: "relevance", overloads: [.init(arguments: [.dyn, .dyn], result: .double)],
                implementation: { (values) throws(EvaluationError) in
                    .double(TextRelevance.share(of: values[0], in: values[1]))
                }),
            FunctionDeclaration(
                name: "similarity",
                overloads: [
                    .init(arguments: [.dyn, .dyn], result: .double),
                    .init(arguments: [.dyn, .dyn, .list(.string)], result: .double),
                ],
                implementation: { (values) throws(EvaluationError) in
                    let names = values.count > 2 ? values[2].asList?.compactMap(\.asString) : nil
                    return .double(similarity(values[0], values[1], names: names))
                }),
            FunctionDeclaration(
                name: "distance", overloads: [.init(arguments: [.dyn, .dyn], result: .double)],
                implementation: { (values) throws(EvaluationError) in
                    .double(try kilometres(place(values[0]), place(values[1])))
                }),
            FunctionDeclaration(
                name: "below", overloads: [.init(arguments: [.dyn, .dyn], result: .double)],
                implementation: { (values) throws(EvaluationError) in
                    guard let number = Self.number(values[0]), let limit = Self.number(values[1]), limit > 0 else {
                        throw EvaluationError("below compares two numbers, the second more than 0")
                    }
                    return .double(min(max(1 - number / limit, 0), 1))
                }),
        ] + ofPast

    private static func number(_ value: Value) -> Double? {
        let found = value.asDouble ?? value["amount"]?.asDouble ?? value.asString.flatMap { Double($0) }
        return found.flatMap { $0.isFinite ? $0 : nil }
    }

    // MARK: Context

    /// How alike two contexts are, 0 to 1: the mean over what both say. Texts are the same or not, lists share what they
    /// share (Jaccard), numbers differ by their part of the greater one.
    static func similarity(_ left: Value, _ right: Value, names: [String]?) -> Double {
        if let a = left.asList, let b = right.asList { return shared(a, b) }
        let (a, b) = (left.fields, right.fields)
        var sum = 0.0
        var count = 0
        for name in names ?? a.keys.sorted() {
            guard let one = a[name], let other = b[name], !one.isUnknown, !other.isUnknown else { continue }
            count += 1
            if let x = number(one), let y = number(other) {
                let greater = max(x.magnitude, y.magnitude)
                sum += greater == 0 ? 1 : max(0, 1 - (x - y).magnitude / greater)
            } else if let x = one.asList, let y = other.asList {
                sum += shared(x, y)
            } else if let x = one.asString, let y = other.asString {
                sum += FoldedText.words(x) == FoldedText.words(y) ? 1 : 0
            } else {
                sum += one == other ? 1 : 0
            }
        }
        return count == 0 ? 0 : sum / Double(count)
    }

    private static func shared(_ left: [Value], _ right: [Value]) -> Double {
        let (a, b) = (Set(left), Set(right))
        let all = a.union(b).count
        return all == 0 ? 0 : Double(a.intersection(b).count) / Double(all)
    }

    // MARK: Distance

    private static func place(_ value: Value) throws(EvaluationError) -> (latitude: Double, longitude: Double) {
        guard let latitude = value["latitude"].flatMap(number), let longitude = value["longitude"].flatMap(number),
            (-90...90).contains(latitude), (-180...180).contains(longitude)
        else { throw EvaluationError("distance takes two rows of a table with latitude and longitude") }
        return (latitude, longitude)
    }

    /// Along the great circle of a sphere of 6,371 km (haversine).
    private static func kilometres(
        _ a: (latitude: Double, longitude: Double), _ b: (latitude: Double, longitude: Double)
    ) -> Double {
        let degree = Double.pi / 180
        let (high, wide) = ((b.latitude - a.latitude) * degree / 2, (b.longitude - a.longitude) * degree / 2)
        let half = sin(high) * sin(high) + cos(a.latitude * degree) * cos(b.latitude * degree) * sin(wide) * sin(wide)
        // Whole kilometres: the last digits of a sine are not the same on every machine, the order of a list must be.
        return (2 * 6_371 * asin(min(1, half.squareRoot()))).rounded()
    }

    // MARK: The past

    /// What `past` reads of earlier exchanges; names of institutions are compared folded.
    package static func past(_ exchanges: [PastExchange]) -> Value {
        var visits: [Value: Value] = [:]
        var hosted: [Value: Value] = [:]
        var sent: [Value: Value] = [:]
        func count(_ key: String, in counts: inout [Value: Value]) {
            counts[.string(key), default: .int(0)] = .int((counts[.string(key)]?.asInt).map { Int64($0) + 1 } ?? 1)
        }
        for exchange in exchanges {
            let (guest, host) = (FoldedText.joined(exchange.guest), FoldedText.joined(exchange.host))
            guard !host.isEmpty else { continue }
            count(host, in: &hosted)
            guard !guest.isEmpty else { continue }
            count(guest, in: &sent)
            count(guest + "|" + host, in: &visits)
        }
        return .object(["visits": .map(visits), "hosted": .map(hosted), "sent": .map(sent)])
    }

    private static func count(_ past: Value, _ name: String, _ key: String) -> Int {
        past[name]?[key]?.asInt ?? 0
    }

    /// The functions of `past` by name, each over folded names of institutions.
    private static let readers: [String: @Sendable (_ past: Value, _ names: [String]) -> Value] = [
        "visits": { .int(Int64(count($0, "visits", $1[0] + "|" + $1[1]))) },
        "hosted": { .int(Int64(count($0, "hosted", $1[0]))) },
        "sent": { .int(Int64(count($0, "sent", $1[0]))) },
        "relation": { past, names in
            let (guest, host) = (names[0], names[1])
            let met = count(past, "visits", guest + "|" + host) + count(past, "visits", host + "|" + guest)
            return .double(Double(met) / Double(met + 1))
        },
        "reciprocity": { past, names in
            let (guest, host) = (names[0], names[1])
            let came = count(past, "visits", host + "|" + guest)
            let went = count(past, "visits", guest + "|" + host)
            return .double(came > went ? 1 : came == 0 ? 0 : came == went ? 0.5 : 0)
        },
        "equity": { .double(1 / Double(1 + count($0, "hosted", $1[0]))) },
    ]

    private static func overload(of name: String) -> FunctionDeclaration.Overload {
        switch name {
        case "visits": .init(receiver: pastType, arguments: [.string, .string], result: .int)
        case "hosted", "sent": .init(receiver: pastType, arguments: [.string], result: .int)
        case "equity": .init(receiver: pastType, arguments: [.string], result: .double)
        default: .init(receiver: pastType, arguments: [.string, .string], result: .double)
        }
    }

    private static let ofPast: [FunctionDeclaration] = readers.keys.sorted().map { name in
        FunctionDeclaration(
            name: name, overloads: [overload(of: name)],
            implementation: { (values) throws(EvaluationError) in
                guard let read = readers[name] else { throw EvaluationError("\(name) is no function of the past") }
                return read(values[0], values.dropFirst().map { FoldedText.joined($0.asString ?? "") })
            })
    }

    /// A function of `past` for names that are folded already; nil for another function, or another number of names.
    static func reader(ofPast name: String, names: Int) -> (@Sendable (_ past: Value, _ names: [String]) -> Value)? {
        overload(of: name).arguments.count == names ? readers[name] : nil
    }
}

/// An exchange that took place, or is under way: who visited whom.
package struct PastExchange: Hashable, Sendable {
    /// The institution that travelled.
    package var guest: String
    /// The institution that received it.
    package var host: String

    package init(guest: String, host: String) {
        self.guest = guest
        self.host = host
    }
}
