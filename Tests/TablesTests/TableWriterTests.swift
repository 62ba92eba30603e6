import Testing

@testable import Tables

@Suite struct `Table writer` {
    private func line(_ fields: [String]) -> String {
        var writer: TableWriter = TableWriter()
        writer.add(fields)
        return String(decoding: writer.drain(), as: UTF8.self)
    }

    @Test(arguments: [
        "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx", "  =1", "\u{FF1D}1", "+49 30 1234", "-",
    ])
    func `a text that a spreadsheet might compute gets an apostrophe`(text: String) {
        let reading: Reading = Reading("h\r\n" + line([text]))
        #expect(reading.rows == [["'" + text]])
    }

    @Test(arguments: ["-5", "+3.25", "0", "-0.5", "12", "a=b", "", "'x", "x-y"])
    func `numbers and harmless texts stay`(text: String) {
        let reading: Reading = Reading("h\r\n" + line([text]))
        #expect(reading.rows == [[text]])
    }

    @Test func `fields are quoted only where they must be, lines end in CR LF`() {
        #expect(line(["a", "b c", "d,e", "f\"g", "h\ni", " j"]) == "a,b c,\"d,e\",\"f\"\"g\",\"h\ni\",\" j\"\r\n")
    }

    @Test func `draining gives each byte once`() {
        var writer: TableWriter = TableWriter(marksUTF8: true)
        writer.add(["a"])
        #expect(writer.drain() == [0xEF, 0xBB, 0xBF, 0x61, 0x0D, 0x0A])
        #expect(writer.drain() == [])
    }
}
