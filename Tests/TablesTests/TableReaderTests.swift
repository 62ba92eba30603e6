import Foundation
import Testing

@testable import Tables

/// Everything a reader gives: rows' lines and fields, mistakes, and the fault it stopped at.
struct Reading: Equatable {
    var header: [String] = []
    var lines: [Int] = []
    var rows: [[String]] = []
    var mistakes: [TableMistake] = []
    var fault: TableFault?

    init(_ bytes: [UInt8], pieceBytes: Int = 1 << 20, separator: UInt8? = nil, limits: TableLimits = .standard) {
        do throws(TableFault) {
            let source: MemorySource = MemorySource(bytes, pieceBytes: pieceBytes)
            let reader: TableReader = try TableReader(source, separator: separator, limits: limits)
            header = reader.header.names
            while let row: Result<TableRow, TableMistake> = try reader.next() {
                switch row {
                case .success(let row):
                    lines.append(row.line)
                    rows.append(row.fields)
                case .failure(let mistake): mistakes.append(mistake)
                }
            }
        } catch { fault = error }
    }

    init(_ text: String, pieceBytes: Int = 1 << 20, separator: UInt8? = nil, limits: TableLimits = .standard) {
        self.init(Array(text.utf8), pieceBytes: pieceBytes, separator: separator, limits: limits)
    }
}

@Suite struct `Table reader` {
    @Test(arguments: ["\n", "\r\n", "\r"])
    func `every line end ends a row, with or without one at the end`(end: String) {
        let table: String = ["a,b", "1,2", "", "3,4"].joined(separator: end)
        for text: String in [table, table + end, table + end + end] {
            let reading: Reading = Reading(text)
            #expect(reading.rows == [["1", "2"], ["3", "4"]])
            #expect(reading.lines == [2, 4])
            #expect(reading.mistakes.isEmpty && reading.fault == nil)
        }
    }

    @Test func `quoted fields hold separators, quotes and line ends, and lines are counted through them`() {
        let reading: Reading = Reading("a,b\r\n\"x, \"\"y\"\"\",\"one\r\ntwo\rthree\nfour\"\r\nlast,row\r\n")
        #expect(reading.rows == [["x, \"y\"", "one\r\ntwo\rthree\nfour"], ["last", "row"]])
        #expect(reading.lines == [2, 6])
    }

    @Test func `a quote inside an unquoted field is text`() {
        #expect(Reading("a,b\n5\" pipe,x\"y\n").rows == [["5\" pipe", "x\"y"]])
    }

    @Test(arguments: [(";", UInt8(ascii: ";")), ("\t", UInt8(ascii: "\t")), (",", UInt8(ascii: ","))])
    func `the separator is found in the header`(separator: String, byte: UInt8) {
        let reading: Reading = Reading("a\(separator)\"b,;\"\(separator)c\n1\(separator)2,5\(separator)3\n")
        #expect(reading.header == ["a", "b,;", "c"])
        #expect(reading.rows.first?.count == 3 || byte == UInt8(ascii: ","))
    }

    @Test func `a declared separator wins, and a first line sep= is no row`() {
        #expect(Reading("a,b;c\n1,2;3\n", separator: UInt8(ascii: ";")).header == ["a,b", "c"])
        let reading: Reading = Reading("sep=|\r\na|b\r\n1|2\r\n")
        #expect(reading.header == ["a", "b"])
        #expect(reading.lines == [3])
    }

    @Test func `a byte-order mark is no part of the first name`() {
        #expect(Reading("\u{FEFF}a,b\n1,2\n").header == ["a", "b"])
    }

    @Test func `header names are trimmed and composed; a repeated or missing one is a fault`() {
        #expect(Reading(" Zoe\u{301} ,b,,\n1,2,,\n").header[0].utf8.elementsEqual("Zo\u{E9}".utf8))
        #expect(Reading("a,b,a\n").fault?.message.contains("column 1 and column 3") == true)
        #expect(Reading("a,b,a\n").fault?.line == 1)
        #expect(Reading(",,\n").fault?.kind == .header)
        #expect(Reading("").fault?.kind == .empty)
        #expect(Reading("\n\n\r\n").fault?.kind == .empty)
    }

    @Test func `a row with too few or too many fields is told with its line and the others stand`() {
        let reading: Reading = Reading("a,b\n1,2\n3\n4,5,6\n7,8,,\n9,10\n")
        #expect(reading.rows == [["1", "2"], ["7", "8", "", ""], ["9", "10"]])
        #expect(reading.mistakes.map(\.line) == [3, 4])
        #expect(reading.mistakes.map(\.reason) == [.columnCount, .columnCount])
        #expect(reading.mistakes[0].description.contains("line 3: the row has 1 field, but the header names 2 columns"))
    }

    @Test func `bytes that are not UTF-8 are told with line and byte`() {
        var bytes: [UInt8] = Array("a,b\n1,\"two\nlines ".utf8)
        bytes += [0xE9] + Array("\"\n3,4\n".utf8)
        let reading: Reading = Reading(bytes)
        #expect(reading.rows == [["3", "4"]])
        #expect(reading.lines == [4])
        #expect(reading.mistakes.first?.line == 3)
        #expect(reading.mistakes.first?.text.contains("byte 7 (hexadecimal E9) is not UTF-8") == true)
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88], [0x80], [0xE2, 0x82],
            [0xE0, 0x80, 0x80],
        ] as [[UInt8]])
    func `overlong forms, surrogates and cut sequences are not UTF-8`(bad: [UInt8]) {
        let bytes: [UInt8] = Array("é€😀".utf8) + bad
        #expect(bytes.withUnsafeBufferPointer(firstInvalidUTF8) == 9)
    }

    @Test func `a quote never closed is told with the line where it opened, and no other row is lost`() {
        let reading: Reading = Reading("a,b\n1,2\n3,\"open\n4,5\n6,7\n")
        #expect(reading.rows == [["1", "2"], ["4", "5"], ["6", "7"]])
        #expect(reading.lines == [2, 4, 5])
        #expect(reading.mistakes.map(\.line) == [3])
        #expect(reading.mistakes.first?.reason == .openQuote)
        #expect(reading.mistakes.first?.text.contains("opens column 2") == true)
    }

    @Test func `a mistake in the later lines of a record is told where it stands`() {
        let reading: Reading = Reading("a,b\n\"x\ny\",\"open\n1,2\n")
        #expect(reading.rows == [["1", "2"]])
        #expect(reading.lines == [4])
        #expect(reading.mistakes.map(\.line) == [3])
    }

    @Test func `text behind a closing quote is told, and the next line is read`() {
        let reading: Reading = Reading("a,b\n\"he said \"hi\" to me\",2\n3,4\n")
        #expect(reading.rows == [["3", "4"]])
        #expect(reading.mistakes.map(\.reason) == [.textAfterQuote])
    }

    @Test func `limits on fields, records and columns hit one row only; on rows and bytes they end the table`() {
        var limits: TableLimits = TableLimits()
        limits.fieldBytes = 10
        limits.recordBytes = 30
        limits.columns = 4
        limits.rows = 6
        let long: String = String(repeating: "x", count: 11)
        let text: String = "a,b\n\(long),1\n1,\"\(long)\"\n1,2,3,4,5\n1234567890,1234567890,1234567890\nok,ok\n"
        let reading: Reading = Reading(text, limits: limits)
        #expect(reading.rows == [["ok", "ok"]])
        #expect(reading.mistakes.map(\.reason) == [.fieldTooLong, .openQuote, .tooManyColumns, .recordTooLong])
        #expect(reading.mistakes.map(\.line) == [2, 3, 4, 5])
        #expect(Reading(text + "1,2\n1,2\n", limits: limits).fault?.kind == .tooManyRows)
        limits.totalBytes = 20
        #expect(Reading(text, pieceBytes: 7, limits: limits).fault?.kind == .tooManyBytes)
    }

    @Test func `a field longer than memory's window is passed over in constant memory`() {
        let huge: [UInt8] = [UInt8](repeating: 0x78, count: 3_000_000)
        let reading: Reading = Reading(Array("a,b\n1,".utf8) + huge + Array("\n3,4\n".utf8))
        #expect(reading.rows == [["3", "4"]])
        #expect(reading.mistakes.map(\.line) == [2])
    }

    @Test func `files of other kinds are named`() {
        #expect(Reading([0x50, 0x4B, 0x03, 0x04, 0, 0]).fault?.message.contains("spreadsheet") == true)
        #expect(Reading([0xFF, 0xFE, 0x61, 0x00]).fault?.message.contains("UTF-16") == true)
        #expect(Reading([0x61, 0x00, 0x62]).fault?.kind == .notText)
    }

    @Test func `pieces of any size read the same`() {
        let bytes: [UInt8] = Array("\u{FEFF}sep=;\r\na;b\r\n\"x\r\ny\";\"\"\"\"\r\né;\r\n\"open;1\r\n2;3\r".utf8)
        let whole: Reading = Reading(bytes)
        #expect(whole.rows == [["x\r\ny", "\""], ["é", ""], ["2", "3"]])
        for windowBytes: Int in 16...bytes.count {
            var limits: TableLimits = TableLimits()
            limits.windowBytes = windowBytes
            for pieceBytes: Int in 1...bytes.count {
                #expect(Reading(bytes, pieceBytes: pieceBytes, limits: limits) == whole)
            }
        }
    }
}
