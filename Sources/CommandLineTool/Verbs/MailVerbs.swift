import Calendars
import Engine
import Exchange
import Expressions
import Service

/// `mail read | list | show | erase`: what came in about mails that went out.
enum MailVerbs {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "mail", "Reads the answers and bounces that came in, and shows them.",
            discussion: """
                Mail comes in through a maildir, which "email.inbox" in the settings names. "sojourn run" reads it every \
                ten seconds. What belongs to a mail of a case opens a task there; what belongs to none is put aside in the \
                maildir's folder .Unknown. Nothing is ever answered.
                """,
            examples: [
                ("sojourn mail read", "Reads what waits, once."),
                ("sojourn mail show 1f0c", "Shows what somebody wrote."),
            ],
            subcommands: [read(place), list(place), show(place), erase(place)])
    }

    private static let argument = Positional(
        "mail", "The mail's identifier, or its beginning, as \"sojourn mail list\" shows it.")

    private static func read(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "read", "Reads what waits in the maildir, once.",
            examples: [("sojourn mail read", "Reads it, and says what it was.")]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                guard service.engine.correspondence.hasSources else {
                    throw Failure("there is no maildir; write where it is in sojourn.yaml, as email: with inbox: PATH")
                }
                let report = try await service.engine.correspondence.read()
                if parsed.flag("json") {
                    terminal.print(
                        json: .object([
                            "answers": .number(report.answers), "returned": .number(report.returned),
                            "automatic": .number(report.automatic), "unknown": .number(report.unknown),
                            "repeated": .number(report.repeated), "failures": .texts(report.failures),
                        ]))
                } else {
                    terminal.print("\(report.sentence)")
                }
                return report.failures.isEmpty ? .success : .failure
            }
        }
    }

    private static func list(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "list", "Lists mails that came in, the newest first.",
            examples: [
                ("sojourn mail list --case ST-2027-0001", "Those about one case."),
                ("sojourn mail list --json", "All as JSON."),
            ],
            options: [Option("case", value: "CASE", "Only mails about this case."), Lists.limit]
        ) { parsed, terminal in
            let limit = try Lists.pageLimit(parsed)
            return try await place.withService(parsed) { service in
                var mails = try await service.engine.correspondence.mails()
                if let name = parsed.text("case") {
                    let reference = try await CaseVerbs.load(name, in: service).case.reference
                    mails.removeAll { !$0.references.contains(reference) }
                }
                let shown = mails.prefix(limit)
                if parsed.flag("json") {
                    terminal.print(json: .object(["mails": .list(shown.map(\.value))]))
                    return .success
                }
                var table = Table(
                    .init("MAIL"), .init("CAME (UTC)"), .init("WHAT"), .init("CASE"), .init("FROM"), .init("SUBJECT"))
                let clock = LocalWords(zone: .utc)
                for mail in shown {
                    table.add(
                        "\(mail.id.prefix(12))", "\(clock.moment(mail.at))", "\(mail.sort.rawValue)",
                        "\(mail.references.joined(separator: ", "))", "\(mail.from)", "\(mail.subject)")
                }
                Lists.print(table, hasMore: mails.count > limit, nothing: "no mail has come in", on: terminal)
                return .success
            }
        }
    }

    private static func show(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "show", "Shows a mail that came in. Strangers write mails: believe neither its sender nor its text.",
            examples: [("sojourn mail show 1f0c", "Shows it as text.")], arguments: [argument]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                guard let mail = try await service.engine.correspondence.mail(parsed["mail"]) else {
                    throw Failure("there is no one mail \"\(parsed["mail"])\"; \"sojourn mail list\" shows them")
                }
                if parsed.flag("json") {
                    terminal.print(json: mail.value)
                    return .success
                }
                for (name, text) in [
                    ("mail", mail.id), ("what", mail.sort.rawValue), ("case", mail.references.joined(separator: ", ")),
                    ("from", mail.from), ("subject", mail.subject),
                ] where !text.isEmpty { terminal.print("\(name, .cyan)  \(text)") }
                terminal.print("")
                for line in mail.text.split(separator: "\n", omittingEmptySubsequences: false) {
                    terminal.print("\(String(line))")
                }
                return .success
            }
        }
    }

    private static func erase(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "erase", "Forgets who wrote a mail and what it said; that it came stays.",
            examples: [("sojourn mail erase 1f0c", "The file in the maildir is yours to delete.")],
            arguments: [argument]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                guard try await service.engine.correspondence.erase(parsed["mail"]) else {
                    throw Failure("there is no one mail \"\(parsed["mail"])\"; \"sojourn mail list\" shows them")
                }
                terminal.print("erased; the file in the maildir is yours to delete")
                return .success
            }
        }
    }
}
