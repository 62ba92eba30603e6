import Testing

@testable import CommandLineTool

@Suite struct `Tables for people` {
    private static let cases: Table = {
        var table = Table(.init("Case", shrinks: false), .init("Name"), .init("Days", .right), .init("City"))
        table.add("\("KX-1", .bold)", "Ada Lovelace", "7", "東京都")
        table.add("KX-20", "José \("\u{1B}")", "365", "Łódź")
        table.add("KX-3", "王", "")
        return table
    }()

    @Test func `columns are aligned by what is seen, and no line ends in blanks`() {
        let terminal = Terminal.inMemory()
        terminal.print(Self.cases)
        #expect(
            terminal.output.text == """
                Case   Name          Days  City
                KX-1   Ada Lovelace     7  東京都
                KX-20  José \\u{1b}    365  Łódź
                KX-3   王

                """)
    }

    @Test func `on a terminal the widest columns give way`() {
        let terminal = Terminal.inMemory(columns: 28, environment: ["NO_COLOR": "1"])
        terminal.print(Self.cases)
        #expect(
            terminal.output.text == """
                Case   Name     Days  City
                KX-1   Ada Lo…     7  東京都
                KX-20  José \\…   365  Łódź
                KX-3   王

                """)
        #expect(Self.cases.lines(width: 28).allSatisfy { $0.columns <= 28 })
        #expect(Self.cases.lines(width: 27).map(\.columns).max() == 27)
    }

    @Test func `styles do not count as columns`() {
        let lines = Self.cases.lines(width: nil)
        #expect(lines[1].rendered(inColour: true) == "\u{1B}[1mKX-1\u{1B}[0m   Ada Lovelace     7  東京都")
        #expect(lines[0].rendered(inColour: true).hasPrefix("\u{1B}[1mCase\u{1B}[0m   \u{1B}[1mName\u{1B}[0m  "))
    }

    @Test func `a table without rows is its heading`() {
        #expect(Table(.init("Case"), .init("Days", .right)).lines(width: 80).map(\.plain) == ["Case  Days"])
    }
}
