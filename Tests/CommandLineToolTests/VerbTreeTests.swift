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

    /// What a line of an example hands to each `sojourn` in it: words as a shell reads them, without pipes and redirections.
    private func commands(in line: String) -> [[String]] {
        var all: [[String]] = [[]]
        var word: String?
        var quote: Character?
        var isFile = false
        func end(_ word: String?) {
            guard let word else { return }
            if isFile { isFile = false } else { all[all.count - 1].append(word) }
        }
        for letter in line {
            if let open = quote {
                if letter == open { quote = nil } else { word?.append(letter) }
            } else if letter == "'" || letter == "\"" {
                quote = letter
                word = word ?? ""
            } else if " |&;<>".contains(letter) {
                end(word)
                word = nil
                if letter == "<" || letter == ">" { isFile = true }
                if "|&;".contains(letter), all.last?.isEmpty == false { all.append([]) }
            } else {
                word = (word ?? "") + String(letter)
            }
        }
        end(word)
        return all.filter { $0.first == "sojourn" }.map { Array($0.dropFirst()) }
    }

    @Test func `have examples that are command lines, as they are printed`() {
        let root = Sojourn.tree(at: Hub().place).root
        var count = 0
        for (path, spec) in leaves(root) {
            for (line, what) in spec.examples {
                let found = commands(in: line)
                #expect(!found.isEmpty, "\(line)")
                for words in found {
                    let reader = ArgumentReader(words, of: root)
                    #expect(reader.mistakes.isEmpty && reader.command.run != nil, "\(line): \(reader.mistakes)")
                    count += 1
                }
                #expect(found.contains { $0.starts(with: path.dropFirst().prefix(1)) }, "\(line)")
                #expect(what.hasSuffix("."), "\(what)")
            }
        }
        #expect(count > 100)
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
