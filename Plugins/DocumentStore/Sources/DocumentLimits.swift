import ActionKit

/// The largest that a document may be; more is refused, never cut.
enum DocumentLimits {
    /// Bytes of a title, a reader's name or the letterhead.
    static let lineBytes = 500
    /// Bytes of a letter's text, some 100 pages.
    static let textBytes = 256 << 10
    /// Bytes of a document as it lies in its file: as HTML a text of nothing but `"` grows sixfold, and a PDF brings its
    /// fonts.
    static let fileBytes = 8 << 20
    /// Versions of one document.
    static let versions = 500
    /// Bytes of the record that lists them.
    static let recordBytes = 1 << 20

    static let line = Schema.text(.line, maximumBytes: lineBytes)
}
