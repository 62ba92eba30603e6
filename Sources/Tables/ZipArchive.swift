import CZlib

/// The files of a ZIP archive, as far as a spreadsheet needs it: stored or deflated, found by the central directory.
///
/// Everything that comes from the archive is checked before it is used: places, lengths, and how much it unpacks to.
struct ZipArchive {
    /// Files in one archive.
    static let files = 10_000
    /// Bytes of one file when it is unpacked: a bomb ends here.
    static let unpackedBytes = 512 << 20

    private struct Entry {
        var offset: Int
        var packed: Int
        var unpacked: Int
        var method: Int
    }

    private let bytes: [UInt8]
    private var entries: [String: Entry] = [:]

    init(_ bytes: [UInt8]) throws(TableFault) {
        self.bytes = bytes
        guard let end = Self.endRecord(bytes), let count = Self.number(bytes, end + 10, 2),
            let start = Self.number(bytes, end + 16, 4), count <= Self.files
        else { throw Self.damaged }
        var place = start
        for _ in 0..<count {
            guard Self.number(bytes, place, 4) == 0x0201_4B50, let method = Self.number(bytes, place + 10, 2),
                let packed = Self.number(bytes, place + 20, 4), let unpacked = Self.number(bytes, place + 24, 4),
                let nameLength = Self.number(bytes, place + 28, 2), let extra = Self.number(bytes, place + 30, 2),
                let comment = Self.number(bytes, place + 32, 2), let offset = Self.number(bytes, place + 42, 4),
                place + 46 + nameLength <= bytes.count
            else { throw Self.damaged }
            let name = String(decoding: bytes[(place + 46)..<(place + 46 + nameLength)], as: UTF8.self)
            entries[name] = Entry(offset: offset, packed: packed, unpacked: unpacked, method: method)
            place += 46 + nameLength + extra + comment
        }
    }

    static let damaged = TableFault(.damaged, "the spreadsheet is damaged; save it again as .xlsx")

    private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int? {
        guard place >= 0, place + count <= bytes.count else { return nil }
        return (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }

    /// The end of the central directory: behind it stands a comment of at most 65,535 bytes.
    private static func endRecord(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 22 else { return nil }
        return stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65_535), by: -1).first {
            number(bytes, $0, 4) == 0x0605_4B50
        }
    }

    /// The unpacked bytes of a file; nil if there is none of this name.
    func file(_ name: String) throws(TableFault) -> [UInt8]? {
        guard let entry = entries[name] else { return nil }
        guard Self.number(bytes, entry.offset, 4) == 0x0403_4B50,
            let nameLength = Self.number(bytes, entry.offset + 26, 2),
            let extra = Self.number(bytes, entry.offset + 28, 2), entry.unpacked <= Self.unpackedBytes
        else { throw Self.damaged }
        let start = entry.offset + 30 + nameLength + extra
        guard start + entry.packed <= bytes.count else { throw Self.damaged }
        let packed = bytes[start..<(start + entry.packed)]
        switch entry.method {
        case 0: return Array(packed)
        case 8: return try Self.inflated(packed, count: entry.unpacked)
        default: throw Self.damaged
        }
    }

    private static func inflated(_ packed: ArraySlice<UInt8>, count: Int) throws(TableFault) -> [UInt8] {
        var stream = z_stream()
        // Raw deflate: a ZIP file keeps its own sums.
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw damaged
        }
        defer { inflateEnd(&stream) }
        var result = [UInt8](repeating: 0, count: count)
        let (code, missing) = packed.withUnsafeBufferPointer { input in
            result.withUnsafeMutableBufferPointer { output in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(clamping: input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(clamping: output.count)
                return (inflate(&stream, Z_FINISH), stream.avail_out)
            }
        }
        guard code == Z_STREAM_END, missing == 0 else { throw damaged }
        return result
    }
}
