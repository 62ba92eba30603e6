/// What the page for unsubscribing says, in the language that a browser asks for.
struct UnsubscribeWords: Sendable {
    let language: String
    let title: String
    let question: String
    let button: String
    let done: String

    /// Letters of a header that are read.
    private static let headerBytes = 200

    /// The first language of the header that there is, English if there is none. The header's weights are not read: browsers
    /// write the languages in their order.
    init(accepting header: String) {
        let asked = header.prefix(Self.headerBytes).lowercased().split(separator: ",").map { part in
            String(part.drop { $0 == " " }.prefix { ("a"..."z").contains($0) })
        }
        self = asked.lazy.compactMap { name in Self.all.first { $0.language == name } }.first ?? Self.all[0]
    }

    private init(_ language: String, _ title: String, _ question: String, _ button: String, _ done: String) {
        self.language = language
        self.title = title
        self.question = question
        self.button = button
        self.done = done
    }

    private static let all = [
        UnsubscribeWords(
            "en", "Fewer mails",
            "Press the button, and no reminders and no optional messages are sent to you any more. Tasks and decisions that "
                + "concern you still reach you.", "Send me no reminders", "Done. Tasks and decisions still reach you."),
        UnsubscribeWords(
            "fr", "Moins de courriels",
            "Appuyez sur le bouton : vous ne recevrez plus ni rappels ni messages facultatifs. Les tâches et les décisions qui "
                + "vous concernent vous parviendront toujours.", "Ne plus m’envoyer de rappels",
            "C’est fait. Les tâches et les décisions vous parviennent toujours."),
        UnsubscribeWords(
            "es", "Menos correos",
            "Pulse el botón y no recibirá más recordatorios ni mensajes opcionales. Las tareas y decisiones que le conciernen le "
                + "seguirán llegando.", "No enviarme recordatorios",
            "Hecho. Las tareas y decisiones le siguen llegando."),
        UnsubscribeWords(
            "ar", "رسائل أقل",
            "اضغطوا على الزر فلا تصلكم تذكيرات ولا رسائل اختيارية بعد الآن. أما المهام والقرارات التي تخصكم فستظل تصلكم.",
            "لا ترسلوا لي تذكيرات", "تم ذلك. المهام والقرارات ما زالت تصلكم."),
        UnsubscribeWords(
            "pt", "Menos mensagens",
            "Prima o botão e deixará de receber lembretes e mensagens opcionais. As tarefas e decisões que lhe dizem respeito "
                + "continuam a chegar.", "Não me enviem lembretes",
            "Feito. As tarefas e decisões continuam a chegar."),
        UnsubscribeWords(
            "ru", "Меньше писем",
            "Нажмите кнопку, и вы больше не будете получать напоминания и необязательные сообщения. Задачи и решения, которые "
                + "вас касаются, по-прежнему будут приходить.", "Не присылать напоминаний",
            "Готово. Задачи и решения по-прежнему приходят."),
        UnsubscribeWords(
            "zh", "减少邮件", "按下按钮后，您将不再收到提醒和可选邮件。与您有关的任务和决定仍会发送给您。", "不再向我发送提醒",
            "已完成。任务和决定仍会发送给您。"),
        UnsubscribeWords(
            "bs", "Manje poruka",
            "Pritisnite dugme i više nećete dobijati podsjetnike ni neobavezne poruke. Zadaci i odluke koji se tiču Vas i dalje će "
                + "stizati.", "Ne šaljite mi podsjetnike", "Gotovo. Zadaci i odluke i dalje stižu."),
    ]
}
