import ActionKit
import Glibc

/// A folder into which mails are written, one file each, for another program or a person to read.
///
/// A file is there as a whole or not at all: it is written beside its name, brought to the disk, then renamed.
actor MailFolder: Transport {
    private let path: String
    private let executor = QueueExecutor(label: "email.folder")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    nonisolated var idempotency: ActionDescription.Idempotency { .native }
    nonisolated var tellsHandOver: Bool { false }

    init(path: String) {
        self.path = path
    }

    func deliver(
        _ mail: ComposedMail, by deadline: ContinuousClock.Instant, handOver: @Sendable () async -> Bool
    ) -> Delivery {
        do {
            try write(mail)
            return .delivered
        } catch {
            return .failed(error)
        }
    }

    func close() {}

    private func write(_ mail: ComposedMail) throws(Failure) {
        try makeFolder()
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("opened") }
        defer { Glibc.close(folder) }
        let name = mail.key + ".eml"
        guard faccessat(folder, name, F_OK, 0) != 0 else { return }
        // A file of this name is what a try left that was cut off.
        let unfinished = "." + mail.key + ".tmp"
        let file = openat(folder, unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("written") }
        defer { Glibc.close(file) }
        guard writeAll(mail.bytes, to: file), fsync(file) == 0, renameat(folder, unfinished, folder, name) == 0,
            fsync(folder) == 0
        else {
            let failure = failure("written")
            unlinkat(folder, unfinished, 0)
            throw failure
        }
    }

    private func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
        bytes.withUnsafeBytes { all in
            var done = 0
            while done < all.count {
                let count = Glibc.write(file, all.baseAddress?.advanced(by: done), all.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }

    /// Makes the folder and those above it.
    private func makeFolder() throws(Failure) {
        guard access(path, F_OK) != 0 else { return }
        var partial = path.hasPrefix("/") ? "/" : ""
        for step in path.split(separator: "/") {
            partial += (partial.isEmpty || partial == "/" ? "" : "/") + step
            guard mkdir(partial, 0o700) == 0 || errno == EEXIST else { throw failure("made") }
        }
    }

    private func failure(_ verb: String) -> Failure {
        Failure(
            code: "mail.folder", message: "the mail folder cannot be \(verb): \(systemText(errno))", retry: .usual,
            scope: .service)
    }
}
