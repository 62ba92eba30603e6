import CZlib
import Glibc

/// A file on disk; one compressed with gzip is read as what it holds.
package final class FileSource: ByteSource {
    private let stream: gzFile
    private let sizeBytes: Int

    /// Opens a regular file (or a pipe) for reading.
    package init(path: String) throws(TableFault) {
        let descriptor: Int32 = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TableFault(.cannotOpen, "\(path) cannot be opened: \(errorText(errno))") }
        var status: stat = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw TableFault(.cannotOpen, "\(path) is a folder; name the file in it")
        }
        guard let stream: gzFile = gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw TableFault(.cannotOpen, "\(path) cannot be opened: no memory is left")
        }
        gzbuffer(stream, UInt32(TableLimits.chunkBytes))
        self.stream = stream
        self.sizeBytes = Int(status.st_size)
    }

    deinit { gzclose_r(stream) }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(TableFault) -> Int {
        let wanted: UInt32 = UInt32(clamping: min(buffer.count, Int(Int32.max)))
        let count: Int32 = gzread(stream, buffer.baseAddress, wanted)
        if count > 0 { return Int(count) }
        var code: Int32 = Z_OK
        let text: String = gzerror(stream, &code).map { (cause: UnsafePointer<CChar>) in String(cString: cause) } ?? ""
        switch code {
        case Z_OK, Z_STREAM_END: return 0
        // zlib gives what it could unpack first, and tells of the missing rest at the next read.
        case Z_BUF_ERROR: throw TableFault(.damaged, "the compressed file ends too early; copy it again")
        case Z_ERRNO: throw TableFault(.unreadable, "the file cannot be read: \(errorText(errno))")
        default: throw TableFault(.damaged, "the compressed file is damaged (\(text)); copy it again")
        }
    }

    package var share: Double {
        guard sizeBytes > 0 else { return 0 }
        return min(1, Double(gzoffset(stream)) / Double(sizeBytes))
    }
}

/// The system's words for an error number.
private func errorText(_ number: Int32) -> String {
    var buffer: [CChar] = [CChar](repeating: 0, count: 128)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return buffer.withUnsafeBufferPointer { (text: UnsafeBufferPointer<CChar>) in
        text.baseAddress.map { (start: UnsafePointer<CChar>) in String(cString: start) } ?? ""
    }
}
