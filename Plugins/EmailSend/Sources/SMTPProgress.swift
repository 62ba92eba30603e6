import CCurl

/// What one connection is doing, as libcurl tells it while it works: the mail that it reads, the commands that it
/// sends, the answers that come.
final class SMTPProgress {
    private var content: [UInt8] = []
    private var position = 0
    private var sentBytes = 0
    private var needsUTF8 = false
    /// Of the connection: its last EHLO was answered with SMTPUTF8.
    private var knowsUTF8 = false
    private(set) var stage = SMTPStage.connecting
    private(set) var reply: SMTPReply?
    /// The lines of the answer that is coming, as far as its words are looked at.
    private var answer: [UInt8] = []
    private(set) var lacksUTF8 = false
    /// The library says good-bye to an older connection; what is said there concerns no mail.
    private var isLeaving = false
    private var deadline = ContinuousClock.now

    var isHandedOver: Bool { stage == .content && sentBytes >= content.count }

    func begin(_ mail: ComposedMail, by deadline: ContinuousClock.Instant) {
        self.deadline = deadline
        content = mail.bytes
        needsUTF8 = mail.recipient.needsUTF8
        position = 0
        sentBytes = 0
        stage = .connecting
        reply = nil
        answer = []
        lacksUTF8 = false
        isLeaving = false
    }

    /// Gives the mail's next bytes; 0 is its end.
    fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, content.count - position)
        content.withUnsafeBytes { all in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[position..<position + count]))
        }
        position += count
        return count
    }

    fileprivate func sent(content count: Int) {
        if stage != .content { reply = nil }
        stage = .content
        sentBytes += count
    }

    /// A command, or a line of a password's exchange, which has no name and stays where it is.
    fileprivate func sent(command bytes: UnsafeRawBufferPointer) {
        let word = String(decoding: bytes.prefix { $0 != 0x20 && $0 != 0x0D }, as: UTF8.self)
        isLeaving = word == "QUIT"
        guard !isLeaving else { return }
        switch word {
        case "EHLO", "HELO":
            knowsUTF8 = false
            stage = .greeting
        case "STARTTLS": stage = .greeting
        case "AUTH": stage = .authenticating
        case "MAIL": stage = .sender
        case "RCPT": stage = .recipient
        case "DATA": stage = .data
        default: break
        }
        reply = nil
    }

    /// A line of an answer; false: stop here, before the recipient is named to a server that would not understand it.
    fileprivate func received(line: UnsafeRawBufferPointer) -> Bool {
        guard !isLeaving else { return true }
        if stage == .greeting, line.dropFirst(4).prefix(8).elementsEqual("SMTPUTF8".utf8) { knowsUTF8 = true }
        answer += line.dropFirst(4).prefix(EmailLimits.answerBytes - min(answer.count, EmailLimits.answerBytes))
        if var reply = SMTPReply(line: line) {
            reply.words = ServerWords(String(decoding: answer, as: UTF8.self))
            self.reply = reply
            answer = []
        }
        lacksUTF8 = stage == .sender && needsUTF8 && !knowsUTF8
        return !lacksUTF8
    }

    /// Whether libcurl is to stop: it waits for the answer to QUIT without regard to its own limit of time.
    fileprivate var isOver: Bool {
        (isLeaving && stage != .connecting) || ContinuousClock.now >= deadline
    }

    // MARK: libcurl's callbacks

    /// Has libcurl tell this object, which must live as long as the handle.
    func attach(to handle: UnsafeMutableRawPointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sojourn_curl_set_data(handle, CURLOPT_READFUNCTION, Self.read)
        sojourn_curl_set_pointer(handle, CURLOPT_READDATA, context)
        sojourn_curl_set_data(handle, CURLOPT_HEADERFUNCTION, Self.received)
        sojourn_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        sojourn_curl_set_progress(handle, Self.asked)
        sojourn_curl_set_pointer(handle, CURLOPT_XFERINFODATA, context)
        sojourn_curl_set_long(handle, CURLOPT_NOPROGRESS, 0)
        sojourn_curl_set_debug(handle, Self.told)
        sojourn_curl_set_pointer(handle, CURLOPT_DEBUGDATA, context)
        // Without it libcurl does not say which command it sends.
        sojourn_curl_set_long(handle, CURLOPT_VERBOSE, 1)
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> SMTPProgress? {
        context.map { Unmanaged<SMTPProgress>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let read: sojourn_curl_data = { bytes, size, count, context in
        guard let progress = of(context), let bytes else { return 0 }
        return progress.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }

    private static let received: sojourn_curl_data = { bytes, size, count, context in
        guard let progress = of(context), let bytes else { return 0 }
        return progress.received(line: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }

    private static let asked: curl_xferinfo_callback = { context, _, _, _, _ in
        of(context)?.isOver == true ? 1 : 0
    }

    private static let told: curl_debug_callback = { _, kind, bytes, count, context in
        guard let progress = of(context), let bytes else { return 0 }
        switch kind {
        case CURLINFO_HEADER_OUT: progress.sent(command: UnsafeRawBufferPointer(start: bytes, count: count))
        case CURLINFO_DATA_OUT: progress.sent(content: count)
        default: break
        }
        return 0
    }
}
