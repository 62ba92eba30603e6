import ActionKit
import Glibc

/// The folder beneath which attached files lie; nothing outside it can be sent.
struct AttachmentFolder: Sendable {
    let path: String
    /// The data folder that all plugins share; another plugin names what it made by the path beneath it.
    var dataFolder: String = ""

    /// The bytes of a file, named by its path beneath the folder or the data folder, or by its whole path.
    ///
    /// Each step is opened from the one before and follows no symbolic link, so that no name leaves the folder.
    func read(_ name: String, number: Int) throws(Failure) -> [UInt8] {
        let wholes = [name, dataFolder + "/" + name]
        let whole = wholes.first { $0.hasPrefix(path + "/") }
        let inside = whole.map { String($0.dropFirst(path.count + 1)) } ?? name
        let steps = inside.split(separator: "/", omittingEmptySubsequences: false)
        guard steps.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw .refused("the path of attachment \(number) leaves the folder of attachments")
        }
        var place = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        for (index, step) in steps.enumerated() where place >= 0 {
            let kind = index == steps.count - 1 ? O_NONBLOCK : O_DIRECTORY
            let next = openat(place, String(step), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind)
            let problem = errno
            close(place)
            errno = problem
            place = next
        }
        guard place >= 0 else {
            throw Failure(
                code: "mail.attachment", message: "attachment \(number) cannot be opened: \(systemText(errno))",
                retry: errno == EMFILE || errno == ENFILE || errno == EIO ? .usual : .never)
        }
        defer { close(place) }
        return try read(place, number: number)
    }

    private func read(_ file: Int32, number: Int) throws(Failure) -> [UInt8] {
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .refused("attachment \(number) is no file")
        }
        guard status.st_size <= EmailLimits.attachmentBytes else {
            throw .refused("attachment \(number) is larger than \(EmailLimits.attachmentBytes >> 20) MB")
        }
        var result = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < result.count {
            let count = result.withUnsafeMutableBytes { all in
                Glibc.read(file, all.baseAddress?.advanced(by: done), all.count - done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw Failure(
                    code: "mail.attachment", message: "attachment \(number) cannot be read to its end", retry: .usual)
            }
            done += count
        }
        return result
    }
}

/// The system's words for an error number.
func systemText(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
