import Expressions
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import CommandLineTool

@Suite struct `Speaking to a terminal` {
    @Test func `answers go to standard output, remarks to standard error`() {
        var terminal = Terminal.inMemory()
        terminal.print("a\("\n")")
        terminal.note("b")
        terminal.isQuiet = true
        terminal.note("c")
        terminal.complain("d")
        #expect(terminal.output.text == "a\\n\n" && terminal.errors.text == "b\nd\n")
    }

    @Test(
        arguments: [
            (80, [:], true), (nil, [:], false), (80, ["NO_COLOR": "1"], false), (80, ["NO_COLOR": ""], true),
            (80, ["TERM": "dumb"], false), (nil, ["CLICOLOR_FORCE": "1"], true), (nil, ["FORCE_COLOR": "1"], true),
            (nil, ["FORCE_COLOR": "0"], false), (nil, ["FORCE_COLOR": ""], false),
            (80, ["NO_COLOR": "1", "FORCE_COLOR": "1"], false),
            (80, ["TERM": "dumb", "CLICOLOR_FORCE": "1"], true), (80, ["TERM": "xterm"], true),
        ] as [(Int?, [String: String], Bool)])
    func `colours`(columns: Int?, environment: [String: String], isColoured: Bool) {
        var terminal = Terminal.inMemory(columns: columns, environment: environment)
        terminal.print("\("x", .red)")
        #expect(terminal.output.text == (isColoured ? "\u{1B}[31mx\u{1B}[0m\n" : "x\n"))
        terminal.isPlain = true
        #expect(!terminal.hasColour(terminal.output))
    }

    @Test func `JSON is one line for programs, several for people, and harmless for both`() throws {
        let value = Value.object([
            "b": .list([.int(1), .list([]), .object([:])]), "a": .string("x\u{202E}\u{9B}\n{\"[:,\\\""),
            "c": .double(1),
        ])
        let pipe = Terminal.inMemory()
        pipe.print(json: value)
        #expect(pipe.output.text == #"{"a":"x\u202e\u009b\n{\"[:,\\\"","b":[1,[],{}],"c":1.0}"# + "\n")
        let terminal = Terminal.inMemory(columns: 80)
        terminal.print(json: value)
        #expect(
            terminal.output.text == #"""
                {
                  "a": "x\u202e\u009b\n{\"[:,\\\"",
                  "b": [
                    1,
                    [],
                    {}
                  ],
                  "c": 1.0
                }

                """#)
        #expect(try Value(json: terminal.output.text.utf8) == value)
        pipe.print(json: .list([]), pretty: true)
        #expect(pipe.output.text.hasSuffix("\n[]\n"))
    }

    @Test func `bytes pass as they are, but not to a terminal`() {
        let bytes: [UInt8] = Array("a\u{1B}[2J,b\r\n".utf8) + [0xFF]
        let pipe = Terminal.inMemory()
        pipe.write([0x1B, 0x0D, 0x0A])
        #expect(pipe.output.text == "\u{1B}\r\n")
        let terminal = Terminal.inMemory(columns: 80)
        terminal.write(bytes)
        #expect(terminal.output.text == "a\\u{1b}[2J,b\n\u{FFFD}")
    }

    @Test func `a real terminal is one, with its width, and is written to at once`() {
        let leader = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(leader) }
        // TIOCSPTLCK and TIOCGPTN, which Swift does not see: unlock the other end, ask for its number.
        var (locked, number): (Int32, Int32) = (0, 0)
        #expect(ioctl(leader, 0x4004_5431, &locked) == 0 && ioctl(leader, 0x8004_5430, &number) == 0)
        let follower = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        defer { close(follower) }
        var size = winsize(ws_row: 24, ws_col: 57, ws_xpixel: 0, ws_ypixel: 0)
        #expect(ioctl(follower, UInt(TIOCSWINSZ), &size) == 0)
        let sink = Sink(descriptor: follower)
        #expect(sink.isTerminal && sink.columns == 57)
        sink.write("hello".utf8)
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(leader, &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "hello")
    }

    @Test func `a pipe is written to in large pieces, in order, whole`() throws {
        let pipe = Pipe()
        let sink = Sink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        #expect(!sink.isTerminal && sink.columns == nil)
        // Non-blocking, so that a full pipe is met as well.
        _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFL, O_NONBLOCK)
        // A thread of its own: the tests' tasks may all be held up in the same way.
        let reading = DispatchSemaphore(value: 0)
        let answer = Mutex("")
        Thread.detachNewThread {
            let all = pipe.fileHandleForReading.readDataToEndOfFile()
            answer.withLock { $0 = String(decoding: all, as: UTF8.self) }
            reading.signal()
        }
        for number in 0..<100_000 { sink.write("\(number)\n".utf8) }
        sink.flush()
        try pipe.fileHandleForWriting.close()
        reading.wait()
        #expect(answer.withLock { $0 } == (0..<100_000).map { "\($0)\n" }.joined())
        #expect(sink.failure == nil)
    }

    @Test func `a reader that goes away ends a command with 141 and without a word`() async throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        let errors = Sink(memory: nil)
        let terminal = Terminal(
            output: Sink(descriptor: pipe.fileHandleForWriting.fileDescriptor), errors: errors,
            environment: { _ in nil },
            clock: { .zero }, interruption: { Interruption() })
        try pipe.fileHandleForReading.close()
        #expect(await Toy.tree.answer(["--help"], on: terminal) == .brokenPipe)
        #expect(errors.text == "" && terminal.isBroken)
    }

    @Test func `a full disk is told and ends with 1`() async throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        let errors = Sink(memory: nil)
        let terminal = Terminal(
            output: Sink(descriptor: full), errors: errors, environment: { _ in nil }, clock: { .zero },
            interruption: { Interruption() })
        #expect(await Toy.tree.answer(["case", "list"], on: terminal) == .failure)
        #expect(
            errors.text == "sojourn case list: standard output cannot be written: No space left on device\n")
    }
}
