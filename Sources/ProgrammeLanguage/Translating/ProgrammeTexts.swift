/// The files of texts of one programme, read as they stand, whether the programme has mistakes or not.
package struct ProgrammeTexts: Sendable {
    /// The first is the source of all others.
    package let languages: [String]
    private let source: ProgrammeSource
    private let main: Node?
    private let roots: [String: Node]

    /// - Throws: `LayoutRefusal` with the mistakes of syntax of the programme or of a file of texts.
    package init(_ source: ProgrammeSource) throws(LayoutRefusal) {
        self.source = source
        main = try Self.root(ProgrammeSource.mainFile, source)
        let listed = main.flatMap { Fields($0) }?["languages"]
        let words = listed.map { ($0.itemList ?? [$0]).compactMap(\.scalarText) } ?? []
        languages = words.isEmpty ? ["en"] : words
        var roots: [String: Node] = [:]
        for language in languages { roots[language] = try Self.root(Self.path(language), source) }
        self.roots = roots
    }

    private static func path(_ language: String) -> String { "texts/\(language).yaml" }

    private static func root(_ path: String, _ source: ProgrammeSource) throws(LayoutRefusal) -> Node? {
        guard let bytes = source.files[path] else { return nil }
        let read = YAMLReader.read(file: source.shown(path), bytes: bytes)
        guard read.diagnostics.isEmpty else { throw LayoutRefusal(diagnostics: read.diagnostics) }
        return read.root
    }

    package func translation(_ language: String) -> Translation {
        Translation(language: language, source: roots[languages[0]], target: roots[language], more: labels)
    }

    /// Labels of all languages: what one of them calls by a name has a name in the others too.
    private var labels: [(path: [String], text: String)] {
        var seen: Set<[String]> = []
        return languages.flatMap { Translation.texts(of: roots[$0]) }.filter {
            $0.path[0] == "labels" && seen.insert($0.path).inserted
        }
        .map { ($0.path, title(of: Array($0.path.dropFirst()))) }
    }

    /// What the programme itself calls the thing of a label; empty where it only has a name.
    private func title(of path: [String]) -> String {
        let programme = main.flatMap { Fields($0) }
        func under(_ node: Node?, _ names: ArraySlice<String>, _ key: String) -> String? {
            var node = node
            for name in names { node = node.flatMap { Fields($0) }?[name] }
            return node.flatMap { Fields($0) }?[key]?.scalarText
        }
        let plain = path.last == "title" || path.last == "question" ? path.dropLast() : path[...]
        switch path.first {
        case "title": return programme?["title"]?.scalarText ?? ""
        case "states", "ends":
            let stages = programme?["stages"].flatMap { Fields($0) }?.entries.map(\.value) ?? []
            let tracks =
                programme?["tracks"].flatMap { Fields($0) }?.entries.compactMap { Fields($0.value)?["states"] } ?? []
            return (stages + tracks).lazy.compactMap { under($0, plain.dropFirst(), "title") }.first ?? ""
        case "forms":
            let form = under(programme?.node, plain, plain.count > 2 ? "question" : "title")
            return form ?? ""
        case let section?:
            return under(programme?.node, plain, "title") ?? under(programme?[section], plain.dropFirst(), "title")
                ?? ""
        case nil: return ""
        }
    }

    /// The file of a language to be changed; a new one where there is none.
    package func file(_ language: String) throws(LayoutRefusal) -> TextFile {
        guard let bytes = source.files[Self.path(language)] else { return try TextFile(language: language) }
        return try TextFile(name: source.shown(Self.path(language)), bytes: bytes)
    }

    /// What a new part chooses by: the same as in the source.
    package func selectors(of path: [String]) -> [(path: [String], text: String)] {
        guard path.count == 5, path[2] == "parts", let root = roots[languages[0]] else { return [] }
        var node: Node? = root
        for name in path.prefix(4) { node = node.flatMap { Fields($0) }?[name] }
        return Translation.selectors.sorted().compactMap { key in
            node.flatMap { Fields($0) }?[key]?.scalarText.map { (Array(path.prefix(4)) + [key], $0) }
        }
    }
}
