/// Every key of the language with its sentence: the parser's messages, the reference page and the editors' schema come
/// from this one table.
package struct KeyTable: Sendable {
    /// One key of one kind of thing.
    package struct Entry: Hashable, Sendable {
        package let name: String
        /// What stands behind it, in words: `text`, `yes or no`, `people`, `time phrase`.
        package let value: String
        package let isRequired: Bool
        /// What it does, one sentence.
        package let meaning: String
        /// As it is written.
        package let example: String
    }

    /// A kind of thing in a programme.
    package struct Kind: Sendable {
        package let name: String
        /// With its article, for messages: `a state`.
        package let words: String
        package let meaning: String
        package let keys: [Entry]

        package func contains(_ key: String) -> Bool { keys.contains { $0.name == key } }
    }

    package let kinds: [Kind]

    package subscript(name: String) -> Kind? { kinds.first { $0.name == name } }

    /// The kinds that have a key of this name.
    func kinds(with key: String) -> [Kind] { kinds.filter { $0.contains(key) } }

    /// Words of other spellings and other languages, with the one that is meant here.
    static let otherWords: [String: String] = [
        "outcomes": "next", "transitions": "next", "goto": "to", "go-to": "to", "target": "to", "when": "if",
        "condition": "if", "expire": "clock", "timeout": "clock", "deadline": "due", "after": "clock",
        "automatically": "as-soon-as", "alert": "escalate", "notify": "send", "message": "send", "mail": "send",
        "actions": "do", "role": "who", "assignee": "who", "class": "privacy", "options": "list", "label": "title",
        "name": "title", "start": "each", "anywhere": "may", "at-any-time": "may", "not": "except",
        "parallel": "tracks",
        "roles": "people", "states": "stages", "documents": "texts", "mandatory": "required", "optional": "required",
        "agree": "need", "wait": "task", "wait-for": "task", "shortlist": "match", "final": "ends", "end": "ends",
    ]

    package static let all = KeyTable(kinds: programmeKinds + stateKinds + stepKinds)

    static func entry(
        _ name: String, _ value: String, _ meaning: String, _ example: String, required: Bool = false
    ) -> Entry {
        Entry(name: name, value: value, isRequired: required, meaning: meaning, example: example)
    }

    private static let programmeKinds: [Kind] = [
        Kind(
            name: "programme", words: "a programme", meaning: "The whole of one way of running one kind of exchange.",
            keys: [
                entry("format", "1", "The version of this language.", "format: 1", required: true),
                entry(
                    "programme", "name", "The name, small letters and hyphens.", "programme: study-tour", required: true
                ),
                entry("version", "number", "The version of this programme, 1 or more.", "version: 1", required: true),
                entry("title", "text", "What people call it.", "title: Study tour"),
                entry(
                    "reference", "pattern", "How cases are numbered, with {year} and {number}.",
                    "reference: ST-{year}-{number}"),
                entry("languages", "list", "Languages of the texts; the first is the fallback.", "languages: [en, fr]"),
                entry(
                    "holidays", "name", "Whose holidays are no working days: lists/holidays-NAME.txt.", "holidays: BA"),
                entry("zone", "time zone", "The hub's time zone.", "zone: Europe/Sarajevo"),
                entry("office-hour", "hour", "When reminders go out that name no hour; 09:00.", "office-hour: 08:30"),
                entry("lists", "map", "Choices and tables that stand in lists/.", "lists: {reasons: reasons.yaml}"),
                entry(
                    "people", "map", "Who takes part.", "people: {requester: {title: Requesting institution}}",
                    required: true),
                entry("dates", "map", "Days that others hang on.", "dates: {visit: {from: agreement.days}}"),
                entry("facts", "map", "Values that follow from answers.", "facts: {online: \"known(conversion)\"}"),
                entry("forms", "map", "What is asked.", "forms: {report: {text: {type: text}}}"),
                entry(
                    "rules", "map", "Filters and weights of matching.", "rules: {hosting: {filters: {…}, score: {…}}}"),
                entry(
                    "stages", "map", "request, match, visit, follow-up, each with its states.",
                    "stages: {request: {…}}", required: true),
                entry("tracks", "map", "Positions beside the case's own.", "tracks: {delegates: {…}}"),
                entry(
                    "keep", "list", "Made on entering, renewed when it changes, undone on leaving.",
                    "keep: [calendar.invite: {…}]"),
                entry(
                    "may", "map", "What somebody may decide, wherever the case stands.",
                    "may: {withdraw: {who: requester, to: withdrawn}}"),
                entry(
                    "clock", "map", "What happens at a time, wherever the case stands.",
                    "clock: {12 months: {escalate: head}}"),
                entry(
                    "as-soon-as", "list", "Moves that happen when something is so.",
                    "as-soon-as: [{if: \"…\", to: short}]"),
                entry(
                    "ends", "map", "Where a case can end, and how that counts.", "ends: {closed: fulfilled}",
                    required: true),
                entry("takes", "map", "What a programme that calls this one gives.", "takes: {objective: text}"),
                entry("gives", "map", "What the caller gets at the end.", "gives: {summary: \"report.summary\"}"),
            ]),
        Kind(
            name: "person", words: "a person", meaning: "A role in a case.",
            keys: [
                entry("title", "text", "What the role is called.", "title: Host institution"),
                entry("staff", "yes or no", "Works for the hub.", "staff: yes"),
                entry(
                    "outside", "yes or no", "An outside body that answers by webhook, mail or through others.",
                    "outside: yes"),
                entry("acts-for", "people", "Whose tasks this role may answer too.", "acts-for: [requester, host]"),
                entry("except", "people", "Whose holders may not hold this role.", "except: [requester]"),
                entry("sees", "privacy classes", "Which personal data it may see.", "sees: [identity, money]"),
                entry(
                    "from", "source", "Where its holders come from: a track, an answer, a table, the caller.",
                    "from: nomination.leader"),
                entry("deputy", "yes or no", "Has a deputy, addressed as role.deputy.", "deputy: yes"),
                entry("optional", "yes or no", "May be held by nobody.", "optional: yes"),
            ]),
        Kind(
            name: "date", words: "a date", meaning: "Days that phrases hang on.",
            keys: [
                entry(
                    "from", "answers", "Answers that set it, the newest known counts; or a table's row.",
                    "from: [new_dates.days, agreement.days]", required: true),
                entry("zone", "condition", "The time zone of the place.", "zone: host.zone"),
            ]),
        Kind(
            name: "field", words: "a field", meaning: "One question of a form.",
            keys: [
                entry(
                    "type", "type",
                    "text, number, yes-no, choice, choices, date, dates, date-time, time, date-windows, money, person, file, country, countries, language, languages, url, rows.",
                    "type: number", required: true),
                entry("question", "text", "What is asked.", "question: How many people travel?"),
                entry("required", "yes or no", "Must be answered.", "required: yes"),
                entry("if", "condition", "Asked only then.", "if: \"!online\""),
                entry("list", "choices", "A list's name, a part of one, or the words.", "list: reasons.move"),
                entry("between", "count to count", "Least and greatest number.", "between: 2 to 10"),
                entry("from", "number", "The least number.", "from: 1"),
                entry("at-least", "number", "How many at least.", "at-least: 1"),
                entry("at-most", "number", "How many at most.", "at-most: 5"),
                entry("privacy", "class", "contact, identity, special, money or content.", "privacy: identity"),
                entry("erase", "time phrase", "When the answer is erased.", "erase: 30 days after visit ends"),
                entry("of", "map", "The columns of rows.", "of: {name: person, nationality: country}"),
                entry("number", "letter", "What numbers the rows: Q1, Q2.", "number: Q"),
                entry(
                    "each", "name", "One row for each member of a track, or for each row of an answer.",
                    "each: delegates"),
            ]),
        Kind(
            name: "rules", words: "matching rules", meaning: "Which offers fit, and which fit better.",
            keys: [
                entry(
                    "filters", "map", "Conditions that an offer must meet, each with the reason that is said.",
                    "filters: {room: {if: \"…\", say: \"…\"}}"),
                entry(
                    "score", "map", "Points from 0 to 1 with their weights.",
                    "score: {topics: {weight: 3, points: \"…\", say: \"…\"}}"),
            ]),
        Kind(
            name: "track", words: "a track", meaning: "A small state machine for each member beside the case.",
            keys: [
                entry("title", "text", "What it is called.", "title: Delegates"),
                entry(
                    "each", "source", "Rows of a form, match, one, or every so often.", "each: nomination.people",
                    required: true),
                entry("during", "stages", "Where the members live.", "during: [visit, follow-up]", required: true),
                entry("left", "end", "The end of those under way when that is left.", "left: stopped", required: true),
                entry("facts", "map", "Values of a member.", "facts: {online: \"known(conversion)\"}"),
                entry("dates", "map", "Days of a member.", "dates: {days: {from: row.days}}"),
                entry("keep", "list", "Kept for each member.", "keep: [document.store: {…}]"),
                entry("may", "map", "What may be decided about a member.", "may: {withdraw: {…}}"),
                entry("clock", "map", "What happens at a time, in every state of the track.", "clock: {…}"),
                entry("as-soon-as", "list", "Moves of a member that happen when something is so.", "as-soon-as: [{…}]"),
                entry(
                    "states", "map", "The states of a member, the first is where it begins.", "states: {open: {…}}",
                    required: true),
                entry("ends", "map", "Where a member can end.", "ends: {stopped: cancelled}", required: true),
            ]),
    ]

    private static let stateKinds: [Kind] = [
        Kind(
            name: "stage", words: "a stage", meaning: "One of the four stages; every other name in it is a state.",
            keys: [
                entry("title", "text", "What the stage is called.", "title: Preparation"),
                entry("keep", "list", "Kept while the case is in the stage.", "keep: [calendar.invite: {…}]"),
                entry("may", "map", "What may be decided in the stage.", "may: {cancel: {…}}"),
                entry("clock", "map", "What happens at a time in the stage.", "clock: {…}"),
                entry("as-soon-as", "list", "Moves in the stage when something is so.", "as-soon-as: [{…}]"),
            ]),
        Kind(
            name: "state", words: "a state", meaning: "Where a case or a member stands.",
            keys: [
                entry("title", "text", "What it is called.", "title: Checked for completeness"),
                entry("task", "task", "What somebody must do here.", "task: {who: coordinator, form: screening}"),
                entry(
                    "match", "match", "A search for hosts or experts.",
                    "match: {from: hosts, rules: hosting, track: hosts, reach: accepted}"),
                entry(
                    "rank", "rank", "All cases of a call, best first, until the money is spent.",
                    "rank: {in: request.call, by: scores.average(), …}"),
                entry("next", "map", "The ways on by answer or result, every one.", "next: {accept: assessment}"),
                entry("may", "map", "What somebody may decide meanwhile.", "may: {widen: {…}}"),
                entry("clock", "map", "What happens at a time.", "clock: {7 days: remind, 60 days: expired}"),
                entry(
                    "as-soon-as", "list", "Moves that happen when something is so.",
                    "as-soon-as: [{if: \"enough\", to: ready}]"),
                entry("keep", "list", "Kept while the case is here.", "keep: [document.store: {…}]"),
                entry("do", "list", "Done on entering, in order.", "do: [webhook.post: {…}]"),
            ]),
        Kind(
            name: "task", words: "a task", meaning: "Something that a named person must do.",
            keys: [
                entry("who", "people", "Who is asked.", "who: [requester, host]", required: true),
                entry("form", "form", "What is asked.", "form: scores"),
                entry("only", "answer or fields", "Ask only these fields.", "only: screening.missing"),
                entry("need", "any, all or 2 of 3", "How many must give the first answer.", "need: all"),
                entry(
                    "binds", "form", "Ties the answer to the version of this form that was read.", "binds: agreement"),
                entry("due", "time phrase", "Until when.", "due: 5 working days"),
                entry(
                    "programme", "name", "Another programme whose ends are the answers.", "programme: thematic-visit"),
                entry("give", "map", "What the other programme is given.", "give: {objective: request.objective}"),
            ]),
        Kind(
            name: "match", words: "a match", meaning: "A search whose proposals walk a track.",
            keys: [
                entry("from", "register", "hosts or experts.", "from: hosts", required: true),
                entry("rules", "rules", "Filters and weights.", "rules: hosting", required: true),
                entry("track", "track", "The track that each proposal walks.", "track: hosts", required: true),
                entry(
                    "reach", "state or end", "What a proposal must reach to count.", "reach: accepted", required: true),
                entry("at-once", "number", "Proposals open at once.", "at-once: 2"),
                entry("rounds", "number", "How often the next are asked.", "rounds: 3"),
                entry("want", "number or answer", "How many are wanted; 1.", "want: request.experts"),
                entry("again", "time phrase", "Search again: every month, or when offers come.", "again: every month"),
                entry("order", "first STATE", "Which case goes first.", "order: first screening"),
                entry(
                    "as-a-whole", "yes or no",
                    "Asks nobody by itself: `sojourn match round` finds hosts for all cases of the call at once.",
                    "as-a-whole: yes"),
            ]),
        Kind(
            name: "rank", words: "a rank", meaning: "The ranking of a call within its budget.",
            keys: [
                entry("in", "answer", "The answer that names the call.", "in: request.call", required: true),
                entry(
                    "by", "condition", "What is compared, the greatest first.", "by: scores.average()", required: true),
                entry("tie", "first STATE", "Among equals, who entered this state first.", "tie: first screening"),
                entry("spend", "condition", "What the case would spend.", "spend: request.budget", required: true),
                entry(
                    "of", "condition", "The money of the call.", "of: calls.row(request.call).budget", required: true),
            ]),
        Kind(
            name: "end", words: "an end", meaning: "Where a case or a member ends.",
            keys: [
                entry(
                    "kind", "kind", "fulfilled, refused, withdrawn, cancelled, expired; good or bad for members.",
                    "kind: expired", required: true),
                entry("title", "text", "What it is called.", "title: No host found"),
                entry("send", "messages", "Who is told.", "send: {expired: requester}"),
            ]),
    ]

    private static let step: [Entry] = [
        entry("to", "state or end", "Where it leads; alone it is the whole step.", "to: assessment"),
        entry("if", "condition", "Only when this holds.", "if: \"enough\""),
        entry("until", "time phrase", "Only before this time.", "until: 10 days before visit"),
        entry("since", "time phrase", "Only from this time.", "since: visit"),
        entry("in", "stages or states", "Only there.", "in: [request, match]"),
        entry("reason", "reason", "any of LIST asks for one; a code states it.", "reason: any of withdrawal"),
        entry("send", "messages", "Which message goes to whom.", "send: {cancelled: everyone}"),
        entry("remind", "message", "Reminds those who have not answered.", "remind: any_news"),
        entry("escalate", "people", "Who is told, and may answer.", "escalate: head"),
        entry("do", "list", "Actions, in order.", "do: [document.store: {…}]"),
        entry("form", "form", "Asked with the decision.", "form: new_dates"),
        entry("add", "person or rows", "A member more.", "add: row.replacement"),
        entry("void", "tracks and forms", "No longer count.", "void: [hosts, agreement]"),
        entry("hold", "time phrase", "Puts the case on hold.", "hold: up to 180 days"),
        entry("hold-for-review", "yes or no", "The messages wait until a person lets them go.", "hold-for-review: yes"),
        entry("if-late", "send within N days, skip or ask", "When the time is past already.", "if-late: skip"),
    ]

    private static let stepKinds: [Kind] = [
        Kind(
            name: "step", words: "a step", meaning: "What happens: the one shape in next, may, clock and as-soon-as.",
            keys: step),
        Kind(
            name: "decision", words: "a decision", meaning: "What somebody may decide: a step with the people who may.",
            keys: [
                entry("who", "people", "Who may decide it.", "who: [host, coordinator]", required: true),
                entry("title", "text", "What it is called.", "title: Move the visit"),
            ] + step),
        Kind(
            name: "action", words: "an action", meaning: "One use of an action; every other key is one of its inputs.",
            keys: [
                entry("who", "people", "Who gets what was made.", "who: self"),
                entry(
                    "send", "message", "The message that carries it; made, renewed, undone for what is kept.",
                    "send: {made: letter, renewed: letter}"),
                entry("template", "document", "The document that is filled.", "template: invitation"),
                entry(
                    "if", "condition",
                    "Only when this holds; what is kept is made and renewed only while it holds, and undone where it is left.",
                    "if: \"delegates.all('cleared')\""),
                entry("if-failed", "step", "Who is told when it fails for good.", "if-failed: {escalate: coordinator}"),
                entry(
                    "if-unsure", "send-again, ask or take-as-sent", "When nobody can know whether it was done.",
                    "if-unsure: ask"),
            ]),
    ]
}
