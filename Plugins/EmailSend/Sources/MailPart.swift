import CGMime

/// One part of a mail's body, before it is an object of GMime's.
///
/// Texts are sent as quoted-printable where most of them is ASCII and in base64 elsewhere, all else in base64: so no
/// line is too long, none begins with a point, and nothing on the way has a reason to change it.
indirect enum MailPart {
    case leaf(Leaf)
    case multipart(kind: String, boundary: String, parts: [MailPart])

    struct Leaf {
        let type: Mail.MediaType
        let bytes: [UInt8]
        let encoding: GMimeContentEncoding
        /// Of the content type, in this order.
        let parameters: [(name: String, value: String)]
        /// The name of an attachment; nil: to be shown.
        let fileName: String?
    }

    init(text: String, subtype: String) {
        self = .text(text, subtype, [("charset", "utf-8")], fileName: nil)
    }

    init(calendar: Mail.Calendar, name: String?) {
        let method = calendar.method.isEmpty ? [] : [("method", calendar.method)]
        self = .text(calendar.text, "calendar", [("charset", "utf-8")] + method, fileName: name)
    }

    init(attachment: Mail.Attachment, bytes: [UInt8]) {
        let isText = attachment.type.main == "text" && String(validating: bytes, as: UTF8.self) != nil
        self = .leaf(
            Leaf(
                type: attachment.type, bytes: bytes, encoding: GMIME_CONTENT_ENCODING_BASE64,
                parameters: isText ? [("charset", "utf-8")] : [], fileName: attachment.name))
    }

    /// One part as it is; several in a multipart. A boundary with `=_` can stand in no encoded text, so that one made
    /// of the key, and the same for ever, is safe.
    static func tree(_ parts: [MailPart], kind: String, boundary: String) -> MailPart {
        parts.count == 1 ? parts[0] : .multipart(kind: kind, boundary: boundary, parts: parts)
    }

    private static func text(
        _ text: String, _ subtype: String, _ parameters: [(name: String, value: String)], fileName: String?
    ) -> MailPart {
        let lines = LineEnds.lineFeeds(Array(text.utf8))
        let isMostlyASCII = lines.count { $0 >= 0x80 } * 6 <= lines.count
        return .leaf(
            Leaf(
                type: Mail.MediaType(main: "text", sub: subtype),
                // Base64 hides the line ends from everyone on the way, so that they are written as the standard says.
                bytes: isMostlyASCII ? lines : LineEnds.carriageReturns(lines),
                encoding: isMostlyASCII ? GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE : GMIME_CONTENT_ENCODING_BASE64,
                parameters: parameters, fileName: fileName))
    }

    /// The part as GMime has it.
    func object() -> Held<GMimeObject> {
        switch self {
        case .leaf(let leaf): return leaf.object()
        case .multipart(let kind, let boundary, let parts):
            let multipart = Held<GMimeMultipart>(g_mime_multipart_new_with_subtype(kind))
            g_mime_multipart_set_boundary(multipart.pointer, boundary)
            for part in parts {
                let object = part.object()
                g_mime_multipart_add(multipart.pointer, object.pointer)
            }
            g_object_ref(multipart.pointer)
            return Held(multipart.as(GMimeObject.self))
        }
    }
}

extension MailPart.Leaf {
    fileprivate func object() -> Held<GMimeObject> {
        let part = Held<GMimePart>(g_mime_part_new_with_type(type.main, type.sub))
        let stream = Held<GMimeStream>(
            bytes.withUnsafeBytes { all in
                g_mime_stream_mem_new_with_buffer(all.baseAddress?.assumingMemoryBound(to: CChar.self), all.count)
            })
        let content = Held<GMimeDataWrapper>(
            g_mime_data_wrapper_new_with_stream(stream.pointer, GMIME_CONTENT_ENCODING_DEFAULT))
        g_mime_part_set_content(part.pointer, content.pointer)
        g_mime_part_set_content_encoding(part.pointer, encoding)
        let object = part.as(GMimeObject.self)
        for (name, value) in parameters { g_mime_object_set_content_type_parameter(object, name, value) }
        if let fileName {
            g_mime_object_set_disposition(object, "attachment")
            g_mime_part_set_filename(part.pointer, fileName)
            for list in [
                g_mime_content_type_get_parameters(g_mime_object_get_content_type(object)),
                g_mime_content_disposition_get_parameters(g_mime_object_get_content_disposition(object)),
            ] {
                for name in ["name", "filename"] {
                    if let parameter = g_mime_param_list_get_parameter(list, name) {
                        g_mime_param_set_charset(parameter, "utf-8")
                    }
                }
            }
        }
        g_object_ref(part.pointer)
        return Held(object)
    }
}

/// Line ends of texts, on bytes: CR LF is one Character in Swift.
enum LineEnds {
    /// CR LF and CR become LF.
    static func lineFeeds(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 0x0D {
                result.append(0x0A)
            } else if byte != 0x0A || previous != 0x0D {
                result.append(byte)
            }
            previous = byte
        }
        return result
    }

    /// LF becomes CR LF.
    static func carriageReturns(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
    }
}
