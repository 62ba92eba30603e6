/// How a piece of text looks on a terminal with colours.
struct Style: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let bold = Style(rawValue: 1)
    static let dim = Style(rawValue: 2)
    static let red = Style(rawValue: 4)
    static let green = Style(rawValue: 8)
    static let yellow = Style(rawValue: 16)
    static let cyan = Style(rawValue: 32)

    /// The parameters of the terminal's `m` code, in the order of the styles above.
    fileprivate var codes: String {
        zip(0..., ["1", "2", "31", "32", "33", "36"]).filter { rawValue & 1 << $0.0 != 0 }.map(\.1).joined(
            separator: ";")
    }
}

/// Text for a person: what the program says is taken as it stands, what is data is made harmless on the way in.
///
/// `"Case \(id, .bold) waits for \(name)"`: literal parts may hold line feeds; interpolated ones are data, in which every
/// control character and every bidirectional override is written out. So no text of a user can steer a terminal.
struct TerminalText: Hashable, Sendable, ExpressibleByStringInterpolation {
    fileprivate var pieces: [Piece] = []

    fileprivate struct Piece: Hashable, Sendable {
        let text: String
        let style: Style
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        init(literalCapacity: Int, interpolationCount: Int) { pieces.reserveCapacity(2 * interpolationCount + 1) }

        mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(Piece(text: literal, style: [])) }
        }

        /// Data, or with a style also the program's own words.
        mutating func appendInterpolation(_ data: some CustomStringConvertible, _ style: Style = []) {
            pieces.append(Piece(text: data.description.visible(), style: style))
        }

        /// Data of several lines: line feeds and tabs stay.
        mutating func appendInterpolation(lines data: String, _ style: Style = []) {
            pieces.append(Piece(text: data.visible(keepsLines: true), style: style))
        }

        mutating func appendInterpolation(_ text: TerminalText) { pieces += text.pieces }
    }

    init(stringLiteral value: String) { pieces = [Piece(text: value, style: [])] }
    init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    /// Data in one style.
    init(_ data: some CustomStringConvertible, _ style: Style = []) { self = "\(data, style)" }

    static func + (left: TerminalText, right: TerminalText) -> TerminalText { "\(left)\(right)" }

    var plain: String { pieces.reduce(into: "") { $0 += $1.text } }
    var columns: Int { plain.columns }

    /// The bytes to send: with codes for the styles, or without.
    func rendered(inColour: Bool) -> String {
        guard inColour else { return plain }
        return pieces.reduce(into: "") { result, piece in
            let isStyled = !piece.style.isEmpty && !piece.text.isEmpty
            result += isStyled ? "\u{1B}[\(piece.style.codes)m\(piece.text)\u{1B}[0m" : piece.text
        }
    }

    /// The text if it fits, else its beginning with `…` behind in the style of the place.
    func truncated(columns limit: Int) -> TerminalText {
        guard columns > limit else { return self }
        var (result, left) = (TerminalText(stringLiteral: ""), limit)
        for piece in pieces {
            let width = piece.text.columns
            // A piece that would fill the line to its end leaves no place for the … that must follow it.
            let text = width < left ? piece.text : (piece.text + "  ").truncated(columns: left)
            result.pieces.append(Piece(text: text, style: piece.style))
            guard width < left else { break }
            left -= width
        }
        return result
    }
}
