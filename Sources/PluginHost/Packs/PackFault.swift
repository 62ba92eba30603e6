/// Why a pack cannot be used, or one call of it came to nothing; in words for the operator, without personal data.
package enum PackFault: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)
    /// The files are not those that were locked.
    case changed([String])
    case notLocked
    case notSigned(String)
    case cannotStart(String)
    /// The program's settings are not as it wants them.
    case settings([String])
    case noSecret(String)
    /// The program ended, with what its keeper saw.
    case ended(Int32, log: String)
    case hung(String)
    case violation(String)
    case busy
    case ill(why: String, seconds: Int)
    case closed

    /// Stable, for lists and conditions.
    package var code: String {
        switch self {
        case .unreadable: "plugin.unreadable"
        case .changed: "plugin.changed"
        case .notLocked: "plugin.not-locked"
        case .notSigned: "plugin.not-signed"
        case .cannotStart: "plugin.start"
        case .settings: "plugin.settings"
        case .noSecret: "plugin.secret"
        case .ended: "plugin.ended"
        case .hung: "plugin.hung"
        case .violation: "plugin.protocol"
        case .busy: "plugin.busy"
        case .ill: "plugin.ill"
        case .closed: "plugin.closed"
        }
    }

    package var description: String {
        switch self {
        case .unreadable(let why): why
        case .changed(let what):
            "files are not those that were locked: \(what.prefix(3).joined(separator: ", ")); if that is right, run \"sojourn plugin lock\""
        case .notLocked: "nobody has locked its files yet; look at it, then run \"sojourn plugin lock\""
        case .notSigned(let why): why
        case .cannotStart(let why): why
        case .settings(let mistakes): mistakes.joined(separator: "; ")
        case .noSecret(let name): "there is no secret \"\(name)\""
        case .ended(let code, let log): Self.end(code) + (log.isEmpty ? "" : "; it said: \(log)")
        case .hung(let what): what
        case .violation(let what): what
        case .busy: "all places at the program are taken"
        case .ill(let why, let seconds): "ill, tried again in \(seconds) s: \(why)"
        case .closed: "the service is ending"
        }
    }

    /// Numbers of signals that mean something to an author.
    private static let signals: [Int32: String] = [
        4: "an illegal instruction", 6: "an abort", 7: "a bus error", 8: "an arithmetic error",
        9: "a kill (perhaps out of memory)", 11: "a bad access to memory", 15: "a wish to terminate",
        24: "too much time of the processor", 25: "a file beyond its limit", 31: "a forbidden system call",
    ]

    private static func end(_ code: Int32) -> String {
        if code == tooManyProcesses { return "the program was ended: it had too many processes" }
        // The sandbox, as shells do, tells of a signal by a code above 128.
        let signal =
            code >= signalled ? code - signalled : code > shellSignalled && code < 160 ? code - shellSignalled : 0
        if signal > 0 { return "the program was ended by \(signals[signal] ?? "signal \(signal)")" }
        return "the program ended with code \(code)"
    }

    /// As the keeper tells them (`CSpawn.h`).
    static let signalled: Int32 = 256
    private static let shellSignalled: Int32 = 128
    static let tooManyProcesses: Int32 = 512
}
