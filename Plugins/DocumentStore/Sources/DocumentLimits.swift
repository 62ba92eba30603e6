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
    /// Files of one case, records too.
    static let caseFiles = 20_000
    /// Bytes of the head of a server's answer.
    static let headerBytes = 64 << 10
    /// Bytes of an address where a document is filed.
    static let addressBytes = 2000
    /// The longest that a server's wish to come later is followed, in seconds: four hours, as the engine's own.
    static let longestPauseSeconds = 4 * 3600

    static let line = Schema.text(.line, maximumBytes: lineBytes)
}
