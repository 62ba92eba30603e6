import ActionKit
import Expressions
import Foundation
import Testing

/// How many drawn invitations are tried: more with `SOJOURN_FUZZ_RUNS`.
private let runs = ProcessInfo.processInfo.environment["SOJOURN_FUZZ_RUNS"].flatMap { Int($0) } ?? 150

@Suite struct `Drawn invitations` {
    private static let pieces = [
        "a", " ", "Study tour", "\r\nATTENDEE:mailto:x@y.example", "\n", ";", ",", ":", "\\", "\"", "^n", "^'", "é",
        "𝄞",
        "زيارة", "访问", "\u{0}", "\u{7}", "\u{202E}", "\u{2028}", "END:VEVENT", "BEGIN:VALARM", "=?utf-8?q?x?=",
        "%0D%0A",
        String(repeating: "长", count: 40), String(repeating: "x", count: 74), "\u{1F468}\u{200D}\u{1F469}", "e\u{301}",
    ]
    private static let days = [
        "2027-06-14", "2027-02-30", "1969-12-31", "2100-01-01", "2027-06-14/2027-06-13", "2027-06-14/2027-06-18", "",
        "x",
        "2027-06-14/", "/", "9999-12-31", "2027-06-14T09:00", "2027-06-14T07:00:00Z", "2027-03-28T02:30", "24:00",
        "9223372036854775808",
    ]
    private static let zones = ["Europe/Paris", "UTC", "Nowhere/At_All", "", "../../etc/passwd", "Asia/Kathmandu"]
    private static let addresses = [
        "a@b.example", "a@b", "@", "a b@c.example", "x@y.example\r\nBCC:z@z.example", "ü@ö.example",
    ]

    private static func text(_ chance: inout some RandomNumberGenerator) -> Value {
        .string(
            (0..<Int.random(in: 0...6, using: &chance)).map { _ in pieces.randomElement(using: &chance) ?? "" }.joined()
        )
    }

    private static func one(_ words: [String], _ chance: inout some RandomNumberGenerator) -> Value {
        Int.random(in: 0..<12, using: &chance) == 0 ? text(&chance) : .string(words.randomElement(using: &chance) ?? "")
    }

    /// The signs of a text that a calendar file can carry, lines ended by LF.
    private static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            switch scalar {
            case "\r", "\u{85}", "\u{2028}", "\u{2029}": result.append("\n")
            case "\n", "\t": result.append(scalar)
            default: if scalar.properties.generalCategory != .control { result.append(scalar) }
            }
        }
        return String(result)
    }

    /// Some of the fields drawn, the others as they should be.
    private static func changes(_ chance: inout some RandomNumberGenerator) -> [String: Value?] {
        var result: [String: Value?] = [:]
        for name in ["title", "description", "place", "organizer_name", "thing", "uid"]
        where Int.random(in: 0..<3, using: &chance) == 0 { result[name] = text(&chance) }
        for name in ["first_day", "last_day", "days", "starts", "ends"]
        where Int.random(in: 0..<6, using: &chance) == 0 { result[name] = one(days, &chance) }
        if Int.random(in: 0..<4, using: &chance) == 0 { result["zone"] = one(zones, &chance) }
        if Int.random(in: 0..<4, using: &chance) == 0 { result["organizer"] = one(addresses, &chance) }
        if Int.random(in: 0..<3, using: &chance) == 0 {
            result["attendees"] = .list(
                (0..<Int.random(in: 0...4, using: &chance)).map { _ in
                    .object(["name": text(&chance), "email": one(addresses, &chance)])
                })
        }
        return result
    }

    @Test func `are written so that a calendar reads what was meant, or are refused with a reason`() async throws {
        let desk = try Desk()
        var chance = Draw(state: 17)
        var written: [(ics: String, title: String, description: String, place: String)] = []
        for number in 0..<runs {
            let changes = Self.changes(&chance)
            let outcome = await desk.call("f\(number)", changes)
            if let ics = outcome.ics {
                func sent(_ name: String) -> String { ((changes[name] ?? nil) ?? Desk.event[name])?.asString ?? "" }
                written.append((ics, sent("title"), sent("description"), sent("place")))
                #expect(ics.utf8.split(separator: 0x0A).allSatisfy { $0.count <= 76 && $0.last == 0x0D })
            } else {
                #expect(outcome.failure.map { !$0.message.isEmpty } ?? false)
            }
        }
        #expect(written.count > runs / 20)
        #expect(written.count < runs)
        let read = try Counterpart.read(written.map(\.ics))
        #expect(read.count == written.count)
        for (event, meant) in zip(read, written) {
            // What a person may not type in a line is refused; what is left comes back as it was.
            #expect(event["title"]?.asString == meant.title)
            #expect(event["description"]?.asString == Self.printable(meant.description))
            #expect(event["place"]?.asString == meant.place)
        }
    }
}

/// Chance that a seed repeats (SplitMix64).
private struct Draw: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
