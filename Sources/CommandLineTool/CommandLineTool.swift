import Glibc

/// The program `sojourn`: its verbs under one tree.
package enum Sojourn {
    package static let version = "0.1.0"

    static func tree(at place: Workplace) -> CommandTree {
        CommandTree(
            "sojourn", "Runs knowledge-exchange programmes: study tours, expert missions and the like.",
            version: version,
            discussion: """
                A programme is a folder that says who does what by when. A case is one exchange going through it. Everything \
                lives in one database file, by default sojourn.db in $XDG_DATA_HOME/sojourn or ~/.local/share/sojourn; \
                plugins keep their files beside it.
                """,
            examples: [
                ("sojourn check workflows/study-tour", "Finds every mistake in a programme."),
                ("sojourn case list", "Lists the cases."),
                ("sojourn case show ST-2027-0001", "Says where a case stands and what happens next."),
            ], verbs: Verbs.all(at: place))
    }

    /// Runs one command line and says with which number the process is to end.
    /// - Parameter arguments: with the program's name in front.
    package static func run(_ arguments: [String]) async -> Int32 {
        let terminal = Terminal.standard()
        if let place = ProcessArguments.firstUnreadable() {
            terminal.complain("sojourn: argument \(String(place)) is not UTF-8; set the terminal to UTF-8")
            terminal.flush()
            return ExitCode.usage.rawValue
        }
        return await tree(at: .process).answer(Array(arguments.dropFirst()), on: terminal).rawValue
    }
}
