/// Files what lies in the folder also where the office keeps its documents.
///
/// The folder stays: mails take their attachments from it, and a call that is repeated finds there what it has made. A
/// call is done only when the cabinet has the same bytes, so nothing is in the one and not in the other for good.
struct DocumentArchive {
    let cabinet: any Cabinet

    /// Files the named files of a case, in this order.
    func file(_ names: [String], of shelf: DocumentShelf) throws(DocumentShelf.Refusal) {
        for name in names {
            // What was erased meanwhile is not brought back.
            guard let bytes = try shelf.bytes(of: name) else { continue }
            let type = name.hasSuffix(".json") ? "application/json" : LetterFormat(file: name).type
            try asking { () throws(CabinetFault) in try cabinet.file(bytes, at: path(of: name, shelf), type: type) }
        }
    }

    func erase(_ names: [String], of shelf: DocumentShelf) throws(DocumentShelf.Refusal) {
        for name in names {
            try asking { () throws(CabinetFault) in try cabinet.erase(path(of: name, shelf)) }
        }
    }

    /// The names of what is filed of a case.
    func names(of shelf: DocumentShelf) throws(DocumentShelf.Refusal) -> [String] {
        try asking { () throws(CabinetFault) in
            try cabinet.names(in: CabinetPath([DocumentShelf.folderName, shelf.caseReference]))
        }
    }

    func address(of name: String, _ shelf: DocumentShelf) -> String { cabinet.address(of: path(of: name, shelf)) }

    private func path(of name: String, _ shelf: DocumentShelf) -> CabinetPath {
        CabinetPath([DocumentShelf.folderName, shelf.caseReference, name])
    }

    private func asking<Result>(_ body: () throws(CabinetFault) -> Result) throws(DocumentShelf.Refusal) -> Result {
        do { return try body() } catch { throw .cabinet(error) }
    }
}
