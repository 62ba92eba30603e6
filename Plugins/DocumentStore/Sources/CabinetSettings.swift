import ActionKit

/// Reads the settings of where documents are filed beside the folder.
struct CabinetSettings {
    /// The names of the settings, below `documents`.
    static let names = [
        "s3.bucket", "s3.region", "s3.prefix", "s3.key", "webdav.folder", "webdav.user", "archive.ca_file",
        "archive.timeout", "archive.allow_http",
    ]

    private let configuration: Configuration
    private(set) var mistakes: [String] = []

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// The cabinet that the settings name; nil if they name none, or with mistakes.
    mutating func cabinet() -> (any Cabinet)? {
        let hasBucket = configuration.values.keys.contains { $0.hasPrefix("s3.") }
        let hasShare = configuration.values.keys.contains { $0.hasPrefix("webdav.") }
        if hasBucket && hasShare {
            mistakes.append("documents has both s3 and webdav; documents are filed in one place")
            return nil
        }
        var access = WebAccess()
        access.allowsHTTP = configuration.flag("archive.allow_http", default: false) ?? false
        if configuration.flag("archive.allow_http", default: false) == nil {
            mistakes.append("documents.archive.allow_http must be yes or no")
        }
        access.certificates = configuration.text("archive.ca_file") ?? ""
        if let seconds = configuration.integer("archive.timeout", default: 30, in: 1...120) {
            access.timeoutSeconds = seconds
        } else {
            mistakes.append("documents.archive.timeout must be 1 to 120 seconds")
        }
        return hasBucket ? bucket(access) : hasShare ? share(access) : nil
    }

    private mutating func bucket(_ access: WebAccess) -> (any Cabinet)? {
        var access = access
        let address = address("s3.bucket", "https://s3.example.org/documents", access)
        let region = configuration.text("s3.region") ?? "us-east-1"
        if !Folder.isSafe(region) { mistakes.append("documents.s3.region must be a region such as eu-central-1") }
        access.signing = "aws:amz:\(region):s3"
        access.user = required("s3.key", "the access key's name")
        access.password = secret("s3.secret")
        var prefix = configuration.text("s3.prefix") ?? ""
        while prefix.hasSuffix("/") { prefix.removeLast() }
        if !prefix.isEmpty,
            !prefix.split(separator: "/", omittingEmptySubsequences: false).map(String.init).allSatisfy(Folder.isSafe)
        {
            mistakes.append("documents.s3.prefix must be names of letters, digits, . _ and -, with / between them")
        }
        guard mistakes.isEmpty else { return nil }
        return S3Cabinet(bucket: address, prefix: prefix.isEmpty ? "" : prefix + "/", access: access)
    }

    private mutating func share(_ access: WebAccess) -> (any Cabinet)? {
        var access = access
        let address = address("webdav.folder", "https://cloud.example.org/remote.php/dav/files/hub", access)
        access.user = required("webdav.user", "the account's name")
        access.password = secret("webdav.password")
        return mistakes.isEmpty ? WebDAVCabinet(root: address, access: access) : nil
    }

    private mutating func address(_ name: String, _ example: String, _ access: WebAccess) -> String {
        var address = configuration.text(name) ?? ""
        while address.hasSuffix("/") { address.removeLast() }
        let schemes = access.allowsHTTP ? ["https://", "http://"] : ["https://"]
        let isPlain =
            address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !address.contains(where: { "@?#\"<>".contains($0) })
        if !schemes.contains(where: { address.hasPrefix($0) && address.count > $0.count }) || !isPlain {
            mistakes.append("documents.\(name) must be an address such as \(example)")
        }
        return address
    }

    private mutating func required(_ name: String, _ what: String) -> String {
        let text = configuration.text(name) ?? ""
        if text.isEmpty { mistakes.append("documents.\(name) is missing: \(what)") }
        return text
    }

    private mutating func secret(_ name: String) -> String {
        let text = configuration.secret("documents.\(name)") ?? ""
        if text.isEmpty { mistakes.append("the secret documents.\(name) is missing; put it into the file of secrets") }
        return text
    }
}
