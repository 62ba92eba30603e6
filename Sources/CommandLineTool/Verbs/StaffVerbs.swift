import Calendars
import Engine
import Exchange
import Service

/// `case hold | resume | cancel`: what the staff can always do, with a reason that the journal keeps.
enum StaffVerbs {
    static let reason = Option(
        "reason", value: "TEXT", "Why, in a few words without personal data.", required: true)
    static let key = Option(
        "key", value: "KEY", "Your own key: the same command with it again changes nothing.")

    static func specs(_ place: Workplace) -> [CommandSpec] {
        [
            verb(
                place, "hold", "Stops a case: no deadline runs and no move is made until it is resumed.",
                example: "sojourn case hold ST-2027-0001 --as coordinator --reason elections --until 2027-05-01",
                options: [Option("until", value: "DAY", "The last day, such as 2027-05-01.")]
            ) { parsed, why in
                let until = try parsed.value("until", "a day such as 2027-05-01") { LocalDate(iso: $0) }
                return .hold(reason: why, until: until)
            },
            verb(
                place, "resume", "Lets a case go on that is on hold; its deadlines move by the days of the hold.",
                example: "sojourn case resume ST-2027-0001 --as coordinator --reason 'elections are over'"
            ) { _, why in .resume(reason: why) },
            verb(
                place, "cancel", "Ends a case for good.",
                example: "sojourn case cancel ST-2027-0001 --as head --reason 'funds were cut'"
            ) { _, why in .cancel(reason: why) },
        ]
    }

    private static func verb(
        _ place: Workplace, _ name: String, _ summary: String, example: String, options: [Option] = [],
        _ command: @escaping @Sendable (Parsed, String) throws -> Command
    ) -> CommandSpec {
        CommandSpec(
            name, summary, discussion: "Only the staff may; the reason stands in the journal.",
            examples: [(example, summary)], arguments: [CaseVerbs.argument(place)],
            options: [Actors.roleOption, Actors.byOption, reason, key] + options
        ) { parsed, terminal in
            let command = try command(parsed, parsed["reason"])
            return try await place.withService(parsed) { service in
                let (c, machine) = try await CaseVerbs.load(parsed["case"], in: service)
                let actor = try Actors.actor(parsed, c, machine)
                return try await CaseVerbs.submit(
                    command, to: c, machine, by: actor, fields: [], parsed, place, service, terminal)
            }
        }
    }
}
