import Calendars
import Foundation
import Testing

@testable import Tables

/// What a spreadsheet might compute, and what it might not.
private let hostile = [
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "\u{FF1D}1", "\u{FF0B}1",
    "=HYPERLINK(\"https://evil.example\",\"open\")", "{=1}", "https://example.org", "mailto:a@example.org",
    "<b>&\u{1}",
]

/// Bytes of memory that this process has.
private func resident() -> Int {
    let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return words.count > 1 ? (Int(words[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
}

@Suite struct `Table files` {
    private func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = NSTemporaryDirectory() + "sojourn-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    /// Every cell as another program, openpyxl, reads it: type and value.
    private func read(_ path: String) throws -> [[String]] {
        let script = """
            import json, sys, openpyxl
            sheet = openpyxl.load_workbook(sys.argv[1]).active
            print(json.dumps([["%s:%s" % (c.data_type, c.value.date() if c.is_date else c.value) for c in row] + ["link" for c in row if c.hyperlink] for row in sheet]))
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script, path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data: Data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode([[String]].self, from: data)
    }

    @Test func `no text of a workbook is a formula or a link, whoever wrote it`() throws {
        try inFolder { folder in
            let path = folder + "/t.xlsx"
            let file = try TableFile(.xlsx, path: path, sheet: "cases")
            try file.add(header: ["=header", "n", "d"])
            let day = try #require(LocalDate(iso: "2027-06-14"))
            for text in hostile { try file.add([.text(text), .number(-2.5), .day(day)]) }
            try file.close()
            let rows = try read(path)
            #expect(rows.count == hostile.count + 1)
            for row in rows { #expect(row[0].hasPrefix("s:") || row[0].hasPrefix("inlineStr:"), "\(row)") }
            for row in rows.dropFirst() { #expect(Array(row[1...]) == ["n:-2.5", "d:2027-06-14"]) }
            #expect(rows[1][0] == "s:=1+1")
        }
    }

    @Test func `in comma-separated values what might be computed has an apostrophe, numbers and days have none`() throws
    {
        try inFolder { folder in
            let path = folder + "/t.csv"
            let file = try TableFile(.csv, path: path, sheet: "cases")
            try file.add(header: ["t", "n", "d"])
            let day = try #require(LocalDate(iso: "2027-06-14"))
            for text in hostile { try file.add([.text(text), .number(-2), .day(day)]) }
            try file.close()
            let reader = try TableReader(MemorySource([UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))))
            var fields: [[String]] = []
            while let row = try reader.next() { fields.append(try row.get().fields) }
            #expect(fields.count == hostile.count)
            for row in fields.prefix(11) { #expect(row[0].hasPrefix("'"), "\(row)") }
            #expect(fields.allSatisfy { $0[1] == "-2" && $0[2] == "2027-06-14" })
        }
    }

    @Test func `many rows take no more memory than few`() async {
        // In a process of its own: what other tests take beside this one would be counted here.
        await #expect(processExitsWith: .success) {
            try `Table files`().inFolder { folder in
                for format in TableFile.Format.allCases {
                    let file = try TableFile(format, path: "\(folder)/t.\(format.rawValue)", sheet: "cases")
                    try file.add(header: ["a", "b"])
                    let text = String(repeating: "x", count: 400)
                    func add(_ count: Int) throws {
                        for number in 0..<count { try file.add([.text("\(text)\(number)"), .text(text)]) }
                    }
                    try add(2_000)
                    let before = resident()
                    try add(40_000)
                    #expect(resident() - before < 8 << 20, "32 MB were written as \(format)")
                    try file.close()
                }
            }
        }
    }

    @Test func `what is broken off leaves nothing, and nothing is overwritten`() throws {
        try inFolder { folder in
            for format in TableFile.Format.allCases {
                let path = "\(folder)/t.\(format.rawValue)"
                let file = try TableFile(format, path: path, sheet: "cases")
                #expect(throws: TableFault.self) { try TableFile(format, path: path, sheet: "cases") }
                try file.add([.text("a")])
                file.abandon()
                #expect(!FileManager.default.fileExists(atPath: path))
            }
        }
    }
}
