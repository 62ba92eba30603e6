import Digests
import Foundation

/// The files of one programme's folder, or the one file of a small programme, before anything is read in them.
package struct ProgrammeSource: Hashable, Sendable {
    /// Files in one folder at most.
    package static let filesLimit = 500
    /// Bytes of one folder at most.
    package static let bytesLimit = 16 << 20
    /// The name of the file that every programme has.
    package static let mainFile = "programme.yaml"

    /// Folders beside the programme that are no part of it.
    static let asideFolders: Set<String> = ["sample", "scenarios"]

    /// What stands before a file's name in messages, such as `workflows/study-tour`; empty for none.
    package var place: String
    /// Path inside the folder, such as `texts/fr.yaml` → bytes.
    package var files: [String: [UInt8]]

    package init(place: String = "", files: [String: [UInt8]]) {
        self.place = place
        self.files = files
    }

    /// A programme of one file.
    package init(text: String) {
        self.init(files: [Self.mainFile: Array(text.utf8)])
    }

    /// How a file is called in messages.
    package func shown(_ path: String) -> String { place.isEmpty ? path : place + "/" + path }

    /// Reads a folder, its `programme.yaml`, or a single file.
    ///
    /// - Throws: `SourceFault` when there is nothing that can be read.
    package static func read(path: String) throws(SourceFault) -> ProgrammeSource {
        let manager = FileManager.default
        var isFolder: ObjCBool = false
        guard manager.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SourceFault(path: path, message: "there is no such file or folder")
        }
        if isFolder.boolValue { return try folder(path) }
        let url = URL(fileURLWithPath: path)
        if url.lastPathComponent == mainFile {
            let parent = path.contains("/") ? String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)) : "."
            return try folder(parent.isEmpty ? "/" : parent)
        }
        var source = ProgrammeSource(files: [mainFile: try bytes(path)])
        source.single = path
        return source
    }

    /// The path of a programme of one file, as it was given.
    private var single: String = "" {
        didSet { place = "" }
    }

    /// The name of the main file in messages.
    package var mainShown: String { single.isEmpty ? shown(Self.mainFile) : single }

    private static func bytes(_ path: String) throws(SourceFault) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SourceFault(path: path, message: "the file cannot be read")
        }
        guard data.count <= bytesLimit else {
            throw SourceFault(path: path, message: "the file is larger than \(bytesLimit >> 20) MiB")
        }
        return Array(data)
    }

    private static func folder(_ path: String) throws(SourceFault) -> ProgrammeSource {
        var files: [String: [UInt8]] = [:]
        var total = 0
        func walk(_ below: String, depth: Int) throws(SourceFault) {
            let here = below.isEmpty ? path : path + "/" + below
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: here) else {
                throw SourceFault(path: here, message: "the folder cannot be read")
            }
            for name in names.sorted() where !name.hasPrefix(".") && !name.hasSuffix("~") {
                let inner = below.isEmpty ? name : below + "/" + name
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: path + "/" + inner, isDirectory: &isFolder) else {
                    continue
                }
                if isFolder.boolValue {
                    // Samples and stories decide nothing about a case, so they are no part of what it is pinned to.
                    if below.isEmpty, asideFolders.contains(name) { continue }
                    if depth < 3 { try walk(inner, depth: depth + 1) }
                    continue
                }
                let content = try bytes(path + "/" + inner)
                files[inner] = content
                total += content.count
                guard files.count <= filesLimit, total <= bytesLimit else {
                    throw SourceFault(
                        path: path,
                        message: "more than \(filesLimit) files or \(bytesLimit >> 20) MiB are no programme")
                }
            }
        }
        try walk("", depth: 0)
        guard files[mainFile] != nil else {
            throw SourceFault(path: path, message: "the folder has no \(mainFile)")
        }
        return ProgrammeSource(place: path == "." ? "" : path, files: files)
    }

    // MARK: Packing

    /// All files in one row of bytes, in the order of their paths; the same folder gives the same bytes.
    package func packed() -> [UInt8] {
        var result = Array("sojourn-programme 1\n".utf8)
        for path in files.keys.sorted() {
            let content = files[path] ?? []
            result += Array("\(path.utf8.count) \(content.count)\n".utf8)
            result += Array(path.utf8)
            result += content
        }
        return result
    }

    /// The files again; nil if these bytes are no packed programme.
    package init?(packed bytes: [UInt8]) {
        var rest = bytes[...]
        func line() -> String? {
            guard let end = rest.firstIndex(of: 0x0A) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
        guard line() == "sojourn-programme 1" else { return nil }
        var files: [String: [UInt8]] = [:]
        while !rest.isEmpty {
            guard let sizes = line()?.split(separator: " ").map({ Int($0) }), sizes.count == 2, let name = sizes[0],
                let content = sizes[1], name >= 0, content >= 0, name <= rest.count, content <= rest.count - name
            else { return nil }
            let path = String(decoding: rest.prefix(name), as: UTF8.self)
            files[path] = Array(rest.dropFirst(name).prefix(content))
            rest = rest.dropFirst(name + content)
        }
        self.init(files: files)
    }

    /// SHA-256 over the packed files, hexadecimal: the name under which a case is pinned to this source.
    package var hash: String { SHA256.hash(packed()).hex }
}

/// Why a programme could not be read at all.
package struct SourceFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { "\(path): error: \(message)" }
}
