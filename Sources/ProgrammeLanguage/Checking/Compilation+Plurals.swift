import Exchange

/// The forms of counted texts that each language needs (CLDR).
extension Compilation {
    private static let categories: [String: [String]] = [
        "zh": [], "ja": [], "ko": [], "vi": [], "th": [], "id": [], "en": ["one"], "de": ["one"], "nl": ["one"],
        "sv": ["one"], "it": ["one"], "el": ["one"], "tr": ["one"], "fr": ["one"], "es": ["one"], "pt": ["one"],
        "ru": ["one", "few", "many"], "uk": ["one", "few", "many"], "pl": ["one", "few", "many"],
        "bs": ["one", "few"], "hr": ["one", "few"], "sr": ["one", "few"],
        "ar": ["zero", "one", "two", "few", "many"],
    ]
    private static let names: [String: String] = [
        "ar": "Arabic", "en": "English", "fr": "French", "es": "Spanish", "pt": "Portuguese", "ru": "Russian",
        "zh": "Chinese", "bs": "Bosnian", "de": "German",
    ]
    private static let all = ["zero", "one", "two", "few", "many", "other"]

    /// The forms of a part with `count` are those of the language, numbers, and `other`.
    func checkForms(_ node: Node, _ fields: Fields, _ language: String) {
        let main = String(language.prefix { $0 != "-" })
        let shown = Self.names[main] ?? "\"\(language)\""
        let forms = fields.entries.compactMap { entry in entry.key.scalarText.map { ($0, entry.key) } }
            .filter { !["count", "choose"].contains($0.0) }
        var meant: Set<String> = []
        for (form, key) in forms where !Self.all.contains(form) && Double(form) == nil {
            if let near = Spelling.nearest(form, among: Self.all) { meant.insert(near) }
            let near = Spelling.nearest(form, among: Self.all).map { "; did you mean \"\($0)\"?" }
            error(key, "\"\(form)\" is no form of a number\(near ?? "; they are \(Self.all.joined(separator: ", "))")")
        }
        guard let needed = Self.categories[main] else { return }
        let missing = needed.filter { name in !forms.contains { $0.0 == name } && !meant.contains(name) }
        if !missing.isEmpty {
            let list = missing.map { "\"\($0)\"" }.joined(separator: ", ")
            error(node, "\(shown) needs \(list) here; add \(missing.count == 1 ? "it" : "them")")
        }
        let possible = Set(needed + ["other"] + (["fr", "es", "pt", "it"].contains(main) ? ["many"] : []))
        for (form, key) in forms where Self.all.contains(form) && !possible.contains(form) {
            warning(key, "\(shown) never uses \"\(form)\"; delete it")
        }
    }
}
