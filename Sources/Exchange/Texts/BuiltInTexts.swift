import Calendars
import Expressions

/// Texts of the machine's own messages, for programmes that declare none of the same name.
package enum BuiltInTexts {
    /// The languages that Sojourn itself speaks; tables of its words are in this order.
    package static let languages = ["en", "fr", "es", "pt", "ar", "ru", "zh", "bs"]

    /// The place of a language in ``languages``, by its whole name or its main part; English for one that is not there.
    package static func place(of language: String) -> Int {
        let main = String(language.prefix { $0 != "-" })
        return languages.firstIndex(of: language) ?? languages.firstIndex(of: main) ?? 0
    }

    private struct Text {
        let subject: String
        let body: String
    }

    /// `$title`, `$due`, `$case`, `$name`, `$reason` are filled in.
    private static let texts: [String: [String: Text]] = [
        "task": [
            "en": Text(
                subject: "[$case] Please do: $title",
                body: "Dear $name,\n\n**$title** is waiting for you in case $case.$due"),
            "fr": Text(
                subject: "[$case] À faire : $title",
                body: "Bonjour $name,\n\n**$title** vous attend dans le dossier $case.$due"),
            "es": Text(
                subject: "[$case] Por hacer: $title",
                body: "Hola, $name:\n\n**$title** le espera en el expediente $case.$due"),
            "pt": Text(
                subject: "[$case] Por fazer: $title",
                body: "Olá, $name,\n\n**$title** espera por si no processo $case.$due"),
            "ar": Text(
                subject: "[$case] مطلوب منكم: $title",
                body: "السادة $name،\n\nالمهمة **$title** بانتظاركم في الملف $case.$due"),
            "ru": Text(
                subject: "[$case] Задача: $title",
                body: "Здравствуйте, $name!\n\nЗадача **$title** ждёт вас в деле $case.$due"),
            "zh": Text(subject: "[$case] 待办：$title", body: "$name，您好：\n\n案件 $case 中的 **$title** 等待您处理。$due"),
            "bs": Text(
                subject: "[$case] Zadatak: $title",
                body: "Poštovani $name,\n\nzadatak **$title** čeka na vas u predmetu $case.$due"),
        ],
        "reminder": [
            "en": Text(
                subject: "[$case] Reminder: $title",
                body: "Dear $name,\n\nwe have not had your answer to **$title** in case $case yet.$due"),
            "fr": Text(
                subject: "[$case] Rappel : $title",
                body:
                    "Bonjour $name,\n\nnous n'avons pas encore reçu votre réponse à **$title** dans le dossier $case.$due"
            ),
            "es": Text(
                subject: "[$case] Recordatorio: $title",
                body: "Hola, $name:\n\naún no hemos recibido su respuesta a **$title** en el expediente $case.$due"),
            "pt": Text(
                subject: "[$case] Lembrete: $title",
                body: "Olá, $name,\n\nainda não recebemos a sua resposta a **$title** no processo $case.$due"),
            "ar": Text(
                subject: "[$case] تذكير: $title",
                body: "السادة $name،\n\nلم يصلنا بعد ردكم على **$title** في الملف $case.$due"),
            "ru": Text(
                subject: "[$case] Напоминание: $title",
                body: "Здравствуйте, $name!\n\nМы ещё не получили ваш ответ на задачу **$title** в деле $case.$due"),
            "zh": Text(subject: "[$case] 提醒：$title", body: "$name，您好：\n\n我们尚未收到您对案件 $case 中 **$title** 的答复。$due"),
            "bs": Text(
                subject: "[$case] Podsjetnik: $title",
                body: "Poštovani $name,\n\njoš nismo dobili vaš odgovor na **$title** u predmetu $case.$due"),
        ],
        "escalation": [
            "en": Text(
                subject: "[$case] Late: $title",
                body:
                    "Dear $name,\n\n**$title** in case $case is late. You may answer in place of those who were asked.$due"
            ),
            "fr": Text(
                subject: "[$case] En retard : $title",
                body:
                    "Bonjour $name,\n\n**$title** est en retard dans le dossier $case. Vous pouvez répondre à la place des personnes sollicitées.$due"
            ),
            "es": Text(
                subject: "[$case] Atrasado: $title",
                body:
                    "Hola, $name:\n\n**$title** está atrasado en el expediente $case. Puede responder en lugar de quienes fueron consultados.$due"
            ),
            "pt": Text(
                subject: "[$case] Atrasado: $title",
                body:
                    "Olá, $name,\n\n**$title** está atrasado no processo $case. Pode responder em lugar de quem foi consultado.$due"
            ),
            "ar": Text(
                subject: "[$case] متأخر: $title",
                body: "السادة $name،\n\nتأخرت المهمة **$title** في الملف $case. يمكنكم الرد نيابة عن المكلفين بها.$due"),
            "ru": Text(
                subject: "[$case] Просрочено: $title",
                body:
                    "Здравствуйте, $name!\n\nЗадача **$title** в деле $case просрочена. Вы можете ответить вместо тех, кого спросили.$due"
            ),
            "zh": Text(subject: "[$case] 已逾期：$title", body: "$name，您好：\n\n案件 $case 中的 **$title** 已逾期，您可以代为答复。$due"),
            "bs": Text(
                subject: "[$case] Kasni: $title",
                body:
                    "Poštovani $name,\n\n**$title** u predmetu $case kasni. Možete odgovoriti umjesto onih koji su pitani.$due"
            ),
        ],
        "quiet": [
            "en": Text(
                subject: "[$case] Nothing has happened for a while",
                body:
                    "Dear $name,\n\nnothing has happened in case $case for a while and nothing is due. Please look at it."
            ),
            "fr": Text(
                subject: "[$case] Rien ne s'est passé depuis un moment",
                body:
                    "Bonjour $name,\n\nrien ne s'est passé dans le dossier $case depuis un moment et aucune échéance n'est prévue. Merci d'y jeter un œil."
            ),
            "es": Text(
                subject: "[$case] Sin novedades desde hace tiempo",
                body:
                    "Hola, $name:\n\nno ha habido novedades en el expediente $case ni hay plazos pendientes. Por favor, revíselo."
            ),
            "pt": Text(
                subject: "[$case] Sem novidades há algum tempo",
                body: "Olá, $name,\n\nnão há novidades no processo $case nem prazos pendentes. Por favor, verifique-o."),
            "ar": Text(
                subject: "[$case] لا جديد منذ مدة",
                body: "السادة $name،\n\nلم يحدث شيء في الملف $case منذ مدة ولا موعد مقبل. نرجو الاطلاع عليه."),
            "ru": Text(
                subject: "[$case] Давно ничего не происходило",
                body:
                    "Здравствуйте, $name!\n\nВ деле $case давно ничего не происходило, сроков тоже нет. Пожалуйста, посмотрите."
            ),
            "zh": Text(subject: "[$case] 已有一段时间没有进展", body: "$name，您好：\n\n案件 $case 已有一段时间没有进展，也没有期限。请查看。"),
            "bs": Text(
                subject: "[$case] Već neko vrijeme nema novosti",
                body:
                    "Poštovani $name,\n\nu predmetu $case već neko vrijeme nema novosti niti rokova. Molimo pogledajte."
            ),
        ],
    ]

    private static let dueWords: [String: String] = [
        "en": " Please answer by $day.", "fr": " Merci de répondre au plus tard le $day.",
        "es": " Responda, por favor, a más tardar el $day.", "pt": " Responda, por favor, até $day.",
        "ar": " نرجو الرد في موعد أقصاه $day.", "ru": " Пожалуйста, ответьте не позднее $day.",
        "zh": "请于 $day 前答复。", "bs": " Molimo odgovorite do $day.",
    ]

    private static let words: [String: [String: String]] = [
        "yes": ["en": "yes", "fr": "oui", "es": "sí", "pt": "sim", "ar": "نعم", "ru": "да", "zh": "是", "bs": "da"],
        "no": ["en": "no", "fr": "non", "es": "no", "pt": "não", "ar": "لا", "ru": "нет", "zh": "否", "bs": "ne"],
    ]

    static func word(_ name: String, _ language: String) -> String {
        words[name]?[language] ?? words[name]?[String(language.prefix(2))] ?? name
    }

    static func render(_ name: String, language: String, reading: CaseReading, programme: Programme) -> Rendered {
        let text = texts[name]?[language] ?? texts[name]?["en"]
        guard let text else {
            return Rendered(
                subject: name, body: "", language: language, mentions: [:], problem: "there is no message \"\(name)\"")
        }
        func read(_ first: String, _ second: String) -> String {
            reading.value(at: Path([first, second]))?.asString ?? ""
        }
        let due = LocalDate(iso: read("task", "due")).map { Wordings(language: language).day($0) }
        let title = programme.title(ofTask: read("task", "title"), language: language)
        let values = [
            "case": read("case", "reference"), "name": read("reader", "name"), "reason": read("reason", ""),
            "title": title,
            "due": due.map { day in (dueWords[language] ?? dueWords["en"] ?? "").replacing("$day", with: day) } ?? "",
        ]
        func fill(_ template: String) -> String {
            // Left to right, each mark once, so that a value is never read as a mark.
            var result = ""
            var rest = Substring(template)
            while let mark = rest.firstIndex(of: "$") {
                result += rest[..<mark]
                rest = rest[rest.index(after: mark)...]
                let word = rest.prefix { $0.isLetter && $0.isASCII }
                result += values[String(word)] ?? ""
                rest = rest[word.endIndex...]
            }
            return result + rest
        }
        return Rendered(
            subject: Wordings.oneLine(fill(text.subject)), body: fill(text.body), language: language, mentions: [:],
            problem: nil)
    }
}

extension Programme {
    /// What a task is called: the form's title in the reader's language, else as it is.
    func title(ofTask name: String, language: String) -> String {
        if let label = labels["forms.\(name)"]?[language] ?? labels["states.\(name)"]?[language] { return label }
        return forms[name]?.title ?? states[name]?.title ?? name
    }

    /// A coded reason in the reader's words: the list's label, or the code spelled out.
    package func label(ofReason code: String, language: String) -> String {
        guard !code.isEmpty else { return "" }
        let suffix = ".\(code)"
        let main = String(language.prefix { $0 != "-" })
        for key in labels.keys.sorted() where key.hasPrefix("lists.") && key.hasSuffix(suffix) {
            if let label = labels[key]?[language] ?? labels[key]?[main] ?? labels[key]?[languages[0]] { return label }
        }
        return String(code.map { $0 == "_" ? " " : $0 })
    }
}
