import ActionKit
import Calendars
import Digests

/// The documents of one case on disk: for each its versions beside one record as JSON.
struct DocumentShelf {
    /// Where all documents are, beneath the plugin's folder.
    static let folderName = "documents"

    let root: String
    let caseReference: String

    /// One document: what its files are called, and what it is.
    struct Name {
        let template: String
        private let slug: String
        private let base: String

        /// - Parameters:
        ///   - template: as the programme calls it; only its letters and digits reach the disk.
        ///   - thing: what the calls for one document share; it reaches the disk as a hash.
        init(template: String, thing: String) {
            self.template = template
            let hash = SHA256.hash(Array(thing.utf8)).hex.prefix(Self.hashDigits)
            slug = Self.slug(template)
            base = slug + "-" + hash
        }

        /// 80 bits: a case would need a million million documents before two met.
        private static let hashDigits = 20
        private static let slugBytes = 40

        var record: String { base + ".json" }

        func file(version: Int, _ format: LetterFormat) -> String {
            base + (version == 1 ? "" : "-v\(version)") + "." + format.rawValue
        }

        /// What a reader's copy is called, such as `invitation-ST-2027-0042.pdf`.
        func readable(caseReference: String, _ format: LetterFormat) -> String {
            "\(slug)-\(caseReference).\(format.rawValue)"
        }

        private static func slug(_ text: String) -> String {
            var result = ""
            for byte in text.utf8.prefix(slugBytes) {
                switch byte {
                case 0x30...0x39, 0x61...0x7A: result.unicodeScalars.append(Unicode.Scalar(byte))
                case 0x41...0x5A: result.unicodeScalars.append(Unicode.Scalar(byte + 0x20))
                default: if !result.isEmpty, !result.hasSuffix("-") { result += "-" }
                }
            }
            while result.hasSuffix("-") { result.removeLast() }
            return result.isEmpty ? "document" : result
        }
    }

    /// Why a document is not kept, besides what the disk says.
    enum Refusal: Error {
        case disk(FolderFault)
        /// The cabinet where documents are filed as well.
        case cabinet(CabinetFault)
        /// The record cannot be read, or a file is not what its record says.
        case damaged(String)
        case tooManyVersions
    }

    /// The path of a file beneath the plugin's folder.
    func path(of file: String) -> String { "\(Self.folderName)/\(caseReference)/\(file)" }

    /// Keeps a letter as the document's next version, or finds the version that this key has made.
    func keep(
        _ letter: [UInt8], in format: LetterFormat, as name: Name, key: String, sequence: Int, at now: Instant
    ) throws(Refusal) -> DocumentRecord.Version {
        let folder = try disk { () throws(FolderFault) in
            try Folder(root: root).makingFolder(Self.folderName).makingFolder(caseReference)
        }
        var record =
            try record(of: name, in: folder) ?? DocumentRecord(caseReference: caseReference, template: name.template)
        if let made = record.versions.first(where: { $0.key == key }) {
            try verify(made, in: folder)
            return made
        }
        let number = record.versions.count + 1
        guard number <= DocumentLimits.versions else { throw .tooManyVersions }
        let version = DocumentRecord.Version(
            number: number, key: key, sequence: sequence, made: now, file: name.file(version: number, format),
            sha256: SHA256.hash(letter).hex, bytes: letter.count)
        record.versions.append(version)
        record.void = nil
        let bytes = record.fileBytes
        // The letter first: a crash between leaves a file that no record names, which the next try replaces.
        try disk { () throws(FolderFault) in
            try folder.write(letter, to: version.file)
            try folder.write(bytes, to: name.record)
        }
        return version
    }

    /// Marks a document void; its files stay. nil if there is none.
    func void(_ name: Name, key: String, at now: Instant) throws(Refusal) -> DocumentRecord.Version? {
        let folder = try disk { () throws(FolderFault) in
            try Folder(root: root).folder(Self.folderName)?.folder(caseReference)
        }
        guard let folder, var record = try record(of: name, in: folder), let last = record.versions.last else {
            return nil
        }
        if record.void == nil {
            record.void = DocumentRecord.Void(key: key, at: now)
            let bytes = record.fileBytes
            try disk { () throws(FolderFault) in try folder.write(bytes, to: name.record) }
        }
        return last
    }

    /// Erases the files of all documents of a template; their records stay and say so.
    ///
    /// - Returns: the files that are gone now and the records that say so, so that they can be erased elsewhere too; the
    ///   same when it is done again.
    func erase(template: String, at now: Instant) throws(Refusal) -> (files: [String], records: [String]) {
        let folder = try disk { () throws(FolderFault) in
            try Folder(root: root).folder(Self.folderName)?.folder(caseReference)
        }
        guard let folder else { return ([], []) }
        let names = try disk { () throws(FolderFault) in try folder.names(limit: DocumentLimits.caseFiles) }
        var files: [String] = []
        var records: [String] = []
        for name in names where name.hasSuffix(".json") {
            guard var record = try record(named: name, in: folder), record.template == template else { continue }
            files += record.versions.map(\.file)
            records.append(name)
            guard record.versions.contains(where: { $0.erased == nil }) else { continue }
            try disk { () throws(FolderFault) in
                for version in record.versions where version.erased == nil { try folder.erase(version.file) }
            }
            for index in record.versions.indices {
                record.versions[index].erased = record.versions[index].erased ?? now
            }
            let bytes = record.fileBytes
            try disk { () throws(FolderFault) in try folder.write(bytes, to: name) }
        }
        return (files, records)
    }

    /// The bytes of a file of the case, such as a record; nil if there is none.
    func bytes(of file: String) throws(Refusal) -> [UInt8]? {
        try disk { () throws(FolderFault) in
            try Folder(root: root).folder(Self.folderName)?.folder(caseReference)?
                .read(file, limit: DocumentLimits.fileBytes)
        }
    }

    private func record(of name: Name, in folder: Folder) throws(Refusal) -> DocumentRecord? {
        try record(named: name.record, in: folder)
    }

    private func record(named name: String, in folder: Folder) throws(Refusal) -> DocumentRecord? {
        let bytes = try disk { () throws(FolderFault) in
            try folder.read(name, limit: DocumentLimits.recordBytes)
        }
        guard let bytes else { return nil }
        guard let record = DocumentRecord(fileBytes: bytes), record.caseReference == caseReference else {
            throw .damaged("the record of the document cannot be read; put it back from a backup")
        }
        return record
    }

    private func verify(_ version: DocumentRecord.Version, in folder: Folder) throws(Refusal) {
        guard version.erased == nil else { return }
        let bytes = try disk { () throws(FolderFault) in
            try folder.read(version.file, limit: DocumentLimits.fileBytes)
        }
        guard let bytes, SHA256.hash(bytes).hex == version.sha256 else {
            throw .damaged("the document is not on the disk as it was made; put it back from a backup")
        }
    }

    private func disk<Result>(_ body: () throws(FolderFault) -> Result) throws(Refusal) -> Result {
        do { return try body() } catch { throw .disk(error) }
    }
}
