import CCurl

/// The address of a receiver, as libcurl itself will read it.
public struct PostingAddress: Sendable {
    let url: String
    /// In small letters.
    public let host: String

    /// - Throws: what is wrong, in words.
    public init(_ url: String, allowsHTTP: Bool) throws(Mistake) {
        guard let parts = curl_url() else { throw Mistake(message: "no memory is left") }
        defer { curl_url_cleanup(parts) }
        // The same parser that connects: what two parsers read differently is a hole.
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK, let host = Self.part(parts, CURLUPART_HOST),
            let scheme = Self.part(parts, CURLUPART_SCHEME)
        else { throw Mistake(message: "\"url\" must be an address such as https://example.org/sojourn") }
        guard scheme == "https" || (scheme == "http" && allowsHTTP) else {
            throw Mistake(message: "\"url\" must begin with https://")
        }
        guard Self.part(parts, CURLUPART_USER) == nil, Self.part(parts, CURLUPART_PASSWORD) == nil else {
            throw Mistake(message: "\"url\" must have no user and no password in it")
        }
        self.url = url
        self.host = host.lowercased()
    }

    public struct Mistake: Error {
        /// About the input `url`.
        public let message: String
    }

    private static func part(_ parts: OpaquePointer, _ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parts, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
