import Exchange

/// The words that a page or a diagram brings itself, in the languages of the built-in texts.
package enum PageWord: String, Sendable, CaseIterable {
    case state, who, asked, due, reminders, next, people, role, tracks, ends, calendar, day, what, stays
    case deputy, member, everyone, otherwise, until, since, `if`, reason, staff
    case anyTime, everyStage, each, during, start, person, time, itself, end
    case allOfThem, atOnce, ranking, search, signs, decides, told, reminded, sample, stage, version
    case fulfilled, refused, withdrawn, cancelled, expired

    /// In the order of `BuiltInTexts.languages`.
    private static let table: [PageWord: [String]] = [
        .state: ["State", "État", "Estado", "Estado", "الحالة", "Состояние", "状态", "Stanje"],
        .who: ["Who", "Qui", "Quién", "Quem", "من", "Кто", "谁", "Ko"],
        .asked: ["Asked", "Demandé", "Se pide", "Pedido", "المطلوب", "Что требуется", "要求", "Traži se"],
        .due: ["Due", "Échéance", "Plazo", "Prazo", "الموعد", "Срок", "期限", "Rok"],
        .reminders: [
            "Reminders", "Rappels", "Recordatorios", "Lembretes", "التذكير", "Напоминания", "提醒", "Podsjetnici",
        ],
        .next: ["Next", "Suite", "Después", "A seguir", "ما يلي", "Далее", "下一步", "Dalje"],
        .people: [
            "People", "Participants", "Participantes", "Participantes", "المشاركون", "Участники", "参与者", "Učesnici",
        ],
        .role: ["Role", "Rôle", "Función", "Papel", "الدور", "Роль", "角色", "Uloga"],
        .tracks: [
            "Beside the case", "En parallèle", "En paralelo", "Em paralelo", "بالتوازي", "Параллельно", "并行", "Uporedo",
        ],
        .ends: ["Ends", "Issues", "Finales", "Fins", "النهايات", "Итоги", "结局", "Završeci"],
        .calendar: ["Calendar", "Calendrier", "Calendario", "Calendário", "التقويم", "Календарь", "日历", "Kalendar"],
        .day: ["Day", "Jour", "Día", "Dia", "اليوم", "День", "日期", "Dan"],
        .what: ["What", "Quoi", "Qué", "O quê", "ماذا", "Что", "事项", "Šta"],
        .stays: ["stays", "reste", "sigue igual", "fica", "يبقى", "остаётся", "保持", "ostaje"],
        .deputy: ["deputy", "suppléance", "suplente", "suplente", "النائب", "заместитель", "副手", "zamjenik"],
        .member: [
            "the person concerned", "la personne concernée", "la persona interesada", "a pessoa em causa", "المعني",
            "сам участник", "本人", "sam učesnik",
        ],
        .everyone: ["everyone", "tous", "todos", "todos", "الجميع", "все", "所有人", "svi"],
        .otherwise: ["else", "sinon", "si no", "senão", "وإلا", "иначе", "否则", "inače"],
        .until: ["until", "jusqu'à", "hasta", "até", "حتى", "до", "截至", "do"],
        .since: ["since", "à partir de", "desde", "desde", "منذ", "с", "自", "od"],
        .if: ["if", "si", "si", "se", "إذا", "если", "如果", "ako"],
        .reason: ["reason", "motif", "motivo", "motivo", "السبب", "причина", "原因", "razlog"],
        .staff: ["hub", "pôle", "centro", "centro", "المركز", "центр", "中心", "centar"],
        .anyTime: [
            "At any time", "À tout moment", "En todo momento", "A qualquer momento", "في أي وقت", "В любое время",
            "随时", "U svako doba",
        ],
        .everyStage: [
            "In every stage", "À chaque étape", "En cada etapa", "Em cada etapa", "في كل مرحلة", "На каждом этапе",
            "各阶段", "U svakoj fazi",
        ],
        .each: ["for each", "pour chaque", "por cada", "por cada", "لكل", "для каждого", "每个", "za svaki"],
        .during: ["during", "pendant", "durante", "durante", "خلال", "во время", "期间", "tokom"],
        .start: ["start", "début", "inicio", "início", "البداية", "начало", "开始", "početak"],
        .person: [
            "a person answers or decides", "une personne répond ou décide", "una persona responde o decide",
            "uma pessoa responde ou decide", "شخص يجيب أو يقرر", "решает человек", "由人答复或决定",
            "osoba odgovara ili odlučuje",
        ],
        .time: [
            "a time has come", "une échéance est atteinte", "llega el momento", "chega o momento", "حلول موعد",
            "наступил срок", "时间已到", "došlo je vrijeme",
        ],
        .itself: [
            "happens by itself", "automatique", "automático", "automático", "تلقائي", "само собой", "自动",
            "samo od sebe",
        ],
        .end: ["an end", "une issue", "un final", "um fim", "نهاية", "итог", "结局", "završetak"],
        .allOfThem: ["all of them", "tous", "todos", "todos", "جميعهم", "все", "全部", "svi"],
        .atOnce: ["at once", "à la fois", "a la vez", "de cada vez", "في آن واحد", "одновременно", "同时", "odjednom"],
        .ranking: ["ranking", "classement", "clasificación", "classificação", "ترتيب", "рейтинг", "排名", "rangiranje"],
        .search: ["search", "recherche", "búsqueda", "pesquisa", "بحث", "поиск", "寻找", "traženje"],
        .signs: ["signature", "signature", "firma", "assinatura", "توقيع", "подпись", "签署", "potpis"],
        .decides: ["decision", "décision", "decisión", "decisão", "قرار", "решение", "决定", "odluka"],
        .told: ["told", "informé", "se informa a", "informado", "إبلاغ", "сообщить", "告知", "obavijestiti"],
        .reminded: ["reminder", "rappel", "recordatorio", "lembrete", "تذكير", "напоминание", "提醒", "podsjetnik"],
        .sample: [
            "as an example", "à titre d'exemple", "como ejemplo", "como exemplo", "على سبيل المثال", "для примера",
            "示例",
            "kao primjer",
        ],
        .stage: ["Stage", "Étape", "Etapa", "Etapa", "المرحلة", "Этап", "阶段", "Faza"],
        .version: ["version", "version", "versión", "versão", "الإصدار", "версия", "版本", "verzija"],
        .fulfilled: ["fulfilled", "abouti", "cumplido", "concluído", "مكتمل", "выполнено", "完成", "ispunjeno"],
        .refused: ["refused", "refusé", "rechazado", "recusado", "مرفوض", "отказано", "拒绝", "odbijeno"],
        .withdrawn: ["withdrawn", "retiré", "retirado", "retirado", "منسحب", "отозвано", "撤回", "povučeno"],
        .cancelled: ["cancelled", "annulé", "cancelado", "cancelado", "ملغى", "отменено", "取消", "otkazano"],
        .expired: ["expired", "expiré", "caducado", "expirado", "منقضٍ", "истекло", "过期", "isteklo"],
    ]

    /// In a language, or in its main part; in English where the page does not speak it.
    package func text(_ language: String) -> String {
        Self.table[self]?[BuiltInTexts.place(of: language)] ?? rawValue
    }
}
