import Calendars

/// What the parts of a person must look like wherever a person comes in: an answer, an option, a table, the register.
///
/// A name becomes the header of a mail, the line of an invitation and the cell of a table. What would break one of them is
/// refused at the door, where somebody can mend it, and not when the mail is about to leave.
package enum PersonRules {
    /// Bytes of a name and of an institution; a mail's header takes no more.
    package static let nameBytes = 300
    /// Bytes of an e-mail address (RFC 5321, 4.5.3.1).
    package static let addressBytes = 254

    /// A part that cannot be so. The sentence does not repeat it, because it is somebody's.
    package struct Mistake: Hashable, Sendable {
        /// The part's name, such as `zone`.
        package let part: String
        package let sentence: String
    }

    /// All that is wrong with a person and the deputies; empty if nothing is.
    package static func mistakes(in party: Party) -> [Mistake] {
        let parts = [
            ("name", party.name), ("address", party.address), ("language", party.language), ("zone", party.zone),
            ("country", party.country), ("institution", party.institution),
        ]
        let own = parts.compactMap { part, text in mistake(in: text, of: part).map { Mistake(part: part, sentence: $0) }
        }
        let deputies = party.deputies.flatMap(mistakes).map {
            Mistake(part: "deputy.\($0.part)", sentence: "the deputy: \($0.sentence)")
        }
        return own + deputies
    }

    /// What is wrong with one part; nil if nothing is, and for parts that are free or left out.
    package static func mistake(in text: String, of part: String) -> String? {
        guard !text.isEmpty else { return nil }
        switch part {
        case "name", "institution", "contact":
            let what = part == "institution" ? "an institution" : "a name"
            if !isOneLine(text) { return "\(what) is one line, without line breaks and control characters" }
            return text.utf8.count > nameBytes ? "\(what) has at most \(nameBytes) bytes" : nil
        case "address":
            return isAddress(text) ? nil : "an e-mail address is written anna@office.example"
        case "language":
            return isTag(text) ? nil : "a language is written as a code, such as fr or pt-BR"
        case "zone":
            return Zone(text) == nil
                ? "there is no such time zone; write one of the IANA list, such as Europe/Sarajevo" : nil
        case "country":
            return (2...3).contains(text.utf8.count) && text.utf8.allSatisfy(isLetter)
                ? nil : "a country is written as two letters of ISO 3166, such as BA"
        default: return nil
        }
    }

    /// Whether the text is one line that shows itself as it is: no control characters, no other line ends (U+2028), nothing
    /// that turns the direction of what stands behind it.
    package static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            !isControl(scalar) && ![0x09, 0x0A, 0x0D, 0x2028, 0x2029].contains(scalar.value)
        }
    }

    /// A character that no text needs; tabs and line ends are none.
    package static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: false
        case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// One word before and after one @; what mail servers make of it is theirs.
    package static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return text.utf8.count <= addressBytes && parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && text.unicodeScalars.allSatisfy { scalar in
                !scalar.properties.isWhitespace && !isControl(scalar) && !"<>,;\"".unicodeScalars.contains(scalar)
            }
    }

    /// A language tag by its form (BCP 47): parts of 1 to 8 letters and digits, the first of letters.
    private static func isTag(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
        return text.utf8.count <= 35 && (2...8).contains(parts[0].count) && parts[0].allSatisfy(isLetter)
            && parts.allSatisfy { part in
                (1...8).contains(part.count) && part.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
