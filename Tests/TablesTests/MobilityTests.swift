import Foundation
import Testing

@testable import Tables

/// The real file of 67,088 mobilities, read as study-tour requests.
@Suite struct `Real mobilities` {
    static let path: String = {
        let tests: URL = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return tests.appendingPathComponent("../../../shared/data/mobility-2005-2014.csv.gz").standardizedFileURL.path
    }()

    static var mapping: Mapping {
        var reference: FieldRule = FieldRule("reference", .column("process"))
        reference.need = .required(because: "a request needs a reference number")
        var institution: FieldRule = FieldRule("institution", .column("home_institution"))
        institution.need = .required(because: "a request needs the institution that asks")
        var objective: FieldRule = FieldRule("objective", .firstOf(["subject", "area"]))
        objective.need = .required(because: "a request says what must change at home")
        var window: FieldRule = FieldRule("windows", .span(first: "start", last: "end"))
        window.reading = .date([DateFormat("YYYY-MM")].compactMap { (format: DateFormat?) in format })
        window.need = .required(because: "a request needs a first and a last month")
        window.isList = true
        var countries: FieldRule = FieldRule("countries", .column("host_country"))
        countries.isList = true
        countries.values = ["ESTADOS UNIDOS": "US", "FRANÇA": "FR", "ALEMANHA": "DE", "PORTUGAL": "PT"]
        countries.refused = ["BRASIL": "a visit goes to another country"]
        return Mapping(
            record: "request", fields: [reference, institution, objective, window, countries], keys: ["process"])
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: path), "../shared/data is not here"))
    func `every row becomes a request or is told why not`() throws {
        let reader: TableReader = try TableReader(FileSource(path: Self.path))
        var table: MappedTable = MappedTable(reader, try Self.mapping.bound(to: reader.header).get())
        var rows: [MappedRow] = []
        var refused: [RowMistakes] = []
        while let row: Result<MappedRow, RowMistakes> = try table.next() {
            switch row {
            case .success(let row): rows.append(row)
            case .failure(let mistakes): refused.append(mistakes)
            }
        }
        // The counts were made with Python's csv module over the same file.
        #expect(table.tally.rows == 67_088)
        #expect(table.tally.taken == 61_083)
        #expect(table.tally.taken == rows.count && table.tally.refused == refused.count)
        #expect(table.tally.taken + table.tally.refused == 67_088)
        #expect(table.tally.mistakes[.repeated] == 539)
        #expect(table.tally.mistakes[.reversed] == 21)
        #expect(table.tally.mistakes[.refusedValue] == 3764)
        #expect(table.tally.mistakes[.blank] == 1619 + 3690)
        #expect(rows.first?.fields["windows"] == .list(["2005-04-01/2010-03-31"]))
        #expect(rows.first?.fields["objective"] == .text("ENGENHARIAS"))
        #expect(rows.first?.fields["countries"] == .list(["DE"]))
        #expect(table.share == 1)
        let reversed: TableMistake? = refused.flatMap(\.all).first { (mistake: TableMistake) in
            mistake.reason == .reversed
        }
        #expect(
            reversed?.description
                == "line 26626: end \"2013-04\" is before start \"2013-08\"; a span ends when or after it starts")
    }
}
