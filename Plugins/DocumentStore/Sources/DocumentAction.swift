import ActionKit
import Dispatch
import Expressions

/// `document.store`: keeps a letter that is already worded as a file of its case.
struct DocumentAction: Action {
    let folder: String
    /// Where documents are filed as well; nil: in the folder alone.
    let archive: DocumentArchive?
    let letterhead: String
    /// How letters are set whose use does not say it.
    let format: LetterFormat
    private let setting = LetterPDF()
    /// Writing waits for the disk, so it has its own thread; one after another, so that no record is written twice at
    /// once.
    private let queue: DispatchQueue

    init(
        folder: String, letterhead: String, format: LetterFormat, archive: DocumentArchive?, queue: DispatchQueue
    ) {
        self.folder = folder
        self.archive = archive
        self.queue = queue
        self.letterhead = letterhead
        self.format = format
    }

    let description = ActionDescription(
        name: "document.store", title: "Keeps a letter or certificate as a file of the case.",
        input: .object([
            SchemaField("template", DocumentLimits.line), SchemaField("title", DocumentLimits.line),
            SchemaField("text", .text(.plain, maximumBytes: DocumentLimits.textBytes)),
            SchemaField("reader", DocumentLimits.line, isRequired: false), SchemaField("language", DocumentLimits.line),
            SchemaField("format", .choice(LetterFormat.allCases.map(\.rawValue)), isRequired: false),
            SchemaField("thing", .text(.plain, maximumBytes: DocumentLimits.lineBytes), isRequired: false),
        ]),
        output: .object([
            SchemaField("path", DocumentLimits.line, isRequired: false),
            SchemaField("name", DocumentLimits.line, isRequired: false),
            SchemaField("type", DocumentLimits.line, isRequired: false),
            SchemaField("sha256", .text(.line, maximumBytes: 64), isRequired: false),
            SchemaField("bytes", .integer(0...DocumentLimits.fileBytes), isRequired: false),
            SchemaField("version", .integer(0...DocumentLimits.versions)),
            SchemaField("address", .text(.line, maximumBytes: DocumentLimits.addressBytes), isRequired: false),
        ]), isKept: true, idempotency: .native, timeoutSeconds: 300)

    func run(_ call: ActionCall) async -> ActionOutcome {
        let mistakes = mistakes(of: call)
        guard mistakes.isEmpty else {
            return .failed(.init(code: "document.input", message: mistakes.joined(separator: "; "), retry: .never))
        }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: store(call)) }
        }
    }

    private func mistakes(of call: ActionCall) -> [String] {
        var mistakes = description.input.check(.object(call.input))
        if !Folder.isSafe(call.caseReference) {
            mistakes.append("the reference of the case must be letters, digits and -")
        }
        if !Letter.isLanguage(call.text("language")) {
            mistakes.append("\"language\" must be a language such as fr or pt-BR")
        }
        return mistakes
    }

    private func store(_ call: ActionCall) -> ActionOutcome {
        let shelf = DocumentShelf(root: folder, caseReference: call.caseReference)
        // The keys of making, renewing and undoing one document differ; what they share is the thing.
        let thing = call.text("thing").isEmpty ? call.key : call.text("thing")
        let name = DocumentShelf.Name(template: call.text("template"), thing: thing)
        do throws(DocumentShelf.Refusal) {
            if call.mode == .undo {
                if call.isDryRun { return .done(output: ["version": .int(0)]) }
                let version = try shelf.void(name, key: call.key, at: call.now)
                if version != nil { try archive?.file([name.record], of: shelf) }
                return .done(output: version.map { output($0, shelf, name) } ?? ["version": .int(0)])
            }
            let format = LetterFormat(rawValue: call.text("format")) ?? format
            let letter: [UInt8]
            do throws(LetterPDF.Refusal) { letter = try bytes(of: call, format) } catch {
                return .failed(
                    .init(code: "document.setting", message: error.message, retry: .usual, scope: .service))
            }
            guard letter.count <= DocumentLimits.fileBytes else {
                return failed("document.size", "the letter is larger than \(DocumentLimits.fileBytes >> 20) MiB")
            }
            if call.isDryRun { return .done(output: ["version": .int(0), "bytes": .int(Int64(letter.count))]) }
            let version = try shelf.keep(
                letter, in: format, as: name, key: call.key, sequence: call.sequence, at: call.now)
            // The letter before its record, as in the folder.
            try archive?.file([version.file, name.record], of: shelf)
            return .done(output: output(version, shelf, name))
        } catch {
            return outcome(of: error)
        }
    }

    private func bytes(of call: ActionCall, _ format: LetterFormat) throws(LetterPDF.Refusal) -> [UInt8] {
        let letter = Letter(
            title: call.text("title"), text: call.text("text"), reader: call.text("reader"),
            language: call.text("language"), letterhead: letterhead, caseReference: call.caseReference)
        return switch format {
        case .html: letter.html
        case .pdf: try setting.bytes(of: letter, made: call.now)
        }
    }

    private func output(
        _ version: DocumentRecord.Version, _ shelf: DocumentShelf, _ name: DocumentShelf.Name
    ) -> [String: Value] {
        // What a version was made as, whatever is asked for now.
        let format = LetterFormat(file: version.file)
        var output: [String: Value] = [
            "path": .string(shelf.path(of: version.file)),
            "name": .string(name.readable(caseReference: shelf.caseReference, format)),
            "type": .string(format.type),
            "sha256": .string(version.sha256), "bytes": .int(Int64(version.bytes)),
            "version": .int(Int64(version.number)),
        ]
        if let address = archive?.address(of: version.file, shelf), !address.isEmpty {
            output["address"] = .string(address)
        }
        return output
    }

    private func outcome(of refusal: DocumentShelf.Refusal) -> ActionOutcome { .failed(refusal.failure) }

    private func failed(_ code: String, _ message: String) -> ActionOutcome {
        .failed(.init(code: code, message: message, retry: .never))
    }
}
