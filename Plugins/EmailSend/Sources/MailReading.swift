import ActionKit
import Expressions

typealias Failure = ActionOutcome.Failure

extension Failure {
    /// The call itself is wrong and stays so.
    static func refused(_ message: String) -> Failure {
        Failure(code: "mail.input", message: message, retry: .never)
    }
}

extension Mail {
    /// The shape of a call's input.
    static let input: Schema = .object([
        SchemaField("to", .text(.email, maximumBytes: EmailLimits.addressBytes)),
        SchemaField("to_name", .text(.line, maximumBytes: EmailLimits.nameBytes), isRequired: false),
        SchemaField("language", .text(.line, maximumBytes: EmailLimits.languageBytes), isRequired: false),
        SchemaField("subject", .text(.line, maximumBytes: EmailLimits.subjectBytes)),
        SchemaField("text", .text(.plain, maximumBytes: EmailLimits.textBytes)),
        SchemaField("html", .text(.plain, maximumBytes: EmailLimits.textBytes), isRequired: false),
        SchemaField("reply_to", .text(.email, maximumBytes: EmailLimits.addressBytes), isRequired: false),
        SchemaField("attachments", .list(of: attachmentInput, maximum: EmailLimits.attachments), isRequired: false),
        SchemaField("calendar", .text(.plain, maximumBytes: EmailLimits.calendarBytes), isRequired: false),
        SchemaField("calendar_method", .choice([""] + CalendarText.methods), isRequired: false),
        SchemaField("reference", .text(.line, maximumBytes: EmailLimits.referenceBytes), isRequired: false),
    ])

    private static let attachmentInput: Schema = .object([
        SchemaField("name", .text(.line, maximumBytes: EmailLimits.attachmentNameBytes)),
        SchemaField("type", .text(.line, maximumBytes: EmailLimits.attachmentTypeBytes), isRequired: false),
        SchemaField("path", .text(.line, maximumBytes: EmailLimits.attachmentPathBytes), isRequired: false),
        SchemaField("content", .anything, isRequired: false),
    ])

    /// Reads a call, or says all that is wrong with its shape, then the first thing that is wrong with its values.
    init(_ call: ActionCall) throws(Failure) {
        let mistakes = Self.input.check(.object(call.input))
        guard mistakes.isEmpty else { throw .refused(mistakes.joined(separator: "; ")) }
        guard call.mode == .make else { throw .refused("a mail that was sent can be neither renewed nor undone") }
        guard !call.key.isEmpty, call.key.utf8.count <= EmailLimits.keyBytes, call.key.utf8.allSatisfy(isWord) else {
            throw .refused("the key must be 1 to \(EmailLimits.keyBytes) letters and digits")
        }
        key = call.key
        date = call.now
        replyTag = call.replyTag
        guard replyTag.utf8.allSatisfy({ isWord($0) || $0 == 0x2E }) else {
            throw .refused("the tag for answers must be letters, digits and points")
        }
        unsubscribe = call.unsubscribe
        guard unsubscribe.isEmpty || EmailSettings.isWebAddress(unsubscribe) else {
            throw .refused("the address for unsubscribing must begin with https:")
        }
        to = try Self.address(call.text("to"), of: "to")
        toName = try Self.line(call.text("to_name"), of: "to_name")
        language = call.text("language")
        guard language.utf8.allSatisfy({ isWord($0) || $0 == 0x2D }) else {
            throw .refused("\"language\" must be a language's tag, such as fr or zh-Hans")
        }
        subject = try Self.line(call.text("subject"), of: "subject")
        text = try Self.body(call.text("text"), of: "text")
        html = call.text("html").isEmpty ? nil : try Self.body(call.text("html"), of: "html")
        replyTo = call.text("reply_to").isEmpty ? nil : try Self.address(call.text("reply_to"), of: "reply_to")
        attachments = try Self.attachments(call.input["attachments"]?.asList ?? [])
        calendar = try Self.calendar(call.text("calendar"), method: call.text("calendar_method"))
        reference = call.text("reference")
        guard reference.utf8.allSatisfy({ isWord($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }) else {
            throw .refused("\"reference\" must be letters, digits, hyphens, points and underscores")
        }
    }

    private static func address(_ text: String, of field: String) throws(Failure) -> MailAddress {
        do {
            return try MailAddress(text)
        } catch {
            throw .refused("the address in \"\(field)\" \(error.reason)")
        }
    }

    /// A text for a header. Overrides of the direction are refused because they make one name look like another.
    private static func line(_ text: String, of field: String) throws(Failure) -> String {
        let isGood = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x202A...0x202E: false
            default: true
            }
        }
        guard isGood else {
            throw .refused("\"\(field)\" must be one line without control characters and overrides of the direction")
        }
        let inner = text.utf8.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()
        return String(decoding: inner, as: UTF8.self)
    }

    private static func body(_ text: String, of field: String) throws(Failure) -> String {
        guard !text.utf8.contains(0) else { throw .refused("\"\(field)\" has a NUL in it") }
        return text
    }

    private static func attachments(_ values: [Value]) throws(Failure) -> [Attachment] {
        var all: [Attachment] = []
        for (index, value) in values.enumerated() {
            all.append(try attachment(value, place: "attachments[\(index + 1)]"))
        }
        return all
    }

    private static func attachment(_ value: Value, place: String) throws(Failure) -> Attachment {
        let name = try line(value["name"]?.asString ?? "", of: place + ".name")
        guard !name.isEmpty, !name.utf8.contains(0x2F), !name.utf8.contains(0x5C), !EncodedWord.resembles(name) else {
            throw .refused("\"\(place).name\" must be a file's name without /, \\ and =?")
        }
        let content: Attachment.Content
        switch (value["path"]?.asString ?? "", value["content"]) {
        case ("", .string(let text)?): content = .bytes(Array(text.utf8))
        case ("", .bytes(let bytes)?): content = .bytes(bytes)
        case (let path, nil) where !path.isEmpty: content = .file(path: path)
        default: throw .refused("\"\(place)\" must have either a path or a content, which is a text or bytes")
        }
        return Attachment(name: name, type: try type(value["type"]?.asString ?? "", place: place), content: content)
    }

    private static func type(_ text: String, place: String) throws(Failure) -> MediaType {
        guard !text.isEmpty else { return .unknown }
        let words = text.lowercased().utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        let isGood = words.allSatisfy { word in
            !word.isEmpty && word.allSatisfy { isWord($0) || "!#$&-^_.+".utf8.contains($0) }
        }
        guard words.count == 2, isGood, let main = words.first, let sub = words.last else {
            throw .refused("\"\(place).type\" must be a type such as application/pdf, without parameters")
        }
        let type = MediaType(main: String(decoding: main, as: UTF8.self), sub: String(decoding: sub, as: UTF8.self))
        guard type.main != "multipart", type.main != "message" else {
            throw .refused("\"\(place).type\" may not be \(type.main)/…: a mail inside a mail is not taken")
        }
        return type
    }

    private static func calendar(_ text: String, method: String) throws(Failure) -> Calendar? {
        guard !text.isEmpty else {
            guard method.isEmpty else { throw .refused("\"calendar_method\" stands without \"calendar\"") }
            return nil
        }
        let calendar = try body(text, of: "calendar")
        guard CalendarText.isCalendar(calendar) else { throw .refused("\"calendar\" must begin with BEGIN:VCALENDAR") }
        let written = CalendarText.method(of: calendar)
        guard method.isEmpty || method == written else {
            throw .refused("\"calendar_method\" and the METHOD in \"calendar\" must be the same")
        }
        guard written.isEmpty || CalendarText.methods.contains(written) else {
            throw .refused("the METHOD in \"calendar\" must be one of \(CalendarText.methods.joined(separator: ", "))")
        }
        return Calendar(text: calendar, method: written)
    }
}

/// A letter or digit of ASCII.
private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
}
