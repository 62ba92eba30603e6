import ActionKit
import CGMime

/// What a report says, and the Message-ID of the mail that it is about; that may be empty.
enum MailReport {
    case delivery([IncomingMail.DeliveryReport], about: String)
    case complaint(about: String)
}

/// The parts of a parsed mail, in a bounded walk.
struct MailParts {
    /// The first text that can be read as it is.
    private(set) var text = ""
    private(set) var report: MailReport?

    init(_ message: UnsafeMutablePointer<GMimeMessage>) {
        guard let root = g_mime_message_get_mime_part(message) else { return }
        var left = EmailLimits.incomingParts
        text = Self.text(root, depth: 0, &left) ?? ""
        report = Self.report(root, explanation: text)
    }

    // MARK: Text

    private static func text(_ part: UnsafeMutablePointer<GMimeObject>, depth: Int, _ left: inout Int) -> String? {
        guard left > 0, depth < EmailLimits.incomingDepth else { return nil }
        left -= 1
        if isInstance(part, of: g_mime_multipart_get_type()) {
            for child in children(part) {
                if let found = text(child, depth: depth + 1, &left) { return found }
            }
            return nil
        }
        guard isType(part, "text", "plain"), isInstance(part, of: g_mime_text_part_get_type())
        else { return nil }
        let whole = UnsafeMutableRawPointer(part).assumingMemoryBound(to: GMimeTextPart.self)
        guard let decoded = g_mime_text_part_get_text(whole) else { return nil }
        defer { g_free(decoded) }
        return bounded(decoded, bytes: EmailLimits.incomingTextBytes)
    }

    private static func children(_ part: UnsafeMutablePointer<GMimeObject>) -> [UnsafeMutablePointer<GMimeObject>] {
        let multipart = UnsafeMutableRawPointer(part).assumingMemoryBound(to: GMimeMultipart.self)
        let count = min(Int(g_mime_multipart_get_count(multipart)), EmailLimits.incomingParts)
        return (0..<max(count, 0)).compactMap { g_mime_multipart_get_part(multipart, Int32($0)) }
    }

    // MARK: Reports

    private static func report(_ root: UnsafeMutablePointer<GMimeObject>, explanation: String) -> MailReport? {
        guard isType(root, "multipart", "report"), isInstance(root, of: g_mime_multipart_get_type()) else { return nil }
        let parts = children(root)
        func part(_ main: String, _ subs: [String]) -> UnsafeMutablePointer<GMimeObject>? {
            parts.first { one in
                subs.contains { isType(one, main, $0) }
            }
        }
        let about = original(parts)
        if let status = part("message", ["delivery-status", "global-delivery-status"]) {
            return .delivery(DeliveryStatus.read(content(status), explanation: explanation), about: about)
        }
        if part("message", ["feedback-report"]) != nil { return .complaint(about: about) }
        return nil
    }

    /// The Message-ID of the mail that came back: whole, or its header only (RFC 3462).
    private static func original(_ parts: [UnsafeMutablePointer<GMimeObject>]) -> String {
        for part in parts.dropFirst() {
            if isInstance(part, of: g_mime_message_part_get_type()) {
                let whole = UnsafeMutableRawPointer(part).assumingMemoryBound(to: GMimeMessagePart.self)
                guard let message = g_mime_message_part_get_message(whole) else { continue }
                let id = bounded(g_mime_message_get_message_id(message))
                if !id.isEmpty { return id }
            } else if isType(part, "text", "rfc822-headers") || isType(part, "message", "global-headers") {
                for (name, value) in HeaderBlock.read(content(part)[...]) where name == "message-id" {
                    return String(value.drop { $0 == "<" || $0 == " " }.prefix { $0 != ">" })
                }
            }
        }
        return ""
    }

    private static func isType(_ part: UnsafeMutablePointer<GMimeObject>, _ main: String, _ sub: String) -> Bool {
        g_mime_content_type_is_type(g_mime_object_get_content_type(part), main, sub) != 0
    }

    private static func content(_ part: UnsafeMutablePointer<GMimeObject>) -> [UInt8] {
        guard isInstance(part, of: g_mime_part_get_type()) else { return [] }
        let leaf = UnsafeMutableRawPointer(part).assumingMemoryBound(to: GMimePart.self)
        guard let wrapper = g_mime_part_get_content(leaf) else { return [] }
        let stream = Held<GMimeStream>(g_mime_stream_mem_new())
        g_mime_data_wrapper_write_to_stream(wrapper, stream.pointer)
        guard let array = g_mime_stream_mem_get_byte_array(stream.as(GMimeStreamMem.self)),
            let start = array.pointee.data
        else { return [] }
        let count = min(Int(array.pointee.len), EmailLimits.incomingTextBytes)
        return Array(UnsafeBufferPointer(start: start, count: count))
    }
}
