import CZlib
import Foundation
import Testing

@testable import Tables

@Suite struct `Workbooks` {
    /// A folder that is gone when the test ends.
    private func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sojourn-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path)
    }

    private func rows(_ table: [UInt8]) throws -> [[String]] {
        let reader = try TableReader(MemorySource(table))
        var rows = [reader.header.names]
        while let row = try reader.next() { rows.append(try row.get().fields) }
        return rows
    }

    @Test func `what is written is read back, cell by cell`() throws {
        try inFolder { folder in
            let path = folder + "/book.xlsx"
            let writer = try WorkbookWriter(path: path, sheet: "offers")
            let all = [
                ["id", "name", "note"], ["h1", "Câmara, de \"Aveiro\"", "two\nlines"], ["h2", "وزارة المياه", "=1+1"],
                ["h3", "水务局", "+351"],
            ]
            for row in all { writer.add(row) }
            try writer.close()
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            #expect(WorkbookReader.isWorkbook(bytes))
            let read = try rows(try WorkbookReader.table(bytes))
            #expect(read.count == 4)
            #expect(read[0] == all[0])
            #expect(read[1][1] == all[1][1] && read[1][2] == "two\u{2028}lines")
            #expect(read[2] == all[2])
            #expect(read[3] == all[3])
            // Not one formula in the file: every cell is a text.
            let sheet = try #require(try ZipArchive(bytes).file("xl/worksheets/sheet1.xml"))
            #expect(!String(decoding: sheet, as: UTF8.self).contains("<f>"))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(throws: TableFault.self) { try WorkbookWriter(path: path, sheet: "offers") }
        }
    }

    @Test func `a workbook of another program gives days, numbers, yes and no, by sheet and row`() throws {
        let sheet = """
            <?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>day</t></is></c><c r="C1" t="str"><v>n</v></c><c r="D1" t="inlineStr"><is><t>ok</t></is></c></row>
            <row r="4"><c r="A4" t="s"><v>1</v></c><c r="B4" s="1"><v>46552</v></c><c r="C4"><v>12.5</v></c><c r="D4" t="b"><v>1</v></c></row>
            </sheetData></worksheet>
            """
        let book = Self.zip([
            (
                "xl/workbook.xml",
                "<workbook xmlns:r=\"r\"><sheets><sheet name=\"One\" r:id=\"a\"/><sheet name=\"Two\" r:id=\"b\"/></sheets></workbook>"
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships><Relationship Id=\"b\" Target=\"worksheets/two.xml\"/><Relationship Id=\"a\" Target=\"/xl/worksheets/one.xml\"/></Relationships>"
            ),
            (
                "xl/sharedStrings.xml",
                "<sst><si><t>id</t></si><si><r><t>h</t></r><r><t>1</t></r><rPh><t>no</t></rPh></si></sst>"
            ),
            (
                "xl/styles.xml",
                "<styleSheet><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
            ("xl/worksheets/two.xml", sheet),
            (
                "xl/worksheets/one.xml",
                "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>first</t></is></c></row></sheetData></worksheet>"
            ),
        ])
        #expect(try rows(try WorkbookReader.table(book)) == [["first"]])
        let table = try WorkbookReader.table(book, sheet: "Two")
        #expect(try rows(table) == [["id", "day", "n", "ok"], ["h1", "2027-06-14", "12.5", "yes"]])
        // The row's number is the line's.
        let reader = try TableReader(MemorySource(table))
        #expect(try reader.next()?.get().line == 4)
        let fault = #expect(throws: TableFault.self) { try WorkbookReader.table(book, sheet: "Three") }
        #expect(fault?.message == "the workbook has no sheet \"Three\"; it has \"One\", \"Two\"")
    }

    @Test func `what is no workbook, is cut or is a bomb is refused in words`() throws {
        let good = Self.zip([("xl/workbook.xml", "<workbook/>")])
        for count in stride(from: 0, to: good.count, by: 3) {
            #expect(throws: TableFault.self) { try WorkbookReader.table(Array(good.prefix(count))) }
        }
        #expect(throws: TableFault.self) { try WorkbookReader.table(Self.zip([("other.txt", "x")])) }
        let entities = "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\">]><workbook>&a;</workbook>"
        #expect(throws: TableFault.self) { try WorkbookReader.table(Self.zip([("xl/workbook.xml", entities)])) }
        // The directory promises more than the file unpacks to.
        var lying = good
        if let end = lying.indices.last(where: { lying[$0...].starts(with: [0x50, 0x4B, 1, 2]) }) {
            lying[end + 24] = 0xFF
        }
        #expect(throws: TableFault.self) { try WorkbookReader.table(lying) }
        for seed in UInt64(1)...300 {
            var bytes = good
            var state = seed
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            _ = try? WorkbookReader.table(bytes)
        }
    }

    /// A ZIP archive of deflated files.
    private static func zip(_ files: [(String, String)]) -> [UInt8] {
        var (body, directory): ([UInt8], [UInt8]) = ([], [])
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        for (name, text) in files {
            let plain = Array(text.utf8)
            let packed = deflated(plain)
            let offset = body.count
            let sizes = number(0, 4) + number(packed.count, 4) + number(plain.count, 4) + number(name.utf8.count, 2)
            body +=
                number(0x0403_4B50, 4) + number(20, 2) + number(0, 2) + number(8, 2) + number(0, 4) + sizes
                + number(0, 2)
            body += Array(name.utf8) + packed
            directory +=
                number(0x0201_4B50, 4) + number(20, 2) + number(20, 2) + number(0, 2) + number(8, 2) + number(0, 4)
            directory +=
                sizes + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(offset, 4)
            directory += Array(name.utf8)
        }
        let end = number(0x0605_4B50, 4) + number(0, 4) + number(files.count, 2) + number(files.count, 2)
        return body + directory + end + number(directory.count, 4) + number(body.count, 4) + number(0, 2)
    }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count + 100)
        let left = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                _ = deflate(&stream, Z_FINISH)
                return stream.avail_out
            }
        }
        return Array(output.dropLast(Int(left)))
    }
}
