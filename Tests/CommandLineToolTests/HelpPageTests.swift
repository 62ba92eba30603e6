import Testing

@testable import CommandLineTool

@Suite struct `Help pages` {
    private static let everyVerb = """
              --database PATH         The database file to work on.
              --json                  Prints JSON, for programs.
              --quiet                 Leaves out remarks and progress.
              --no-color              Leaves out colours.
          -h, --help                  Shows this page.
              --version               Prints the version.
        """

    @Test(arguments: ["--help", "-h", "help"])
    func `the program`(line: String) async {
        let answer = await Toy.run(line)
        #expect(
            answer.output == """
                Usage:
                  sojourn [options] VERB

                What it does:
                  Looks after exchange programmes.

                  Every verb works on one database file.

                Options:
                \(Self.everyVerb)

                Examples:
                  sojourn case list
                      Lists the cases.

                Subcommands:
                  case                        Works on cases.
                  import                      Reads tables of applications.
                  fail                        Fails.
                  completion                  Prints a script that completes sojourn's command
                                              lines in a shell.

                """)
        #expect(answer.code == 0 && answer.errors == "")
    }

    @Test(arguments: [
        "case list --help", "case list -n 3 -h", "help case list", "case help list", "-h case list --nonsense",
    ])
    func `a verb`(line: String) async {
        let answer = await Toy.run(line)
        #expect(
            answer.output == """
                Usage:
                  sojourn case list [options] [STATE ...]

                What it does:
                  Lists cases.

                Arguments:
                  [STATE ...]                 Which cases; all where none is named. One of:
                                              open, closed, on hold.

                Options:
                  -n, --limit N               How many cases at most. Default: 50.
                      --order ORDER           Which come first. One of: newest, oldest.
                  -t, --tag TAG               Only cases with this tag. May be given several
                                              times.

                Options of every verb:
                \(Self.everyVerb)

                Examples:
                  sojourn case list --limit 5
                      Lists the five newest cases.
                  sojourn case list open closed --order oldest
                      Lists open and closed cases, the oldest first.

                """)
        #expect(answer.code == 0 && answer.errors == "")
    }

    @Test func `paragraphs are wrapped to the terminal, tables in them are left alone`() async {
        let answer = await Toy.run("import --help", columns: 60, environment: ["NO_COLOR": "1"])
        #expect(
            answer.output.hasPrefix(
                """
                Usage:
                  sojourn import [options] --into FOLDER TABLE ...

                What it does:
                  Reads tables of applications.

                  Each row becomes one case. Rows that cannot be read are
                  listed with their line, and nothing is imported until all
                  can be read, unless --partly is given.

                    name,email,host
                    Ada,ada@example.org,Kyiv

                  The first line names the columns.

                Arguments:
                  TABLE ...                   The CSV files, plain or
                                              gzipped.

                Options:
                  -p, --partly                Imports what can be read.
                  -v, --verbose               Tells each row.
                  -i, --into FOLDER           Where letters go. Must be
                                              given.

                Options of every verb:

                """))
        #expect(answer.output.split(separator: "\n").allSatisfy { $0.count <= 60 })
    }

    @Test func `no line is wider than a hundred columns, nor squeezed below forty`() async {
        let wide = await Toy.run("import --help", columns: 300).output.split(separator: "\n").map(\.count).max() ?? 0
        #expect((90...100).contains(wide))
        #expect(await Toy.run("help", columns: 3).output == Toy.run("help", columns: 40).output)
        #expect(await Toy.run("help", environment: ["COLUMNS": "40"]).output.contains("sojourn's\n"))
    }

    @Test func `titles are bold and names coloured on a terminal`() async {
        let output = await Toy.run("help", columns: 80).output
        #expect(output.hasPrefix("\u{1B}[1mUsage\u{1B}[0m\u{1B}[1m:\u{1B}[0m\n"))
        #expect(output.contains("\n\u{1B}[36m  case\u{1B}[0m") || output.contains("\n  \u{1B}[36mcase\u{1B}[0m  "))
        #expect(await !Toy.run("help --no-color", columns: 80).output.contains("\u{1B}"))
    }

    @Test(arguments: ["", "case", "--json case"])
    func `without a verb the page is a mistake's answer`(line: String) async {
        let answer = await Toy.run(line)
        #expect(answer.errors.hasPrefix("Usage:\n  sojourn") && answer.errors.contains("Subcommands:\n"))
        #expect(answer.output == "" && answer.code == 2)
    }

    @Test func `the version`() async {
        let answer = await Toy.run("--version")
        #expect(answer.output == "sojourn 1.2.3\n" && answer.code == 0)
    }
}
