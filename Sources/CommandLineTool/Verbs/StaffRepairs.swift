import Calendars
import Engine
import Exchange
import Expressions
import Service

/// `case reassign | correct | put`: how the staff set a case right when people or data are not as they were thought (R49).
enum StaffRepairs {
    private static let member = Option(
        "member", value: "N", "The number of a track's member, where it is about one.")

    static func specs(_ place: Workplace) -> [CommandSpec] {
        [reassign(place), correct(place), put(place)]
    }

    private static func reassign(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "reassign", "Gives a role of a case to somebody else.",
            discussion: """
                Open tasks of the role go over, with a mail to whoever is new. An answer that was given already stands. \
                Only the staff may; the reason stands in the journal.
                """,
            examples: [
                (
                    "sojourn case reassign ST-2027-0001 --as head --person 'coordinator=Lea Babić <lea@hub.example>' --reason 'on leave'",
                    "Lets another coordinator take a case over."
                )
            ],
            arguments: [CaseVerbs.argument(place)],
            options: [Actors.roleOption, Actors.byOption, Actors.personOption, StaffVerbs.reason, StaffVerbs.key]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let (c, machine) = try await CaseVerbs.load(parsed["case"], in: service)
                let actor = try Actors.actor(parsed, c, machine)
                let known = c.people.values.flatMap(\.self) + c.members.compactMap(\.party)
                let people = try await Actors.people(parsed, in: machine.programme, service: service, known: known)
                guard people.count == 1, let (role, parties) = people.first else {
                    throw UsageMistake("name the new holders of one role with --person ROLE=NAME <MAIL>")
                }
                return try await CaseVerbs.submit(
                    .reassign(role: role, to: parties, reason: parsed["reason"]), to: c, machine, by: actor, fields: [],
                    parsed, place, service, terminal)
            }
        }
    }

    private static func correct(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "correct", "Puts an answer right, or notes one that came too late.",
            discussion: """
                Only the fields that are named change; they are checked like any answer. A date that hangs on them moves, \
                and with it every reminder. An answer that came after its task was closed is noted in its form the same \
                way; it moves the case no more, for that see "sojourn case put". Only the staff may; the reason stands \
                in the journal.
                """,
            examples: [
                (
                    "sojourn case correct ST-2027-0001 request --as coordinator --set people=5 --reason 'typing error'",
                    "Corrects a number in the request."
                ),
                (
                    "sojourn case correct ST-2027-0001 visa --member 4 --as logistics --values visa.json --reason 'came by post'",
                    "Notes what a delegate answered too late."
                ),
            ],
            arguments: [CaseVerbs.argument(place), Positional("form", "The form's name.")],
            options: [Actors.roleOption, Actors.byOption, member] + Answers.fieldOptions + [
                StaffVerbs.reason, StaffVerbs.key,
            ]
        ) { parsed, terminal in
            let values = try Answers.values(parsed)
            guard !values.isEmpty else {
                throw UsageMistake("say what is right, with --set FIELD=VALUE or --values FILE")
            }
            let number = try parsed.integer("member", 1 ... .max)
            return try await place.withService(parsed) { service in
                let (c, machine) = try await CaseVerbs.load(parsed["case"], in: service)
                let forms = machine.programme.forms
                guard let form = forms[parsed["form"]] else {
                    throw Failure(
                        "\(machine.programme.name) has no form \"\(parsed["form"])\""
                            + "\(Naming.proposal(parsed["form"], among: forms.keys.sorted())); it has "
                            + forms.keys.sorted().joined(separator: ", "))
                }
                return try await CaseVerbs.submit(
                    .correct(form: form.name, member: number, values: values, reason: parsed["reason"]), to: c, machine,
                    by: try Actors.actor(parsed, c, machine), fields: form.fields.map(\.name), parsed, place, service,
                    terminal)
            }
        }
    }

    private static func put(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "put", "Puts a case, or a member of a track, into another state by hand.",
            discussion: """
                For what the programme did not foresee, and to lead a case back when an answer came too late. The state \
                is entered as on any way, so its task opens and its clock begins; nothing is sent for the way itself. \
                Only the staff may; the reason stands in the journal.
                """,
            examples: [
                (
                    "sojourn case put ST-2027-0001 screening --as coordinator --reason 'agreed by telephone'",
                    "Leads a case back to its screening."
                ),
                (
                    "sojourn case put ST-2027-0001 ticketing --member 4 --as logistics --reason 'visa shown at the desk'",
                    "Lets a delegate go on."
                ),
            ],
            arguments: [CaseVerbs.argument(place), Positional("state", "The state, or an end.")],
            options: [Actors.roleOption, Actors.byOption, member, StaffVerbs.reason, StaffVerbs.key]
        ) { parsed, terminal in
            let number = try parsed.integer("member", 1 ... .max)
            return try await place.withService(parsed) { service in
                let (c, machine) = try await CaseVerbs.load(parsed["case"], in: service)
                let known = states(number, c, machine.programme)
                let state = parsed["state"]
                guard known.contains(state) || known.isEmpty else {
                    throw Failure(
                        "there is no state \"\(state)\" here\(Naming.proposal(state, among: known)); there are "
                            + known.joined(separator: ", "))
                }
                return try await CaseVerbs.submit(
                    .moveByHand(to: state, member: number, reason: parsed["reason"]), to: c, machine,
                    by: try Actors.actor(parsed, c, machine), fields: [], parsed, place, service, terminal)
            }
        }
    }

    /// The states and ends that a case or a member can be put into; none for a member that is not there.
    private static func states(_ number: Int?, _ c: Case, _ programme: Programme) -> [String] {
        guard let number else { return programme.statesOrder + programme.endsOrder }
        guard let member = c.member(number), let track = programme.tracks[member.track] else { return [] }
        return track.statesOrder + track.ends.keys.sorted()
    }
}
