/// Text made safe for where it lands in a page.
enum HTML {
    /// For an element's text or a quoted attribute; signs that nobody should see are left out.
    ///
    /// Left out are control characters (a parser would drop or forbid them) and the embeddings and overrides of
    /// direction (U+202A to U+202E), with which a typed name can show a sentence that is not there. The isolates with
    /// which filled values come (U+2068, U+2069) stay.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: result.append(contentsOf: "&amp;".unicodeScalars)
            case 0x3C: result.append(contentsOf: "&lt;".unicodeScalars)
            case 0x3E: result.append(contentsOf: "&gt;".unicodeScalars)
            case 0x22: result.append(contentsOf: "&quot;".unicodeScalars)
            case 0x27: result.append(contentsOf: "&#39;".unicodeScalars)
            case 0x0A, 0x09: result.append(scalar)
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0xFEFF, 0xFDD0...0xFDEF: break
            case let value where value & 0xFFFE == 0xFFFE: break
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// The same, kept from turning the order of the line that it stands in.
    static func isolated(_ text: String) -> String { "<bdi>\(escaped(text))</bdi>" }
}
