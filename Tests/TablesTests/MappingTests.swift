import Calendars
import Testing

@testable import Tables

@Suite struct Mappings {
    private func table(_ text: String, _ mapping: Mapping) throws -> (
        rows: [MappedRow], mistakes: [TableMistake], tally: MappedTable.Tally
    ) {
        let reader: TableReader = try TableReader(MemorySource(text))
        var table: MappedTable = MappedTable(reader, try mapping.bound(to: reader.header).get())
        var rows: [MappedRow] = []
        var mistakes: [TableMistake] = []
        while let row: Result<MappedRow, RowMistakes> = try table.next() {
            switch row {
            case .success(let row): rows.append(row)
            case .failure(let bad): mistakes += bad.all
            }
        }
        return (rows, mistakes, table.tally)
    }

    private func rule(_ field: String, _ source: FieldRule.Source, _ change: (inout FieldRule) -> Void = { _ in })
        -> FieldRule
    {
        var rule: FieldRule = FieldRule(field, source)
        change(&rule)
        return rule
    }

    private let start: FieldRule = {
        var rule: FieldRule = FieldRule("window", .span(first: "start", last: "end"))
        rule.need = .required(because: "a request needs a first month")
        return rule
    }()

    @Test func `texts are trimmed and composed, blanks are absent, lists are split`() throws {
        let mapping: Mapping = Mapping(
            record: "request",
            fields: [
                rule("name", .column("Name")),
                rule("countries", .column("Where")) { (rule: inout FieldRule) in
                    rule.split = ";"
                    rule.values = ["FRANÇA": "FR", "ITÁLIA": "IT"]
                },
                rule("programme", .constant("study-tour")),
                rule("note", .column("Note")),
            ], blanks: ["-"])
        let rows: [MappedRow] = try table("Name,Where,Note\n\u{A0} Zoe\u{301}\t,FRANÇA; XX;;ITÁLIA,-\n", mapping).rows
        #expect(rows.count == 1)
        #expect(rows.first?.fields["name"]?.string.utf8.elementsEqual("Zo\u{E9}".utf8) == true)
        #expect(rows.first?.fields["countries"] == .list(["FR", "XX", "IT"]))
        #expect(rows.first?.fields["programme"] == .text("study-tour"))
        #expect(rows.first?.fields["note"] == nil)
    }

    @Test func `months make a span from the first day to the last`() throws {
        let mapping: Mapping = Mapping(record: "request", fields: [start])
        let found = try table("start,end\n2027-06,2028-02\n2027-06-14,2027-06-18\n", mapping)
        #expect(
            found.rows.map { (row: MappedRow) in row.fields["window"]?.string } == [
                "2027-06-01/2028-02-29", "2027-06-14/2027-06-18",
            ])
    }

    @Test func `all mistakes of a row are told at once, in plain words`() throws {
        let mapping: Mapping = Mapping(
            record: "request",
            fields: [
                start,
                rule("institution", .firstOf(["home", "unit"])) { (rule: inout FieldRule) in
                    rule.need = .required(because: nil)
                },
                rule("people", .column("people")) { (rule: inout FieldRule) in rule.reading = .number(decimalMark: ",")
                },
            ])
        let found = try table("start,end,home,unit,people\n,2027-02-30,,,many\n", mapping)
        #expect(
            found.mistakes.map(\.description) == [
                "line 2: start is empty; a request needs a first month",
                "line 2: end is \"2027-02-30\", which is no date written as YYYY-MM-DD or YYYY-MM",
                "line 2: home and unit are empty; a request needs institution",
                "line 2: people is \"many\"; write digits only, as 1250,50",
            ])
        #expect(found.tally.refused == 1 && found.tally.taken == 0)
    }

    @Test func `a span that ends before it starts, or has one end only, is told`() throws {
        var optional: FieldRule = start
        optional.need = .optional
        let found = try table(
            "start,end\n2027-06,2027-05\n2027-06,\n-,-\n", Mapping(record: "request", fields: [optional], blanks: ["-"])
        )
        #expect(found.mistakes.map(\.reason) == [.reversed, .blank])
        #expect(found.mistakes.map(\.line) == [2, 3])
        #expect(found.rows.count == 1)
    }

    @Test func `values not listed, refused values and control characters are told`() throws {
        let mapping: Mapping = Mapping(
            record: "request",
            fields: [
                rule("country", .column("a")) { (rule: inout FieldRule) in
                    rule.values = ["X": "Y"]
                    rule.others = .refused
                    rule.refused = ["HOME": "a visit goes abroad"]
                }, rule("b", .column("b")),
            ])
        let found = try table("a,b\nX,\nZ,\nHOME,\nX,a\u{202E}b\nX,a\u{1}b\n", mapping)
        #expect(found.mistakes.map(\.reason) == [.unknownValue, .refusedValue, .control, .control])
        #expect(found.mistakes[1].text == "a is \"HOME\"; a visit goes abroad")
        #expect(found.mistakes[2].text == "b holds an invisible control character (U+202E); delete it")
        #expect(found.rows.count == 1)
    }

    @Test func `a repeated key is told with the line of the first`() throws {
        let mapping: Mapping = Mapping(record: "request", fields: [rule("n", .column("n"))], keys: ["n", "k"])
        let found = try table("n,k\nZoe\u{301},1\nZo\u{E9} ,1\nZo\u{E9},2\n,\n,\n", mapping)
        #expect(found.mistakes.map(\.line) == [3, 5, 6])
        #expect(found.mistakes[0].text == "n and k \"Zo\u{E9}, 1\" stands already in line 2; keep one of the two")
        #expect(found.mistakes[1].reason == .blankRow)
        #expect(found.tally.rows == 5 && found.tally.taken == 2)
    }

    @Test func `line ends inside a text become LF`() throws {
        let mapping: Mapping = Mapping(record: "request", fields: [rule("n", .column("n"))])
        #expect(try table("n\n\"a\r\nb\rc\u{2028}d\"\n", mapping).rows.first?.fields["n"] == .text("a\nb\nc\nd"))
    }

    @Test func `a mapping that does not fit its table says everything at once`() throws {
        let reader: TableReader = try TableReader(MemorySource("a,b\n"))
        let mapping: Mapping = Mapping(
            record: "request",
            fields: [
                rule("x", .column("missing")), rule("x", .span(first: "gone", last: "b")),
                rule("y", .column("a")) { (rule: inout FieldRule) in rule.split = "" },
            ], keys: ["lost"])
        guard case .failure(let mistakes) = mapping.bound(to: reader.header) else {
            Issue.record("bound")
            return
        }
        #expect(mistakes.all.count == 5)
        #expect(mistakes.all.contains("the table has no column \"missing\"; its columns are a, b"))
    }

    @Test(arguments: [
        ("YYYY-MM", "2024-02", "2024-02-01 2024-02-29"), ("YYYY-MM-DD", "2024-02-29", "2024-02-29 2024-02-29"),
        ("DD/MM/YYYY", "01/12/2030", "2030-12-01 2030-12-01"), ("D.M.YYYY", "1.12.2030", "2030-12-01 2030-12-01"),
        ("YYYYMMDD", "20301201", "2030-12-01 2030-12-01"),
    ])
    func `dates are read in their format`(pattern: String, text: String, days: String) throws {
        let format: DateFormat = try #require(DateFormat(pattern))
        let read: (first: LocalDate, last: LocalDate) = try #require(format.read(text))
        #expect("\(read.first.iso) \(read.last.iso)" == days)
    }

    @Test(arguments: [
        ("YYYY-MM", "2024-13"), ("YYYY-MM", "2024-1"), ("YYYY-MM-DD", "2023-02-29"), ("YYYY-MM-DD", "2023-02-28 "),
        ("YYYY-MM-DD", "+023-02-28"), ("DD/MM/YYYY", "1/12/2030"), ("D.M.YYYY", "001.12.2030"), ("YYYY-MM", "0000-01"),
        ("YYYY-MM", "２０２４-01"),
    ])
    func `a text that does not fit its format is no date`(pattern: String, text: String) throws {
        let format: DateFormat = try #require(DateFormat(pattern))
        #expect(format.read(text) == nil)
    }

    @Test(arguments: ["", "YYYY", "MM-DD", "YY-MM", "YYYY-MM-MM", "YYYY-MMM", "YYYY-MM-DD HH", "YYYY'MM"])
    func `patterns that name no month of a year are refused`(pattern: String) {
        #expect(DateFormat(pattern) == nil)
    }
}
