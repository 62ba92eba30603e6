/// One record: the line of the file where it begins, and its fields in the header's order.
package struct TableRow: Hashable, Sendable {
    /// The first line of the record, counted from 1 (the header's line included).
    package let line: Int
    /// The fields' bytes, unquoted, with one byte between two fields; UTF-8 by construction.
    private let storage: [UInt8]
    private let ends: [Int]

    package var count: Int { ends.count }

    /// The text of a column; empty where the index is beyond the record.
    package subscript(column: Int) -> String {
        guard ends.indices.contains(column) else { return "" }
        let start: Int = column == 0 ? 0 : ends[column - 1] + 1
        return String(decoding: storage[start..<ends[column]], as: UTF8.self)
    }

    package var fields: [String] { ends.indices.map { (column: Int) in self[column] } }

    /// Whether the column holds no byte at all.
    package func isEmpty(_ column: Int) -> Bool {
        guard ends.indices.contains(column) else { return true }
        return ends[column] == (column == 0 ? 0 : ends[column - 1] + 1)
    }

    /// Copies a scanned record, taking the quotes off.
    init(line: Int, record: UnsafeBufferPointer<UInt8>, fieldEnds: [Int], hasQuotes: Bool) {
        self.line = line
        guard hasQuotes else {
            storage = [UInt8](record)
            ends = fieldEnds
            return
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(record.count)
        var newEnds: [Int] = []
        newEnds.reserveCapacity(fieldEnds.count)
        var start: Int = 0
        for end: Int in fieldEnds {
            if start > 0 { bytes.append(0) }
            appendUnquoted(record, start..<end, to: &bytes)
            newEnds.append(bytes.count)
            start = end + 1
        }
        storage = bytes
        ends = newEnds
    }
}

private func appendUnquoted(_ record: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, to bytes: inout [UInt8]) {
    guard range.count >= 2, record[range.lowerBound] == Mark.quote else {
        bytes.append(contentsOf: record[range])
        return
    }
    var position: Int = range.lowerBound + 1
    let end: Int = range.upperBound - 1
    while position < end {
        bytes.append(record[position])
        // Of a doubled quote the first stands for both.
        position += record[position] == Mark.quote ? 2 : 1
    }
}
