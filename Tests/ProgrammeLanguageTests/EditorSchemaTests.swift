import Exchange
import Expressions
import Foundation
import Service
import Testing

@testable import ProgrammeLanguage

/// Held against jsonschema, a validator of the standard that editors use.
@Suite struct `The schema for editors` {
    private static let folders = shippedNames + ["../docs/examples/peer-review"]

    private func source(_ name: String) throws -> ProgrammeSource {
        try ProgrammeSource.read(path: workflows + "/" + name)
    }

    private func text(_ source: ProgrammeSource) -> String {
        String(decoding: source.files[ProgrammeSource.mainFile] ?? [], as: UTF8.self)
    }

    private func schema(_ programme: Programme) -> Value {
        EditorSchema(programme, actions: Service.knownActions).value
    }

    @Test func `says of every key what stands behind it`() {
        let schema = EditorSchema(actions: [])
        for kind in KeyTable.all.kinds {
            for key in kind.keys {
                #expect(!schema.shape(of: key, in: kind, .case).isEmpty, "\(kind.name), \(key.name): \(key.value)")
            }
        }
    }

    @Test func `is plain JSON, with no mark of a reader's own`() throws {
        for schema in [EditorSchema(actions: Service.knownActions).value] { #expect(!schema.json.contains("$map")) }
    }

    @Test func `takes every shipped programme, in general and with its own names`() throws {
        var schemas = [EditorSchema(actions: Service.knownActions).value]
        var documents: [(schema: Int, text: String)] = []
        for name in Self.folders {
            let source = try source(name)
            documents.append((0, text(source)))
            documents.append((schemas.count, text(source)))
            schemas.append(schema(try #require(ProgrammeCompiler.compile(source).programme)))
        }
        let answers = try PythonCounterpart.mistakes(documents, by: schemas)
        #expect(answers.count == documents.count)
        for (answer, document) in zip(answers, documents) {
            #expect(answer.isEmpty, Comment(rawValue: "\(document.text.prefix(200))\n\(answer)"))
        }
    }

    /// What is replaced in the study tour, and whether the schema of any programme sees it too.
    private static let breaks: [(from: String, to: String, isGeneral: Bool)] = [
        ("languages: [en, fr, es, ar, pt]", "langauges: [en]", true),
        ("version: 1", "version: one", true),
        ("staff: yes", "staff: true", true),
        ("sees: [identity, special, money]", "sees: [identity, secret]", true),
        ("type: yes-no", "type: checkbox", true),
        ("{type: number, between: 2 to 10,", "{type: number, between: 2-10,", true),
        ("type: file, required: yes", "type: dropdown, required: yes", true),
        ("due: 5 working days", "due: 5 workdays", false),
        ("60 days before visit", "60 days before vist", false),
        ("submit: screening", "submit: screning", false),
        ("who: requester, form: request}", "who: requestor, form: request}", false),
        ("form: request}", "form: reqest}", false),
        ("send: {please_complete: requester}", "send: {please_compleet: requester}", false),
        ("rules: hosting", "rules: hostings", false),
        ("reach: accepted", "reach: acepted", false),
        ("order: first screening", "order: first screaning", false),
        ("next: {submit: screening}", "nxt: {submit: screening}", true),
        ("template: invitation", "template: invitaton", false),
        ("title: \"Study tour {{ case.reference }}\"", "titel: \"Study tour {{ case.reference }}\"", true),
        ("left: stood_down", "left: stood", false),
        ("closed: fulfilled", "closed: fulfiled", true),
        ("  follow-up:", "  followup:", true),
        ("if-late: skip", "if-late: never", true),
        ("hold: up to 180 days", "hold: 180 days", true),
        ("people:\n", "", true),
        ("next: {accept: {to: confirming,", "next: {accept: {to: screening,", false),
    ]

    @Test func `refuses what is misspelt, foreign or of another shape`() throws {
        let source = try source("study-tour")
        let own = schema(try #require(ProgrammeCompiler.compile(source).programme))
        let schemas = [EditorSchema(actions: Service.knownActions).value, own]
        let whole = text(source)
        let breaks = Self.breaks.filter { $0.from != $0.to && whole.contains($0.from) }
        #expect(breaks.count >= 24)
        let broken = breaks.map { whole.replacing($0.from, with: $0.to, maxReplacements: 1) }
        let answers = try PythonCounterpart.mistakes(
            broken.map { (0, $0) } + broken.map { (1, $0) }, by: schemas)
        let (general, special) = (answers.prefix(broken.count), Array(answers.dropFirst(broken.count)))
        for (index, change) in breaks.enumerated() {
            #expect(!special[index].isEmpty, "\(change.to) is taken")
            #expect(general[index].isEmpty == !change.isGeneral, "\(change.to): \(general[index])")
        }
    }

    @Test func `marks nothing that check takes, however a slip of the hand came about`() throws {
        var schemas = [EditorSchema(actions: []).value]
        var good: [(schema: Int, text: String)] = []
        var bad: [(schema: Int, text: String)] = []
        for (index, name) in shippedNames.enumerated() {
            let source = try source(name)
            let programme = try #require(ProgrammeCompiler.compile(source).programme)
            schemas.append(EditorSchema(programme, actions: []).value)
            let original = schemas.count - 1
            var generator = MistakeGenerator(source, roles: programme.peopleOrder, seed: 700 + UInt64(index))
            for _ in 0..<12 {
                let slip = generator.next()
                guard slip.file == ProgrammeSource.mainFile else { continue }
                let (changed, diagnostics) = ProgrammeCompiler.compile(slip.source)
                guard let changed, !diagnostics.hasErrors else {
                    bad.append((original, text(slip.source)))
                    continue
                }
                good.append((0, text(slip.source)))
                good.append((schemas.count, text(slip.source)))
                schemas.append(EditorSchema(changed, actions: []).value)
            }
        }
        let answers = try PythonCounterpart.mistakes(good + bad, by: schemas)
        let taken = answers.prefix(good.count)
        for (answer, document) in zip(taken, good) where !answer.isEmpty {
            Issue.record("\(answer)\n\(document.text)")
        }
        #expect(good.count > 10)
        let refused = answers.dropFirst(good.count).count { !$0.isEmpty }
        print("schema: of \(bad.count) slips that check finds the schema marks \(refused)")
        #expect(refused * 2 > bad.count)
    }
}
