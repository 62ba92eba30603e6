import Glibc

/// A folder in which a plugin keeps files: every name is resolved beneath its descriptor, never through a link.
///
/// Names are the plugin's own (`isSafe`), so that nothing typed by a person chooses a place. A file is written whole
/// or not at all, outlives a power cut, and is its owner's alone (0600; folders 0700). All of it blocks: call it from
/// a thread that may.
public final class Folder {
    /// Bytes of the longest name; a written file needs `temporaryPrefix` beside it within the system's 255.
    public static let nameBytesLimit = 200
    private static let temporaryPrefix = ".part-"

    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// The folder that the operator configured; it must be there and may itself be reached through a link.
    public convenience init(root path: String) throws(FolderFault) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw FolderFault(.unsafe, "no folder is configured") }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FolderFault(number: errno, doing: "opening the folder of the plugin") }
        self.init(descriptor: descriptor)
    }

    /// Whether this is a name and never a way: 1 to 200 letters, digits, `.`, `_` and `-`, beginning with none of the
    /// last three.
    public static func isSafe(_ name: String) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, bytes.count <= nameBytesLimit, isLetterOrDigit(first) else { return false }
        return bytes.allSatisfy { isLetterOrDigit($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private func check(_ name: String) throws(FolderFault) {
        guard Self.isSafe(name) else { throw FolderFault(.unsafe, "a name is not one of letters, digits, . _ and -") }
    }

    /// The folder of this name within, or nil if there is none.
    public func folder(_ name: String) throws(FolderFault) -> Folder? {
        try check(name)
        let found = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if found >= 0 { return Folder(descriptor: found) }
        if errno == ENOENT { return nil }
        // Linux says ENOTDIR, not ELOOP, when O_DIRECTORY meets a link.
        throw errno == ENOTDIR || errno == ELOOP
            ? FolderFault(.unsafe, "where a folder is due stands a link or a file")
            : FolderFault(number: errno, doing: "opening a folder")
    }

    /// The folder of this name within, made if there is none.
    public func makingFolder(_ name: String) throws(FolderFault) -> Folder {
        if let found = try folder(name) { return found }
        guard mkdirat(descriptor, name, 0o700) == 0 || errno == EEXIST else {
            throw FolderFault(number: errno, doing: "making a folder")
        }
        try persist()
        guard let made = try folder(name) else { throw FolderFault(.broken, "a folder vanished while it was made") }
        return made
    }

    /// The bytes of a file, or nil if there is none.
    ///
    /// - Parameter limit: bytes; a larger file is a fault.
    public func read(_ name: String, limit: Int) throws(FolderFault) -> [UInt8]? {
        try check(name)
        let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw errno == ELOOP
                ? FolderFault(.unsafe, "where a file is due stands a link")
                : FolderFault(number: errno, doing: "opening a file")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw FolderFault(.unsafe, "where a file is due stands something else")
        }
        guard status.st_size <= limit else { throw FolderFault(.broken, "a file is larger than \(limit) bytes") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress! + count, $0.count - count) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw FolderFault(number: got < 0 ? errno : EIO, doing: "reading a file") }
            count += got
        }
        return bytes
    }

    /// Puts a file in place: what stood there is replaced at once, and after a power cut one of the two is there whole.
    public func write(_ bytes: [UInt8], to name: String) throws(FolderFault) {
        try check(name)
        let temporary = Self.temporaryPrefix + name
        // What an earlier run left behind in the middle of this.
        unlinkat(descriptor, temporary, 0)
        let file = openat(descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FolderFault(number: errno, doing: "making a file") }
        do throws(FolderFault) {
            try Self.fill(file, with: bytes)
            guard renameat(descriptor, temporary, descriptor, name) == 0 else {
                throw FolderFault(number: errno, doing: "putting a file in place")
            }
        } catch {
            unlinkat(descriptor, temporary, 0)
            throw error
        }
        try persist()
    }

    /// Writes all, syncs and closes; a failed close is a failed write (quotas and network disks tell it only then).
    private static func fill(_ file: Int32, with bytes: [UInt8]) throws(FolderFault) {
        var count = 0
        var fault: FolderFault?
        while count < bytes.count, fault == nil {
            let put = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + count, $0.count - count) }
            if put >= 0 {
                count += put
            } else if errno != EINTR {
                fault = FolderFault(number: errno, doing: "writing a file")
            }
        }
        if fault == nil, fsync(file) != 0 { fault = FolderFault(number: errno, doing: "bringing a file to the disk") }
        if close(file) != 0, fault == nil { fault = FolderFault(number: errno, doing: "closing a file") }
        if let fault { throw fault }
    }

    /// Takes a file away for good; one that is not there is none.
    public func erase(_ name: String) throws(FolderFault) {
        try check(name)
        guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else {
            throw FolderFault(number: errno, doing: "erasing a file")
        }
        try persist()
    }

    /// The names of the files and folders within, sorted; what an unfinished write left behind is not among them.
    ///
    /// - Parameter limit: names at most; a folder with more is a fault.
    public func names(limit: Int) throws(FolderFault) -> [String] {
        // A descriptor of its own: reading a folder moves the place in it.
        let again = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard again >= 0, let stream = fdopendir(again) else {
            let number = errno
            if again >= 0 { close(again) }
            throw FolderFault(number: number, doing: "reading a folder")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard Self.isSafe(name) else { continue }
            names.append(name)
            guard names.count <= limit else { throw FolderFault(.broken, "a folder has more than \(limit) files") }
        }
        return names.sorted()
    }

    private func persist() throws(FolderFault) {
        guard fsync(descriptor) == 0 else { throw FolderFault(number: errno, doing: "bringing a folder to the disk") }
    }
}

/// Why a file could not be read or written.
public struct FolderFault: Error, Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// The disk or the quota is full.
        case full
        /// A link, or something else than a file, stands where a file is due.
        case unsafe
        /// This process may not.
        case denied
        /// The disk does not do what it should.
        case broken
    }

    public let kind: Kind
    /// What failed, without a path and without a name.
    public let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    init(number: Int32, doing: String) {
        switch number {
        case ENOSPC, EDQUOT, EFBIG: self.init(.full, "\(doing) failed: the disk is full")
        case EACCES, EPERM, EROFS: self.init(.denied, "\(doing) failed: the service may not write here")
        default: self.init(.broken, "\(doing) failed with the system's error \(number)")
        }
    }

    /// The fault as what became of a call, such as `document.full`.
    ///
    /// - Parameter family: of the action, before the point.
    public func failure(of family: String) -> ActionOutcome.Failure {
        switch kind {
        case .unsafe: .init(code: "\(family).unsafe", message: message, retry: .never)
        // An operator can mend these, and then every waiting call goes through.
        case .full, .denied, .broken:
            .init(code: "\(family).\(kind.rawValue)", message: message, retry: .usual, scope: .service)
        }
    }
}
