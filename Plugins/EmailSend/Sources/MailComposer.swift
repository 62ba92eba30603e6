import ActionKit
import CGMime
import Calendars

/// Makes mails: reads what is attached, and writes RFC 5322 with GMime.
actor MailComposer {
    private let sender: MailSender
    private let folder: AttachmentFolder
    private let executor = QueueExecutor(label: "email.compose")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(sender: MailSender, attachments folder: AttachmentFolder) {
        self.sender = sender
        self.folder = folder
        GMimeLibrary.start()
    }

    /// A mail as bytes: the same for the same call, whenever it is made.
    func compose(_ mail: Mail) throws(Failure) -> ComposedMail {
        let message = Held<GMimeMessage>(g_mime_message_new(0))
        try write(body: mail, into: message)
        writeHeaders(mail, into: message)
        return ComposedMail(
            key: mail.key, recipient: mail.to, returnPath: sender.tagged(sender.returnPath, mail.replyTag),
            messageID: sender.messageID(of: mail.key), bytes: bytes(of: message))
    }

    // MARK: Headers

    private func writeHeaders(_ mail: Mail, into message: borrowing Held<GMimeMessage>) {
        add(sender.from, name: sender.fromName, as: GMIME_ADDRESS_TYPE_FROM, to: message)
        add(mail.to, name: mail.toName, as: GMIME_ADDRESS_TYPE_TO, to: message)
        // Somebody whom the call names gets the answers himself; those to the hub say which mail they are about.
        let own = sender.replyTo ?? (sender.hasTags ? sender.from : nil)
        if let replyTo = mail.replyTo ?? own.map({ sender.tagged($0, mail.replyTag) }) {
            add(replyTo, name: "", as: GMIME_ADDRESS_TYPE_REPLY_TO, to: message)
        }
        // Without a charset GMime takes the narrowest of many, which not every reader knows.
        g_mime_message_set_subject(message.pointer, EncodedWord.escaped(mail.subject), "utf-8")
        let seconds = gint64(mail.date.milliseconds / 1000)
        if let date = g_date_time_new_from_unix_utc(seconds) {
            g_mime_message_set_date(message.pointer, date)
            g_date_time_unref(date)
        }
        g_mime_message_set_message_id(message.pointer, sender.messageID(of: mail.key))
        var headers = [("Auto-Submitted", "auto-generated")]
        if !mail.reference.isEmpty {
            headers.append(("References", "<" + sender.threadID(of: mail.reference) + ">"))
        }
        if !mail.language.isEmpty { headers.append(("Content-Language", mail.language)) }
        let unsubscribe = unsubscribe(mail)
        if !unsubscribe.isEmpty {
            write(unsubscribe.map { "<" + $0 + ">" }.joined(separator: ",\r\n "), as: "List-Unsubscribe", into: message)
        }
        // RFC 8058 is for addresses with https: alone.
        if unsubscribe.contains(where: { $0.hasPrefix("https:") }) {
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        }
        for (name, value) in headers {
            g_mime_object_set_header(message.as(GMimeObject.self), name, value, "utf-8")
        }
    }

    /// A header as it is: GMime would make encoded words of a long one, which no mail program reads in addresses (RFC 2369).
    private func write(_ value: String, as name: String, into message: borrowing Held<GMimeMessage>) {
        let object = message.as(GMimeObject.self)
        g_mime_object_set_header(object, name, "", "utf-8")
        let headers = g_mime_object_get_header_list(object)
        g_mime_header_set_raw_value(g_mime_header_list_get_header(headers, name), " " + value + "\r\n")
    }

    /// The reader's own address before that of the office, which answers by hand; only one of them is on the web.
    private func unsubscribe(_ mail: Mail) -> [String] {
        guard !mail.unsubscribe.isEmpty else { return sender.unsubscribe.isEmpty ? [] : [sender.unsubscribe] }
        return [mail.unsubscribe] + (sender.unsubscribe.hasPrefix("mailto:") ? [sender.unsubscribe] : [])
    }

    private func add(
        _ address: MailAddress, name: String, as kind: GMimeAddressType, to message: borrowing Held<GMimeMessage>
    ) {
        let mailbox = Held<InternetAddress>(
            internet_address_mailbox_new(name.isEmpty ? nil : EncodedWord.escaped(name), address.text))
        internet_address_set_charset(mailbox.pointer, "utf-8")
        internet_address_list_add(g_mime_message_get_addresses(message.pointer, kind), mailbox.pointer)
    }

    // MARK: Parts

    /// The parts, as readers expect them: the texts as alternatives, the best last; around them what is attached.
    private func write(body mail: Mail, into message: borrowing Held<GMimeMessage>) throws(Failure) {
        var texts = [MailPart(text: mail.text, subtype: "plain")]
        if let html = mail.html { texts.append(MailPart(text: html, subtype: "html")) }
        var attached: [MailPart] = []
        if let calendar = mail.calendar {
            if calendar.method.isEmpty {
                attached.append(MailPart(calendar: calendar, name: "calendar.ics"))
            } else {
                texts.append(MailPart(calendar: calendar, name: nil))
            }
        }
        var total = 0
        for (index, attachment) in mail.attachments.enumerated() {
            let bytes = try content(of: attachment, number: index + 1)
            total += bytes.count
            guard total <= EmailLimits.allAttachmentBytes else {
                throw .refused("the attachments are larger than \(EmailLimits.allAttachmentBytes >> 20) MB together")
            }
            attached.append(MailPart(attachment: attachment, bytes: bytes))
        }
        let alternatives = MailPart.tree(texts, kind: "alternative", boundary: "=_a_" + mail.key)
        let whole = MailPart.tree([alternatives] + attached, kind: "mixed", boundary: "=_m_" + mail.key)
        let object = whole.object()
        g_mime_message_set_mime_part(message.pointer, object.pointer)
    }

    private func content(of attachment: Mail.Attachment, number: Int) throws(Failure) -> [UInt8] {
        let bytes: [UInt8]
        switch attachment.content {
        case .bytes(let all): bytes = all
        case .file(let path): bytes = try folder.read(path, number: number)
        }
        guard bytes.count <= EmailLimits.attachmentBytes else {
            throw .refused("attachment \(number) is larger than \(EmailLimits.attachmentBytes >> 20) MB")
        }
        return bytes
    }

    private func bytes(of message: borrowing Held<GMimeMessage>) -> [UInt8] {
        let options = g_mime_format_options_new()
        defer { g_mime_format_options_free(options) }
        g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS)
        let stream = Held<GMimeStream>(g_mime_stream_mem_new())
        g_mime_object_write_to_stream(message.as(GMimeObject.self), options, stream.pointer)
        guard let array = g_mime_stream_mem_get_byte_array(stream.as(GMimeStreamMem.self)),
            let start = array.pointee.data
        else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: Int(array.pointee.len)))
    }
}
