import Testing

@testable import CommandLineTool

@Suite struct `Progress bar` {
    @Test func `elsewhere than on a terminal a line comes with every tenth`() {
        let terminal = Terminal.inMemory()
        let bar = ProgressBar("Import", total: 1000, on: terminal)
        for _ in 0..<1000 { bar.advance() }
        bar.finish()
        let lines = terminal.errors.text.split(separator: "\n")
        #expect(lines.count == 10)
        #expect(lines.first == "Import: 10 % (100 of 1000)" && lines.last == "Import: 100 % (1000 of 1000)")
        #expect(terminal.output.text == "")
    }

    @Test func `on a terminal one line is redrawn, ten times a second at most`() {
        let clock = StandingClock()
        let terminal = Terminal.inMemory(columns: 80, environment: ["NO_COLOR": "1"], clock: { clock.now })
        let bar = ProgressBar("Import", total: 4000, on: terminal)
        for _ in 0..<2000 {
            bar.advance()
            clock.advance(by: .milliseconds(1))
        }
        let drawings = terminal.errors.text.components("\r\u{1B}[K")
        #expect(drawings.count == 20)
        #expect(drawings.first == "Import ░░░░░░░░░░░░░░░░░░░░ 0 % (1 of 4000)")
        #expect(drawings.last == "Import █████████░░░░░░░░░░░ 47 % (1901 of 4000), 2 s left")
        bar.advance(by: 5000)
        bar.finish()
        bar.finish()
        bar.advance()
        #expect(terminal.errors.text.hasSuffix("\r\u{1B}[KImport ████████████████████ 100 % (4000 of 4000), 2 s\n"))
        #expect(terminal.errors.text.filter { $0 == "\n" }.count == 1)
    }

    @Test func `what is printed in between takes the place of the line`() {
        let terminal = Terminal.inMemory(columns: 80, environment: ["NO_COLOR": "1"])
        let bar = ProgressBar("Import", total: 10, on: terminal)
        bar.advance()
        terminal.print("row")
        #expect(terminal.errors.text.hasSuffix("(1 of 10)\r\u{1B}[K") && terminal.output.text == "row\n")
        terminal.complain("odd")
        #expect(terminal.errors.text.hasSuffix("(1 of 10)\r\u{1B}[Kodd\n"))
    }

    @Test func `the line never reaches the edge, and quiet or nothing to do shows none`() {
        let narrow = Terminal.inMemory(columns: 20, environment: ["NO_COLOR": "1"])
        ProgressBar("Import\u{1B}", total: 10, on: narrow).advance()
        #expect(narrow.errors.text == "Import\\u{1b} ██░░░…")
        var quiet = Terminal.inMemory(columns: 80)
        quiet.isQuiet = true
        for bar in [ProgressBar("x", total: 1, on: quiet), ProgressBar("x", total: 0, on: .inMemory())] {
            bar.advance()
            bar.finish()
        }
        #expect(quiet.errors.text == "")
    }

    @Test(arguments: [
        (Duration.milliseconds(900), "0 s"), (.seconds(59), "59 s"), (.seconds(125), "2 min 05 s"),
        (.seconds(3600), "1 h 00 min"), (.seconds(12_059), "3 h 20 min"),
    ])
    func `times`(time: Duration, text: String) {
        #expect(ProgressBar.text(time) == text)
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] { split(separator: separator).map(String.init) }
}
