package import Exchange
import Calendars
import Expressions
import Foundation
package import ProgrammeLanguage
import Tables

/// Reads stories, or says every mistake with its place.
package struct StoryReader {
    /// The folder of a programme's stories, beside its `programme.yaml`.
    package static let folder = "scenarios"

    private let names: StoryNames
    private var diagnostics = Diagnostics()

    private init(programme: Programme) {
        names = StoryNames(programme: programme)
    }

    /// The files of a programme's stories, by name.
    package static func files(ofProgramme folder: String) -> [String] {
        let place = folder + "/" + Self.folder
        let found = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return found.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted().map { place + "/" + $0 }
    }

    /// The story of a file; nil with mistakes.
    package static func read(path: String, programme: Programme) -> (story: Story?, diagnostics: Diagnostics) {
        guard let data = FileManager.default.contents(atPath: path) else {
            var diagnostics = Diagnostics()
            diagnostics.append(Diagnostic(.error, file: path, line: 1, column: 1, message: "the file cannot be read"))
            return (nil, diagnostics)
        }
        return read(file: path, bytes: Array(data), programme: programme)
    }

    /// The story of these bytes; nil with mistakes.
    package static func read(
        file: String, bytes: [UInt8], programme: Programme
    ) -> (story: Story?, diagnostics: Diagnostics) {
        var reader = StoryReader(programme: programme)
        let read = YAMLReader.read(file: file, bytes: bytes)
        reader.diagnostics.append(contentsOf: read.diagnostics)
        guard let root = read.root, !reader.diagnostics.hasErrors else { return (nil, reader.diagnostics) }
        let story = reader.story(root)
        reader.diagnostics.sort()
        return (reader.diagnostics.hasErrors ? nil : story, reader.diagnostics)
    }

    private mutating func refuse(_ node: ProgrammeLanguage.Node, _ message: String, offset: Int = 0) {
        diagnostics.append(node.diagnostic(.error, message, offset: offset))
    }

    private func entries(_ node: ProgrammeLanguage.Node) -> [(
        key: ProgrammeLanguage.Node, value: ProgrammeLanguage.Node
    )] {
        if case .mapping(let entries) = node.content { entries } else { [] }
    }

    private mutating func check(_ node: ProgrammeLanguage.Node, _ what: String, has known: [String]) {
        guard case .mapping(let entries) = node.content else {
            refuse(node, "\(what) is written as keys with values")
            return
        }
        for (key, _) in entries {
            guard let name = key.scalarText, !known.contains(name) else { continue }
            let near = Spelling.nearest(name, among: known)
            let more = near.map { "did you mean \"\($0)\"?" } ?? "what it has: \(known.joined(separator: ", "))"
            refuse(key, "\(what) has no \"\(name)\"; \(more)")
        }
    }

    private func value(_ node: ProgrammeLanguage.Node, _ key: String) -> ProgrammeLanguage.Node? {
        entries(node).first { $0.key.scalarText == key }?.value
    }

    // MARK: The story

    private mutating func story(_ root: ProgrammeLanguage.Node) -> Story? {
        check(root, "a story", has: ["story", "given", "answers", "steps", "never"])
        guard let title = value(root, "story")?.scalarText, let given = value(root, "given") else {
            refuse(
                root, "a story begins with \"story:\" and a sentence, and \"given:\" with at least today: 2027-03-01")
            return nil
        }
        guard let today = value(given, "today").flatMap({ day($0) }) else {
            refuse(
                value(given, "today") ?? given,
                "what is given needs the day when the story begins; write today: 2027-03-01")
            return nil
        }
        var story = Story(file: root.file, title: title, givenNode: given, today: today)
        self.given(given, &story)
        if let answers = value(root, "answers") { story.answers = hints(answers) }
        for item in value(root, "steps")?.itemList ?? [] {
            if let step = step(item) { story.steps.append(step) }
        }
        if story.steps.isEmpty, !diagnostics.hasErrors {
            refuse(
                root, "a story needs \"steps:\" and a list below, such as - on 2027-05-15: briefing goes to delegates")
        }
        order(story)
        if let never = value(root, "never") {
            for item in never.itemList ?? [never] { self.never(item, &story) }
        }
        if story.steps.count > Story.limit { refuse(root, "more than \(Story.limit) steps are too many") }
        return story
    }

    private mutating func day(_ node: ProgrammeLanguage.Node) -> LocalDate? {
        if let date = node.scalarText.flatMap(LocalDate.init(iso:)) { return date }
        refuse(node, "a day is written year-month-day and must exist, such as 2027-06-14")
        return nil
    }

    private mutating func hints(_ node: ProgrammeLanguage.Node) -> [String: CastScript.Hint] {
        var reader = CastReader(dates: [])
        var result: [String: CastScript.Hint] = [:]
        for (form, fields) in entries(node) {
            let name = form.scalarText ?? ""
            let plain = name.split(separator: ".").first.map(String.init) ?? name
            if names.programme.forms[plain] == nil {
                refuse(form, "there is no form \"\(plain)\"" + proposal(plain, names.programme.formsOrder))
            }
            result.merge(reader.hints(fields, prefix: name + ".")) { $1 }
        }
        return result
    }

    private func proposal(_ word: String, _ known: [String]) -> String {
        Spelling.nearest(word, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    // MARK: Given

    private mutating func given(_ node: ProgrammeLanguage.Node, _ story: inout Story) {
        let dates = names.programme.dates.map(\.name)
        check(
            node, "what is given", has: ["request", "requests", "today", "state", "until", "silent", "offers"] + dates)
        for (key, value) in entries(node) {
            switch key.scalarText ?? "" {
            case "request": story.requests = [request(value)]
            case "requests": story.requests = (value.itemList ?? []).map { request($0) }
            case "until": story.until = day(value)
            case "state":
                guard let state = value.scalarText, names.programme.states[state] != nil else {
                    let word = value.scalarText ?? ""
                    refuse(value, "there is no state \"\(word)\"" + proposal(word, names.programme.statesOrder))
                    continue
                }
                story.state = state
            case "silent":
                for item in value.itemList ?? [value] {
                    let sentence = sentence(item, (item.scalarText ?? "") + " is silent") {
                        s throws(StorySentence.Mistake) in
                        try s.what()
                    }
                    if case .act(let person, .fallSilent, _, _)? = sentence { story.silent.append(person) }
                }
            case "offers": offers(value, &story)
            case let name where dates.contains(name):
                guard let text = value.scalarText, let span = DateSpan(text: StoryText.days(text)) else {
                    refuse(value, "days are written first to last, such as 2027-06-14 to 2027-06-18")
                    continue
                }
                story.days[name] = span
            default: break
            }
        }
        if story.requests.isEmpty || story.requests.count > Story.limit {
            refuse(node, "a story has between 1 and \(Story.limit) requests")
        }
    }

    private mutating func request(_ node: ProgrammeLanguage.Node) -> [String: Value] {
        let taken = names.programme.takes.map(\.name)
        let fields = Records.firstForm(names.programme)?.fields.map(\.name) ?? []
        check(node, taken.isEmpty ? "the first form" : "what the caller gives", has: taken.isEmpty ? fields : taken)
        var result: [String: Value] = [:]
        for (key, value) in entries(node) {
            guard let name = key.scalarText else { continue }
            result[name] = self.plain(value)
        }
        return result
    }

    private func plain(_ node: ProgrammeLanguage.Node) -> Value {
        switch node.content {
        case .scalar(let text, _): .string(StoryText.days(text))
        case .sequence(let items): .list(items.map { plain($0) })
        case .mapping(let entries):
            .object(
                Dictionary(
                    entries.map { ($0.key.scalarText ?? "", plain($0.value)) }, uniquingKeysWith: { first, _ in first })
            )
        }
    }

    /// `none`, or identifier → what differs from an invented offer.
    private mutating func offers(_ node: ProgrammeLanguage.Node, _ story: inout Story) {
        if node.scalarText == "none" {
            story.offers = []
            return
        }
        guard case .mapping(let entries) = node.content, entries.count <= Story.limit else {
            refuse(node, "offers are written none, or h1: {country: PT} line by line")
            return
        }
        story.offers = []
        for (key, value) in entries {
            var fields = ["id": MappedValue.text(key.scalarText ?? "")]
            for (name, value) in self.entries(value) {
                let texts = value.itemList?.compactMap(\.scalarText).map(StoryText.days)
                fields[name.scalarText ?? ""] = texts.map { .list($0) } ?? .text(StoryText.days(value.scalarText ?? ""))
            }
            fields["name"] = fields["name"] ?? fields["id"]
            switch Records.offer(MappedRow(line: key.line, fields: fields)) {
            case .success(let offer): story.offers?.append((key.scalarText ?? "", offer.fields))
            case .failure(let mistakes): for mistake in mistakes.all { refuse(value, mistake.text) }
            }
        }
    }

    // MARK: Steps

    private mutating func sentence<Result>(
        _ node: ProgrammeLanguage.Node, _ text: String,
        _ read: (inout StorySentence) throws(StorySentence.Mistake) -> Result
    ) -> Result? {
        var sentence = StorySentence(text, names: names)
        do throws(StorySentence.Mistake) {
            return try read(&sentence)
        } catch {
            refuse(node, error.message, offset: error.offset)
            return nil
        }
    }

    private mutating func step(_ node: ProgrammeLanguage.Node) -> Story.Step? {
        if let text = node.scalarText { return down(node, text) }
        guard case .mapping(let entries) = node.content, entries.count == 1, let key = entries[0].key.scalarText,
            let text = entries[0].value.scalarText
        else {
            refuse(node, "a step is written - on 2027-05-15: briefing goes to delegates")
            return nil
        }
        guard let place = place(entries[0].key, key) else { return nil }
        let found = sentence(entries[0].value, text) { s throws(StorySentence.Mistake) in try s.what() }
        guard let what = found else { return nil }
        if case .act(_, let act, let reason, _) = what { check(act, reason, entries[0].value) }
        return Story.Step(
            node: entries[0].value, day: place.day, time: place.time, number: place.number, text: text, what: what)
    }

    /// A reason must be one of the programme's.
    private mutating func check(_ act: Story.Act, _ reason: String?, _ node: ProgrammeLanguage.Node) {
        guard let reason else { return }
        let known = names.programme.lists.values.flatMap(\.choices).map(\.name).sorted()
        guard !known.contains(reason) else { return }
        refuse(node, "there is no reason \"\(reason)\"" + proposal(reason, known))
    }

    /// `on 2027-05-20`, `on 2027-05-20 at 10:00`, `on 2027-05-20, case 2`.
    private mutating func place(
        _ node: ProgrammeLanguage.Node, _ key: String
    ) -> (day: LocalDate, time: LocalTime?, number: Int)? {
        var words = key.split(separator: " ").map { $0.hasSuffix(",") ? String($0.dropLast()) : String($0) }
        guard words.count >= 2, words[0] == "on", let day = LocalDate(iso: words[1]) else {
            refuse(node, "a step begins with its day: on 2027-05-20, on 2027-05-20 at 10:00 or on 2027-05-20, case 2")
            return nil
        }
        words.removeFirst(2)
        var time: LocalTime?
        var number = 1
        while !words.isEmpty {
            if words.count >= 2, words[0] == "at", let hour = LocalTime(words[1]) {
                time = hour
            } else if words.count >= 2, words[0] == "case", let found = Int(words[1]), (1...Story.limit).contains(found)
            {
                number = found
            } else {
                refuse(node, "after the day stands \"at 10:00\" or \"case 2\", not \"\(words[0])\"")
                return nil
            }
            words.removeFirst(2)
        }
        return (day, time, number)
    }

    private mutating func down(_ node: ProgrammeLanguage.Node, _ text: String) -> Story.Step? {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 5, words[0] == "down", words[1] == "from", words[3] == "to",
            let first = LocalDate(iso: words[2]), let last = LocalDate(iso: words[4]), first <= last
        else {
            refuse(node, "a step is written - on 2027-05-15: …, or - down from 2027-05-10 to 2027-05-13")
            return nil
        }
        return Story.Step(node: node, day: first, time: .midnight, number: 1, text: text, what: .down(last))
    }

    /// Steps stand in the order of time, and nothing is done while the service is down.
    private mutating func order(_ story: Story) {
        var last = story.today
        var lastDown: LocalDate?
        for step in story.steps {
            if step.day < story.today {
                refuse(step.node, "\(step.day.iso) is before the story begins, on \(story.today.iso)")
            } else if step.day < last {
                refuse(step.node, "\(step.day.iso) comes after \(last.iso); put the steps in the order of time")
            }
            if let lastDown, step.day <= lastDown {
                refuse(step.node, "the service is down until the end of \(lastDown.iso)")
            }
            if step.number > story.requests.count {
                refuse(step.node, "there is no case \(step.number); the story has \(story.requests.count)")
            }
            if case .down(let end) = step.what { lastDown = end }
            last = max(last, step.day)
        }
    }

    private mutating func never(_ node: ProgrammeLanguage.Node, _ story: inout Story) {
        guard let text = node.scalarText else {
            refuse(node, "what must never come is a sentence, such as: briefing goes twice to anyone")
            return
        }
        let found = sentence(node, text) { s throws(StorySentence.Mistake) in try s.never() }
        if let found { story.never.append((node, found)) }
    }
}
