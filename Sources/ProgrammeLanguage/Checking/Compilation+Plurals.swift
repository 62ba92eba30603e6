import Exchange

/// The forms of counted texts that each language needs (CLDR).
extension Compilation {
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
        guard let needed = PluralRules.categories(of: language) else { return }
        let missing = needed.filter { name in !forms.contains { $0.0 == name } && !meant.contains(name) }
        if !missing.isEmpty {
            let list = missing.map { "\"\($0)\"" }.joined(separator: ", ")
            error(node, "\(shown) needs \(list) here; add \(missing.count == 1 ? "it" : "them")")
        }
        let possible = Set(needed + ["other"] + PluralRules.optionalCategories(of: language))
        for (form, key) in forms where Self.all.contains(form) && !possible.contains(form) {
            warning(key, "\(shown) never uses \"\(form)\"; delete it")
        }
    }
}
