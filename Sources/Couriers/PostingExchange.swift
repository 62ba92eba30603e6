import CCurl
import Glibc

/// One request under way: libcurl's handle and what its callbacks gather. Lives on the courier's thread alone.
final class PostingExchange {
    let handle: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let allowsPrivate: Bool
    private var isAddressRefused = false
    private var headerBytes = 0
    private var bodyBytes = 0
    private var answer: [UInt8] = []
    private let keptAnswerBytes: Int
    private var retryAfter: String?
    private let finish: (PostingResult) -> Void

    /// nil if libcurl refuses a part of the request.
    ///
    /// - Parameter remaining: of the request's time.
    init?(_ posting: Posting, remaining: Duration, finish: @escaping (PostingResult) -> Void) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        self.finish = finish
        allowsPrivate = posting.allowsPrivate
        keptAnswerBytes = posting.keptAnswerBytes
        guard prepare(posting, remaining) else { return nil }
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headers)
    }

    private func prepare(_ posting: Posting, _ remaining: Duration) -> Bool {
        for header in posting.headers + [
            "Content-Type: \(posting.contentType)", "User-Agent: Sojourn", "Expect:", "Accept:",
        ] {
            guard let longer = curl_slist_append(headers, header) else { return false }
            headers = longer
        }
        let milliseconds = max(1, remaining / .milliseconds(1))
        let whole = Int(min(milliseconds, 1e6))
        let longs: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_POST, 1), (CURLOPT_POSTFIELDSIZE, posting.body.count),
            (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)), (CURLOPT_NETRC, 0),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_TIMEOUT_MS, whole), (CURLOPT_CONNECTTIMEOUT_MS, min(whole, CourierLimits.connectSeconds * 1000)),
        ]
        var texts: [(CURLoption, String)] = [
            (CURLOPT_URL, posting.url), (CURLOPT_PROTOCOLS_STR, posting.allowsHTTP ? "http,https" : "https"),
            // An empty proxy is none, whatever the environment says: a proxy would connect to what the rules refuse.
            (CURLOPT_PROXY, ""), (CURLOPT_NOPROXY, "*"),
        ]
        if !posting.certificates.isEmpty { texts.append((CURLOPT_CAINFO, posting.certificates)) }
        return longs.allSatisfy { sojourn_curl_set_long(handle, $0.0, $0.1) == CURLE_OK }
            && texts.allSatisfy { sojourn_curl_set_string(handle, $0.0, $0.1) == CURLE_OK }
            && posting.body.withUnsafeBytes {
                // libcurl copies it; the size is known by now.
                let start = UnsafeMutableRawPointer(mutating: $0.baseAddress)
                return sojourn_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, start) == CURLE_OK
            } && sojourn_curl_set_list(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK && listen()
    }

    private func listen() -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        for option in [CURLOPT_OPENSOCKETDATA, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA] {
            guard sojourn_curl_set_pointer(handle, option, context) == CURLE_OK else { return false }
        }
        let codes = [
            sojourn_curl_set_opensocket(handle) { context, _, address in
                PostingExchange.from(context)?.socket(to: address) ?? PostingExchange.noSocket
            },
            sojourn_curl_set_data(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return PostingExchange.from(context)?.take(body: piece) ?? 0
            },
            sojourn_curl_set_data(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return PostingExchange.from(context)?.take(header: line) ?? 0
            },
        ]
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> PostingExchange? {
        context.map { Unmanaged<PostingExchange>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: What libcurl asks and tells

    private static let noSocket: curl_socket_t = -1

    /// A socket for an address that the rules let through. Every try of every address that a name has comes here.
    private func socket(to address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let address, let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return Self.noSocket }
        // Read in place: longer addresses than `sockaddr` go on behind it.
        let bytes = UnsafeRawBufferPointer(
            start: UnsafeRawPointer(address) + offset, count: Int(address.pointee.addrlen))
        guard allowsPrivate || AddressRules.isPublic(bytes) else {
            isAddressRefused = true
            return Self.noSocket
        }
        let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return Glibc.socket(address.pointee.family, kind, address.pointee.protocol)
    }

    /// Lets an answer's body pass, so much and no more.
    private func take(body piece: UnsafeRawBufferPointer) -> Int {
        bodyBytes += piece.count
        answer += piece.prefix(max(0, keptAnswerBytes - answer.count))
        return bodyBytes <= CourierLimits.answerBytes ? piece.count : 0
    }

    private func take(header line: UnsafeRawBufferPointer) -> Int {
        headerBytes += line.count
        guard headerBytes <= CourierLimits.answerBytes else { return 0 }
        let name = "retry-after:"
        if line.count > name.utf8.count, zip(line, name.utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
            retryAfter = String(decoding: line.dropFirst(name.utf8.count), as: UTF8.self)
        }
        return line.count
    }

    // MARK: The end

    /// Tells what came of it.
    func end(_ code: CURLcode) {
        var result = PostingResult()
        var status = 0
        sojourn_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        var sent = 0
        sojourn_curl_get_long(handle, CURLINFO_REQUEST_SIZE, &sent)
        // A status below 200 announces the answer and is none.
        result.status = status >= 200 ? status : 0
        result.retryAfter = retryAfter
        result.answer = answer
        result.wasSent = sent > 0
        if code != CURLE_OK {
            result.trouble = isAddressRefused && sent == 0 ? .refusedAddress : PostingResult.Trouble(code)
        }
        finish(result)
    }
}
