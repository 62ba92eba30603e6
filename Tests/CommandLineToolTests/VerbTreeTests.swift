import Testing

@testable import CommandLineTool

@Suite struct `The program's verbs` {
    private func leaves(_ spec: CommandSpec, _ path: [String] = []) -> [(path: [String], spec: CommandSpec)] {
        let here = path + [spec.name]
        return spec.subcommands.isEmpty ? [(here, spec)] : spec.subcommands.flatMap { leaves($0, here) }
    }

    @Test func `are declared without a fault`() {
        #expect(Sojourn.tree(at: Hub().place).root.faults() == [])
    }

    @Test func `all have help with examples`() async {
        let hub = Hub()
        for (path, spec) in leaves(Sojourn.tree(at: hub.place).root) where !spec.isHidden {
            #expect(!spec.examples.isEmpty, "\(path.joined(separator: " "))")
            let help = await hub.run(Array(path.dropFirst()) + ["--help"])
            #expect(help.code == 0)
            #expect(help.output.contains("Examples:"), "\(path.joined(separator: " "))")
        }
    }

    @Test func `a database that is not there is never made by looking`() async {
        let hub = Hub()
        for words in [["case", "list"], ["task", "list"], ["outbox", "list"], ["doctor"], ["export", "--all"]] {
            let answer = await hub.run(["--database", hub.database] + words)
            #expect(answer.code == 1)
            #expect(answer.errors.contains("there is no database \(hub.database)"))
        }
    }

    @Test func `without --database the data folder of the user is taken, for the owner alone`() async throws {
        let hub = Hub()
        let added = await hub.run(["programme", "add", Hub.workflows + "/study-tour"])
        #expect(added.code == 0, Comment(rawValue: added.errors))
        let doctor = await hub.run(["doctor"])
        #expect(doctor.code == 0, Comment(rawValue: doctor.output))
        #expect(doctor.output.contains("\(hub.folder)/data/sojourn/sojourn.db"))
    }
}
