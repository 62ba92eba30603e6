import CCurl

/// One request to a server of the office, and its answer; it blocks until the answer is there.
struct WebRequest {
    var method: String
    var url: String
    var headers: [String] = []
    var body: [UInt8] = []
    var access: WebAccess
    /// Bytes of an answer that are read; a longer one is broken.
    var answerLimit = DocumentLimits.fileBytes

    struct Answer {
        let status: Int
        let body: [UInt8]
        let retryAfter: Int?
    }

    /// What was learnt when no answer came.
    private final class Gathering {
        var body: [UInt8] = []
        var headerBytes = 0
        var retryAfter: Int?
        let limit: Int

        init(limit: Int) { self.limit = limit }
    }

    private static let isReady: Bool = curl_global_init(3) == CURLE_OK

    /// - Throws: `CabinetFault` if no whole answer came.
    func answer() throws(CabinetFault) -> Answer {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw CabinetFault(.broken, "a request cannot be begun")
        }
        defer { curl_easy_cleanup(handle) }
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for header in headers { list = curl_slist_append(list, header) ?? list }
        let gathering = Gathering(limit: answerLimit)
        guard prepare(handle, list, gathering) else { throw CabinetFault(.broken, "a request cannot be begun") }
        // The handle uses the body and what gathers the answer until the request has ended.
        let code = withExtendedLifetime((body, gathering)) { curl_easy_perform(handle) }
        var status = 0
        sojourn_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        guard code == CURLE_OK else { throw fault(code) }
        return Answer(status: status, body: gathering.body, retryAfter: gathering.retryAfter)
    }

    private func prepare(
        _ handle: UnsafeMutableRawPointer, _ list: UnsafeMutablePointer<curl_slist>?, _ gathering: Gathering
    ) -> Bool {
        let longs: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2), (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)), (CURLOPT_NETRC, 0),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)), (CURLOPT_TIMEOUT_MS, access.timeoutSeconds * 1000),
            (CURLOPT_CONNECTTIMEOUT_MS, min(access.timeoutSeconds, 10) * 1000),
            (CURLOPT_POSTFIELDSIZE, body.count),
            // Headers that are struck out would be signed all the same, so what announces a large body stays.
            (CURLOPT_EXPECT_100_TIMEOUT_MS, 100),
        ]
        var texts: [(CURLoption, String)] = [
            (CURLOPT_URL, url), (CURLOPT_CUSTOMREQUEST, method), (CURLOPT_USERAGENT, "Sojourn"),
            (CURLOPT_PROTOCOLS_STR, access.allowsHTTP ? "http,https" : "https"),
            // An empty proxy is none, whatever the environment says.
            (CURLOPT_PROXY, ""), (CURLOPT_NOPROXY, "*"),
        ]
        if !access.user.isEmpty {
            texts += [(CURLOPT_USERNAME, access.user), (CURLOPT_PASSWORD, access.password)]
        }
        if !access.signing.isEmpty { texts.append((CURLOPT_AWS_SIGV4, access.signing)) }
        if !access.certificates.isEmpty { texts.append((CURLOPT_CAINFO, access.certificates)) }
        let carriesBody = method == "PUT" || method == "PROPFIND"
        return longs.allSatisfy { sojourn_curl_set_long(handle, $0.0, $0.1) == CURLE_OK }
            && texts.allSatisfy { sojourn_curl_set_string(handle, $0.0, $0.1) == CURLE_OK }
            && (!carriesBody || give(handle))
            && sojourn_curl_set_list(handle, CURLOPT_HTTPHEADER, list) == CURLE_OK && gather(handle, gathering)
    }

    /// Hands the body over; libcurl copies it, its size is known by now.
    private func give(_ handle: UnsafeMutableRawPointer) -> Bool {
        // An empty array may have no address, and no address would mean no body.
        (body.isEmpty ? [0] : body).withUnsafeBytes { bytes in
            sojourn_curl_set_pointer(
                handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress)) == CURLE_OK
        }
    }

    private func gather(_ handle: UnsafeMutableRawPointer, _ gathering: Gathering) -> Bool {
        let context = Unmanaged.passUnretained(gathering).toOpaque()
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA] {
            guard sojourn_curl_set_pointer(handle, option, context) == CURLE_OK else { return false }
        }
        let write = sojourn_curl_set_data(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let context else { return 0 }
            let gathering = Unmanaged<Gathering>.fromOpaque(context).takeUnretainedValue()
            guard gathering.body.count + size * count <= gathering.limit else { return 0 }
            gathering.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        let header = sojourn_curl_set_data(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let context else { return 0 }
            let gathering = Unmanaged<Gathering>.fromOpaque(context).takeUnretainedValue()
            gathering.headerBytes += size * count
            guard gathering.headerBytes <= DocumentLimits.headerBytes else { return 0 }
            let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
            if line.lowercased().hasPrefix("retry-after:") {
                let digits = line.utf8.drop { !(0x30...0x39).contains($0) }.prefix { (0x30...0x39).contains($0) }
                gathering.retryAfter = Int(String(decoding: digits, as: UTF8.self))
            }
            return size * count
        }
        return write == CURLE_OK && header == CURLE_OK
    }

    private func fault(_ code: CURLcode) -> CabinetFault {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: CabinetFault(.unreachable, "the server's name is not known")
        case CURLE_COULDNT_CONNECT: CabinetFault(.unreachable, "the server cannot be reached")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CONNECT_ERROR:
            CabinetFault(.unreachable, "the server's certificate does not hold")
        case CURLE_OPERATION_TIMEDOUT:
            CabinetFault(.unreachable, "the server did not answer in time", leavesDoubt: true)
        case CURLE_WRITE_ERROR: CabinetFault(.broken, "the server answers more than it may", leavesDoubt: true)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
            CabinetFault(.refused, "the address is not one of https")
        default: CabinetFault(.unreachable, "the connection broke", leavesDoubt: true)
        }
    }
}

/// How a server is reached and who asks.
struct WebAccess: Sendable {
    var user = ""
    var password = ""
    /// libcurl's words for signing requests as S3 wants it; empty: user and password as they are.
    var signing = ""
    /// Whether an address may begin with http://.
    var allowsHTTP = false
    /// A file of authorities to trust instead of the machine's; empty: the machine's.
    var certificates = ""
    var timeoutSeconds = 30
}
