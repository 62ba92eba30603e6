/// A share that speaks WebDAV: Nextcloud, SharePoint, Apache.
struct WebDAVCabinet: Cabinet {
    /// The folder of the share, such as `https://cloud.example/remote.php/dav/files/hub`, without a slash at its end.
    let root: String
    let access: WebAccess

    /// Before the name of a file that is on its way; nobody takes it for a document.
    static let temporaryPrefix = ".part-"

    func read(_ path: CabinetPath) throws(CabinetFault) -> [UInt8]? {
        let answer = try WebRequest(method: "GET", url: url(path), access: access).answer()
        switch answer.status {
        case 200: return answer.body
        // A folder on the way that is not there is 404 with some servers and 409 with others.
        case 404, 409: return nil
        default: throw answer.fault("reading a document")
        }
    }

    /// Under another name first, then moved into place: an upload that broke off leaves no half document.
    func write(_ bytes: [UInt8], to path: CabinetPath, type: String) throws(CabinetFault) {
        guard let name = path.names.last else { return }
        let folder = path.names.dropLast()
        let temporary = root + "/" + (folder + [Self.temporaryPrefix + name]).joined(separator: "/")
        var put = WebRequest(
            method: "PUT", url: temporary, headers: ["Content-Type: \(type)"], body: bytes, access: access)
        var answer = try put.answer()
        if answer.status == 404 || answer.status == 409 || answer.status == 403 {
            try makeFolders(folder)
            answer = try put.answer()
        }
        guard (200..<300).contains(answer.status) else { throw answer.fault("filing a document") }
        put.method = "MOVE"
        put.body = []
        put.headers = ["Destination: \(url(path))", "Overwrite: T"]
        let moved = try put.answer()
        guard (200..<300).contains(moved.status) else { throw moved.fault("putting a document in place") }
    }

    private func makeFolders(_ names: ArraySlice<String>) throws(CabinetFault) {
        for count in 1...max(names.count, 1) where count <= names.count {
            let url = root + "/" + names.prefix(count).joined(separator: "/")
            let answer = try WebRequest(method: "MKCOL", url: url, access: access).answer()
            // 405: it is there.
            guard (200..<300).contains(answer.status) || answer.status == 405 else {
                throw answer.fault("making a folder")
            }
        }
    }

    func names(in folder: CabinetPath) throws(CabinetFault) -> [String] {
        let question = """
            <?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>
            """
        let answer = try WebRequest(
            method: "PROPFIND", url: url(folder) + "/", headers: ["Depth: 1", "Content-Type: application/xml"],
            body: Array(question.utf8), access: access
        ).answer()
        if answer.status == 404 { return [] }
        guard answer.status == 207, let listing = XMLListing(answer.body) else {
            throw answer.fault("listing documents")
        }
        let names = listing.texts(of: "href").filter { !$0.hasSuffix("/") }
            .compactMap { $0.split(separator: "/").last.map(String.init) }
        guard names.count <= DocumentLimits.caseFiles else {
            throw CabinetFault(.broken, "a case has more than \(DocumentLimits.caseFiles) documents")
        }
        // Names of ours need no decoding; what another has put there is not ours.
        return names.filter { $0 != folder.names.last && !$0.hasPrefix(Self.temporaryPrefix) }.sorted()
    }

    func erase(_ path: CabinetPath) throws(CabinetFault) {
        let answer = try WebRequest(method: "DELETE", url: url(path), access: access).answer()
        guard (200..<300).contains(answer.status) || answer.status == 404 || answer.status == 409 else {
            throw answer.fault("erasing a document")
        }
    }

    func address(of path: CabinetPath) -> String { url(path) }

    private func url(_ path: CabinetPath) -> String { "\(root)/\(path.text)" }
}
