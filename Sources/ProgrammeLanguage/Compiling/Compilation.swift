package import ActionKit
import Calendars
package import Exchange
package import Expressions

/// What is known of a source once it is checked.
package struct CheckedProgramme: Sendable {
    /// nil when there are errors.
    package let programme: Programme?
    /// Errors and warnings in the order of file and line.
    package let diagnostics: Diagnostics
    /// What is good to know and no mistake: what may come too late, what waits for a date; in the order of the file.
    package let notes: [Diagnostic]
    /// How long each state lasts at most, the case's first, in the order of the file; empty when names are wrong.
    package let stays: [Stay]
    /// How long a case lasts at most.
    package let whole: CaseBound?
}

/// Makes a programme of its source, or says every mistake at once.
package enum ProgrammeCompiler {
    /// The programme, unless there are errors; with all diagnostics in the order of file and line.
    ///
    /// - Parameter functions: what plugins add to rules of matching.
    package static func compile(
        _ source: ProgrammeSource, functions: [FunctionDeclaration] = []
    ) -> (programme: Programme?, diagnostics: Diagnostics) {
        let checked = check(source, functions: functions)
        return (checked.programme, checked.diagnostics)
    }

    /// The programme with all that is proven of it.
    ///
    /// - Parameters:
    ///   - actions: the actions of the service that will run it; nil: they are not known, only the shape of their
    ///     names is checked.
    ///   - functions: what plugins add to rules of matching.
    package static func check(
        _ source: ProgrammeSource, actions: [ActionDescription]? = nil, functions: [FunctionDeclaration] = []
    ) -> CheckedProgramme {
        let compilation = Compilation(source)
        compilation.actions = actions
        compilation.functions = functions
        compilation.compile()
        compilation.diagnostics.sort()
        return CheckedProgramme(
            programme: compilation.diagnostics.hasErrors ? nil : compilation.p, diagnostics: compilation.diagnostics,
            notes: compilation.diagnostics.hasErrors ? [] : compilation.sortedNotes, stays: compilation.stays,
            whole: compilation.whole)
    }

    /// A programme that was checked when it was added, without proving it again: a case that is under way does not stop
    /// because a newer Sojourn proves more.
    package static func load(
        _ source: ProgrammeSource, functions: [FunctionDeclaration] = []
    ) -> (programme: Programme?, diagnostics: Diagnostics) {
        let compilation = Compilation(source)
        compilation.functions = functions
        compilation.isProven = true
        compilation.compile()
        compilation.diagnostics.sort()
        return (compilation.diagnostics.hasErrors ? nil : compilation.p, compilation.diagnostics)
    }
}

/// The state of one compilation; passes over the nodes, each in its own file.
final class Compilation {
    /// Where a step, condition or message stands: what it can name.
    enum Scope: Hashable {
        case `case`
        case track(String)
    }

    /// A phrase's line and canonical text.
    struct PhrasePlace: Hashable {
        let line: Int
        let text: String
    }

    /// One use of a message or document, for checking texts and readers.
    struct TextUse {
        let scope: Scope
        let node: Node
        let readers: [Who]
    }

    /// A message or document in one language.
    struct TextName: Hashable {
        enum Kind {
            case message, document
        }

        let kind: Kind
        let name: String
        let language: String
    }

    /// Where a text stands, and what it can name.
    struct TextPlace {
        let head: Node
        let body: Node
        /// Parts by name.
        let parts: [String: Node]
        let environment: Environment
    }

    let source: ProgrammeSource
    /// The actions of the service; nil: not known.
    var actions: [ActionDescription]?
    /// Whether it was proven before, so that only what it says is read.
    var isProven = false
    var diagnostics = Diagnostics()
    /// What is good to know; errors make it idle.
    var notes = Diagnostics()
    var sortedNotes: [Diagnostic] {
        var sorted = notes
        sorted.sort()
        return sorted.all
    }
    /// Lines of each file that were not read as they were meant.
    var damaged: [String: Set<Int>] = [:]
    /// Names whose declaration has a mistake: that they are missing elsewhere is no further one.
    var lost: Set<String> = []
    /// Keys that were taken for others, with the names they had.
    var misspelt: [ObjectIdentifier: (key: Node, name: String)] = [:]
    /// Where each condition stands, by the tree it became.
    var places: [ObjectIdentifier: Node] = [:]
    /// Where each time phrase stands, by line and text.
    var phrasePlaces: [PhrasePlace: Node] = [:]
    var p: Programme
    var root: Node?

    // What is declared, in the order of the file.
    var stateNodes: [(name: String, stage: Stage.Kind, key: Node, value: Node)] = []
    /// Where each state of the case stands in `stateNodes`, and each of a track in `trackStateNodes`.
    var stateNumbers: [String: Int] = [:]
    var trackStateNumbers: [String: [String: Int]] = [:]
    var endNodes: [(name: String, key: Node, value: Node)] = []
    var trackNodes: [(name: String, key: Node, fields: Fields)] = []
    var trackStateNodes: [String: [(name: String, key: Node, value: Node)]] = [:]
    var formNodes: [(name: String, key: Node, fields: Fields)] = []
    var fieldNodes: [String: Node] = [:]
    var takeNodes: [String: Node] = [:]
    var personKeys: [String: Node] = [:]
    /// Dates that are one day, so without `starts` and `ends`.
    var singleDays: Set<String> = []

    // What is used, for the names that nobody uses.
    var messageUses: [String: [TextUse]] = [:]
    var documentUses: [String: [TextUse]] = [:]
    var textPlaces: [TextName: TextPlace] = [:]
    /// What the first language says, as marks of its messages and documents.
    var sourceMarks: [String: String] = [:]
    /// Where each step stands, by its identifier; each use of an action likewise.
    var stepPlaces: [String: Node] = [:]
    var knownStates: Set<String> = []
    /// Tables with the answers that are always one of their keys; roles that somebody holds in every case.
    lazy var tableKeys: [String: Set<String>] = self.makeTableKeys()
    lazy var heldRoles: Set<String> = self.makeHeldRoles()
    /// Every region's ways, for what is asked anywhere.
    lazy var graphs: [RegionGraph] =
        [RegionGraph(case: p)] + p.tracksOrder.compactMap { p.tracks[$0] }.map { RegionGraph(track: $0) }
    /// How long each state lasts at most, and the whole; empty while there are mistakes in names.
    var stays: [Stay] = []
    var whole: CaseBound?
    var labelPlaces: [LabelPlace] = []
    var inputPlaces: [String: Node] = [:]
    /// Variables that conditions and texts read, and roles that are asked or told.
    var usedNames: Set<String> = []
    var phraseDates: Set<String> = []
    var reasonLists: Set<String> = []
    /// Reasons that steps state, each where it is stated first.
    var reasonCodes: [String: Node] = [:]
    var checkedTexts: Set<TextCheck> = []
    var ruleTexts: [(name: String, node: Node)] = []
    var formUses: Set<String> = []

    // Types.
    /// What plugins add to rules of matching.
    var functions: [FunctionDeclaration] = []
    var base = Environment()
    var caseEnvironment = Environment()
    var trackEnvironments: [String: Environment] = [:]
    var numericColumns: [String: Set<String>] = [:]

    init(_ source: ProgrammeSource) {
        self.source = source
        p = Programme(name: "", version: 1, hash: source.hash)
    }

    func compile() {
        guard let bytes = source.files[ProgrammeSource.mainFile] else {
            diagnostics.append(
                Diagnostic(
                    .error, file: source.mainShown, line: 1, column: 1, message: "the programme has no programme.yaml"))
            return
        }
        let read = YAMLReader.read(file: source.mainShown, bytes: bytes)
        note(read, file: source.mainShown)
        guard let root = read.root else {
            // Damage has been told; what is left is a file without a single key.
            guard !diagnostics.hasErrors else { return }
            diagnostics.append(
                Diagnostic(
                    .error, file: source.mainShown, line: 1, column: 1,
                    message: "the file is empty; begin with format: 1, programme: a name, and version: 1"))
            return
        }
        self.root = root
        guard let fields = fields(root, of: "programme") else { return }
        checkKeys(fields, "programme")
        header(fields)
        lists(fields)
        people(fields)
        forms(fields)
        compileTakes(fields)
        dates(fields)
        declareStates(fields)
        declareTracks(fields)
        resolvePeople(fields)
        checkClashes(fields)
        makeTypes(fields)
        compileConditionsOfForms()
        compileRules(fields)
        compileStages(fields)
        compileTracks()
        compileEnds()
        compileExchange(fields)
        texts()
        if !isProven { check(fields) }
        dropEchoes()
    }

    /// What only follows from another mistake is not said: that a name is missing whose declaration is wrong.
    private func dropEchoes() {
        guard diagnostics.hasErrors else { return }
        let lost = lost
        diagnostics.filter { found in
            // Whether something is used is known only when everything could be read.
            guard found.severity == .error else { return false }
            if damaged[found.file]?.contains(found.line) ?? false { return true }
            let named = found.message.split(separator: ";").first?.split(
                separator: "\"", omittingEmptySubsequences: false)
            guard let named, !lost.isEmpty else { return true }
            for (index, part) in named.enumerated() where index % 2 == 1 {
                if lost.contains(String(part)),
                    found.message.hasPrefix("no ") || found.message.contains("there is no ")
                        || found.message.contains("has no ") || found.message.hasPrefix("nobody is called")
                {
                    return false
                }
            }
            return true
        }
    }

    /// One name, one thing: forms, tables, dates, facts, tracks and people are all named in conditions.
    private func checkClashes(_ fields: Fields) {
        var owners: [String: (what: String, line: Int)] = [:]
        let sections = ["forms", "lists", "dates", "facts", "tracks", "people"]
        for section in sections {
            for (key, _) in fields[section].flatMap({ Fields($0) })?.entries ?? [] {
                guard let name = key.scalarText else { continue }
                guard let other = owners[name] else {
                    owners[name] = (section, key.line)
                    continue
                }
                // The members of a track are a role of the same name.
                if section == "people", other.what == "tracks" { continue }
                error(
                    key,
                    "\"\(name)\" stands under \"\(other.what)\" too (line \(other.line)); conditions could not tell them apart, so rename one"
                )
            }
        }
    }

    // MARK: Header

    private func header(_ fields: Fields) {
        if let node = fields["format"], let text = text(node, "\"format\""), text != "1" {
            error(node, "this Sojourn reads format 1, not \"\(text)\"; write format: 1")
        }
        if let node = fields["programme"], let name = name(node, "the programme's name", hyphens: true) {
            p.name = name
        }
        p.title = p.name
        if let node = fields["version"] { p.version = whole(node, "version", in: 1...1_000_000) ?? 1 }
        if let node = fields["title"], let text = text(node, "\"title\"") { p.title = text }
        if let node = fields["reference"], let text = text(node, "\"reference\"") { reference(text, node) }
        if let node = fields["languages"] { languages(node) }
        if let node = fields["zone"], let text = text(node, "\"zone\"") {
            if let zone = Zone(text) {
                p.zone = zone
            } else {
                error(node, "no time zone \"\(text)\"; write a name such as Europe/Sarajevo")
            }
        }
        if let node = fields["office-hour"], let text = text(node, "\"office-hour\"") {
            if let hour = LocalTime(text) {
                p.officeHour = hour
            } else {
                error(node, "hours are written 00:00 to 23:59, such as 09:00")
            }
        }
        if let node = fields["holidays"], let text = text(node, "\"holidays\"") { holidays(text, node) }
    }

    private func reference(_ text: String, _ node: Node) {
        let rest = text.replacing("{year}", with: "").replacing("{number}", with: "")
        guard text.contains("{number}") else {
            error(node, "a reference needs {number}, such as ST-{year}-{number}")
            return
        }
        let isPlain = rest.unicodeScalars.allSatisfy {
            ("A"..."Z").contains($0) || ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
        }
        guard isPlain, rest.utf8.count <= 20 else {
            error(node, "beside {year} and {number} a reference has at most 20 letters, digits and hyphens")
            return
        }
        p.reference = text
    }

    private func languages(_ node: Node) {
        var known: [String] = []
        for (text, item) in words(node, "a language") {
            let isCode =
                (2...12).contains(text.utf8.count)
                && text.unicodeScalars.allSatisfy {
                    ("a"..."z").contains($0) || ("A"..."Z").contains($0) || $0 == "-" || ("0"..."9").contains($0)
                }
            if !isCode {
                error(item, "a language is written as its code, such as en, fr or pt-BR")
            } else if known.contains(text) {
                error(item, "\"\(text)\" stands twice in the list")
            } else {
                known.append(text)
            }
        }
        if !known.isEmpty { p.languages = known }
    }

    private func holidays(_ name: String, _ node: Node) {
        let path = "lists/holidays-\(name).txt"
        let known = source.files.keys.filter { $0.hasPrefix("lists/holidays-") && $0.hasSuffix(".txt") }
            .map { String($0.dropFirst("lists/holidays-".count).dropLast(4)) }.sorted()
        guard let bytes = source.files[path] else {
            let near = Spelling.nearest(name, among: known) ?? known.first
            let hint = near.map { "; did you mean \($0)?" } ?? "; add \(path) with one day a line"
            error(node, "no list of holidays \"\(name)\"\(hint)")
            return
        }
        do throws(CalendarMistakes) {
            p.calendar = try WorkingCalendar(lines: String(decoding: bytes, as: UTF8.self))
        } catch {
            for mistake in error.mistakes {
                diagnostics.append(
                    Diagnostic(
                        .error, file: source.shown(path), line: mistake.line, column: 1, message: mistake.message))
            }
        }
    }

    // MARK: Phrases

    /// A time phrase; nil and a mistake if it is none.
    func phrase(_ node: Node, _ scope: Scope, what: String) -> TimePhrase? {
        guard let text = text(node, what) else { return nil }
        return phrase(text, node, scope)
    }

    func phrase(_ text: String, _ node: Node, _ scope: Scope) -> TimePhrase? {
        switch TimePhrase.parse(
            text, dates: dateNames(scope), singleDays: singleDays, states: stateNames)
        {
        case .success(let phrase):
            phrasePlaces[PhrasePlace(line: node.line, text: phrase.text)] = node
            phraseDates.formUnion(phrase.dates)
            return phrase
        case .failure(let mistake):
            error(node, mistake.message, offset: mistake.offset)
            return nil
        }
    }

    /// Names of the case's states, when all are declared.
    var stateNames: Set<String> {
        if knownStates.count != stateNodes.count { knownStates = Set(stateNodes.map(\.name)) }
        return knownStates
    }

    func dateNames(_ scope: Scope) -> Set<String> {
        var names = Set(p.dates.map(\.name))
        if case .track(let track) = scope { names.formUnion(p.tracks[track]?.dates.map(\.name) ?? []) }
        return names
    }

    // MARK: Conditions

    /// A checked expression; nil and all its mistakes if it is none.
    func condition(_ node: Node, _ environment: Environment, wants type: ValueType? = .bool, what: String) -> Condition?
    {
        guard let text = text(node, what) else { return nil }
        return condition(text, node, environment, wants: type, what: what)
    }

    func condition(
        _ text: String, _ node: Node, _ environment: Environment, wants type: ValueType?, what: String
    ) -> Condition? {
        switch environment.compile(text) {
        case .failure(let mistakes):
            for mistake in mistakes.mistakes { error(node, mistake.message, offset: mistake.offset) }
            return nil
        case .success(let expression):
            checkStates(expression.node, node)
            places[ObjectIdentifier(expression.node)] = node
            usedNames.formUnion(expression.references.map(\.variable))
            if let type, expression.resultType != type, expression.resultType != .dyn,
                !(type == .double && [.int, .uint].contains(expression.resultType))
            {
                error(node, "\(what) must be \(type.words), this is \(expression.resultType.words)")
                return nil
            }
            return Condition(text: text, expression: expression, line: node.line)
        }
    }

    /// The states that `delegates.all('cleared')` and its kin name must be the track's.
    private func checkStates(_ tree: Expressions.Node, _ node: Node) {
        switch tree.kind {
        case .call(let function, let target, let arguments):
            if let target, case .identifier(let name) = target.kind, ["all", "any", "count"].contains(function),
                let track = p.tracks[name]
            {
                let states = track.statesOrder + endNames(of: name)
                for argument in arguments {
                    guard case .literal(.string(let state)) = argument.kind else { continue }
                    if !states.contains(state) {
                        let near = Spelling.nearest(state, among: states)
                        let hint = near.map { "did you mean '\($0)'?" } ?? "it has \(states.joined(separator: ", "))"
                        error(node, "\(name) has no state '\(state)'; \(hint)", offset: argument.offset)
                    }
                }
            }
            if let target { checkStates(target, node) }
            for argument in arguments { checkStates(argument, node) }
        case .list(let items): for item in items { checkStates(item, node) }
        case .map(let entries):
            for entry in entries {
                checkStates(entry.key, node)
                checkStates(entry.value, node)
            }
        case .select(let operand, _, _): checkStates(operand, node)
        case .fold(let fold):
            for part in [fold.range, fold.condition, fold.step, fold.result] { checkStates(part, node) }
        case .literal, .identifier: break
        }
    }

    func endNames(of track: String) -> [String] {
        guard let fields = trackNodes.first(where: { $0.name == track })?.fields, let ends = fields["ends"],
            let entries = Fields(ends)?.entries
        else { return [] }
        return entries.compactMap(\.key.scalarText)
    }

    func environment(_ scope: Scope) -> Environment {
        switch scope {
        case .case: caseEnvironment
        case .track(let name): trackEnvironments[name] ?? caseEnvironment
        }
    }

    /// A template; nil and all its mistakes if it is none.
    func template(_ text: String, _ node: Node, _ environment: Environment) -> Template? {
        switch environment.compileTemplate(text) {
        case .failure(let mistakes):
            for mistake in mistakes.mistakes { error(node, mistake.message, offset: mistake.offset) }
            return nil
        case .success(let template):
            usedNames.formUnion(template.references.map(\.variable))
            return template
        }
    }
}
