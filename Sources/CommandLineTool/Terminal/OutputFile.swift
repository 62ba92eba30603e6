import Glibc

/// A file that a verb writes because an option names it.
enum OutputFile {
    /// Writes the whole file under its name, or leaves what was there.
    ///
    /// Where a link leads the file is written, not the link; a device or a pipe, such as `/dev/stdout`, is written to and
    /// never replaced.
    /// - Throws: `Failure` with the path and the reason.
    static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(Failure) {
        let bytes = [UInt8](bytes)
        var facts = stat()
        let isThere = stat(path, &facts) == 0
        let kind = facts.st_mode & S_IFMT
        if isThere, kind == S_IFDIR { throw failure(path, EISDIR) }
        if isThere, kind != S_IFREG { return try fill(path, O_WRONLY, bytes, named: path) }
        let target = resolved(path)
        // A name that nobody else gives a file: what stands there already is never ours to replace.
        let part = "\(target).\(getpid()).part"
        do throws(Failure) {
            try fill(part, O_WRONLY | O_CREAT | O_EXCL, bytes, named: path)
            if isThere { chmod(part, facts.st_mode & 0o777) }
            guard rename(part, target) == 0 else { throw failure(path, errno) }
        } catch {
            unlink(part)
            throw error
        }
    }

    private static func failure(_ path: String, _ number: Int32) -> Failure {
        Failure("\(path) cannot be written: \(String(cString: strerror(number)))")
    }

    /// Where a link leads, else the path itself.
    private static func resolved(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }

    private static func fill(_ file: String, _ mode: Int32, _ bytes: [UInt8], named path: String) throws(Failure) {
        let descriptor = open(file, mode | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(path, errno) }
        var (start, number) = (0, Int32(0))
        while start < bytes.count, number == 0 {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + start, $0.count - start) }
            if written >= 0 { start += written } else if errno != EINTR { number = errno }
        }
        if close(descriptor) != 0, number == 0 { number = errno }
        guard number == 0 else { throw failure(path, number) }
    }
}
