/// What a table may hold at most, so that no file, however made, takes the memory or the day.
package struct TableLimits: Hashable, Sendable {
    /// Bytes of one field, quotes included: 64 KiB holds a long letter.
    package var fieldBytes: Int = 64 * 1024
    /// Bytes of one record with its separators and quotes.
    package var recordBytes: Int = 1024 * 1024
    /// Columns of the header and of any record.
    package var columns: Int = 1000
    /// Records after the header.
    package var rows: Int = 5_000_000
    /// Bytes of the whole table after decompression, against a gzip bomb.
    package var totalBytes: Int = 4 * 1024 * 1024 * 1024

    /// Bytes held in memory at a time (more only for a longer record); the first so many tell what kind of file it is.
    package var windowBytes: Int = TableLimits.chunkBytes

    /// Bytes asked from a source at a time.
    package static let chunkBytes: Int = 256 * 1024
    /// Bytes of a value quoted in a message; the rest becomes "…".
    package static let quotedBytes: Int = 60

    package static let standard: TableLimits = TableLimits()

    package init() {}
}
