import CZlib
import Foundation
import Testing

@testable import Tables

/// A table of many rows made as it is read, so that a test of a million rows holds none of them.
final class DrawnSource: ByteSource {
    private var row: Int = 0
    private let rows: Int
    private let last: [UInt8]
    private var rest: [UInt8] = Array("number,name\n".utf8)

    init(rows: Int, last: [UInt8]) {
        self.rows = rows
        self.last = last
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TableFault) -> Int {
        while rest.count < buffer.count, row <= rows {
            rest += row == rows ? last : Array("\(row),x\n".utf8)
            row += 1
        }
        let count: Int = min(buffer.count, rest.count)
        rest.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
        rest.removeFirst(count)
        return count
    }

    var share: Double { Double(row) / Double(rows) }
}

@Suite struct `Table from a file` {
    private func inFile<Outcome>(_ bytes: [UInt8], _ body: (String) throws -> Outcome) throws -> Outcome {
        let path: String = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { unlink(path) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try body(path)
    }

    private func gzipped(_ bytes: [UInt8]) -> [UInt8] {
        var stream: z_stream = z_stream()
        deflateInit2_(
            &stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        var input: [UInt8] = bytes
        var output: [UInt8] = [UInt8](repeating: 0, count: bytes.count + 1000)
        input.withUnsafeMutableBufferPointer { (source: inout UnsafeMutableBufferPointer<UInt8>) in
            output.withUnsafeMutableBufferPointer { (target: inout UnsafeMutableBufferPointer<UInt8>) in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                deflate(&stream, Z_FINISH)
            }
        }
        deflateEnd(&stream)
        return Array(output[..<Int(stream.total_out)])
    }

    private struct Count: Equatable {
        var rows: Int
        var fault: TableFault?
    }

    private func rows(_ path: String) -> Count {
        var count: Int = 0
        do throws(TableFault) {
            let reader: TableReader = try TableReader(FileSource(path: path))
            while try reader.next() != nil { count += 1 }
            return Count(rows: count)
        } catch { return Count(rows: count, fault: error) }
    }

    private let text: [UInt8] =
        Array("a,b\n".utf8) + (0..<50_000).flatMap { (row: Int) in Array("\(row),x\(row &* 7919)\n".utf8) }

    @Test func `plain and gzip files read the same`() throws {
        #expect(try inFile(text, rows) == Count(rows: 50_000))
        #expect(try inFile(gzipped(text), rows) == Count(rows: 50_000))
    }

    @Test func `a compressed file that was cut gives the rows before the cut and then says so`() throws {
        let cut: [UInt8] = Array(gzipped(text).dropLast(2000))
        let found: Count = try inFile(cut, rows)
        #expect(found.rows > 10_000 && found.rows < 50_000)
        #expect(found.fault?.kind == .damaged)
        #expect(found.fault?.line == found.rows + 2)
    }

    @Test func `a compressed file with a flipped byte is damaged`() throws {
        var bytes: [UInt8] = gzipped(text)
        bytes[bytes.count - 6] ^= 0xFF
        #expect(try inFile(bytes, rows).fault?.kind == .damaged)
    }

    @Test func `a missing file and a folder are told`() {
        #expect(rows("/no/such/file.csv").fault?.kind == .cannotOpen)
        #expect(rows("/no/such/file.csv").fault?.message.contains("No such file") == true)
        #expect(rows("/tmp").fault?.message.contains("is a folder") == true)
    }

    @Test func `of a million rows one bad row at the end is told with its line and none is lost`() throws {
        let source: DrawnSource = DrawnSource(rows: 1_000_000, last: Array("bad,\"row\n".utf8))
        let reader: TableReader = try TableReader(source)
        var count: Int = 0
        var mistakes: [TableMistake] = []
        while let row: Result<TableRow, TableMistake> = try reader.next() {
            switch row {
            case .success(let row):
                count += 1
                if row.line != count + 1 { Issue.record("row \(count) says line \(row.line)") }
            case .failure(let mistake): mistakes.append(mistake)
            }
        }
        #expect(count == 1_000_000)
        #expect(mistakes.map(\.line) == [1_000_002])
        #expect(mistakes.map(\.reason) == [.openQuote])
    }
}
