import Exchange
import Expressions
import Tables

/// What a programme declares before anything can name it: lists, people, dates.
extension Compilation {
    // MARK: Lists

    func lists(_ fields: Fields) {
        guard let node = fields["lists"] else { return }
        guard let lists = Fields(node) else {
            error(node, "lists are written name: file, such as {reasons: reasons.yaml}")
            return
        }
        for (key, value) in lists.entries {
            guard let name = name(key, "a list's name", for: .variable) else { continue }
            var file = ""
            var keys = 1
            if let text = value.scalarText {
                file = text
            } else if let table = Fields(value) {
                for (key, _) in table.entries where !["table", "keys"].contains(key.scalarText ?? "") {
                    error(key, "a table has \"table\" and \"keys\", such as {table: visa.csv, keys: 2}")
                }
                if let node = table["table"], let text = text(node, "\"table\"") { file = text }
                if let node = table["keys"] { keys = whole(node, "keys", in: 1...5) ?? 1 }
            }
            guard !file.isEmpty else {
                error(value, "a list is a file in lists/, such as reasons.yaml or visa.csv")
                continue
            }
            let path = "lists/" + file
            guard let bytes = source.files[path] else {
                let known = source.files.keys.filter { $0.hasPrefix("lists/") }.map { String($0.dropFirst(6)) }
                let near = Spelling.nearest(file, among: known.sorted()).map { "; did you mean \($0)?" }
                lost.insert(name)
                error(value, "there is no file \(path)\(near ?? "; add it beside the programme")")
                continue
            }
            if file.hasSuffix(".csv") {
                table(name, path, bytes, keys: keys)
            } else {
                choices(name, path, bytes)
            }
        }
    }

    private func choices(_ name: String, _ path: String, _ bytes: [UInt8]) {
        let read = YAMLReader.read(file: source.shown(path), bytes: bytes)
        note(read, file: source.shown(path))
        guard let root = read.root else { return }
        if let items = root.itemList {
            p.lists[name] = ChoiceList(name: name, choices: items.compactMap { choice($0) })
            return
        }
        guard let parts = Fields(root) else {
            error(root, "a list is written with one word a line after \"- \", or as parts with a list each")
            return
        }
        var all: [Choice] = []
        for (key, value) in parts.entries {
            guard let part = self.name(key, "a part's name", for: .variable) else { continue }
            let found = (value.itemList ?? [value]).compactMap { choice($0) }
            p.lists["\(name).\(part)"] = ChoiceList(name: "\(name).\(part)", choices: found)
            for choice in found where !all.contains(where: { $0.name == choice.name }) { all.append(choice) }
        }
        p.lists[name] = ChoiceList(name: name, choices: all)
    }

    private func choice(_ node: Node) -> Choice? {
        guard let text = text(node, "a word of a list"), !text.isEmpty else { return nil }
        return Choice(name: text)
    }

    private func table(_ name: String, _ path: String, _ bytes: [UInt8], keys: Int) {
        func mistake(_ line: Int, _ message: String) {
            diagnostics.append(
                Diagnostic(.error, file: source.shown(path), line: line, column: 1, message: message))
        }
        var rows: [String: [String: Value]] = [:]
        var order: [String] = []
        var columns: [String] = []
        do throws(TableFault) {
            let reader = try TableReader(MemorySource(bytes))
            columns = reader.header.names
            guard columns.count > keys || columns.count == 1 else {
                mistake(1, "the table has \(columns.count) columns, \(keys) of them keys; nothing is left to look up")
                return
            }
            while let next = try reader.next() {
                switch next {
                case .failure(let found): mistake(found.line, found.text)
                case .success(let row):
                    let cells = row.fields
                    let key = LookupTable.key(Array(cells.prefix(keys)))
                    guard rows[key] == nil else {
                        mistake(row.line, "\"\(cells.prefix(keys).joined(separator: ", "))\" is in the table already")
                        continue
                    }
                    order.append(key)
                    rows[key] = Dictionary(
                        zip(columns, cells.map { Value.string($0) }), uniquingKeysWith: { first, _ in first })
                }
            }
        } catch {
            mistake(error.line ?? 1, error.message)
            return
        }
        // A column whose every cell is a number is one.
        var numeric: Set<String> = []
        for column in columns.dropFirst(keys) where !rows.isEmpty {
            let numbers = rows.values.map { row in row[column]?.asString.flatMap { Double($0) } }
            guard numbers.allSatisfy({ $0?.isFinite ?? false }) else { continue }
            numeric.insert(column)
            for (key, row) in rows {
                if let number = row[column]?.asString.flatMap({ Double($0) }) { rows[key]?[column] = .double(number) }
            }
        }
        numericColumns[name] = numeric
        p.tables[name] = LookupTable(name: name, columns: columns, keyCount: keys, rows: rows, order: order)
    }

    // MARK: People

    func people(_ fields: Fields) {
        guard let node = fields["people"] else { return }
        guard let people = Fields(node) else {
            error(node, "people are written name: {title: …}, one a line")
            return
        }
        for (key, value) in people.entries {
            guard let name = name(key, "a role's name", for: .variable), let person = self.fields(value, of: "person")
            else { continue }
            checkKeys(person, "person")
            var role = Role(name: name, title: name)
            if let node = person["title"], let text = text(node, "\"title\"") { role.title = text }
            role.isStaff = flag(person["staff"], "staff")
            role.isOutside = flag(person["outside"], "outside")
            role.hasDeputy = flag(person["deputy"], "deputy")
            role.isOptional = flag(person["optional"], "optional")
            for (text, item) in words(person["sees"], "a class of data") {
                if let found = PrivacyClass(rawValue: text) {
                    role.sees.insert(found)
                } else {
                    error(item, "no class of data \"\(text)\"; there are \(Self.privacyNames)")
                }
            }
            p.people[name] = role
            p.peopleOrder.append(name)
            personKeys[name] = key
        }
        if !p.people.values.contains(where: \.isStaff), !p.people.isEmpty {
            error(node, "nobody works for the hub; give one of the people staff: yes, so that somebody is told")
        }
    }

    static let privacyNames = PrivacyClass.allCases.map(\.rawValue).joined(separator: ", ")

    /// Second pass over people, when forms, tracks and tables are known: who acts for whom, and where holders come from.
    func resolvePeople(_ fields: Fields) {
        guard let people = fields["people"].flatMap({ Fields($0) }) else { return }
        for (key, value) in people.entries {
            guard let name = key.scalarText, p.people[name] != nil, let person = Fields(value) else { continue }
            for (text, item) in words(person["acts-for"], "a role") {
                if known(text, among: p.peopleOrder, "role", at: item) { p.people[name]?.actsFor.insert(text) }
            }
            for (text, item) in words(person["except"], "a role") {
                if known(text, among: p.peopleOrder, "role", at: item) { p.people[name]?.except.insert(text) }
            }
            for (text, item) in words(person["from"], "a source") {
                if let source = roleSource(text, item) { p.people[name]?.sources.append(source) }
            }
        }
    }

    private func roleSource(_ text: String, _ node: Node) -> RoleSource? {
        if text == "caller" { return .caller }
        let parts = text.split(separator: " ").map(String.init)
        if parts.count == 3, parts[1] == "by" {
            guard p.tables[parts[0]] != nil else {
                _ = known(parts[0], among: p.tables.keys.sorted(), "table", at: node)
                return nil
            }
            return path(parts[2], node).map { .table(parts[0], by: $0) }
        }
        let names = text.split(separator: ".").map(String.init)
        if names.count == 1 {
            return known(names[0], among: trackNodes.map(\.name), "track", at: node) ? .track(names[0]) : nil
        }
        guard names.count == 2 else {
            error(
                node,
                "holders come from a track (delegates), an answer (nomination.leader), a table (areas by request.area) or the caller"
            )
            return nil
        }
        if trackNodes.contains(where: { $0.name == names[0] }) {
            return .memberAnswer(track: names[0], field: names[1])
        }
        guard known(names[0], among: p.formsOrder + trackNodes.map(\.name), "form or track", at: node) else {
            return nil
        }
        guard let form = p.forms[names[0]],
            known(names[1], among: form.fields.map(\.name), "field of \(names[0])", at: node)
        else { return nil }
        switch form[names[1]]?.type {
        case .person, .rows: return .answer(form: names[0], field: names[1])
        default:
            error(node, "\(text) is no person; write a field of type person")
            return nil
        }
    }

    /// A form and its field that exist.
    func path(_ text: String, _ node: Node) -> Path? {
        let names = text.split(separator: ".").map(String.init)
        guard names.count == 2 else {
            error(node, "an answer is written form.field, such as request.call")
            return nil
        }
        guard known(names[0], among: p.formsOrder, "form", at: node), let form = p.forms[names[0]],
            known(names[1], among: form.fields.map(\.name), "field of \(names[0])", at: node)
        else { return nil }
        return Path(names)
    }

    // MARK: Dates

    func dates(_ fields: Fields) {
        guard let node = fields["dates"] else { return }
        p.dates = dateDeclarations(node, track: nil)
    }

    /// Dates of the programme or of a track; zones come later, when types are known.
    func dateDeclarations(_ node: Node, track: String?) -> [DateDeclaration] {
        guard let dates = Fields(node) else {
            error(node, "dates are written name: {from: form.field}")
            return []
        }
        var result: [DateDeclaration] = []
        for (key, value) in dates.entries {
            guard let name = name(key, "a date's name", for: .variable), let date = self.fields(value, of: "date")
            else { continue }
            checkKeys(date, "date")
            var sources: [DateDeclaration.Source] = []
            var isSingle = false
            for (text, item) in words(date["from"], "a date's source") {
                guard let source = dateSource(text, item, track: track, isSingle: &isSingle) else { continue }
                sources.append(source)
            }
            if isSingle { singleDays.insert(name) }
            result.append(DateDeclaration(name: name, sources: sources))
        }
        return result
    }

    private func dateSource(
        _ text: String, _ node: Node, track: String?, isSingle: inout Bool
    ) -> DateDeclaration.Source? {
        let words = text.split(separator: " ").map(String.init)
        if words.count == 3, words[1] == "by" {
            guard known(words[0], among: p.tables.keys.sorted(), "table", at: node), let table = p.tables[words[0]]
            else {
                return nil
            }
            guard table.columns.contains("opens"), table.columns.contains("closes") else {
                error(node, "the table \(words[0]) needs the columns opens and closes to give a date")
                return nil
            }
            return path(words[2], node).map { .table(words[0], by: $0) }
        }
        let names = text.split(separator: ".").map(String.init)
        guard names.count == 2 else {
            error(
                node,
                "a date comes from an answer, such as agreement.days, or from a table, such as calls by request.call")
            return nil
        }
        let fields: [Field]
        if names[0] == "row", let track {
            fields = rowFields(ofTrack: track)
        } else {
            guard known(names[0], among: p.formsOrder, "form", at: node) else { return nil }
            fields = p.forms[names[0]]?.fields ?? []
        }
        guard known(names[1], among: fields.map(\.name), "field of \(names[0])", at: node),
            let field = fields.first(where: { $0.name == names[1] })
        else { return nil }
        switch field.type {
        case .dates: return .answer(form: names[0], field: names[1])
        case .date:
            isSingle = true
            return .answer(form: names[0], field: names[1])
        default:
            error(node, "\(text) is no day; a date comes from a field of type dates or date")
            return nil
        }
    }

    /// The columns of the rows that make a track's members.
    func rowFields(ofTrack name: String) -> [Field] {
        guard let track = p.tracks[name] else { return [] }
        if case .rows(let form, let field) = track.each, case .rows(let columns, _, _)? = p.forms[form]?[field]?.type {
            return columns
        }
        return []
    }
}
