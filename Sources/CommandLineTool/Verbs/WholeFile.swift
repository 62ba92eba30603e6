import Glibc

/// A file that is read at once.
enum WholeFile {
    /// Files above this are not read.
    static let bytes = 4 << 30
    private static let pieceBytes = 1 << 20

    /// The whole content; a pipe is read to its end.
    static func bytes(of path: String) throws -> [UInt8] {
        func failure(_ reason: String) -> Failure { Failure("\(path): \(reason)", exitCode: ExitCode(rawValue: 2)) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw failure(String(cString: strerror(errno))) }
        guard facts.st_mode & S_IFMT != S_IFDIR else { throw failure("is a folder") }
        guard facts.st_size <= bytes else { throw failure("has more than \(bytes >> 30) GiB") }
        var (all, isOver) = ([UInt8](), false)
        all.reserveCapacity(Int(facts.st_size))
        while !isOver {
            guard all.count <= bytes else { throw failure("has more than \(bytes >> 30) GiB") }
            let piece = try [UInt8](unsafeUninitializedCapacity: pieceBytes) { buffer, count in
                let got = Glibc.read(descriptor, buffer.baseAddress, pieceBytes)
                guard got >= 0 || errno == EINTR else { throw failure(String(cString: strerror(errno))) }
                (count, isOver) = (max(0, got), got == 0)
            }
            all += piece
        }
        return all
    }
}
