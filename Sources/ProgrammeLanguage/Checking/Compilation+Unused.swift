import Exchange

/// C1: what is declared and never used is a mistake in most cases, such as a name written wrong elsewhere.
extension Compilation {
    func checkUnused(_ fields: Fields) {
        for (name, key, _) in formNodes where !formUses.contains(name) {
            // A form may also stand in a source alone, such as dates; then nobody ever fills it.
            warning(key, "form \"\(name)\" is never asked; use it in a task or step, or delete it")
        }
        for (name, key, _) in trackNodes {
            guard let track = p.tracks[name], isMatch(track) else { continue }
            let isSearched = p.states.values.contains { state in
                if case .match(let match) = state.opening { match.track == name } else { false }
            }
            if !isSearched {
                error(key, "no match brings members to \"\(name)\"; name it in a match as track: \(name)")
            }
        }
        for (name, key) in personKeys.sorted(by: { $0.value.line < $1.value.line }) where !usedNames.contains(name) {
            guard let role = p.people[name], role.actsFor.isEmpty else { continue }
            warning(key, "nobody asks or tells \"\(name)\"; name it where it takes part, or delete it")
        }
        let dates = usedDates
        unused("dates", fields) {
            dates.contains($0) || usedNames.contains($0)
        } words: {
            "no time hangs on \"\($0)\"; use it or delete it"
        }
        unused("facts", fields) {
            usedNames.contains($0)
        } words: {
            "no condition reads \"\($0)\"; use it or delete it"
        }
        let searched = p.states.values.compactMap { state in
            if case .match(let match) = state.opening { match.rules } else { nil }
        }
        unused("rules", fields) {
            searched.contains($0)
        } words: {
            "no match uses \"\($0)\"; use it or delete it"
        }
        let lists = usedLists
        unused("lists", fields) {
            lists.contains($0) || usedNames.contains($0)
        } words: {
            "nothing chooses from \"\($0)\"; use it or delete it"
        }
        for (name, _, track) in trackNodes {
            unused("facts", track) {
                usedNames.contains($0)
            } words: {
                "no condition reads \"\($0)\"; use it or delete it"
            }
            guard p.tracks[name] != nil else { continue }
            unused("dates", track) {
                dates.contains($0) || usedNames.contains($0)
            } words: {
                "no time hangs on \"\($0)\"; use it or delete it"
            }
        }
    }

    private func unused(
        _ section: String, _ fields: Fields, isUsed: (String) -> Bool, words: (String) -> String
    ) {
        for (key, _) in fields[section].flatMap({ Fields($0) })?.entries ?? [] {
            guard let name = key.scalarText, !isUsed(name) else { continue }
            warning(key, words(name))
        }
    }

    /// Dates in time phrases and rankings.
    private var usedDates: Set<String> {
        var result = phraseDates
        for state in p.states.values { if case .rank(let rank) = state.opening { result.insert(rank.date) } }
        return result
    }

    /// Lists and tables that fields, reasons, roles and dates name, each part under its whole.
    private var usedLists: Set<String> {
        var result: Set<String> = []
        func note(_ field: Field) {
            switch field.type {
            case .choice(.list(let name)), .choices(.list(let name)), .choice(.openNow(let name)),
                .choices(.openNow(let name)):
                result.insert(name.split(separator: ".").first.map(String.init) ?? name)
            case .rows(let columns, _, _): columns.forEach(note)
            default: break
            }
        }
        p.forms.values.flatMap(\.fields).forEach(note)
        p.takes.forEach(note)
        for role in p.people.values {
            for source in role.sources { if case .table(let name, _) = source { result.insert(name) } }
        }
        for date in p.dates + p.tracks.values.flatMap(\.dates) {
            for source in date.sources { if case .table(let name, _) = source { result.insert(name) } }
        }
        return result.union(reasonLists)
    }
}
