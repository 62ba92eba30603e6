import Foundation
import Glibc
import Testing

/// What people and machines hand in by mistake or on purpose: each gets a sentence with its place and the right exit code,
/// and nothing is kept of it or lost beside it.
@Suite struct `Bad input` {
    private let folder = NSTemporaryDirectory() + "sojourn-bad-" + UUID().uuidString.prefix(8)
    private var database: String { folder + "/s.db" }

    private static let programme = """
        format: 1
        programme: peer-call
        version: 1
        title: Call
        reference: PC-{year}-{number}
        people:
          requester:   {title: Requester}
          coordinator: {title: Coordinator, staff: yes, acts-for: [requester]}
          guest:       {title: Guest, from: question.guest}
        forms:
          question:
            topic:  {type: text, required: yes, question: What?}
            people: {type: number, between: 1 to 10, required: yes, question: How many?}
            day:    {type: date, required: yes, question: When?}
            guest:  {type: person, question: Who?}
        stages:
          request:
            asked:
              title: Being written
              task:  {who: requester, form: question}
              clock: {30 days: expired}
              next:  {send: checking}
            checking:
              title: Being checked
              task:  {who: guest, due: 5 working days}
              clock: {30 days: expired}
              next:  {accept: good}
        ends: {good: fulfilled, expired: expired}

        """

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    private func write(_ bytes: some Sequence<UInt8>, _ name: String) throws -> String {
        let path = folder + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func run(_ arguments: String...) throws -> (code: Int32, text: String) {
        try Program.run(arguments + ["--database", database])
    }

    /// By the shell, for what Swift's own processes cannot be given.
    private func shell(_ line: String) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line]
        process.environment = ["SOJOURN": Program.path?.path ?? "", "DB": database, "FOLDER": folder]
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    private func addProgramme() throws {
        let path = try write(Self.programme.utf8, "call.yaml")
        let added = try run("programme", "add", path)
        #expect(added.code == 0, Comment(rawValue: added.text))
    }

    private func start(_ person: String = "requester=Ana <ana@city.example>") throws -> (code: Int32, text: String) {
        try run(
            "case", "start", "peer-call", "--as", "requester", "--person", person, "--person",
            "coordinator=Jasna <jasna@hub.example>")
    }

    private func clean() { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: YAML

    @Test func `a programme that is no programme is told with its place, and never kept`() throws {
        defer { clean() }
        var bomb = "a: &a [x, x]\n"
        for (from, to) in zip("abcdefgh", "bcdefghi") { bomb += "\(to): &\(to) [*\(from), *\(from), *\(from)]\n" }
        let cases: [(bytes: [UInt8], code: Int32, words: String)] = [
            ([], 1, ":1:1: error: the file is empty"),
            (Array("# only a remark\n".utf8), 1, ":1:1: error: the file is empty"),
            ([0xEF, 0xBB, 0xBF], 1, ":1:1: error: the file is empty"),
            (Array(bomb.utf8), 1, ":1:4: error: anchors"),
            (Array(("a: " + String(repeating: "[", count: 100_000)).utf8), 1, "levels are nested"),
            (Array("format: 1\nprogramme: x".utf8) + [0xFF, 0x0A], 1, ":2:13: error: this is no UTF-8"),
            ([0xFF, 0xFE, 0x66, 0x00], 1, ":1:1: error: the file is UTF-16"),
            (Array("format: 1\nprogramme: a\u{0}b\n".utf8), 1, "control character"),
            (Array("format: 9223372036854775808\nversion: -9223372036854775809\n".utf8), 1, "whole number from 1 to"),
            (Array(repeating: 0x23, count: (16 << 20) + 1), 2, "larger than 16 MiB"),
        ]
        for (bytes, code, words) in cases {
            let path = try write(bytes, "bad.yaml")
            let checked = try Program.run(["check", path])
            #expect(checked.code == code && checked.text.contains(words), Comment(rawValue: checked.text))
            let added = try run("programme", "add", path)
            #expect(added.code == code, Comment(rawValue: added.text))
        }
        let list = try run("programme", "list", "--json")
        #expect(list.text.contains("[]") || list.code != 0, Comment(rawValue: list.text))
    }

    @Test func `a folder, a device and what is not there are told, whichever verb is to read them`() throws {
        defer { clean() }
        try addProgramme()
        for verb in [["check"], ["programme", "add"], ["explain"], ["draw"], ["schema"], ["texts", "status"]] {
            for path in [folder + "/nothing", "/dev/null"] {
                let answer = try Program.run(verb + [path, "--database", database])
                #expect(answer.code == 2 && answer.text.contains(path), Comment(rawValue: answer.text))
            }
        }
        for what in ["roster", "requests", "offers"] {
            let answer = try run("import", what, folder, "--programme", "peer-call")
            #expect(answer.code == 1 && answer.text.contains("\(folder) is a folder"), Comment(rawValue: answer.text))
            let missing = try run("import", what, folder + "/nothing.csv", "--programme", "peer-call")
            #expect(missing.code == 1, Comment(rawValue: missing.text))
            #expect(missing.text.components(separatedBy: "nothing.csv").count == 2, Comment(rawValue: missing.text))
            let empty = try run("import", what, write([], "empty.csv"), "--programme", "peer-call")
            #expect(empty.code == 1 && empty.text.contains("the table is empty"), Comment(rawValue: empty.text))
        }
    }

    // MARK: People

    @Test(arguments: [
        "requester=Ana\r\nBcc: evil@far.example <ana@city.example>", "requester=Ana\nB <ana@city.example>",
        "requester=A\u{1}na <ana@city.example>", "requester=Ana\u{2028}B <ana@city.example>",
        "requester=\u{202E}anA <ana@city.example>", "requester=Ana <ana@city.example\r\nRCPT TO:<evil@far.example>>",
        "requester=\(String(repeating: "Ana", count: 200)) <ana@city.example>",
        "requester=Ana <ana@city@example>", "requester=Ana <ana@city.example>; zone=Europe/Sarajewo",
        "requester=Ana <ana@city.example>; language=much too long", "requester=Ana <ana@city.example>; country=B1",
    ]) func `a person who cannot be written to is refused before a case begins`(person: String) throws {
        defer { clean() }
        try addProgramme()
        let answer = try start(person)
        #expect(answer.code == 2 && answer.text.contains("--person"), Comment(rawValue: answer.text))
        #expect(!answer.text.contains("evil@far.example"), "an error does not repeat what is somebody's")
        #expect(try run("case", "list", "--json").text.contains("[]"))
    }

    @Test func `an argument that is not UTF-8 is told by its place`() throws {
        defer { clean() }
        try addProgramme()
        let answer = try shell(
            #""$SOJOURN" case start peer-call --as requester --person "$(printf 'requester=An\377 <a@city.example>')" --database "$DB""#
        )
        #expect(answer.code == 2 && answer.text.contains("argument 7 is not UTF-8"), Comment(rawValue: answer.text))
    }

    @Test func `a table's bad rows are told with their lines, the good ones are taken`() throws {
        defer { clean() }
        try addProgramme()
        var roster = Array("role,name,address,zone,language\r\n".utf8)
        roster += Array("coordinator,\"Jasna\r\nBcc: evil@far.example\",jasna@hub.example,,\r\n".utf8)
        roster += Array("coordinator,Good,good@hub.example,Europe/Paris,fr\r\n".utf8)
        roster += Array("coordinator,Ana,\"ana@hub.example\r\nX: y\",,\r\n".utf8)
        roster += Array("coordinator,Ana,ana@hub.example,Europe/Nowhere,\r\n".utf8)
        roster += Array("coordinator,An".utf8) + [0xFF] + Array(",ana@hub.example,,\r\n".utf8)
        let answer = try run("import", "roster", write(roster, "roster.csv"))
        #expect(answer.code == 1 && answer.text.contains("5 rows, 1 taken, 4 refused"), Comment(rawValue: answer.text))
        for line in ["roster.csv:2:", "roster.csv:5:", "roster.csv:7:", "roster.csv:8:"] {
            #expect(answer.text.contains(line), "\(line) in \(answer.text)")
        }
        #expect(!answer.text.contains("evil@far.example"))
    }

    @Test func `one bad row at the end of a long table stands alone`() throws {
        defer { clean() }
        try addProgramme()
        var table = "reference,arrived,requester.name,requester.address,topic,people,day\n"
        for number in 1...3_000 {
            table += "R\(number),2027-01-11,Ana,ana\(number)@city.example,Water,4,2027-06-14\n"
        }
        table += "R3001,2027-02-30,Ana,ana@city.example,Water,4,2027-06-14\n"
        let path = try write(table.utf8, "requests.csv")
        let answer = try run("import", "requests", path, "--programme", "peer-call", "--dry-run")
        #expect(answer.code == 1 && answer.text.contains("3001 rows, 3000 can be taken, 1 refused"))
        #expect(answer.text.contains("requests.csv:3002: a day is written"), Comment(rawValue: answer.text))
    }

    @Test func `requests are started side by side and numbered in the order of their rows`() throws {
        defer { clean() }
        try addProgramme()
        var table = "reference,arrived,requester.name,requester.address,topic,people,day\n"
        for number in 1...450 {
            table += "R\(number),2027-01-11,Ana\(number),ana\(number)@city.example,Water,4,2027-06-14\n"
        }
        // Readable, and yet nothing that the programme takes.
        table += "R451,2027-01-11,Ana451,ana451@city.example,Water,400,2027-06-14\n"
        let path = try write(table.utf8, "requests.csv")
        _ = try run("import", "roster", write("role,name,address\n*,Hub,hub@hub.example\n".utf8, "r.csv"))
        let answer = try run("import", "requests", path, "--programme", "peer-call")
        #expect(answer.code == 1 && answer.text.contains("451 rows, 450 taken, 1 refused"))
        #expect(answer.text.contains("requests.csv:452: "), Comment(rawValue: answer.text))
        let year = Calendar(identifier: .gregorian).component(.year, from: Date())
        for number in [1, 37, 200, 201, 450] {
            let digits = String(repeating: "0", count: 4 - String(number).count) + String(number)
            let shown = try run("case", "show", "PC-\(year)-\(digits)")
            #expect(shown.text.contains("ana\(number)@city.example"), Comment(rawValue: shown.text))
        }
    }

    @Test func `of a table that breaks off what was read is kept and told, and a repetition adds the rest`() throws {
        defer { clean() }
        try addProgramme()
        // Long rows, so that the table is read in several pieces.
        let terms = String(repeating: "Board and lodging. ", count: 25)
        var table = "id,name,institution,address,language,zone,country,people,terms\n"
        for number in 1...3_000 {
            table +=
                "h\(number),Rui \(number),Town \(number),rui\(number)@town.example,pt,Europe/Lisbon,PT,\(number % 7 + 1),\(terms)\n"
        }
        table += ",Nobody,Town,nobody@town.example,pt,Europe/Lisbon,PT,2,\n"
        _ = try write(table.utf8, "offers.csv")
        let packed = try shell(#"gzip -c "$FOLDER/offers.csv" > "$FOLDER/whole.csv.gz""#)
        #expect(packed.code == 0, Comment(rawValue: packed.text))
        _ = try shell(
            #"head -c $(($(wc -c < "$FOLDER/whole.csv.gz") / 2)) "$FOLDER/whole.csv.gz" > "$FOLDER/half.csv.gz""#)
        let half = try run("import", "offers", folder + "/half.csv.gz")
        #expect(
            half.code == 1 && half.text.contains("rows before it were read and are kept"), Comment(rawValue: half.text))
        let kept = half.text.components(separatedBy: " rows, ").first?.components(separatedBy: "\n").last.flatMap {
            Int($0)
        }
        let count = try #require(kept)
        #expect(count > 500 && count < 3_000)
        let whole = try run("import", "offers", folder + "/whole.csv.gz")
        #expect(
            whole.code == 1 && whole.text.contains("whole.csv.gz:3002: an offer needs an id"),
            Comment(rawValue: whole.text))
        #expect(
            whole.text.contains(
                "3001 rows, 3000 taken, 1 refused: \(3_000 - count) new, 0 changed, \(count) the same, 0 repeat an id"),
            Comment(rawValue: whole.text))
    }

    // MARK: Answers

    @Test func `an answer at the edge of numbers and of the calendar is refused, and the task stays open`() throws {
        defer { clean() }
        try addProgramme()
        #expect(
            try run("import", "roster", write("role,name,address\n*,Hub,hub@hub.example\n".utf8, "r.csv")).code == 0)
        let started = try start()
        #expect(started.code == 0, Comment(rawValue: started.text))
        let task = started.text.prefix { $0 != " " } + ".1"
        func answer(_ changed: String...) throws -> (code: Int32, text: String) {
            var values = ["topic": "Water", "people": "4", "day": "2027-06-14"]
            for text in changed {
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                values[parts[0]] = parts[1]
            }
            let sets = values.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
            return try Program.run(
                ["task", "answer", String(task), "send", "--as", "requester", "--database", database] + sets)
        }
        let numbers = [
            "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e400", "nan", "0x1p2",
            String(repeating: "9", count: 400),
        ]
        for bad in numbers.map({ "people=\($0)" })
            + ["2027-02-30", "0000-01-01", "10000-01-01", "2027-13-01", "-1-1-1"].map({ "day=\($0)" })
            + [
                "topic=a\u{0007}b", "topic=\(String(repeating: "x", count: 70_000))",
                "guest=Zoe\r\nBcc: evil@far.example <zoe@host.example>", "guest=Zoe <zoe@host@example>",
            ]
        {
            let refused = try answer(bad)
            let name = bad.prefix { $0 != "=" }
            #expect(
                refused.code == 1 && refused.text.contains("\"\(name)"), Comment(rawValue: "\(bad): \(refused.text)"))
            #expect(!refused.text.contains("evil@far.example"))
        }
        let json = try Program.run(
            [
                "task", "answer", String(task), "send", "--as", "requester", "--database", database, "--set",
                "people:=[[1",
            ])
        #expect(json.code == 2 && json.text.contains("is no JSON"))
        let accepted = try answer("guest=Zoë Müller <zoe@host.example>")
        #expect(accepted.code == 0, Comment(rawValue: accepted.text))
    }

    @Test func `expressions at the edge of numbers and of time are errors, and the next line is answered`() throws {
        defer { clean() }
        let lines = [
            #"{"expr":"9223372036854775807 + 1"}"#, #"{"expr":"-(-9223372036854775807 - 1)"}"#,
            #"{"expr":"(-9223372036854775807 - 1) / -1"}"#, #"{"expr":"int(1e19)"}"#,
            #"{"expr":"timestamp('2027-02-30T00:00:00Z')"}"#,
            #"{"expr":"timestamp('9999-12-31T23:59:59Z') + duration('1h')"}"#,
            #"{"expr":"timestamp('2027-02-20T00:00:00Z').getHours('Europe/Nowhere')"}"#, "no JSON", "",
            #"{"expr":"\#(String(repeating: "(", count: 20_000))"}"#,
        ]
        let path = try write((lines + [#"{"expr":"1 + 1"}"#]).joined(separator: "\n").utf8 + [0x0A], "lines")
        let answer = try shell(#""$SOJOURN" eval < "\#(path)""#)
        let answers = answer.text.split(separator: "\n")
        #expect(answer.code == 0 && answers.count == lines.count + 1)
        #expect(answers.dropLast().allSatisfy { $0.hasPrefix(#"{"error":"#) }, Comment(rawValue: answer.text))
        #expect(answers.last == #"{"deduced":"int","value":{"int":"2"}}"#)
    }

    @Test(arguments: ["9223372036854775808", "-9223372036854775809", "-1", "0", "1e3", "ten"])
    func `a number of an option beyond its range is told with the range`(number: String) throws {
        defer { clean() }
        for verb in [["case", "list"], ["match", "case", "PC-2027-0001"], ["demo"]] {
            let answer = try Program.run(verb + ["--limit", number, "--database", database])
            #expect(answer.code == 2 && answer.text.contains("--limit wants a whole number from 1 to"))
        }
    }

    // MARK: Where it is written to

    @Test func `what the caller has closed is not taken for the database`() throws {
        defer { clean() }
        try addProgramme()
        #expect(try start().code == 0)
        let closed = try shell(#""$SOJOURN" case list --database "$DB" >&-"#)
        #expect(closed.code == 1 && closed.text.contains("Bad file descriptor"), Comment(rawValue: closed.text))
        #expect(try shell(#""$SOJOURN" case list --database "$DB" >/dev/null 2>&-"#).code == 0)
        #expect(try shell(#""$SOJOURN" case list --database "$DB" <&-"#).code == 0)
        let full = try shell(#""$SOJOURN" case list --database "$DB" >/dev/full"#)
        #expect(full.code == 1 && full.text.contains("No space left"), Comment(rawValue: full.text))
        #expect(try run("doctor").text.contains("1 case"))
    }

    @Test func `a page goes into a pipe without replacing it, and into a file whole or not at all`() throws {
        defer { clean() }
        try addProgramme()
        let programme = folder + "/call.yaml"
        let piped = try shell(
            #"cd "$FOLDER"; mkfifo pipe; ln -s pipe link; timeout 60 cat pipe & "$SOJOURN" explain call.yaml -o link; wait; test -p pipe"#
        )
        #expect(piped.code == 0 && piped.text.contains("peer-call"), Comment(rawValue: piped.text))
        let page = try write("before".utf8, "page.md")
        // A block of 512 bytes is the largest file that may be written.
        let limited = try shell(#"ulimit -f 1; "$SOJOURN" explain "\#(programme)" -o "\#(page)""#)
        #expect(limited.code == 1 && limited.text.contains("File too large"), Comment(rawValue: limited.text))
        #expect(try String(contentsOfFile: page, encoding: .utf8) == "before")
        #expect(!FileManager.default.fileExists(atPath: page + ".part"))
        #expect(try Program.run(["explain", programme, "-o", page]).code == 0)
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("peer-call"))
    }

    @Test func `a disk that is full refuses the next step and keeps those before`() throws {
        defer { clean() }
        try addProgramme()
        #expect(try start().code == 0)
        let size = try FileManager.default.attributesOfItem(atPath: database)[.size] as? Int ?? 0
        let blocks = size / 512 + 40
        let line = #"""
            ulimit -f \#(blocks)
            for number in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
              "$SOJOURN" case start peer-call --as requester --person "requester=A$number <a$number@city.example>" \
                --person 'coordinator=J <j@hub.example>' --database "$DB" >/dev/null || exit $number
            done
            """#
        let filled = try shell(line)
        #expect(filled.code > 1 && filled.text.contains("is full; nothing was lost"), Comment(rawValue: filled.text))
        let doctor = try run("doctor", "--json")
        #expect(doctor.text.contains("\(filled.code) cases"), Comment(rawValue: doctor.text))
    }
}
