import Exchange

/// The words that a table for people brings itself, in the languages of the built-in texts.
enum ExportWord: Sendable {
    case reference, programme, stage, state, opened, changed, ended, reason, isHeld, isStuck, guest, hosts
    case firstDay, lastDay, part, number, name, address, institution, country, language, since, tookPart
    case form, question, item, answer, value, answered, yes, no

    /// In the order of `BuiltInTexts.languages`.
    private static let table: [ExportWord: [String]] = [
        .reference: ["Case", "Dossier", "Expediente", "Processo", "الملف", "Дело", "案件", "Predmet"],
        .programme: ["Programme", "Programme", "Programa", "Programa", "البرنامج", "Программа", "项目", "Program"],
        .stage: ["Stage", "Étape", "Etapa", "Etapa", "المرحلة", "Этап", "阶段", "Faza"],
        .state: ["State", "État", "Estado", "Estado", "الحالة", "Состояние", "状态", "Stanje"],
        .opened: ["Opened", "Ouvert le", "Abierto el", "Aberto em", "تاريخ الفتح", "Открыто", "开始日期", "Otvoren"],
        .changed: [
            "Last change", "Modifié le", "Último cambio", "Última alteração", "آخر تغيير", "Изменено", "最近更新",
            "Posljednja izmjena",
        ],
        .ended: ["Ended", "Clos le", "Terminado el", "Terminado em", "تاريخ الانتهاء", "Завершено", "结束日期", "Završen"],
        .reason: ["Reason", "Motif", "Motivo", "Motivo", "السبب", "Причина", "原因", "Razlog"],
        .isHeld: ["On hold", "En attente", "En pausa", "Suspenso", "معلّق", "Приостановлено", "暂停", "Na čekanju"],
        .isStuck: ["Stuck", "Bloqué", "Bloqueado", "Bloqueado", "متعثر", "Застряло", "受阻", "Zastao"],
        .guest: [
            "Guest institution", "Institution invitée", "Institución visitante", "Instituição visitante",
            "المؤسسة الضيفة", "Гость", "来访机构", "Gost",
        ],
        .hosts: ["Hosts", "Hôtes", "Anfitriones", "Anfitriões", "الجهات المضيفة", "Принимающие", "接待机构", "Domaćini"],
        .firstDay: [
            "First day", "Premier jour", "Primer día", "Primeiro dia", "اليوم الأول", "Первый день", "首日", "Prvi dan",
        ],
        .lastDay: [
            "Last day", "Dernier jour", "Último día", "Último dia", "اليوم الأخير", "Последний день", "末日",
            "Posljednji dan",
        ],
        .part: ["Part", "Rôle", "Función", "Papel", "الدور", "Роль", "角色", "Uloga"],
        .number: ["Number", "Numéro", "Número", "Número", "الرقم", "Номер", "编号", "Broj"],
        .name: ["Name", "Nom", "Nombre", "Nome", "الاسم", "Имя", "姓名", "Ime"],
        .address: ["E-mail", "Courriel", "Correo", "E-mail", "البريد الإلكتروني", "Эл. почта", "电子邮箱", "E-pošta"],
        .institution: [
            "Institution", "Institution", "Institución", "Instituição", "المؤسسة", "Учреждение", "机构", "Institucija",
        ],
        .country: ["Country", "Pays", "País", "País", "البلد", "Страна", "国家", "Zemlja"],
        .language: ["Language", "Langue", "Idioma", "Língua", "اللغة", "Язык", "语言", "Jezik"],
        .since: ["Since", "Depuis le", "Desde", "Desde", "منذ", "С", "自", "Od"],
        .tookPart: ["Took part", "A participé", "Participó", "Participou", "شارك", "Участвовал", "已参加", "Učestvovao"],
        .form: ["Form", "Formulaire", "Formulario", "Formulário", "النموذج", "Форма", "表单", "Obrazac"],
        .question: ["Question", "Question", "Pregunta", "Pergunta", "السؤال", "Вопрос", "问题", "Pitanje"],
        .item: ["Row", "Ligne", "Fila", "Linha", "الصف", "Строка", "行", "Red"],
        .answer: ["Answer", "Réponse", "Respuesta", "Resposta", "الإجابة", "Ответ", "回答", "Odgovor"],
        .value: ["As a number", "En nombre", "En número", "Em número", "كرقم", "Числом", "数值", "Kao broj"],
        .answered: [
            "Answered", "Répondu le", "Respondido el", "Respondido em", "تاريخ الإجابة", "Дата ответа", "回答日期",
            "Odgovoreno",
        ],
        .yes: ["yes", "oui", "sí", "sim", "نعم", "да", "是", "da"],
        .no: ["no", "non", "no", "não", "لا", "нет", "否", "ne"],
    ]

    /// In the language, in its main part, or in English.
    func text(_ language: String) -> String {
        Self.table[self]?[BuiltInTexts.place(of: language)] ?? ""
    }
}
