import ActionKit

/// The files of a case's invitations: `invitations/<case>/<uid>-<sequence>.ics` beneath the plugin's folder.
struct InvitationFile {
    static let folderName = "invitations"

    let root: String
    let caseReference: String

    /// A file's name: letters and digits of the uid, every other byte as `_` and two digits, so that no two meet.
    ///
    /// nil if it would be too long.
    static func name(uid: String, sequence: Int) -> String? {
        var name = ""
        for byte in uid.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: name.unicodeScalars.append(Unicode.Scalar(byte))
            // Not first: a name must begin with a letter or digit.
            case 0x2D where !name.isEmpty, 0x2E where !name.isEmpty:
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16)
                name += (name.isEmpty ? "0_" : "_") + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        name += "-\(sequence).ics"
        return Folder.isSafe(name) ? name : nil
    }

    func path(of name: String) -> String { "\(Self.folderName)/\(caseReference)/\(name)" }

    /// Whether an earlier state of this invitation was written; a repeated call's own does not count.
    func hasEarlier(uid: String, than sequence: Int) throws(FolderFault) -> Bool {
        guard let folder = try Folder(root: root).folder(Self.folderName)?.folder(caseReference) else { return false }
        for former in stride(from: sequence - 1, through: 0, by: -1) {
            guard let name = Self.name(uid: uid, sequence: former) else { continue }
            if try folder.read(name, limit: CalendarLimits.fileBytes) != nil { return true }
        }
        return false
    }

    /// Writes an invitation; one that is there and says the same but for its time stamp stays, and is returned.
    func keep(_ text: String, as name: String) throws(FolderFault) -> String {
        let folder = try Folder(root: root).makingFolder(Self.folderName).makingFolder(caseReference)
        if let former = try folder.read(name, limit: CalendarLimits.fileBytes) {
            let former = String(decoding: former, as: UTF8.self)
            if Self.unstamped(former) == Self.unstamped(text) { return former }
        }
        try folder.write(Array(text.utf8), to: name)
        return text
    }

    private static func unstamped(_ text: String) -> [ArraySlice<UInt8>] {
        Array(text.utf8).split(separator: 0x0A).filter { !$0.starts(with: "DTSTAMP:".utf8) }
    }
}
