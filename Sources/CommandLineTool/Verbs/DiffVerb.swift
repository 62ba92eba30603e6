import CaseStore
import Engine
import Exchange
import Expressions
import Foundation
import ProgrammeLanguage
import Service

/// `diff OLD NEW`: what changes from one version of a programme to another, in sentences.
enum DiffVerb {
    static func spec(_ place: Workplace) -> CommandSpec {
        let completion = Completion.folder
        return CommandSpec(
            "diff", "Tells in sentences how two versions of a programme differ.",
            discussion: """
                Each of the two is a folder, a programme of one file, or a programme of the database: its NAME for the newest \
                version, or NAME@VERSION. They are compared as they are understood: comments, layout and an order that \
                means nothing are no difference.

                Ends with 0 if both do, ask and say the same, 1 if they differ, 2 if one cannot be read or has mistakes.
                """,
            examples: [
                ("sojourn diff study-tour workflows/study-tour", "What changes when the folder is added."),
                ("sojourn diff study-tour@1 study-tour@2", "What changed between two versions in the database."),
                ("sojourn diff --json old.yaml new.yaml", "Prints the sentences as JSON, each with what it is about."),
            ],
            arguments: [
                Positional("old", "The version before: a folder, a file, or NAME@VERSION.", completion: completion),
                Positional("new", "The version after.", completion: completion),
            ]
        ) { parsed, terminal in
            let old = try await version(parsed["old"], parsed, place)
            let new = try await version(parsed["new"], parsed, place)
            let difference = ProgrammeDifference(from: old.programme, old.source, to: new.programme, new.source)
            if parsed.flag("json") {
                terminal.print(json: value(difference, old.programme, new.programme))
            } else {
                for sentence in difference.sentences { terminal.print("\(sentence.text)") }
                if let rest = remark(difference) { terminal.print("\(rest)") }
                if old.programme.hash == new.programme.hash { terminal.note("the two are the same") }
            }
            return difference.isEmpty ? .success : .failure
        }
    }

    /// What is said of files that differ without a change of what they say.
    private static func remark(_ difference: ProgrammeDifference) -> String? {
        let files = difference.otherFiles
        guard !files.isEmpty else { return nil }
        return difference.isEmpty
            ? "Both do, ask and say the same; comments, layout or the order differ in \(Naming.list(files))."
            : "Beside that \(Naming.list(files)) \(files.count == 1 ? "differs" : "differ")."
    }

    private static func version(
        _ word: String, _ parsed: Parsed, _ place: Workplace
    ) async throws -> (programme: Programme, source: ProgrammeSource?) {
        do {
            if FileManager.default.fileExists(atPath: word) { return try ReadProgramme.compile(word) }
            guard word.firstMatch(of: /^[a-z][a-z0-9-]*(@[0-9]+)?$/) != nil else {
                throw Failure("\(word): there is no such file or folder")
            }
            return try await place.withService(parsed) { service in
                let programme = try await ProgrammeVerbs.machine(word, in: service).programme
                let row = try await service.engine.store.programme(hash: programme.hash)
                return (programme, row.flatMap { ProgrammeSource(packed: $0.source) })
            }
        } catch let failure as Failure {
            throw Failure(failure.message, exitCode: CheckVerb.unreadable)
        }
    }

    private static func value(_ difference: ProgrammeDifference, _ old: Programme, _ new: Programme) -> Value {
        func version(_ programme: Programme) -> Value {
            .object([
                "name": .string(programme.name), "version": .int(Int64(programme.version)),
                "hash": .string(programme.hash),
            ])
        }
        return .object([
            "old": version(old), "new": version(new), "same": .bool(difference.isEmpty),
            "sentences": .list(
                difference.sentences.map {
                    .object([
                        "kind": .string($0.kind.rawValue), "about": .string($0.about), "text": .string($0.text),
                    ])
                }), "other_files": .texts(difference.otherFiles),
        ])
    }
}
