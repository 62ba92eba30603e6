import CCurl

/// One request, ready to go.
public struct Posting: Sendable {
    let url: String
    /// As `name: value`, without line ends.
    public var headers: [String] = []
    let body: [UInt8]
    /// Seconds that all of it may take, waiting for its turn included.
    let timeout: Duration
    let allowsHTTP: Bool
    let allowsPrivate: Bool
    /// Empty for the system's certificates.
    let certificates: String
    public var contentType = "application/json"
    /// Bytes of the answer that are handed on; none without.
    public var keptAnswerBytes = 0
}

/// What came of a request.
public struct PostingResult: Sendable, Hashable {
    /// Why there is no whole answer.
    enum Trouble: Hashable, Sendable {
        /// The address is none of the public internet.
        case refusedAddress
        case noSuchHost
        case noConnection
        /// No safe connection: a certificate that does not hold, or none.
        case tls
        case timeout
        case broken
        /// The deadline came before its turn.
        case crowded
        /// libcurl could not be made ready for it.
        case unready
    }

    /// The answer's status; 0 if none came.
    public var status = 0
    /// The beginning of the answer, as much as was asked for.
    public internal(set) var answer: [UInt8] = []
    /// The answer's header, as it came.
    var retryAfter: String?
    var trouble: Trouble?
    /// Whether any of the request went out, so that the receiver may have acted on it.
    var wasSent = false
}

extension PostingResult.Trouble {
    init(_ code: CURLcode) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .noSuchHost
        case CURLE_COULDNT_CONNECT: self = .noConnection
        case CURLE_OPERATION_TIMEDOUT: self = .timeout
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
            self = .tls
        default: self = .broken
        }
    }
}
