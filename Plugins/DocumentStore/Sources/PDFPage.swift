/// The sheet that letters are set on: A4 upright, in PostScript points (1/72 inch).
enum PDFPage {
    static let width = 595.276
    static let height = 841.89
    /// As the printed page of the HTML letter: 2.5 cm, and 2 cm below.
    static let margin = 70.87
    static let bottomMargin = 56.69
    /// Above the lower margin, for the reference and the page's number.
    static let footerHeight = 34.0
    static let textWidth = width - 2 * margin
    /// Where the text of a page ends.
    static let textEnd = height - bottomMargin - footerHeight
    /// The indent of a list's entries.
    static let indent = 22.0

    static let textSize = 11.0
    static let smallSize = 9.0
    static let tableSize = 10.0
    /// Between the columns of a table, and above and below what stands in a cell.
    static let columnGap = 14.0
    static let cellPadding = 3.5
    /// Between the lines of a paragraph, of the font's own height.
    static let lineSpacing = 1.25

    /// Families in the order in which they are asked for a sign: Latin and Cyrillic, Arabic, Chinese, and what every
    /// Debian has.
    static let families = "Noto Serif, Noto Naskh Arabic, Droid Sans Fallback, DejaVu Serif"
}
