import CaseStore
import Glibc

/// The database's file and its lock file: who has it open, and whether it is still where it was.
///
/// The lock file, `<database>.lock`, is never removed: it holds the number of the database's latest session, which the
/// database holds too. An older copy that is put in the place of the database has another number. Nothing here opens
/// the database's own file once SQLite has it, because closing it would drop SQLite's locks.
final class DatabaseFile: Sendable {
    /// The whole path, without symbolic links.
    let path: String
    private let lock: Int32
    private let device: UInt64
    private let inode: UInt64
    private let lockInode: UInt64

    var lockPath: String { path + ".lock" }

    /// Locks the database and makes its file, and its folder, if there is none.
    /// - Throws: `StoreFailure.inUse` when another process, or another store of this one, has it.
    init(path given: String) throws {
        path = try Self.resolved(given)
        let lockPath = path + ".lock"
        lock = Glibc.open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw Self.systemFailure(lockPath, "cannot be opened") }
        do {
            while flock(lock, LOCK_EX | LOCK_NB) != 0 {
                if errno == EWOULDBLOCK { throw StoreFailure.inUse(path: path) }
                if errno != EINTR { throw Self.systemFailure(lockPath, "cannot be locked") }
            }
            // Another process may have removed the file between its opening and its locking.
            let status = try Self.status(lockPath, descriptor: lock)
            lockInode = UInt64(status.st_ino)
            guard try Self.status(lockPath).st_ino == status.st_ino else { throw StoreFailure.inUse(path: path) }
            try Self.make(path)
            let own = try Self.status(path)
            guard own.st_mode & S_IFMT == S_IFREG else { throw StoreFailure.notADatabase(path: path) }
            (device, inode) = (UInt64(own.st_dev), UInt64(own.st_ino))
            try Self.setForeignLogAside(path)
            for name in [path, path + "-wal", path + "-shm"] where chmod(name, 0o600) != 0 && errno != ENOENT {
                throw Self.systemFailure(name, "cannot be made private")
            }
        } catch {
            Glibc.close(lock)
            throw error
        }
    }

    /// What tells this file from a copy of it: path, inode and, where the system has one, a trace of the machine.
    var identity: String {
        "path \(path) inode \(inode) machine \(Self.machineTrace())"
    }

    /// Throws if the file, or its lock, is no longer the one that was opened (F9).
    func check() throws {
        var status = stat()
        guard stat(path, &status) == 0, UInt64(status.st_ino) == inode, UInt64(status.st_dev) == device,
            stat(lockPath, &status) == 0, UInt64(status.st_ino) == lockInode
        else { throw StoreFailure.replaced(path: path) }
    }

    /// Lets others open the database.
    func unlock() { Glibc.close(lock) }

    // MARK: Session numbers

    /// The session numbers that the lock file takes for right: one, or two while a session begins or ends.
    func sessions() throws -> [Int] {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = pread(lock, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Self.systemFailure(lockPath, "cannot be read") }
        return String(decoding: buffer.prefix(count), as: UTF8.self).split { $0 == " " || $0.isNewline }.compactMap {
            Int($0)
        }
    }

    /// Writes the session numbers durably.
    func write(sessions: [Int]) throws {
        let bytes = Array((sessions.map(String.init).joined(separator: " ") + "\n").utf8)
        // Padded, so that no moment shows a file that was cut.
        let padded = bytes + [UInt8](repeating: 0x20, count: max(0, 64 - bytes.count))
        guard pwrite(lock, padded, padded.count, 0) == padded.count, fsync(lock) == 0 else {
            if errno == ENOSPC || errno == EDQUOT { throw StoreFailure.diskFull(path: path) }
            throw StoreFailure.io(message: "\(lockPath) cannot be written, system \(errno)")
        }
    }

    // MARK: Files

    private static func resolved(_ given: String) throws -> String {
        let name = given.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init) ?? ""
        guard !name.isEmpty, name != ".", name != "..", !given.hasSuffix("/"), !given.utf8.contains(0) else {
            throw StoreFailure.refused(message: "\(given) is not the path of a file")
        }
        if let whole = realpath(given, nil) {
            defer { free(whole) }
            return String(cString: whole)
        }
        let folder = given.utf8.count > name.utf8.count ? String(given.dropLast(name.count)) : "."
        try makeFolder(folder)
        guard let whole = realpath(folder, nil) else { throw systemFailure(folder, "cannot be opened") }
        defer { free(whole) }
        let parent = String(cString: whole)
        return parent == "/" ? "/" + name : parent + "/" + name
    }

    /// Makes a folder, and those above it, for its owner alone.
    private static func makeFolder(_ folder: String) throws {
        var path = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            path += part + "/"
            guard mkdir(path, 0o700) == 0 || errno == EEXIST || access(path, X_OK) == 0 else {
                throw systemFailure(path, "cannot be made")
            }
        }
    }

    /// Makes an empty file for its owner alone, durably, if there is none.
    static func make(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 {
            if errno == EEXIST { return }
            throw systemFailure(path, "cannot be made")
        }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StoreFailure.io(message: "\(path) cannot be synced, system \(errno)")
        }
        try syncFolder(of: path)
    }

    /// Makes durable which names a file's folder has.
    static func syncFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        try sync(folder, flags: O_RDONLY | O_DIRECTORY)
    }

    /// Makes a file that SQLite has closed durable.
    static func sync(_ path: String, flags: Int32 = O_RDONLY) throws {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemFailure(path, "cannot be opened") }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StoreFailure.io(message: "\(path) cannot be synced, system \(errno)")
        }
    }

    /// Renames a log that lies beside a backup: it was left by the database that the backup replaces, and SQLite would
    /// write it over the backup's pages. A backup says in its header that it has no log.
    private static func setForeignLogAside(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemFailure(path, "cannot be opened") }
        var header = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &header, header.count, 0)
        Glibc.close(descriptor)
        guard count == header.count, header[18] == 1, header[19] == 1, access(path + "-wal", F_OK) == 0 else { return }
        guard rename(path + "-wal", path + "-wal.stale") == 0 else {
            throw systemFailure(path + "-wal", "cannot be set aside")
        }
        unlink(path + "-shm")
        try syncFolder(of: path)
    }

    private static func status(_ path: String, descriptor: Int32? = nil) throws -> stat {
        var status = stat()
        guard (descriptor.map { fstat($0, &status) } ?? stat(path, &status)) == 0 else {
            throw systemFailure(path, "cannot be looked at")
        }
        return status
    }

    private static func systemFailure(_ path: String, _ words: String) -> StoreFailure {
        let number = errno
        if number == ENOSPC || number == EDQUOT { return .diskFull(path: path) }
        var buffer = [CChar](repeating: 0, count: 128)
        strerror_r(number, &buffer, buffer.count)
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return .refused(message: "\(path) \(words): \(text)")
    }

    /// 64 bits of FNV-1a over the machine's own identifier, which is itself kept secret; "none" where there is none.
    private static func machineTrace() -> String {
        let descriptor = Glibc.open("/etc/machine-id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "none" }
        defer { Glibc.close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return "none" }
        var trace: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in buffer.prefix(count) { trace = (trace ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return String(trace, radix: 16)
    }
}
