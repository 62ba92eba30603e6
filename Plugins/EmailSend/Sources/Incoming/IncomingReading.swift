import ActionKit
import CGMime

/// Reads a mail of strangers: RFC 5322 and MIME by GMime, reports by RFC 3464 and RFC 5965.
enum IncomingReading {
    /// Reads a whole mail.
    ///
    /// - Returns: `.unreadable` for what is larger or more entangled than any honest mail; GMime never sees that.
    static func read(_ bytes: [UInt8], name: String) -> WaitingMail {
        if let why = Entanglement.found(in: bytes) { return .unreadable(name: name, why: why) }
        GMimeLibrary.start()
        return bytes.withUnsafeBytes { all in
            // The parser reads from the bytes while it builds; all that is wanted is copied out before they end.
            let stream = Held<GMimeStream>(
                g_mime_stream_mem_new_with_buffer(all.baseAddress?.assumingMemoryBound(to: CChar.self), all.count))
            let parser = Held<GMimeParser>(g_mime_parser_new_with_stream(stream.pointer))
            guard let made = g_mime_parser_construct_message(parser.pointer, nil) else {
                return .unreadable(name: name, why: "it is no mail")
            }
            let message = Held<GMimeMessage>(made)
            return .mail(IncomingMessage(message.pointer).mail(name: name))
        }
    }
}

/// One parsed mail, while GMime has it.
private struct IncomingMessage {
    let message: UnsafeMutablePointer<GMimeMessage>
    private var object: UnsafeMutablePointer<GMimeObject> {
        UnsafeMutableRawPointer(message).assumingMemoryBound(to: GMimeObject.self)
    }

    init(_ message: UnsafeMutablePointer<GMimeMessage>) {
        self.message = message
    }

    func mail(name: String) -> IncomingMail {
        let parts = MailParts(message)
        let report = parts.report
        return IncomingMail(
            name: name, messageID: bounded(g_mime_message_get_message_id(message)), kind: kind(report, parts),
            from: addresses(GMIME_ADDRESS_TYPE_FROM).first ?? "", subject: bounded(g_mime_message_get_subject(message)),
            text: parts.text, about: about(report), tags: tags())
    }

    private func kind(_ report: MailReport?, _ parts: MailParts) -> IncomingMail.Kind {
        switch report {
        case .delivery(let recipients, _)?: return .returned(recipients)
        case .complaint?: return .complaint
        case nil: break
        }
        // Who writes from the empty address is a mail server (RFC 5321, 4.5.5).
        if header("Return-Path") == "<>", !isAutomatic { return .returned([]) }
        return isAutomatic ? .automatic : .written
    }

    /// RFC 3834, 5, and what was usual before it.
    private var isAutomatic: Bool {
        let word = header("Auto-Submitted").lowercased().prefix { $0 != ";" && $0 != " " }
        if !word.isEmpty, word != "no" { return true }
        if ["bulk", "junk", "list", "auto_reply"].contains(header("Precedence").lowercased()) { return true }
        return ["List-Id", "X-Autoreply", "X-Autorespond", "X-Auto-Reply-From"].contains { !header($0).isEmpty }
    }

    /// A report is about the mail that it returns; anything else about the mails that it answers, the nearest first.
    private func about(_ report: MailReport?) -> [String] {
        var ids: [String] = []
        switch report {
        case .delivery(_, let id)?, .complaint(let id)?: if !id.isEmpty { ids.append(id) }
        case nil: break
        }
        ids += references("In-Reply-To")
        ids += references("References").reversed()
        return Array(ids.prefix(EmailLimits.incomingReferences))
    }

    private func references(_ name: String) -> [String] {
        let text = header(name)
        guard !text.isEmpty, let list = g_mime_references_parse(nil, text) else { return [] }
        defer { g_mime_references_free(list) }
        let count = min(Int(g_mime_references_length(list)), EmailLimits.incomingReferences)
        return (0..<count).compactMap { index in
            g_mime_references_get_message_id(list, Int32(index)).map { bounded($0) }
        }
    }

    private func tags() -> [String] {
        var found: [String] = []
        let given = addresses(GMIME_ADDRESS_TYPE_TO) + addresses(GMIME_ADDRESS_TYPE_CC)
        for address in given + [header("Delivered-To"), header("X-Original-To")] {
            let local = address.utf8.prefix { $0 != 0x40 }
            guard let plus = local.firstIndex(of: 0x2B) else { continue }
            let tag = String(decoding: local[local.index(after: plus)...], as: UTF8.self)
            if !tag.isEmpty, !found.contains(tag) { found.append(tag) }
        }
        return Array(found.prefix(EmailLimits.incomingReferences))
    }

    private func addresses(_ kind: GMimeAddressType) -> [String] {
        guard let list = g_mime_message_get_addresses(message, kind) else { return [] }
        let count = min(Int(internet_address_list_length(list)), EmailLimits.incomingReferences)
        return (0..<count).compactMap { index in
            guard let address = internet_address_list_get_address(list, Int32(index)),
                isInstance(address, of: internet_address_mailbox_get_type())
            else { return nil }
            let mailbox = UnsafeMutableRawPointer(address).assumingMemoryBound(to: InternetAddressMailbox.self)
            return internet_address_mailbox_get_addr(mailbox).map { bounded($0) }
        }
    }

    private func header(_ name: String) -> String { bounded(g_mime_object_get_header(object, name)) }
}

/// A C text as valid UTF-8 of bounded length.
func bounded(_ text: UnsafePointer<CChar>?, bytes: Int = EmailLimits.incomingHeaderBytes) -> String {
    guard let text else { return "" }
    let length = strnlen(text, bytes)
    return text.withMemoryRebound(to: UInt8.self, capacity: length) { start in
        String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
    }
}

/// Whether an object of GMime's is of this kind, as its macros ask it.
func isInstance(_ object: UnsafeMutableRawPointer?, of type: GType) -> Bool {
    g_type_check_instance_is_a(object?.assumingMemoryBound(to: GTypeInstance.self), type) != 0
}
