import Testing

@testable import CommandLineTool

@Suite struct `Terminal text` {
    @Test(arguments: [
        ("\u{1B}[2J", "\\u{1b}[2J"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"), ("\u{9B}31m", "\\u{9b}31m"),
        ("\u{7}\u{7F}\u{0}", "\\u{7}\\u{7f}\\u{0}"),
        ("exe.\u{202E}fdp", "exe.\\u{202e}fdp"), ("\u{2066}a\u{2069}", "\\u{2066}a\\u{2069}"), ("\r\n", "\\r\\n"),
        ("Łódź 東京 👩‍👩‍👧 é नमस्ते שלום", "Łódź 東京 👩‍👩‍👧 é नमस्ते שלום"), ("\u{2028}\u{FEFF}", "\\u{2028}\\u{feff}"),
    ])
    func `data cannot steer a terminal`(data: String, shown: String) {
        #expect(TerminalText("\(data)").plain == shown)
        #expect(TerminalText(data, .red).rendered(inColour: true) == "\u{1B}[31m\(shown)\u{1B}[0m")
    }

    @Test func `no control character at all passes, whatever stands around it`() {
        let data = String(String.UnicodeScalarView((0..<0x3000).compactMap(Unicode.Scalar.init)))
        let passed = TerminalText("\(data)").plain.unicodeScalars.filter {
            $0.properties.generalCategory == .control || $0.properties.isBidiControl
        }
        #expect(Array(passed) == [])
    }

    @Test func `literal parts keep their lines, data of several lines on demand`() {
        #expect(TerminalText("a\n\("b\nc")").plain == "a\nb\\nc")
        #expect(TerminalText("\(lines: "b\n\tc\u{1B}\r")").plain == "b\n\tc\\u{1b}\\r")
    }

    @Test func `styles become codes with colour and nothing without`() {
        let text: TerminalText = "Case \("KX-1", [.bold, .green]) \(7, .dim)\("", .red) \("x", .yellow)\("y", .cyan)"
        #expect(
            text.rendered(inColour: true)
                == "Case \u{1B}[1;32mKX-1\u{1B}[0m \u{1B}[2m7\u{1B}[0m \u{1B}[33mx\u{1B}[0m\u{1B}[36my\u{1B}[0m")
        #expect(text.rendered(inColour: false) == "Case KX-1 7 xy")
    }

    @Test(arguments: [
        (0, ""), (1, "…"), (3, "ab…"), (4, "abc…"), (5, "abcd…"), (6, "abcdef"), (7, "abcdef"),
    ])
    func `truncation goes across pieces`(limit: Int, shown: String) {
        let text: TerminalText = "ab\("cd", .bold)\("ef")"
        #expect(text.truncated(columns: limit).plain == shown)
    }

    @Test func `wide characters are not cut in two`() {
        #expect("東京都".truncated(columns: 4) == "東…")
        #expect("東京都".truncated(columns: 5) == "東京…")
        #expect("東京都".truncated(columns: 6) == "東京都")
    }
}
