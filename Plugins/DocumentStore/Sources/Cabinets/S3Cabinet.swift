import Digests

/// A bucket that speaks S3's protocol: Amazon's, MinIO, Ceph, most clouds of public offices.
struct S3Cabinet: Cabinet {
    /// The bucket's address, such as `https://s3.example/documents-of-the-hub`, without a slash at its end.
    let bucket: String
    /// Before every name; empty or ending in a slash.
    let prefix: String
    let access: WebAccess
    /// Names asked for at once, 1 to 1,000.
    var pageNames = 1000

    func read(_ path: CabinetPath) throws(CabinetFault) -> [UInt8]? {
        let answer = try request("GET", object(path)).answer()
        switch answer.status {
        case 200: return answer.body
        case 404: return nil
        default: throw answer.fault("reading a document")
        }
    }

    /// One PUT is whole or not at all: S3 shows an object only when all of it has come.
    func write(_ bytes: [UInt8], to path: CabinetPath, type: String) throws(CabinetFault) {
        var request = request("PUT", object(path), bytes)
        request.headers.append("Content-Type: \(type)")
        let answer = try request.answer()
        guard (200..<300).contains(answer.status) else { throw answer.fault("filing a document") }
    }

    func names(in folder: CabinetPath) throws(CabinetFault) -> [String] {
        let within = prefix + folder.text + "/"
        var names: [String] = []
        var continuation = ""
        for _ in 0...(DocumentLimits.caseFiles / pageNames) {
            var url = bucket + "?"
            if !continuation.isEmpty { url += "continuation-token=\(Self.encoded(continuation))&" }
            url += "list-type=2&max-keys=\(pageNames)&prefix=\(Self.encoded(within))"
            let answer = try request("GET", url).answer()
            if answer.status == 404 { return [] }
            guard answer.status == 200, let listing = XMLListing(answer.body) else {
                throw answer.fault("listing documents")
            }
            names += listing.texts(of: "Key").filter { $0.hasPrefix(within) }.map { String($0.dropFirst(within.count)) }
            guard let next = listing.texts(of: "NextContinuationToken").first, !next.isEmpty else {
                return names.filter { !$0.isEmpty && !$0.contains("/") }.sorted()
            }
            continuation = next
        }
        throw CabinetFault(.broken, "a case has more than \(DocumentLimits.caseFiles) documents")
    }

    func erase(_ path: CabinetPath) throws(CabinetFault) {
        let answer = try request("DELETE", object(path)).answer()
        guard (200..<300).contains(answer.status) || answer.status == 404 else {
            throw answer.fault("erasing a document")
        }
    }

    func address(of path: CabinetPath) -> String { object(path) }

    private func object(_ path: CabinetPath) -> String { "\(bucket)/\(prefix)\(path.text)" }

    private func request(_ method: String, _ url: String, _ body: [UInt8] = []) -> WebRequest {
        // The hash of the body is signed with the rest, so that nobody on the way can change it.
        WebRequest(
            method: method, url: url, headers: ["x-amz-content-sha256: \(SHA256.hash(body).hex)"], body: body,
            access: access)
    }

    /// Percent-encoded as S3 signs it: all but letters, digits and `-._~`.
    private static func encoded(_ text: String) -> String {
        var result = ""
        let digits = Array("0123456789ABCDEF")
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
            }
        }
        return result
    }
}
