import Glibc

/// The folder in which a pack may keep things: how much it holds.
enum DataFolder {
    /// Entries that one look counts; a folder with more is too full whatever they hold.
    static let entries = 20_000

    /// Whether the files hold more bytes than they may, by the blocks that they take; it stops as soon as it knows.
    static func isOver(_ path: String, bytes limit: Int) -> Bool {
        var folders = [path]
        var (bytes, count) = (0, 0)
        while let folder = folders.popLast() {
            guard let listing = opendir(folder) else { continue }
            defer { closedir(listing) }
            while let entry = readdir(listing) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard name != ".", name != ".." else { continue }
                var status = stat()
                guard fstatat(dirfd(listing), name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
                count += 1
                bytes += Int(status.st_blocks) * 512
                if bytes > limit || count > entries { return true }
                if status.st_mode & S_IFMT == S_IFDIR { folders.append(folder + "/" + name) }
            }
        }
        return false
    }
}
