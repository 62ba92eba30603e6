import Foundation
import ProgrammeLanguage
package import Tables

/// A mapping file: how the columns of a foreign table become records of ours, in YAML.
///
/// docs/reference/mappings.md shows every key. A field alone takes the column of that name; a map says more.
package enum MappingFile {
    /// Reads one mapping of the file; several stand under their names, such as `requests:` and `offers:`.
    ///
    /// - Returns: nil where the file has no mapping of that name.
    /// - Throws: `MappingMistakes` with each mistake and its place.
    package static func read(path: String, named name: String) throws(MappingMistakes) -> Mapping? {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw MappingMistakes(all: ["\(path): error: the file cannot be read"])
        }
        return try read(file: path, bytes: Array(data), named: name)
    }

    package static func read(file: String, bytes: [UInt8], named name: String) throws(MappingMistakes) -> Mapping? {
        let read = YAMLReader.read(file: file, bytes: bytes)
        guard read.diagnostics.isEmpty, let root = read.root else {
            throw MappingMistakes(all: read.diagnostics.map(\.description))
        }
        guard case .mapping(let entries) = root.content else {
            throw MappingMistakes(all: ["\(file):1:1: error: a mapping is written as keys with values"])
        }
        guard let node = entries.first(where: { $0.key.scalarText == name })?.value else { return nil }
        var reader = MappingReader()
        let mapping = reader.mapping(node, record: name.hasSuffix("s") ? String(name.dropLast()) : name)
        guard reader.mistakes.isEmpty else { throw MappingMistakes(all: reader.mistakes) }
        return mapping
    }

    /// The mapping of a table whose columns are called as our fields: each column is the field of its name.
    package static func plain(record: String, header: TableHeader) -> Mapping {
        Mapping(
            record: record,
            fields: header.names.filter { !$0.isEmpty }.map { name in FieldRule(name, .column(name)) },
            keys: header.names.contains("reference") ? ["reference"] : header.names.contains("id") ? ["id"] : [])
    }
}

/// One pass over the nodes of a mapping.
private struct MappingReader {
    private(set) var mistakes: [String] = []

    private mutating func refuse(_ node: ProgrammeLanguage.Node, _ message: String) {
        mistakes.append(node.diagnostic(.error, message).description)
    }

    private func texts(_ node: ProgrammeLanguage.Node) -> [String] {
        node.itemList?.compactMap(\.scalarText) ?? node.scalarText.map { [$0] } ?? []
    }

    mutating func mapping(_ node: ProgrammeLanguage.Node, record: String) -> Mapping {
        var mapping = Mapping(record: record, fields: [])
        guard case .mapping(let entries) = node.content else {
            refuse(node, "a mapping has fields:, and may have key:, blank: and only:")
            return mapping
        }
        for (key, value) in entries {
            switch key.scalarText {
            case "key": mapping.keys = texts(value)
            case "blank": mapping.blanks = Set(texts(value))
            case "only": mapping.only = words(value)
            case "fields":
                guard case .mapping(let fields) = value.content else {
                    refuse(value, "fields are written name: column, or name: {column: …}")
                    continue
                }
                for (key, value) in fields {
                    if let name = key.scalarText, let rule = rule(name, value) { mapping.fields.append(rule) }
                }
            default: refuse(key, "a mapping has key, blank, only and fields, not \"\(key.scalarText ?? "")\"")
            }
        }
        return mapping
    }

    private mutating func rule(_ name: String, _ node: ProgrammeLanguage.Node) -> FieldRule? {
        if let column = node.scalarText { return FieldRule(name, .column(column)) }
        guard case .mapping(let entries) = node.content else {
            refuse(
                node, "\"\(name)\" takes a column's name, or a map with column, first and last, first-of, join or text")
            return nil
        }
        var values: [String: ProgrammeLanguage.Node] = [:]
        let known = [
            "column", "first", "last", "first-of", "join", "with", "text", "date", "number", "required", "split",
            "list",
            "values", "others", "refused", "most-rows-by", "letters",
        ]
        for (key, value) in entries {
            guard let word = key.scalarText, known.contains(word) else {
                refuse(
                    key, "a field's mapping has no \"\(key.scalarText ?? "")\"; it has \(known.joined(separator: ", "))"
                )
                continue
            }
            values[word] = value
        }
        guard let source = source(values) else {
            refuse(node, "\"\(name)\" does not say where it comes from; write column: NAME")
            return nil
        }
        var rule = FieldRule(name, source)
        rule.split = values["split"]?.scalarText
        rule.isList = values["list"]?.scalarText == "yes" || rule.split != nil
        if let need = values["required"] {
            rule.need = .required(because: need.scalarText == "yes" ? nil : need.scalarText)
        }
        if let node = values["date"] {
            let formats = texts(node).compactMap { text -> DateFormat? in
                let format = DateFormat(text)
                if format == nil {
                    refuse(node, "a date's format is written as YYYY-MM-DD, DD.MM.YYYY or YYYY-MM, not \"\(text)\"")
                }
                return format
            }
            rule.reading = .date(formats)
        }
        if let mark = values["number"]?.scalarText { rule.reading = .number(decimalMark: mark == "comma" ? "," : ".") }
        rule.groupLetters = groupLetters(values)
        rule.values = words(values["values"])
        rule.refused = words(values["refused"])
        if values["others"]?.scalarText == "refused" { rule.others = .refused }
        return rule
    }

    /// How many letters make a group where rows are counted; nil where they are not.
    private mutating func groupLetters(_ values: [String: ProgrammeLanguage.Node]) -> Int? {
        guard values["most-rows-by"] != nil else {
            if let node = values["letters"] { refuse(node, "letters goes with most-rows-by: the rows that it groups") }
            return nil
        }
        guard let node = values["letters"] else { return .max }
        guard let letters = node.scalarText.flatMap({ Int($0) }), letters >= 1 else {
            refuse(node, "letters is a whole number, 1 or more, not \"\(node.scalarText ?? "")\"")
            return nil
        }
        return letters
    }

    private func source(_ values: [String: ProgrammeLanguage.Node]) -> FieldRule.Source? {
        if let column = (values["column"] ?? values["most-rows-by"])?.scalarText { return .column(column) }
        if let first = values["first"]?.scalarText, let last = values["last"]?.scalarText {
            return .span(first: first, last: last)
        }
        if let node = values["first-of"] { return .firstOf(texts(node)) }
        if let node = values["join"] { return .joined(texts(node), with: values["with"]?.scalarText ?? ", ") }
        return values["text"]?.scalarText.map { .constant($0) }
    }

    private func words(_ node: ProgrammeLanguage.Node?) -> [String: String] {
        guard let node, case .mapping(let entries) = node.content else { return [:] }
        var result: [String: String] = [:]
        for (key, value) in entries {
            if let name = key.scalarText, let word = value.scalarText { result[name] = word }
        }
        return result
    }
}
