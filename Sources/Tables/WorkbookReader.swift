import Calendars

/// Reads a sheet of a workbook (.xlsx, ECMA-376) as a table: the rows where they stand, dates as days, texts as texts.
///
/// It gives the bytes of a comma-separated table, so that all that is said and checked of tables holds for it: line 7 of a
/// message is row 7 of the sheet. Formulas are never computed: what the spreadsheet computed last is read.
package enum WorkbookReader {
    /// Bytes of a workbook.
    package static let fileBytes = 256 << 20
    /// Rows and columns that a sheet may have.
    private static let rows = 1_048_576
    private static let columns = 1_000

    /// Whether these bytes begin as a workbook does.
    package static func isWorkbook(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
    }

    /// The sheet of this name, or the first, as a comma-separated table.
    ///
    /// - Throws: `TableFault` where it is no workbook, is damaged, or has no such sheet.
    package static func table(_ bytes: [UInt8], sheet name: String? = nil) throws(TableFault) -> [UInt8] {
        guard bytes.count <= fileBytes else {
            throw TableFault(.tooManyBytes, "the workbook is larger than \(fileBytes >> 20) MiB; split it")
        }
        let archive = try ZipArchive(bytes)
        let path = try path(of: name, in: archive)
        guard let sheet = try archive.file(path) else { throw ZipArchive.damaged }
        let texts = try sharedTexts(archive)
        let styles = try DateStyles(archive)
        let cells = SheetCells(texts: texts, styles: styles)
        try cells.read(sheet)
        guard !cells.isTooLarge else {
            throw TableFault(.tooManyRows, "the sheet has more than \(rows) rows or \(columns) columns; split it")
        }
        return cells.table
    }

    /// Where the sheet's file lies: by its name in the workbook, and the workbook's relations.
    private static func path(of name: String?, in archive: ZipArchive) throws(TableFault) -> String {
        guard let workbook = try archive.file("xl/workbook.xml") else {
            throw TableFault(.notText, "the file is a ZIP archive, and no workbook; save it as .xlsx or \"CSV UTF-8\"")
        }
        var sheets: [(name: String, relation: String)] = []
        let events = XMLEvents()
        events.began = { element, attributes in
            guard element == "sheet" else { return }
            let relation = attributes.first { $0.key.hasSuffix(":id") || $0.key == "id" }?.value ?? ""
            sheets.append((attributes["name"] ?? "", relation))
        }
        try events.read(workbook)
        guard let found = name.map({ name in sheets.first { $0.name == name } }) ?? sheets.first else {
            let known = sheets.map { shown($0.name) }.joined(separator: ", ")
            throw TableFault(.header, "the workbook has no sheet \(shown(name ?? "")); it has \(known)")
        }
        var target: String?
        let relations = XMLEvents()
        relations.began = { element, attributes in
            if element == "Relationship", attributes["Id"] == found.relation { target = attributes["Target"] }
        }
        if let file = try archive.file("xl/_rels/workbook.xml.rels") { try relations.read(file) }
        guard let target else { throw ZipArchive.damaged }
        return target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
    }

    private static func sharedTexts(_ archive: ZipArchive) throws(TableFault) -> [String] {
        guard let file = try archive.file("xl/sharedStrings.xml") else { return [] }
        var texts: [String] = []
        var isText = false
        var isPhonetic = false
        let events = XMLEvents()
        events.began = { element, _ in
            switch element {
            case "si": texts.append("")
            case "t": isText = !isPhonetic
            case "rPh": isPhonetic = true
            default: break
            }
        }
        events.ended = { element in
            if element == "t" { isText = false }
            if element == "rPh" { isPhonetic = false }
        }
        events.text = { text in if isText, !texts.isEmpty { texts[texts.count - 1] += text } }
        try events.read(file)
        return texts
    }

    /// Which styles of cells show a number as a day.
    struct DateStyles {
        private(set) var isDate: [Bool] = []

        init(_ archive: ZipArchive) throws(TableFault) {
            guard let file = try archive.file("xl/styles.xml") else { return }
            var formats: [Int: Bool] = [:]
            var styles: [Bool] = []
            var isInCells = false
            let events = XMLEvents()
            events.began = { element, attributes in
                switch element {
                case "numFmt":
                    if let id = attributes["numFmtId"].flatMap({ Int($0) }) {
                        formats[id] = Self.isDate(attributes["formatCode"] ?? "")
                    }
                case "cellXfs": isInCells = true
                case "xf" where isInCells:
                    let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
                    styles.append((14...17).contains(id) || id == 22 || formats[id] ?? false)
                default: break
                }
            }
            events.ended = { element in if element == "cellXfs" { isInCells = false } }
            try events.read(file)
            isDate = styles
        }

        /// Whether a format has a year or a day outside of quoted words and brackets.
        private static func isDate(_ format: String) -> Bool {
            var isQuoted = false
            var isBracket = false
            for letter in format.lowercased() {
                switch letter {
                case "\"": isQuoted.toggle()
                case "[": isBracket = true
                case "]": isBracket = false
                case "y", "d": if !isQuoted, !isBracket { return true }
                default: break
                }
            }
            return false
        }
    }

    /// The cells of one sheet on their way to a table.
    final class SheetCells {
        private let texts: [String]
        private let styles: DateStyles
        private var writer = TableWriter(isForReading: true)
        private var row: [String] = []
        /// The cells of the widest row so far.
        private var width = 0
        private var nextRow = 1
        private var column = 0
        private var kind = ""
        private var style = 0
        private var value = ""
        private var isValue = false
        private(set) var isTooLarge = false

        init(texts: [String], styles: DateStyles) {
            self.texts = texts
            self.styles = styles
        }

        var table: [UInt8] { writer.bytes }

        func read(_ sheet: [UInt8]) throws(TableFault) {
            let events = XMLEvents()
            events.began = { [self] element, attributes in
                switch element {
                case "row": begin(attributes["r"].flatMap { Int($0) } ?? nextRow)
                case "c":
                    column = attributes["r"].flatMap(Self.column) ?? row.count
                    kind = attributes["t"] ?? ""
                    style = attributes["s"].flatMap { Int($0) } ?? 0
                    value = ""
                case "v", "t": isValue = true
                default: break
                }
            }
            events.text = { [self] text in if isValue { value += text } }
            events.ended = { [self] element in
                switch element {
                case "v", "t": isValue = false
                case "c": endCell()
                case "row": endRow()
                default: break
                }
            }
            try events.read(sheet)
        }

        /// Rows that are left out are empty lines, so that a line's number is the row's.
        private func begin(_ number: Int) {
            row = []
            guard number >= nextRow, number <= rows else {
                isTooLarge = isTooLarge || number > rows
                return
            }
            while nextRow < number {
                writer.addEmptyLine()
                nextRow += 1
            }
        }

        private func endCell() {
            guard column < columns else {
                isTooLarge = true
                return
            }
            guard !value.isEmpty else { return }
            while row.count <= column { row.append("") }
            row[column] = text
        }

        private var text: String {
            switch kind {
            case "s": Int(value).flatMap { texts.indices.contains($0) ? texts[$0] : nil } ?? ""
            case "b": value == "1" ? "yes" : "no"
            case "inlineStr", "str", "e": value
            default: number
            }
        }

        /// Days are counted from the end of 1899, with a 29 February 1900 that never was.
        private var number: String {
            guard let number = Double(value), number.isFinite else { return value }
            if styles.isDate.indices.contains(style), styles.isDate[style], number >= 61, number < 2_958_466,
                let start = LocalDate(iso: "1899-12-30")
            {
                return start.adding(days: Int(number)).iso
            }
            return Int(exactly: number).map(String.init) ?? String(number)
        }

        private func endRow() {
            if row.allSatisfy(\.isEmpty) {
                writer.addEmptyLine()
            } else {
                // A sheet leaves out the empty cells at a row's end; the header, which comes first, says how many there are.
                while row.count < width { row.append("") }
                width = max(width, row.count)
                writer.add(row)
            }
            nextRow += 1
        }

        /// `BC23` → 54.
        private static func column(_ reference: String) -> Int? {
            var result = 0
            for byte in reference.utf8 {
                guard (0x41...0x5A).contains(byte) else { break }
                result = result * 26 + Int(byte) - 0x40
                if result > 16_384 { return nil }
            }
            return result > 0 ? result - 1 : nil
        }
    }
}
