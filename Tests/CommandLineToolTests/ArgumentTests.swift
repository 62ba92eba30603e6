import Testing

@testable import CommandLineTool

@Suite struct `Arguments` {
    @Test func `the toy tree is declared without a fault`() {
        #expect(Toy.tree.root.faults() == [])
    }

    @Test func `faults of a declaration are found`() {
        let leaf = CommandSpec(
            "Leaf", "No sentence", examples: [("toy other", "x")],
            arguments: [
                Positional("a", "x", repeating: true), Positional("a", "y"), Positional("b", "y", optional: true),
            ],
            options: [
                Option("json", short: "j", "Twice."), Option("flag", short: "j", "Flag.", default: "x"),
                Option("kind", value: "K", "Kind.", default: "c", completion: .choices(["a", "b"])),
            ]
        ) { _, _ in .success }
        let root = CommandSpec("toy", "Toy.", options: [Option("json", "JSON.")], subcommands: [leaf, leaf])
        #expect(
            Array(Set(root.faults())).sorted() == [
                "toy Leaf: 'Leaf' is not of small letters, digits and -", "toy Leaf: a short option stands twice",
                "toy Leaf: a twice", "toy Leaf: an argument stands behind a repeating one",
                "toy Leaf: flag flag wants a value", "toy Leaf: json twice",
                "toy Leaf: the default of kind is no choice",
                "toy Leaf: the example 'toy other' is of another verb", "toy Leaf: the summary is no sentence",
                "toy: a subcommand stands twice",
            ])
    }

    @Test(arguments: [
        "case list --limit 7 --tag a --tag b", "case list --limit=7 -t a -t b", "case list -n 7 -ta -tb",
        "case list -n7 -ta --tag=b", "--json case --quiet list -t a open --limit 7 closed -tb",
        "case list -n 3 -n 7 -ta -tb",
    ])
    func `options are read in every spelling and at every place`(line: String) async {
        let answer = await Toy.run(line)
        #expect(answer.output == "limit 7, order none, tags a+b\n")
        #expect(answer.errors == "" && answer.code == 0)
    }

    @Test func `flags cluster, and the last of a cluster may take a value`() {
        let reader = ArgumentReader(["import", "-pvi", "out", "a.csv"], of: Toy.tree.root)
        #expect(reader.mistakes == [])
        #expect(reader.parsed.flag("partly") && reader.parsed.flag("verbose") && !reader.parsed.flag("json"))
        #expect(reader.parsed["into"] == "out")
        #expect(ArgumentReader(["import", "-pvout", "a"], of: Toy.tree.root).mistakes.first == "unknown option '-o'")
        #expect(ArgumentReader(["import", "-pviout=x", "a"], of: Toy.tree.root).parsed["into"] == "out=x")
    }

    @Test func `behind two hyphens all is an argument`() {
        let reader = ArgumentReader(["import", "-iout", "--", "--help", "-x", "--"], of: Toy.tree.root)
        #expect(reader.mistakes == [] && !reader.wantsHelp)
        #expect(reader.parsed.texts("table") == ["--help", "-x", "--"])
    }

    @Test func `a single hyphen, a negative number and empty texts are arguments and values`() {
        let reader = ArgumentReader(["import", "--into=", "-", "-5", "", "-.5"], of: Toy.tree.root)
        #expect(reader.mistakes == [])
        #expect(reader.parsed.texts("table") == ["-", "-5", "", "-.5"])
        #expect(reader.parsed["into"] == "")
    }

    @Test func `all mistakes are told at once, each once, with what may have been meant`() async {
        let answer = await Toy.run("case list --limt 5 --limt 6 --order newst --json=yes --tag")
        #expect(answer.output == "" && answer.code == 2)
        #expect(
            answer.errors == """
                sojourn case list: unknown option '--limt'; did you mean '--limit'?
                sojourn case list: option '--order' wants one of newest, oldest, not 'newst'; did you mean 'newest'?
                sojourn case list: option '--json' takes no value
                sojourn case list: option '--tag' wants a value (TAG)
                sojourn case list: STATE wants one of open, closed, on hold, not '5'
                sojourn case list: STATE wants one of open, closed, on hold, not '6'
                try 'sojourn case list --help'

                """)
    }

    @Test(arguments: [
        ("impotr x", "sojourn: unknown verb 'impotr'; did you mean 'import'?\ntry 'sojourn --help'\n"),
        ("imp x", "sojourn: unknown verb 'imp'; did you mean 'import'?\ntry 'sojourn --help'\n"),
        ("help improt", "sojourn: unknown verb 'improt'; did you mean 'import'?\ntry 'sojourn --help'\n"),
        (
            "case sow --help",
            "sojourn case: unknown subcommand 'sow'; did you mean 'show'?\ntry 'sojourn case --help'\n"
        ),
        ("complete-valeu", "sojourn: unknown verb 'complete-valeu'\ntry 'sojourn --help'\n"),
        (
            "import",
            "sojourn import: TABLE is missing\nsojourn import: option '--into' is missing (FOLDER)\n"
                + "try 'sojourn import --help'\n"
        ),
        ("case show a b", "sojourn case show: 'b' is one argument too many\ntry 'sojourn case show --help'\n"),
        ("case list -n --json", "sojourn case list: option '-n' wants a value (N)\ntry 'sojourn case list --help'\n"),
        ("case list -z", "sojourn case list: unknown option '-z'\ntry 'sojourn case list --help'\n"),
    ])
    func `mistakes are named and end with 2`(line: String, errors: String) async {
        let answer = await Toy.run(line)
        #expect(answer.errors == errors)
        #expect(answer.output == "" && answer.code == 2)
    }

    @Test(arguments: [
        ("0", "a whole number from 1 to 1000, not '0'"), ("1001", "a whole number from 1 to 1000, not '1001'"),
        ("1.5", "a whole number from 1 to 1000, not '1.5'"),
        ("99999999999999999999", "a whole number from 1 to 1000, not '99999999999999999999'"),
        ("\u{1B}[2J", "a whole number from 1 to 1000, not '\\u{1b}[2J'"),
    ])
    func `numbers outside their range are a mistake of use`(number: String, wanted: String) async {
        let answer = await Toy.run(["case", "list", "--limit", number])
        #expect(answer.errors == "sojourn case list: --limit wants \(wanted)\ntry 'sojourn case list --help'\n")
        #expect(answer.code == 2)
    }

    @Test func `typed values are read`() async throws {
        let parsed = ArgumentReader(["case", "list", "--order=oldest", "--tag", "7"], of: Toy.tree.root).parsed
        #expect(try parsed.choice("order", Toy.Order.self) == .oldest)
        #expect(try parsed.integer("tag") == 7)
        #expect(try parsed.integer("limit", 0 ... .max) == 50)
        #expect(try parsed.integer("database") == nil)
        #expect(parsed.text("database") == nil && parsed.texts("state") == [])
        #expect(throws: UsageMistake("--tag wants a pair, not '7'")) {
            try parsed.value("tag", "a pair") { _ in Int?.none }
        }
        #expect(throws: UsageMistake("--tag wants a whole number, 8 or more, not '7'")) {
            try parsed.integer("tag", 8 ... .max)
        }
    }

    @Test func `a name that is not declared ends the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = ArgumentReader(["case", "list"], of: Toy.tree.root).parsed.text("lmit")
        }
    }

    @Test func `failures are told in their words, unforeseen ones harmlessly`() async {
        let failure = await Toy.run("fail KX-1")
        #expect(failure.errors == "sojourn fail: the case KX-1 is closed\n" && failure.code == 1)
        let other = await Toy.run("fail other")
        #expect(other.errors == "sojourn fail: happened(\"\\u{1B}[31m\")\n" && other.code == 1)
        let cancelled = await Toy.run("fail cancelled")
        #expect(cancelled.errors == "" && cancelled.code == 130)
    }

    @Test func `quiet leaves out remarks`() async {
        #expect(await Toy.run("import -i o a b").errors == "2 tables\n")
        #expect(await Toy.run("import -i o a b --quiet").errors == "")
    }
}
