import Calendars
import Exchange
import Expressions

/// A programme as the things of which a change is told, part by part in the order of the manual.
enum ProgrammeSubjects {
    typealias Aspect = Subject.Aspect

    static var parts: [(Programme) -> [Subject]] {
        [header, people, days, forms, lists, rules, stages, states, tracks, everywhere, ends, exchange]
    }

    // MARK: Words

    static func name(_ name: String) -> String { "`\(name)`" }

    static func number(_ value: Double) -> String { value == value.rounded() ? String(Int(value)) : String(value) }

    static func who(_ who: Who) -> String {
        switch who {
        case .role(let role): name(role)
        case .deputy(let role): "the deputy of \(name(role))"
        case .member: "the member"
        case .memberDeputy: "the member's deputy"
        case .everyone: "everyone"
        case .path(let path): name(path.description)
        }
    }

    static func all(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    /// One of several values that each can come and go.
    static func each(_ key: String, _ verb: String, _ values: [String]) -> [Aspect] {
        values.map { Aspect("\(key).\($0)", verb, $0) }
    }

    static func flag(_ isSo: Bool, _ key: String, _ verb: String) -> [Aspect] { isSo ? [Aspect(key, verb)] : [] }

    static func condition(_ condition: Condition?, _ key: String, _ verb: String) -> [Aspect] {
        condition.map { [Aspect(key, verb, "`\($0.text)`")] } ?? []
    }

    static func phrase(_ phrase: TimePhrase?, _ key: String, _ verb: String) -> [Aspect] {
        phrase.map { [Aspect(key, verb, $0.text)] } ?? []
    }

    // MARK: Header, people, dates

    private static func header(_ p: Programme) -> [Subject] {
        var aspects = [
            Aspect("name", "is named", name(p.name)), Aspect("title", "is called", "\"\(p.title)\""),
            Aspect("version", "is version", String(p.version)),
            Aspect("reference", "numbers its cases", name(p.reference)),
            Aspect("zone", "keeps the time of", p.zone.name),
            Aspect("hour", "sends reminders at", p.officeHour.description),
            Aspect("first", "begins in", name(p.first)), Aspect("fallback", "falls back to", p.languages.first ?? ""),
            Aspect("week", "works on", all(p.calendar.week.sorted().map { weekdays[$0 - 1] })),
        ]
        aspects += each("language", "speaks", p.languages)
        aspects += each("holiday", "takes as a holiday", p.calendar.holidays.map(\.description).sorted())
        if let until = p.calendar.knownUntil {
            aspects.append(Aspect("known", "knows its holidays until", until.description))
        }
        return [Subject(key: "programme", name: "The programme", aspects: aspects)]
    }

    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    private static func people(_ p: Programme) -> [Subject] {
        p.peopleOrder.compactMap { p.people[$0] }.map { role in
            var aspects = [Aspect("title", "is called", "\"\(role.title)\"")]
            aspects += flag(role.isStaff, "staff", "works for the hub") + flag(role.isOutside, "outside", "is outside")
            aspects += flag(role.hasDeputy, "deputy", "has a deputy")
            aspects += flag(role.isOptional, "optional", "may be held by nobody")
            aspects += each("acts", "acts for", role.actsFor.sorted().map(name))
            aspects += each("except", "is held by nobody who holds", role.except.sorted().map(name))
            aspects += each("sees", "sees data of the class", role.sees.map(\.rawValue).sorted())
            let sources = role.sources.map(source)
            if !sources.isEmpty { aspects.append(Aspect("from", "comes from", sources.joined(separator: ", else "))) }
            return Subject(key: "people.\(role.name)", name: "The role \(name(role.name))", aspects: aspects)
        }
    }

    private static func source(_ source: RoleSource) -> String {
        switch source {
        case .answer(let form, let field): name("\(form).\(field)")
        case .track(let track): name(track)
        case .memberAnswer(let track, let field): name("\(track).\(field)")
        case .table(let table, let by): name("\(table) by \(by)")
        case .caller: "the caller"
        }
    }

    private static func days(_ p: Programme) -> [Subject] { dates(p.dates, "dates", "") + facts(p.facts, "facts", "") }

    static func dates(_ dates: [DateDeclaration], _ key: String, _ place: String) -> [Subject] {
        dates.map { date in
            let sources = date.sources.map { source in
                switch source {
                case .answer(let form, let field): name("\(form).\(field)")
                case .table(let table, let by): name("\(table) by \(by)")
                }
            }
            let aspects =
                [Aspect("from", "comes from", sources.joined(separator: ", "))]
                + condition(date.zone, "zone", "is in the zone")
            return Subject(key: "\(key).\(date.name)", name: "The date \(name(date.name))\(place)", aspects: aspects)
        }
    }

    static func facts(_ facts: [Fact], _ key: String, _ place: String) -> [Subject] {
        facts.map { fact in
            Subject(
                key: "\(key).\(fact.name)", name: "The fact \(name(fact.name))\(place)",
                aspects: [Aspect("value", "is", "`\(fact.value.text)`")])
        }
    }

    // MARK: Rules, and what callers give and get

    private static func rules(_ p: Programme) -> [Subject] {
        p.rules.keys.sorted().compactMap { p.rules[$0] }.flatMap { rules -> [Subject] in
            let (key, place) = ("rules.\(rules.name)", "of the rules \(name(rules.name))")
            let filters = rules.filters.map { filter in
                Subject(
                    key: "\(key).filters.\(filter.name)", name: "The filter \(name(filter.name)) \(place)",
                    aspects: condition(filter.condition, "if", "wants") + [Aspect("say", "says", "\"\(filter.say)\"")])
            }
            let score = rules.score.map { part in
                Subject(
                    key: "\(key).score.\(part.name)", name: "The score \(name(part.name)) \(place)",
                    aspects: condition(part.points, "points", "gives")
                        + [
                            Aspect("weight", "has the weight", number(part.weight)),
                            Aspect("say", "says", "\"\(part.say)\""),
                        ])
            }
            return [Subject(key: key, name: "The matching by the rules \(name(rules.name))")] + filters + score
        }
    }

    private static func exchange(_ p: Programme) -> [Subject] {
        let takes = p.takes.flatMap {
            field($0, key: "takes.\($0.name)", name: "What the caller gives as \(name($0.name))")
        }
        let gives = p.gives.keys.sorted().compactMap { key in
            p.gives[key].map { value in
                Subject(
                    key: "gives.\(key)", name: "What the caller gets as \(name(key))",
                    aspects: condition(value, "value", "is"))
            }
        }
        return takes + gives
    }
}
