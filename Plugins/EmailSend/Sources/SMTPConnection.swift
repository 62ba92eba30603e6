import ActionKit
import CCurl
import Glibc

/// One connection to a mail server, kept open from mail to mail, on a queue of its own because libcurl blocks.
actor SMTPConnection {
    private let server: SMTPServer
    private let sender: MailSender
    private let progress = SMTPProgress()
    private var handle: Handle?
    private var mailsOnConnection = 0
    private let executor = QueueExecutor(label: "email.smtp")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private static let library: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(server: SMTPServer, sender: MailSender) {
        self.server = server
        self.sender = sender
    }

    /// Sends a mail, on the connection that is there or a new one.
    func deliver(_ mail: ComposedMail, by deadline: ContinuousClock.Instant) -> Delivery {
        guard let first = transfer(mail, by: deadline, isFresh: mailsOnConnection >= EmailLimits.mailsPerConnection)
        else { return .delivered }
        // The server may have closed an idle connection just now. Before any answer nothing has happened.
        let isStale = !first.isNew && first.ending.reply == nil && first.ending.cause == .broken
        guard isStale, !first.ending.isHandedOver else { return Delivery(first.ending, domain: mail.recipient.domain) }
        guard let second = transfer(mail, by: deadline, isFresh: true) else { return .delivered }
        return Delivery(second.ending, domain: mail.recipient.domain)
    }

    /// Says good-bye to the server.
    func close() {
        handle = nil
    }

    private struct Unsuccessful {
        let ending: SMTPEnding
        /// The connection was made for this mail.
        let isNew: Bool
    }

    /// One try; nil: the server took the mail.
    private func transfer(_ mail: ComposedMail, by deadline: ContinuousClock.Instant, isFresh: Bool) -> Unsuccessful? {
        let milliseconds = Int((deadline - ContinuousClock.now) / .milliseconds(1))
        progress.begin(mail, by: deadline)
        guard milliseconds > 0 else { return unsuccessful(.timeout, isNew: false) }
        guard let handle = handle ?? makeHandle() else { return unsuccessful(.other(-1), isNew: false) }
        self.handle = handle
        handle.set(CURLOPT_TIMEOUT_MS, milliseconds)
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, EmailLimits.connectSeconds * 1000))
        handle.set(CURLOPT_FRESH_CONNECT, isFresh ? 1 : 0)
        sojourn_curl_set_off(handle.pointer, CURLOPT_INFILESIZE_LARGE, curl_off_t(mail.bytes.count))
        handle.set(CURLOPT_MAIL_FROM, "<" + mail.returnPath.text + ">")
        let recipients = curl_slist_append(nil, "<" + mail.recipient.text + ">")
        defer { curl_slist_free_all(recipients) }
        sojourn_curl_set_list(handle.pointer, CURLOPT_MAIL_RCPT, recipients)
        let result = curl_easy_perform(handle.pointer)
        sojourn_curl_set_list(handle.pointer, CURLOPT_MAIL_RCPT, nil)
        let isNew = handle.number(CURLINFO_NUM_CONNECTS) > 0
        mailsOnConnection = isNew ? 1 : mailsOnConnection + 1
        guard result != CURLE_OK else { return nil }
        // libcurl keeps a connection whose answer to a mail came too late; the next mail would take it for its own.
        self.handle = nil
        return unsuccessful(cause(result), isNew: isNew)
    }

    private func unsuccessful(_ cause: SMTPEnding.Cause, isNew: Bool) -> Unsuccessful {
        Unsuccessful(
            ending: SMTPEnding(
                cause: cause, stage: progress.stage, reply: progress.reply, isHandedOver: progress.isHandedOver),
            isNew: isNew)
    }

    private func cause(_ result: CURLcode) -> SMTPEnding.Cause {
        if progress.lacksUTF8 { return .noUTF8 }
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: return .unreachable
        case CURLE_OPERATION_TIMEDOUT, CURLE_ABORTED_BY_CALLBACK: return .timeout
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: return .certificate
        case CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR: return .noTLS
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING: return .broken
        case CURLE_WEIRD_SERVER_REPLY, CURLE_LOGIN_DENIED, CURLE_REMOTE_ACCESS_DENIED: return .answer
        default: return .other(Int(result.rawValue))
        }
    }

    // MARK: What is the same for each mail

    private func makeHandle() -> Handle? {
        guard Self.library, let pointer = curl_easy_init() else { return nil }
        let handle = Handle(pointer: pointer, progress: progress)
        let host = server.host.contains(":") ? "[" + server.host + "]" : server.host
        let scheme = server.tls == .required ? "smtps" : "smtp"
        // The path is the name for EHLO; without it libcurl tells the machine's.
        handle.set(CURLOPT_URL, "\(scheme)://\(host):\(server.port)/\(sender.domain)")
        handle.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        handle.set(CURLOPT_PROXY, "")
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_UPLOAD, 1)
        handle.set(CURLOPT_MAXAGE_CONN, EmailLimits.idleConnectionSeconds)
        handle.set(CURLOPT_MAXCONNECTS, 1)
        // All, never try: a server that offers no TLS, or somebody between who hides it, gets no mail.
        handle.set(CURLOPT_USE_SSL, server.tls == .none ? Int(CURLUSESSL_NONE.rawValue) : Int(CURLUSESSL_ALL.rawValue))
        handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        handle.set(CURLOPT_SSL_VERIFYPEER, 1)
        handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let authorities = server.authorities { handle.set(CURLOPT_CAINFO, authorities) }
        if !server.user.isEmpty {
            handle.set(CURLOPT_USERNAME, server.user)
            handle.set(CURLOPT_PASSWORD, server.password)
            handle.set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
        }
        progress.attach(to: pointer)
        return handle
    }
}

/// A handle of libcurl's with its connection; both end together.
private final class Handle {
    let pointer: UnsafeMutableRawPointer
    /// Kept because libcurl's callbacks point to it, also while the connection is closed.
    private let progress: SMTPProgress

    init(pointer: UnsafeMutableRawPointer, progress: SMTPProgress) {
        self.pointer = pointer
        self.progress = progress
    }

    /// Says QUIT if there is a connection. Nothing more is read from it, because libcurl would wait two minutes for an
    /// answer that is not needed.
    deinit {
        var socket = CURL_SOCKET_BAD
        if sojourn_curl_get_socket(pointer, &socket) == CURLE_OK, socket != CURL_SOCKET_BAD {
            shutdown(socket, Int32(SHUT_RD))
        }
        curl_easy_cleanup(pointer)
    }

    func set(_ option: CURLoption, _ value: Int) {
        let result = sojourn_curl_set_long(pointer, option, value)
        precondition(result == CURLE_OK, "libcurl does not know option \(option.rawValue)")
    }

    func set(_ option: CURLoption, _ value: String) {
        let result = sojourn_curl_set_string(pointer, option, value)
        precondition(result == CURLE_OK, "libcurl does not know option \(option.rawValue)")
    }

    func number(_ info: CURLINFO) -> Int {
        var result = 0
        sojourn_curl_get_long(pointer, info, &result)
        return result
    }
}
