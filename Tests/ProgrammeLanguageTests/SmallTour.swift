import Exchange
import ProgrammeLanguage

/// A small programme in which every kind of mistake can be made: one track, two languages, a list, a message of each kind.
enum SmallTour {
    /// Its files, by path.
    static let files: [String: String] = [
        "programme.yaml": #"""
        format: 1
        programme: small-tour
        version: 1
        title: Small tour
        languages: [en, ar]
        holidays: BA
        lists: {reasons: reasons.yaml}

        people:
          requester:   {title: Requester}
          coordinator: {title: Coordinator, staff: yes, acts-for: [requester, host], sees: [money]}
          logistics:   {title: Logistics, staff: yes, sees: [identity]}
          assessor:    {title: Assessor, staff: yes, except: [requester]}
          host:        {title: Host, from: agreement.host}
          delegates:   {title: Delegates, from: delegates}

        dates:
          visit: {from: agreement.days}

        facts:
          small: "request.people < 5"

        forms:
          request:
            objective: {type: text, required: yes, question: What must change?}
            people:    {type: number, between: 2 to 10, required: yes, question: How many travel?}
            room:      {type: choice, list: [big, small], question: Which room?, if: "!small"}
            budget:    {type: number, privacy: money, erase: 7 years after the end, question: What may it cost?}
          scores:
            relevance: {type: number, between: 0 to 5, required: yes, question: How relevant is it?}
          agreement:
            days:      {type: dates, required: yes, question: First and last day}
            host:      {type: person, required: yes, question: Who receives them?}
          nomination:
            people:    {type: rows, required: yes, at-least: 1, of: {name: person}, question: Who travels?}
          identity:
            passport:  {type: text, privacy: identity, erase: 30 days after visit ends, question: Passport}
          report:
            text:      {type: text, required: yes, question: What did you learn?}

        stages:
          request:
            draft:
              title: Being written
              task: {who: requester, form: request}
              clock: {14 days: remind, 60 days: expired}
              next: {submit: assessment}
            assessment:
              title: Assessed
              task:
                who: assessor
                form: scores
                due: 10 working days
              clock: {5 working days: remind, due: {escalate: coordinator}}
              next:
                done:
                  - {if: "scores.average() >= 3.0", to: agreeing, send: {approved: requester}}
                  - {to: rejected, reason: below_threshold}
                return: draft
            agreeing:
              title: Agreed
              task: {who: coordinator, form: agreement, due: 10 working days}
              clock: {due: {escalate: logistics}}
              next: {agreed: nomination}
          visit:
            nomination:
              title: Delegates are named
              task: {who: requester, form: nomination, due: 60 days before visit}
              clock: {7 days before due: remind, due: {escalate: coordinator}, 30 days before visit: expired}
              next: {submit: preparing}
            preparing:
              title: Being prepared
              as-soon-as:
                - {if: "delegates.all('ready')", to: under_way}
              clock:
                7 days before visit at 09:00: {send: {briefing: host}}
                first day of visit: under_way
            under_way:
              title: Under way
              keep:
                - calendar.invite: {days: "{{ visit }}", who: [host, delegates], send: {made: calendar}}
              clock: {last day of visit at 18:00: reporting}
          follow-up:
            reporting:
              title: Report being written
              task: {who: requester, form: report, due: 30 days after visit ends}
              clock: {due: {escalate: coordinator}, 90 days after visit ends: closed}
              next:
                submit:
                  to: closed
                  do:
                    - document.store: {template: certificate, who: requester, send: thanks}

        tracks:
          delegates:
            title: Delegates
            each: nomination.people
            during: visit
            left: stopped
            states:
              invited:
                title: Asked for papers
                task: {who: self, form: identity, due: 20 days before visit}
                clock: {7 days before due: remind, due: {escalate: coordinator}, 8 days before visit: stopped}
                next: {done: ready}
              ready:
                title: Ready
                clock: {last day of visit: travelled}
            ends: {travelled: fulfilled, stopped: cancelled}

        may:
          withdraw: {who: requester, in: [visit], to: cancelled, reason: any of withdrawal, send: {cancelled: everyone}}

        ends: {closed: fulfilled, expired: expired, rejected: refused, cancelled: cancelled}
        """#,
        "texts/en.yaml": #"""
        language: en
        messages:
          approved: {subject: "{{ case.reference }} is approved", body: "Dear {{ reader.name }}, we look for a host."}
          briefing:
            subject: The tour begins soon
            body: |
              Dear {{ reader.name }},
              {{ guests }} come on {{ visit }}.
            parts:
              guests: {count: request.people, one: One guest, other: "{{ request.people }} guests"}
          calendar: {subject: Your calendar, body: "The days are {{ visit }}."}
          cancelled: {subject: Cancelled, body: "It is cancelled: {{ reason }}."}
          thanks: {subject: Thank you, body: "Dear {{ reader.name }}, thank you."}
        documents:
          certificate: {title: Certificate, body: "{{ case.reference }} took place on {{ visit }}."}
        """#,
        "texts/ar.yaml": #"""
        language: ar
        messages:
          approved: {subject: "{{ case.reference }} قُبل", body: "{{ reader.name }}"}
          briefing:
            subject: الزيارة قريبة
            body: |
              {{ reader.name }}
              {{ guests }} {{ visit }}
            parts:
              guests:
                count: request.people
                zero: لا ضيوف
                one: ضيف واحد
                two: ضيفان
                few: "{{ request.people }} ضيوف"
                many: "{{ request.people }} ضيفًا"
                other: "{{ request.people }} ضيف"
          calendar: {subject: التقويم, body: "{{ visit }}"}
          cancelled: {subject: أُلغيت, body: "{{ reason }}"}
          thanks: {subject: شكرًا, body: "{{ reader.name }}"}
        documents:
          certificate: {title: شهادة, body: "{{ case.reference }} {{ visit }}"}
        """#,
        "lists/reasons.yaml": #"""
        withdrawal: [no_money, no_time]
        """#,
        "lists/holidays-BA.txt": #"""
        2027-01-01
        """#,
    ]

    /// The programme with some of its texts exchanged; each of them stands in its file once.
    static func changed(_ changes: [(file: String, old: String, new: String)]) -> ProgrammeSource {
        var texts = files
        for change in changes { texts[change.file] = texts[change.file]?.replacing(change.old, with: change.new) }
        return ProgrammeSource(files: texts.mapValues { Array(($0 + "\n").utf8) })
    }
}
