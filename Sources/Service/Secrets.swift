import Expressions
import Foundation
import Glibc
import PluginHost
import Synchronization

/// Where secrets come from: the file `secrets`, a folder with a file for each (as systemd's credentials), a command.
///
/// They are asked in this order, by name, when they are needed. Nothing of them is kept but in memory.
struct Secrets: Sendable {
    /// Bytes of one secret.
    static let bytesLimit = 65_536
    /// Seconds for which what a command said is believed.
    static let freshSeconds = 60

    private let file: [String: String]
    private let folder: String?
    private let command: [String]
    private let said: Said

    /// What the command said lately.
    private final class Said: Sendable {
        let values = Mutex<[String: (value: String, at: ContinuousClock.Instant)]>([:])
    }

    /// - Parameters:
    ///   - settings: the section `secrets` of the settings: `directory` and `command`.
    ///   - credentials: the folder that systemd names (`CREDENTIALS_DIRECTORY`); the section's own comes first.
    /// - Throws: every mistake.
    init(file path: String, settings: [String: Value], credentials: String?) throws(SettingsMistakes) {
        var mistakes: [String] = []
        for name in settings.keys.sorted() where name != "directory" && name != "command" {
            mistakes.append("secrets.\(name) is no setting; there are directory and command")
        }
        folder = settings["directory"]?.asString ?? credentials
        if let own = settings["directory"]?.asString, !own.hasPrefix("/") {
            mistakes.append("secrets.directory is the whole path of a folder, such as /run/credentials/sojourn.service")
        }
        command =
            settings["command"]?.asList?.compactMap(\.asString) ?? settings["command"]?.asString.map { [$0] } ?? []
        said = Said()
        file = try Self.read(path, &mistakes)
        guard mistakes.isEmpty else { throw SettingsMistakes(mistakes) }
    }

    /// The secret of this name; nil if no source has it.
    func callAsFunction(_ name: String) -> String? {
        guard Self.isName(name) else { return nil }
        return file[name] ?? folder.flatMap { Self.inFolder($0, name) } ?? fromCommand(name)
    }

    /// Letters, digits, `.`, `_` and `-`, none of the last three first: never a way out of a folder.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 100, isPlain(first) else { return false }
        return name.utf8.allSatisfy { isPlain($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// A file in the folder that nobody else can read, its last end of line left out.
    private static func inFolder(_ folder: String, _ name: String) -> String? {
        let file = open(folder + "/" + name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0 else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: bytesLimit)
        let count = Glibc.read(file, &bytes, bytes.count)
        return count < 0 ? nil : text(bytes.prefix(count))
    }

    private static func text(_ bytes: some Collection<UInt8>) -> String {
        var bytes = Array(bytes)
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func fromCommand(_ name: String) -> String? {
        guard !command.isEmpty else { return nil }
        let now = ContinuousClock.now
        if let known = said.values.withLock({ $0[name] }), now - known.at < .seconds(Self.freshSeconds) {
            return known.value
        }
        guard let output = ShortCommand.output(command + [name]), !output.isEmpty else { return nil }
        let value = Self.text(output)
        said.values.withLock { $0[name] = (value, now) }
        return value
    }

    /// One `name: value` a line; a file that others can read is refused.
    private static func read(_ path: String, _ mistakes: inout [String]) throws(SettingsMistakes) -> [String: String] {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return [:] }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard mode & 0o077 == 0 else {
            throw SettingsMistakes(["\(path): others can read the secrets; run: chmod 600 \(path)"])
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingsMistakes(["\(path): the secrets cannot be read"])
        }
        var values: [String: String] = [:]
        for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard !line.hasPrefix("#"), let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].trimmingCharacters(in: .whitespaces)
            values[name] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return values
    }
}
