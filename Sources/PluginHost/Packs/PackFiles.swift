import Digests
import Foundation
import Glibc

/// The files of a pack with the hash of each, and what tells quickly whether one may have changed.
package struct PackFiles: Hashable, Sendable {
    /// SHA-256 in hexadecimal, by path within the pack with `/` between folders.
    package let hashes: [String: String]

    /// The files that a lock and a signature speak of: all but the signature itself.
    package init(hashes: [String: String]) {
        self.hashes = hashes
    }

    /// Reads every file of a folder.
    ///
    /// - Throws: `PackFault` for links, other things than files, too many files or bytes, and what cannot be read.
    package static func read(folder: String) throws(PackFault) -> PackFiles {
        var hashes: [String: String] = [:]
        var bytes = 0
        for path in try names(folder: folder) {
            let digest = try hash(folder + "/" + path, shown: path, bytes: &bytes)
            if path != PackSeal.file { hashes[path] = digest }
        }
        return PackFiles(hashes: hashes)
    }

    private static func hash(_ path: String, shown: String, bytes: inout Int) throws(PackFault) -> String {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw PackFault.unreadable("\(shown) cannot be read: \(systemMessage(errno))") }
        defer { close(file) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw PackFault.unreadable("\(shown) cannot be read: \(systemMessage(errno))") }
            if count == 0 { break }
            bytes += count
            guard bytes <= PackLimits.packBytes else {
                throw PackFault.unreadable("a pack has at most \(PackLimits.packBytes >> 20) MB")
            }
            hash.update(Array(buffer[..<count]))
        }
        return hash.finish().hex
    }

    /// Paths of all files, in the order of their bytes.
    private static func names(folder: String) throws(PackFault) -> [String] {
        var result: [String] = []
        var folders = [""]
        while let prefix = folders.popLast() {
            guard let listing = try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + prefix) else {
                throw PackFault.unreadable("the folder \(prefix.isEmpty ? folder : prefix) cannot be read")
            }
            for name in listing {
                let path = prefix.isEmpty ? name : prefix + "/" + name
                var status = stat()
                guard lstat(folder + "/" + path, &status) == 0 else {
                    throw PackFault.unreadable("\(path) cannot be read: \(systemMessage(errno))")
                }
                switch status.st_mode & S_IFMT {
                case S_IFREG: result.append(path)
                case S_IFDIR where path.split(separator: "/").count <= PackLimits.depth: folders.append(path)
                default: throw PackFault.unreadable("\(path) is neither a file nor a folder; a pack has no links")
                }
                guard result.count <= PackLimits.files else {
                    throw PackFault.unreadable("a pack has at most \(PackLimits.files) files")
                }
            }
        }
        return result.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// A text that changes whenever a file was written, put in place, added or removed: cheap enough to ask each second.
    package static func stamp(folder: String) -> String {
        guard let paths = try? names(folder: folder) else { return "" }
        return paths.map { path in
            var status = stat()
            guard lstat(folder + "/" + path, &status) == 0 else { return path }
            return "\(path) \(status.st_ino) \(status.st_size) \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
        }.joined(separator: "\n")
    }

    /// What differs from what was locked, in words; empty if nothing does.
    package func differences(from locked: PackFiles) -> [String] {
        var result: [String] = []
        for (path, hash) in hashes.sorted(by: { $0.key < $1.key }) {
            guard let known = locked.hashes[path] else {
                result.append("\(path) was added")
                continue
            }
            if known != hash { result.append("\(path) was changed") }
        }
        for path in locked.hashes.keys.sorted() where hashes[path] == nil { result.append("\(path) was removed") }
        return result
    }
}

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String { String(cString: strerror(number)) }
