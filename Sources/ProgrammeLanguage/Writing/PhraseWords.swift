package import Calendars

/// Time phrases for readers: "5 jours ouvrables", "60 jours avant « visite »".
///
/// Programmes keep the English grammar; these are for reading only. Names of dates stand in quotation marks where the
/// language would else bend them.
extension ProgrammeWords {
    package func phrase(_ phrase: TimePhrase) -> String {
        let main = String(language.prefix { $0 != "-" })
        guard main != "en", let grammar = PhraseGrammar.all[main] else { return spelled(phrase.text) }
        return PhraseTeller(grammar: grammar, words: self).text(phrase)
    }
}

/// How one language says amounts of time and their sides.
struct PhraseGrammar: Sendable {
    /// Which form of a unit goes with a number.
    enum Plural: Sendable { case one, slavic, arabic, none }

    let plural: Plural
    /// hour, day, working day, week, month, year; each in its forms: one | few | many (one | two | few | many in Arabic).
    let units: [TimePhrase.Unit: [String]]
    /// `$` stands for the amount, the name or the hour.
    let before, after, every, times, until, at, first, last, starts, ends, quote: String
    let and, due, end, silence, receipt, next, previous, firstEntering: String

    private static func units(_ forms: String...) -> [TimePhrase.Unit: [String]] {
        let all = forms.map { $0.split(separator: "|").map(String.init) }
        return Dictionary(
            zip([.hour, .day, .workingDay, .week, .month, .year], all), uniquingKeysWith: { first, _ in first })
    }

    static let all: [String: PhraseGrammar] = [
        "fr": PhraseGrammar(
            plural: .one,
            units: units(
                "heure|heures", "jour|jours", "jour ouvrable|jours ouvrables", "semaine|semaines", "mois|mois", "an|ans"
            ),
            before: "$1 avant $2", after: "$1 après $2", every: "tous les $", times: "$ fois au plus",
            until: "jusqu'à $",
            at: "à $", first: "premier jour de $", last: "dernier jour de $", starts: "début de $", ends: "fin de $",
            quote: "« $ »", and: " et ", due: "l'échéance", end: "la fin du dossier", silence: "de silence",
            receipt: "sans accusé de réception", next: "ou le jour ouvrable suivant",
            previous: "ou le jour ouvrable précédent",
            firstEntering: "la première entrée dans $"),
        "es": PhraseGrammar(
            plural: .one,
            units: units("hora|horas", "día|días", "día hábil|días hábiles", "semana|semanas", "mes|meses", "año|años"),
            before: "$1 antes de $2", after: "$1 después de $2", every: "cada $", times: "$ veces como máximo",
            until: "hasta $", at: "a las $", first: "primer día de $", last: "último día de $", starts: "inicio de $",
            ends: "fin de $", quote: "«$»", and: " y ", due: "el plazo", end: "el cierre", silence: "de silencio",
            receipt: "sin acuse de recibo", next: "o el día hábil siguiente", previous: "o el día hábil anterior",
            firstEntering: "la primera entrada en $"),
        "pt": PhraseGrammar(
            plural: .one,
            units: units("hora|horas", "dia|dias", "dia útil|dias úteis", "semana|semanas", "mês|meses", "ano|anos"),
            before: "$1 antes de $2", after: "$1 depois de $2", every: "a cada $", times: "$ vezes no máximo",
            until: "até $", at: "às $", first: "primeiro dia de $", last: "último dia de $", starts: "início de $",
            ends: "fim de $", quote: "«$»", and: " e ", due: "o prazo", end: "o encerramento", silence: "de silêncio",
            receipt: "sem aviso de receção", next: "ou o dia útil seguinte", previous: "ou o dia útil anterior",
            firstEntering: "a primeira entrada em $"),
        "ru": PhraseGrammar(
            plural: .slavic,
            units: units(
                "час|часа|часов", "день|дня|дней", "рабочий день|рабочих дня|рабочих дней", "неделя|недели|недель",
                "месяц|месяца|месяцев", "год|года|лет"),
            before: "$1 до $2", after: "$1 после $2", every: "каждые $", times: "не более $ раз", until: "до $",
            at: "в $",
            first: "первый день: $", last: "последний день: $", starts: "начало: $", ends: "конец: $", quote: "«$»",
            and: " и ", due: "срока", end: "завершения", silence: "молчания", receipt: "без подтверждения",
            next: "или следующий рабочий день", previous: "или предыдущий рабочий день",
            firstEntering: "первого входа в $"),
        "bs": PhraseGrammar(
            plural: .slavic,
            units: units(
                "sat|sata|sati", "dan|dana|dana", "radni dan|radna dana|radnih dana", "sedmica|sedmice|sedmica",
                "mjesec|mjeseca|mjeseci", "godina|godine|godina"),
            before: "$1 prije: $2", after: "$1 nakon: $2", every: "svakih $", times: "najviše $ puta", until: "do: $",
            at: "u $", first: "prvi dan: $", last: "posljednji dan: $", starts: "početak: $", ends: "kraj: $",
            quote: "„$”",
            and: " i ", due: "rok", end: "završetak", silence: "šutnje", receipt: "bez potvrde prijema",
            next: "ili sljedeći radni dan", previous: "ili prethodni radni dan", firstEntering: "prvi ulazak u $"),
        "ar": PhraseGrammar(
            plural: .arabic,
            units: units(
                "ساعة|ساعتان|ساعات|ساعة", "يوم|يومان|أيام|يومًا", "يوم عمل|يوما عمل|أيام عمل|يوم عمل",
                "أسبوع|أسبوعان|أسابيع|أسبوعًا", "شهر|شهران|أشهر|شهرًا", "سنة|سنتان|سنوات|سنة"),
            before: "$1 قبل $2", after: "$1 بعد $2", every: "كل $", times: "$ مرات على الأكثر", until: "حتى $",
            at: "الساعة $", first: "اليوم الأول من $", last: "اليوم الأخير من $", starts: "بداية $", ends: "نهاية $",
            quote: "«$»", and: " و", due: "الموعد", end: "الختام", silence: "من الصمت", receipt: "دون إشعار بالاستلام",
            next: "أو يوم العمل التالي", previous: "أو يوم العمل السابق", firstEntering: "أول دخول إلى $"),
        "zh": PhraseGrammar(
            plural: .none, units: units("小时", "天", "个工作日", "周", "个月", "年"),
            before: "$2前 $1", after: "$2后 $1", every: "每 $", times: "最多 $ 次", until: "直至$", at: "$", first: "$首日",
            last: "$末日", starts: "$开始", ends: "$结束", quote: "“$”", and: "和", due: "期限", end: "结案",
            silence: "无回音", receipt: "无回执", next: "或其后的工作日", previous: "或其前的工作日", firstEntering: "首次进入$"),
    ]

    func unit(_ unit: TimePhrase.Unit, _ count: Int) -> String {
        let forms = units[unit] ?? [unit.rawValue]
        let index: Int =
            switch plural {
            case .none: 0
            case .one: count == 1 ? 0 : 1
            case .slavic: Self.slavic(count)
            case .arabic: Self.arabic(count)
            }
        return forms[min(index, forms.count - 1)]
    }

    private static func slavic(_ count: Int) -> Int {
        let (ten, hundred) = (count % 10, count % 100)
        if ten == 1, hundred != 11 { return 0 }
        return (2...4).contains(ten) && !(12...14).contains(hundred) ? 1 : 2
    }

    private static func arabic(_ count: Int) -> Int {
        if count == 1 { return 0 }
        if count == 2 { return 1 }
        return (3...10).contains(count % 100) ? 2 : 3
    }
}

/// One phrase in one language.
private struct PhraseTeller {
    let grammar: PhraseGrammar
    let words: ProgrammeWords

    func text(_ phrase: TimePhrase) -> String {
        var parts = [body(phrase)]
        switch phrase.shift {
        case .next?: parts.append(grammar.next)
        case .previous?: parts.append(grammar.previous)
        case nil: break
        }
        if let at = phrase.at { parts.append(fill(grammar.at, "\(at)")) }
        switch phrase.limit {
        case .times(let count)?: parts.append(fill(grammar.times, "\(count)"))
        case .until(let bound)?: parts.append(fill(grammar.until, text(bound)))
        case nil: break
        }
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func fill(_ pattern: String, _ text: String) -> String { pattern.replacing("$", with: text) }

    private func fill(_ pattern: String, _ first: String, _ second: String) -> String {
        // The second goes in first, so that a dollar in a name is never taken for a place.
        pattern.replacing("$2", with: "\u{1}").replacing("$1", with: first).replacing("\u{1}", with: second)
    }

    private func body(_ phrase: TimePhrase) -> String {
        let amount = amount(phrase)
        let isOnItself = amount.isEmpty
        switch phrase.hook {
        case .entering: return amount
        case .silence: return "\(amount) \(grammar.silence)"
        case .receipt: return "\(amount) \(grammar.receipt)"
        case .due: return side(phrase, amount, grammar.due)
        case .end: return side(phrase, amount, grammar.end)
        case .firstEntering(let state):
            return side(phrase, amount, fill(grammar.firstEntering, quoted(words.state(state))))
        case .date(let name, let edge):
            let shown = quoted(words.date(name))
            switch edge {
            case .starts?: return side(phrase, amount, fill(isOnItself ? grammar.first : grammar.starts, shown))
            case .ends?:
                // After its end is what "after" means anyway.
                let isPlain = phrase.direction == .after && !isOnItself
                return side(
                    phrase, amount, isPlain ? shown : fill(isOnItself ? grammar.last : grammar.ends, shown))
            case nil: return side(phrase, amount, shown)
            }
        }
    }

    private func quoted(_ name: String) -> String { fill(grammar.quote, name) }

    private func side(_ phrase: TimePhrase, _ amount: String, _ name: String) -> String {
        guard !amount.isEmpty else { return name }
        return switch phrase.direction {
        case .before: fill(grammar.before, amount, name)
        case .after: fill(grammar.after, amount, name)
        case .on: "\(amount) (\(name))"
        }
    }

    private func amount(_ phrase: TimePhrase) -> String {
        if let every = phrase.every { return fill(grammar.every, text(every)) }
        guard let first = phrase.moments.first else { return "" }
        guard phrase.moments.count > 1, let unit = first.first?.unit else {
            return first.map(text).joined(separator: grammar.and)
        }
        let counts = phrase.moments.compactMap { $0.first?.count }
        return counts.map(String.init).joined(separator: grammar.and) + " " + grammar.unit(unit, counts.last ?? 2)
    }

    private func text(_ part: TimePhrase.Part) -> String { "\(part.count) \(grammar.unit(part.unit, part.count))" }
}
