/// What the reference page says before its tables of keys.
///
/// The YAML blocks that begin with `format: 1` are whole programmes, which a test checks.
enum LanguageProse {
    static let opening = """
        # The programme language

        This page is made from the parser's own table of keys. Do not edit it: change
        `Sources/ProgrammeLanguage/Compiling/KeyTable.swift` or the prose in `Sources/ProgrammeLanguage/Writing`, then run
        `SOJOURN_WRITE_REFERENCE=1 swift test --filter ProgrammeLanguageTests`.

        A programme says who takes part, what is asked, and then stage by stage who does what by when. It is written in three
        small languages: YAML for the structure, [time phrases](times.md) for when, and conditions for if. `sojourn check`
        reads all of it and tells every mistake at once.

        ## The smallest programme

        ```yaml
        format: 1
        programme: expert-call
        version: 1
        title: Call with an expert
        people:
          requester:   {title: Who asks}
          coordinator: {title: Hub coordinator, staff: yes}
        dates:
          call: {from: plan.day}
        forms:
          question:
            topic:  {type: text, required: yes, question: What do you want to know?}
            people: {type: number, between: 1 to 20, question: How many take part?}
          plan:
            day: {type: date, required: yes, question: On which day is the call?}
        stages:
          request:
            asked:
              task:  {who: requester, form: question}
              clock: {7 days: remind, 30 days: expired}
              next:
                send:
                  - {if: "has(question.people) && question.people > 10", to: large}
                  - {to: planned}
            large:
              task:  {who: coordinator, due: 5 working days}
              next:  {accept: planned, refuse: refused}
          visit:
            planned:
              task:  {who: coordinator, form: plan, due: 10 working days}
              next:  {done: waiting}
            waiting:
              clock: {day of call: held}
        ends: {held: fulfilled, refused: refused, expired: expired}
        ```

        How it is read: a case begins in the first state, `asked`. A state asks something (`task`), searches (`match`) or
        ranks (`rank`), at most one of these. There are four ways on: by the answer (`next`), by what somebody may decide
        meanwhile (`may`), at a time (`clock`), and as soon as something is so (`as-soon-as`). In all four stands the same
        [step](#a-step). `may`, `clock`, `as-soon-as` and `keep` may also stand on a stage, a track or the whole programme;
        then they hold in everything within.

        The stages are always `request`, `match`, `visit` and `follow-up`, in this order. One may be left out, and each may
        have another `title`. Every other name in a stage is a state.
        """

    static let files = """
        ## Files and YAML

        A programme is one file, or a folder:

        | file | what |
        |---|---|
        | `programme.yaml` | the programme |
        | `texts/LANGUAGE.yaml` | its messages, documents and labels, one file a language |
        | `lists/…` | choices (`.yaml`), tables (`.csv`) and holidays (`holidays-NAME.txt`) |
        | `sample/`, `scenarios/` | for trying out; no part of the programme, so a case is not pinned to them |

        At most 500 files, 16 MiB in all, 1 MiB for each file of YAML. Files are UTF-8. A case is pinned to the SHA-256 of
        all files of its programme, so a running case never changes under your hands.

        The YAML is a plain subset:

        - Two spaces for each level; no tabs.
        - `yes` and `no` are the only two of their kind; `true`, `on` and `oui` are refused.
        - No anchors (`&`, `*`, `<<`), no tags (`!`), one document a file, no key twice.
        - Put a text in quotes if it has `: `, ` #`, begins with `{`, `[`, `!`, `@`, `%` or a quote, or has a comma inside `{ }`.
        - A value may not run on over a line; for long texts use `|`.
        - An empty value is a mistake: write one, or delete the line.
        - The order of keys means nothing, with three exceptions: stages and states are shown in the order they are written, the
          first state is where a case begins, and in a list of steps the first that holds is taken.

        **Names** of your own are small letters, digits and `_`, begin with a letter and have at most 40 letters:
        `new_dates`. Only a programme's name may have `-`. Keys of the language have `-` where they have two words:
        `as-soon-as`. So one sees whose word it is. People, forms, dates, facts, tracks and lists share one space of names,
        because conditions name them all; only a track and the role of its members have the same name.

        **Steps.** A state alone is a whole step: `accept: assessment`. A list of steps means that the first whose `if`,
        `until`, `since` and `in` hold is taken; under `next` the last has none of them, so that an answer always leads
        somewhere. `remind` alone, in a clock, reminds those who have not answered. `send: {MESSAGE: WHO}` sends. A step
        without `to` does its work and stays. `to` with the state's own name enters it anew, with new clocks.

        **People** are a role, a list of roles, `everyone`, `self` (the member of a track), `host.deputy`, or a person in an
        answer such as `row.owner`. `everyone` is all roles from outside the hub and the staff who act for them.
        """

    static let forms = """
        ## Forms

        A form is a name with one field a line. Beside its fields it may have a `title` and `must`: rules over the whole form,
        each with the name of the words that are said when it does not hold (`labels: rules:` in the texts).

        ```yaml
        agreement:
          days:  {type: dates, required: yes, question: First and last day of the visit}
          least: {type: number, from: 1, required: yes, question: The visit needs at least how many people?}
          must:
            - {rule: "least <= request.people", say: least_too_many}
        ```

        | type | an answer is written | in conditions |
        |---|---|---|
        | `text`, `url` | text; an address begins with `https://` | text |
        | `number` | `12` or `12.5` | number |
        | `yes-no` | `yes` or `no` | true or false |
        | `choice`, `choices` | a word of the list; several with `;` | text; list of texts |
        | `date` | `2027-06-14` | text |
        | `dates` | `2027-06-14/2027-06-18` | `.first`, `.last` |
        | `date-windows` | several of these with `;` | list of days |
        | `date-time`, `time` | `2027-06-14T09:00`, `09:00` | text |
        | `money` | `1200.50 EUR` | `.amount`, `.currency` |
        | `person` | a name, or name, address, language … | `.name`, `.address` … |
        | `file` | a name | `.name` |
        | `country`, `language` and their plurals | codes: `BA`, `pt-BR`; several with `;` | text; list of texts |
        | `rows` | a list of rows, in JSON | list; each row has its columns and `.number` |

        A form that a track's task asks belongs to the member; every other form belongs to the case. An answer that is given
        again makes a new version; the older ones stay in the journal.
        """

    static let conditions = """
        ## Conditions

        Conditions and computed values are [CEL](https://cel.dev), the Common Expression Language: `&&`, `||`, `!`, `==`,
        `!=`, `<`, `<=`, `>`, `>=`, `+`, `-`, `*`, `/`, `%`, `in`, `a ? b : c`, lists, and `.size()`, `.contains()`,
        `.startsWith()`, `.exists(x, …)`, `.all(x, …)`, `.filter(x, …)`, `.map(x, …)`, `has(form.field)`. Whole numbers and
        decimals mix: `people > 10` is fine. Write conditions in double quotes. A condition reads no clock; for a time use
        `clock`, `until` or `since`.

        What conditions can name:

        | name | what |
        |---|---|
        | `request.people` | the newest answer to a form; also `request.version`, `request.answers` (one for each who answered, with `by`) |
        | `host.name` | a person: `id`, `name`, `address`, `language`, `zone`, `country`, `institution`, `deputy` |
        | `visit.first`, `visit.last` | a date of the programme |
        | `enough` | a fact |
        | `delegates` | a track; its functions are below |
        | `self`, `row` | in a track: the member, and the row or offer that it came from |
        | `case` | `reference`, `programme`, `state`, `stage`, `opened` |
        | `given` | what the calling programme gave (`takes`) |
        | `offer` | in rules of matching: the offer that is judged, with its [fields](mappings.md#fields-of-an-offer) |
        | `past` | in rules of matching: the exchanges of earlier years |

        An answer that may be left open is asked for with `has(form.field)` before it is read, and a form that nobody may have
        answered with `known(form)`. If a condition cannot be evaluated when it is needed, no step is guessed: the answer is
        kept and the staff get a task, or, in `as-soon-as`, the condition counts as not true and the journal says so.

        Beside CEL's own functions there are these:

        | function | what it gives |
        |---|---|
        | `known(agreement)` | whether a form is answered or a date is known |
        | `newer(new_dates, ticket)` | whether the first was answered after the second; no when either is missing |
        | `newest(new_dates.days, agreement.days)` | of the answers that are known the one given last |
        | `overlap(offer.topics, request.outcomes)` | the share of the second list that is in the first, 0 to 1 |
        | `overlaps(window, request.windows)` | whether days share a day with other days, or with any of a list |
        | `within(visit, window)` | whether days lie wholly inside others |
        | `days(visit)` | how many days, first and last included |
        | `working_days(visit)` | how many of them are working days of the programme's calendar; 10,000 days at most |
        | `spread(request.windows)` | how many days from the first to the last of several |
        | `weekday(visit.first)` | the day of the week; texts write it in the reader's language: Monday, Lundi |
        | `rows.sum(r, r.hours)` | the sum of something over a list |
        | `rows.sortBy(r, r.at)`, `days.sort()` | a list in order, the least first; equal ones stay as they stood |
        | `rows.map(r, r.day).distinct()` | a list in which each value stands once |
        | `scores.average()` | for each answer the sum of its numbers, and of these the mean |
        | `delegates.all('cleared')` | whether all members under way stand in one of these states; no when there is none |
        | `delegates.any('cleared')` | whether a member stands in one of these states or ends |
        | `delegates.count('cleared', 'ticketing')` | how many do |
        | `delegates.live()` | how many are under way |
        | `delegates.good()` | how many have ended well |
        | `delegates.over()` | whether the track was begun and nobody is under way any more |
        | `delegates.size()` | how many there were |
        | `delegates.members` | the members: each has its row's columns, its person's fields, its forms, `state`, `live` and `good` |
        | `calls.row(request.call)` | the row of a table, by its keys; empty where there is none |
        | `visa.find(passport, country)` | the one value beside a table's keys; empty where there is no row |
        | `attendance.present.of(self)` | in a track: the member's own row of rows with `each`; empty where there is none |

        In rules of matching there are these too. Each gives the same for the same on every machine; a part of a score that
        cannot be computed gives no points.

        | function | what it gives |
        |---|---|
        | `relevance(request.objective, offer.text)` | the share of the words asked for that the offer's text has, 0 to 1: accents and endings put aside (a word counts by its first six letters), small words left out; texts or lists of texts |
        | `similarity(places.row(request.country), places.row(offer.country), ['region', 'income'])` | how alike two contexts are, 0 to 1: the mean over the columns named (all, if none is): texts agree or not, lists share, numbers differ by their part of the greater |
        | `distance(places.row(request.country), places.row(offer.country))` | whole kilometres along the great circle between two rows with `latitude` and `longitude` |
        | `below(offer.cost, request.budget)` | how far a number lies below a limit, 1 at nothing, 0 at the limit and beyond; money too: the cost, or `below(distance(…), 8000.0)` |
        | `past.relation(requester.institution, offer.institution)` | prior relation: n / (n + 1) for n exchanges between the two, either way |
        | `past.reciprocity(requester.institution, offer.institution)` | 1 if the host was oftener the requester's guest than the other way round, 0.5 if as often, else 0 |
        | `past.equity(offer.institution)` | 1 / (1 + n) for n exchanges that it has hosted: 1 for who was never asked |
        | `past.visits(guest, host)`, `past.hosted(host)`, `past.sent(guest)` | how many |

        `past` counts the cases of this database that came to something and the exchanges that were
        [imported](mappings.md#fields-of-a-past-exchange); institutions are compared without case and accents. A plugin can add
        functions of its own ([writing a plugin](../writing-a-plugin.md#functions-for-matching)).
        """

    static let texts = """
        ## Texts

        A file of texts has `language`, `messages`, `documents` and `labels`.

        ```yaml
        language: en
        messages:
          briefing:
            subject: "[{{ case.reference }}] Your visit: {{ visit }}"
            body: |
              Dear {{ reader.name }},

              {{ missing }}
              {{ if known(agenda) }}The agenda is final.{{ else }}The agenda follows.{{ end }}
            parts:
              missing:
                count: size(request.windows)
                one: "One period is open."
                other: "{{ request.windows.size() }} periods are open."
        documents:
          invitation:
            title: Invitation
            body: |
              To whom it may concern …
        labels:
          states: {screening: Checked for completeness}
          lists: {reasons: {host: {no_capacity: they have no capacity}}}
          rules: {too_few: name at least as many people as the visit needs}
        ```

        - Between `{{ }}` stands a condition's expression, or `{{ for x in list }} … {{ end }}`, or
          `{{ if condition }} … {{ else }} … {{ end }}`. A value that is filled in is never read as a text again.
        - Every message knows the case and `reader` (`name`, `institution`, `language`, `role`), `task` (`title`, `due`,
          `number`), `reason` and `link`. A message that is sent from within one track knows `self` and `row`.
        - Dates, money and numbers appear as the reader's language writes them. In a right-to-left language each value is
          isolated, so that a Latin name does not turn the line.
        - A document's text is plain text with simple Markdown: `#` headings, `- ` lists, `**strong**`, and tables. What is
          filled into a cell stays in it, whatever signs it has; a column in which nothing stands is left out; and on paper a
          table that goes over pages has its headings again.

          ```yaml
          documents:
            agenda:
              title: Agenda
              body: |
                {{ for day in agenda.sessions.map(s, s.day).distinct().sort() }}
                # {{ weekday(day) }}, {{ day }}

                | Time | Session | Place |
                |---|---|---|
                {{ for s in agenda.sessions.sortBy(s, s.at) }}{{ if s.day == day }}| {{ s.at }} | {{ s.title }} | {{ s.place }} |
                {{ end }}{{ end }}{{ end }}
          ```
        - `urgent: yes` beside `subject` and `body` marks a message that waits neither for the morning nor for a digest
          where the hub has set them ([mail that waits](../operations.md#mail-that-waits)).
        - `optional: yes` there marks a message that its readers may
          [unsubscribe from](../operations.md#unsubscribing), as they may from reminders.
        - A part chooses one of its forms: by a number (`count`, with the plural forms of the language: zero, one, two, few,
          many, other) or by a word (`choose`). `other` is always there.
        - Every language of the programme must have every message that is sent; that is checked. Each reader gets their own
          language, else its main part (`pt` for `pt-BR`), else the programme's first.
        - `checked-against` below a message says from which text of the first language it was translated; `sojourn texts` writes
          it, and `check` warns when that text has changed since.
        - `task`, `reminder`, `escalation` and the like have built-in texts in English, French, Spanish, Portuguese, Arabic,
          Russian, Chinese and Bosnian; a message of the same name in the programme takes their place.
        """

    static let lists = """
        ## Lists, tables and holidays

        - `lists: {outcomes: outcomes.yaml}` is a file with one word a line behind `- `, or with parts that are lists each.
          A field takes them with `list: outcomes` or `list: reasons.move`. Short lists stand in the field:
          `list: [planned, done]`. The words are names; what people read stands under `labels` in the texts.
        - `lists: {visa: {table: visa.csv, keys: 2}}` is a table whose first two columns are keys. A column that has only
          numbers is one of numbers. A table with the columns `opens` and `closes` can be a list of what is open
          (`list: calls open now`) and give a date (`dates: {call: {from: calls by request.call}}`).
        - `holidays: BA` reads `lists/holidays-BA.txt`: one day a line, notes behind `#`, and the headers
          `week: Monday to Friday` and `known until: 2029-12-31`.
        """
}
