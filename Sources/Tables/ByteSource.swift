/// Where a table's bytes come from, in order and once.
package protocol ByteSource: AnyObject {
    /// Fills `buffer` from its start and answers how many bytes it put there; 0 is the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TableFault) -> Int
    /// How much of the source is read, 0 … 1, for a progress bar.
    var share: Double { get }
}

/// Bytes that are already in memory, given out in pieces of a chosen size.
package final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private let pieceBytes: Int
    private var position: Int = 0

    package init(_ bytes: [UInt8], pieceBytes: Int = TableLimits.chunkBytes) {
        self.bytes = bytes
        self.pieceBytes = max(1, pieceBytes)
    }

    package convenience init(_ text: String) {
        self.init(Array(text.utf8))
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(TableFault) -> Int {
        let count: Int = min(buffer.count, pieceBytes, bytes.count - position)
        bytes.withUnsafeBytes { (all: UnsafeRawBufferPointer) in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[position..<position + count]))
        }
        position += count
        return count
    }

    package var share: Double { bytes.isEmpty ? 1 : Double(position) / Double(bytes.count) }
}
