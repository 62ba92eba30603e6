import Foundation
import ProgrammeLanguage

/// The texts of one programme's folder.
struct TextsFolder {
    let path: String
    private let texts: ProgrammeTexts
    /// The first language, from which all others are made.
    var source: String { texts.languages[0] }
    var targets: [String] { Array(texts.languages.dropFirst()) }

    /// - Throws: `Failure` where the folder cannot be read or is no programme.
    init(_ path: String) throws {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let url = URL(fileURLWithPath: trimmed)
        self.path = url.lastPathComponent == ProgrammeSource.mainFile ? url.deletingLastPathComponent().path : trimmed
        do throws(SourceFault) {
            let source = try ProgrammeSource.read(path: trimmed)
            do throws(LayoutRefusal) {
                texts = try ProgrammeTexts(source)
            } catch {
                throw SourceFault(path: trimmed, message: Self.words(error))
            }
        } catch {
            throw Failure("\(error.path): \(error.message)", exitCode: TextsVerbs.unreadable)
        }
    }

    /// A language that is translated into.
    func target(_ language: String) throws -> String {
        if targets.contains(language) { return language }
        if language == source { throw UsageMistake("\(language) is the source of all others; it is not translated") }
        throw UsageMistake(
            "LANGUAGE wants one of \(targets.joined(separator: ", ")), not '\(language)'; add it under \"languages\" first"
        )
    }

    func translation(_ language: String) -> Translation { texts.translation(language) }

    /// The file of a language, or a new one.
    func file(_ language: String) throws -> TextFile {
        do throws(LayoutRefusal) {
            return try texts.file(language)
        } catch {
            throw Failure(Self.words(error), exitCode: TextsVerbs.unreadable)
        }
    }

    func write(_ file: TextFile, _ language: String) throws {
        let target = URL(fileURLWithPath: path).appendingPathComponent("texts/\(language).yaml")
            .resolvingSymlinksInPath()
        do {
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.bytes).write(to: target, options: .atomic)
        } catch {
            throw Failure("\(target.path) cannot be written: \(error.localizedDescription)")
        }
    }

    /// Sets a text; a part that is new chooses by what the source chooses by.
    func set(_ path: [String], to text: String, in file: inout TextFile) throws {
        try Self.edit {
            for selector in texts.selectors(of: path) where file.text(at: selector.path) == nil {
                try file.set(selector.path, to: selector.text)
            }
            try file.set(path, to: text)
        }
    }

    /// A change of a file, whose faults are told as failures.
    static func edit(_ change: () throws -> Void) throws {
        do {
            try change()
        } catch let fault as TextFile.Fault {
            throw Failure(fault.message)
        } catch let refusal as LayoutRefusal {
            throw Failure(words(refusal))
        }
    }

    private static func words(_ refusal: LayoutRefusal) -> String {
        refusal.diagnostics.prefix(3).map(\.description).joined(separator: "; ")
    }
}
