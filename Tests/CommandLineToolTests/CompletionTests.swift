import Foundation
import Testing

@testable import CommandLineTool

@Suite struct `Completion in shells` {
    /// What stands in the folder where the shells are asked.
    private static let files = ["apples.csv", "apricots/"]
    /// Plays the program, whose own answers the last tests hold: says what it was asked.
    private static let program = """
        #!/bin/sh
        printf '%s\\n' "KX-1" "KX-2;id" "ZZ" "KX:$*"
        """

    private static func inToyFolder(_ body: (URL) throws -> Void) throws {
        try Shell.inFolder { folder in
            let manager = FileManager.default
            try Data().write(to: folder.appendingPathComponent("apples.csv"))
            try manager.createDirectory(
                at: folder.appendingPathComponent("apricots"), withIntermediateDirectories: false)
            let program = folder.appendingPathComponent("sojourn")
            try Data(Self.program.utf8).write(to: program)
            try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
            try body(folder)
        }
    }

    /// Asks bash for the completions of the last word.
    private static func bash(_ words: [String]) throws -> [String] {
        var answer: [String] = []
        try inToyFolder { folder in
            try Data(Toy.tree.root.bashCompletion.utf8).write(to: folder.appendingPathComponent("script"))
            let quoted = words.map(\.shellQuoted).joined(separator: " ")
            let asking = """
                set -u; PATH="$PWD:$PATH"; source ./script
                COMP_WORDS=(sojourn \(quoted)); COMP_CWORD=\(words.count)
                [[ $(complete -p sojourn) == 'complete -F _sojourn sojourn' ]] || exit 3
                _sojourn; ((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"; exit 0
                """
            answer = try Shell.run("/bin/bash", ["--norc", "-c", asking], in: folder)
                .split(separator: "\n").map(String.init)
        }
        return answer
    }

    @Test(arguments: [
        ([""], ["case", "import", "fail", "completion"]),
        (["c"], ["case", "completion"]),
        (["case", ""], ["list", "show"]),
        (["--json", "case", "l"], ["list"]),
        (["--database", "case", "ca"], ["case"]),
        (["--database", "=", "x", "case", "s"], ["show"]),
        (["help", "case", "s"], ["show"]),
        (["case", "list", "--o"], ["--order"]),
        (["--js"], ["--json"]),
        (["case", "list", "--order", ""], ["newest", "oldest"]),
        (["case", "list", "--order", "="], ["newest", "oldest"]),
        (["case", "list", "--order", "=", "n"], ["newest"]),
        (["case", "list", "--limit", ""], []),
        (["case", "list", "-n", "5", "o"], ["open", "on\\ hold"]),
        (["case", "list", "open", "closed", "c"], ["closed"]),
        (["case", "list", "--", "--"], []),
        (["case", "list", "--", "c"], ["closed"]),
        (["import", "ap"], ["apples.csv", "apricots"]),
        (["import", "--into", "ap"], ["apricots"]),
        (["import", "-i", "ap"], ["apricots"]),
        (["import", "a", "b", "app"], ["apples.csv"]),
        (["--database", "app"], ["apples.csv"]),
        (["case", "show", "KX-"], ["KX-1", "KX-2\\;id"]),
        (
            ["--database", "a b", "case", "show", "KX:"],
            ["KX:complete-value\\ --\\ case\\ KX:\\ --database\\ a\\ b\\ case\\ show"]
        ),
        (["case", "show", "KX-1", ""], []),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["nonsense", "c"], ["case", "completion"]),
    ])
    func `bash proposes`(words: [String], proposals: [String]) throws {
        #expect(try Self.bash(words) == proposals)
    }

    @Test(
        .enabled(if: Shell.isThere("/usr/bin/fish")),
        arguments: [
            ("", ["case", "completion", "fail", "import"]),
            ("--json case ", ["list", "show"]),
            ("--database case ca", ["case"]),
            ("case list --o", ["--order"]),
            ("case list --order ", ["newest", "oldest"]),
            ("case list --order=n", ["--order=newest"]),
            ("case list -n 5 c", ["closed"]),
            ("import ap", ["apples.csv", "apricots/"]),
            ("import --into ap", ["apricots/"]),
            ("case show KX-", ["KX-1", "KX-2;id"]),
            ("--database x case show KX:", ["KX:complete-value -- case KX: --database x case show"]),
            ("completion z", ["zsh"]),
        ])
    func `fish proposes`(line: String, proposals: [String]) throws {
        try Self.inToyFolder { folder in
            try Data(Toy.tree.root.fishCompletion.utf8).write(to: folder.appendingPathComponent("script"))
            let asking = "set -p PATH $PWD; source ./script; complete -C \("sojourn \(line)".shellQuoted)"
            let answer = try Shell.run("/usr/bin/fish", ["--no-config", "-c", asking], in: folder)
            #expect(answer.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }.sorted() == proposals)
        }
    }

    @Test(.enabled(if: Shell.isThere("/usr/bin/zsh"))) func `zsh can read the script and finds its functions`() throws {
        try Self.inToyFolder { folder in
            try Data(Toy.tree.root.zshCompletion.utf8).write(to: folder.appendingPathComponent("_sojourn"))
            let asking = """
                zsh -n ./_sojourn && autoload -Uz compinit && compinit -D && source ./_sojourn
                print -l ${(ok)functions[(I)_sojourn*]} "$_comps[sojourn]"
                """
            let answer = try Shell.run("/usr/bin/zsh", ["-f", "-c", asking], in: folder)
            #expect(
                answer == """
                    _sojourn
                    _sojourn_ask
                    _sojourn_case
                    _sojourn_case_list
                    _sojourn_case_show
                    _sojourn_completion
                    _sojourn_fail
                    _sojourn_import
                    _sojourn

                    """)
        }
    }

    /// Types into a zsh on a terminal of its own, presses tab and reads the line back.
    @Test(
        .enabled(if: Shell.isThere("/usr/bin/zsh")),
        arguments: [
            ("cas", "case"), ("case li", "case list"), ("--json case li", "case list"),
            ("--database case im", "import"),
            ("case list --ord", "--order="), ("case list --order n", "newest"),
            ("case list --order=n", "--order=newest"),
            ("case list -n 5 c", "closed"), ("case list open on", "open on\\ hold"), ("import app", "apples.csv"),
            ("import -i ap", "apricots/"), ("case show Z", "ZZ"), ("completion f", "fish"),
            ("--database x case show KX:", "KX:complete-value\\ --\\ case\\ KX:\\ --database\\ x\\ case\\ show"),
        ]) func `zsh completes`(line: String, ending: String) throws
    {
        try Self.inToyFolder { folder in
            try Data(Toy.tree.root.zshCompletion.utf8).write(to: folder.appendingPathComponent("_sojourn"))
            let setup = """
                PATH="$PWD:$PATH"; autoload -Uz compinit && compinit -D && source ./_sojourn
                tell() { print -rn -- "$BUFFER" > typed.new && mv typed.new typed; }
                zle -N tell; bindkey '^X' tell; bindkey '^I' complete-word; : > ready
                """
            try Data(setup.utf8).write(to: folder.appendingPathComponent("setup"))
            let asking = """
                zmodload zsh/zpty
                await() { repeat 500; do [[ -e $1 ]] && return; sleep 0.02; done; exit 4; }
                zpty asked zsh -f -i
                zpty -w asked 'source ./setup'; await ready
                zpty -w -n asked \("sojourn \(line)".shellQuoted)$'\\t\\x18'; await typed
                zpty -d asked; cat typed
                """
            let answer = try Shell.run("/usr/bin/zsh", ["-f", "-c", asking], in: folder)
            let typed = answer.hasSuffix(" ") ? String(answer.dropLast()) : answer
            #expect(typed.hasSuffix(" " + ending))
        }
    }

    @Test func `zsh's script tells each option in each spelling`() {
        let script = Toy.tree.root.zshCompletion
        for line in [
            "'(--limit -n)--limit=[How many cases at most.]:N: '", "'(--limit -n)-n+[How many cases at most.]:N: '",
            "'*--tag=[Only cases with this tag.]:TAG: '", "'(--json)--json[Prints JSON, for programs.]'",
            "'*:state:(open closed on\\ hold)'", "'1:case:{_sojourn_ask case}'", "'*:table:_files'",
            "'(--into -i)--into=[Where letters go.]:FOLDER:_files -/'", "'case:Works on cases.'",
            "list) _sojourn_case_list ;;",
            "'completion:Prints a script that completes sojourn'\\''s command lines in a shell.'",
        ] { #expect(script.contains(line)) }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func `the verb prints the script`(shell: String) async {
        let scripts = [
            "bash": Toy.tree.root.bashCompletion, "zsh": Toy.tree.root.zshCompletion,
            "fish": Toy.tree.root.fishCompletion,
        ]
        let answer = await Toy.run("completion \(shell)")
        #expect(answer.output == scripts[shell] && answer.code == 0)
        #expect(!answer.output.contains("complete-value:") && answer.output.contains("completion"))
    }

    @Test func `an unknown shell is a mistake`() async {
        let answer = await Toy.run("completion bahs")
        #expect(
            answer.errors == """
                sojourn completion: SHELL wants one of bash, zsh, fish, not 'bahs'; did you mean 'bash'?
                try 'sojourn completion --help'

                """)
    }

    @Test(arguments: [
        (["case", "", "case", "show"], "KX-1\nKX-2\nZZ none\n"),
        (["case", "KX", "case", "show"], "KX-1\nKX-2\n"),
        (["case", "Z", "--database", "a.db", "--nonsense", "case", "show"], "ZZ a.db\n"),
        (["limit", "", "case", "list"], ""), (["nonsense", "", "case"], ""), (["case", "", "csae", "show"], ""),
    ])
    func `values are asked of the verb, with what was typed, and harmless`(words: [String], values: String) async {
        let answer = await Toy.run(["complete-value", "--"] + words)
        #expect(answer.output == values)
        #expect(answer.errors == "" && answer.code == 0)
    }
}
