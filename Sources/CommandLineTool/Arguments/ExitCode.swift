/// The number with which a process ends.
struct ExitCode: RawRepresentable, Hashable, Sendable {
    let rawValue: Int32

    static let success = ExitCode(rawValue: 0)
    static let failure = ExitCode(rawValue: 1)
    /// The command line was wrong; nothing was done.
    static let usage = ExitCode(rawValue: 2)
    /// What shells expect of a process that SIGINT ended.
    static let interrupted = ExitCode(rawValue: 130)
    /// What shells expect of a process whose reader went away.
    static let brokenPipe = ExitCode(rawValue: 141)
}
