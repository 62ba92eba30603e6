import ActionKit
import Glibc

/// A maildir into which a mail server delivers: `new` is read, what was read goes to `cur`, what nobody knows to
/// `.Unknown/cur` (Maildir++), where a mail program shows it.
actor Maildir: MailSource {
    private let path: String
    private let executor = QueueExecutor(label: "email.inbox")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(path: String) {
        self.path = path
    }

    func waiting(limit: Int) throws(MailSourceFailure) -> [WaitingMail] {
        try names().prefix(limit).map { name in
            guard let bytes = read(name) else {
                return .unreadable(
                    name: name, why: "it is no file, or is larger than \(EmailLimits.incomingBytes >> 20) MB")
            }
            return IncomingReading.read(bytes, name: name)
        }
    }

    func take(_ name: String, isKnown: Bool) throws(MailSourceFailure) {
        let target = isKnown ? path + "/cur" : path + "/.Unknown/cur"
        if !isKnown {
            for folder in ["/.Unknown", "/.Unknown/cur", "/.Unknown/new", "/.Unknown/tmp"] {
                guard mkdir(path + folder, 0o700) == 0 || errno == EEXIST else { throw failure("put aside") }
            }
        }
        // Seen, by a reader that works for the staff; a mail that was put aside is still to be seen by one of them.
        let plain = String(decoding: name.utf8.prefix { $0 != 0x3A }, as: UTF8.self)
        guard rename("\(path)/new/\(name)", "\(target)/\(plain):2,\(isKnown ? "S" : "")") == 0 || errno == ENOENT else {
            throw failure("moved")
        }
    }

    /// The names in `new`, the oldest first: they begin with the second of their delivery.
    private func names() throws(MailSourceFailure) -> [String] {
        guard let folder = opendir(path + "/new") else { throw failure("read") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder), names.count < EmailLimits.incomingWaiting {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The bytes of a mail; nil for what is no plain file or too large.
    private func read(_ name: String) -> [UInt8]? {
        let file = open("\(path)/new/\(name)", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= EmailLimits.incomingBytes
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { all in
                Glibc.read(file, all.baseAddress?.advanced(by: done), all.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        return Array(bytes.prefix(done))
    }

    private func failure(_ verb: String) -> MailSourceFailure {
        MailSourceFailure("mail in \(path) cannot be \(verb): \(systemText(errno))")
    }
}
