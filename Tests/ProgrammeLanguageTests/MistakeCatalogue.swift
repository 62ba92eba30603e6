/// The likeliest mistakes of the people who write programmes, each with what is said about it.
///
/// Numbers are those of the catalogue in the design of the language. 43 became a default (what is late is sent within two
/// days, or asked), so that only a wrong word is left of it; 60 needs the store, so that `programme migrate` finds it; 35's
/// plurals are names of roles here, so that the singular is a role that nobody declared.
extension Mistake {
    /// YAML, keys and values.
    static let yaml: [Mistake] = [
        Mistake(
            1, "a tab as indent", in: "programme.yaml",
            replace: #"      title: Assessed\#n"#,
            with: #"\#t    title: Assessed\#n"#,
            says: #"programme.yaml:49:1: error: this line begins with a tab; use spaces, 2 for each level"#),
        Mistake(
            2, "a second colon", in: "programme.yaml",
            replace: #"title: Being written"#,
            with: #"title: Draft: being written"#,
            says:
                #"programme.yaml:44:19: error: a second ": " in one line; put the text in quotes: "#
                + #""Draft: being written""#),
        Mistake(
            3, "a bracket that is not closed", in: "programme.yaml",
            replace: #"lists: {reasons: reasons.yaml}"#,
            with: #"lists: {reasons: [reasons.yaml}"#,
            says: #"programme.yaml:7:18: error: "[" is opened here and never closed; add "]""#),
        Mistake(
            3, "a brace that is not closed", in: "programme.yaml",
            replace: #"lists: {reasons: reasons.yaml}"#,
            with: #"lists: {reasons: reasons.yaml"#,
            says: #"programme.yaml:7:8: error: "{" is opened here and never closed; add "}""#),
        Mistake(
            4, "an apostrophe in single quotes", in: "programme.yaml",
            replace: #"title: Agreed"#,
            with: #"title: 'l'accord'"#,
            says: #"programme.yaml:61:14: error: the quote ends at the apostrophe; use double quotes instead"#),
        Mistake(
            5, "one space too few", in: "programme.yaml",
            replace: #"      next: {submit: assessment}"#,
            with: #"     next: {submit: assessment}"#,
            says:
                #"programme.yaml:47:6: error: this line stands between two levels (5 spaces); use 4 "#
                + #"or 6 as the lines around it"#),
        Mistake(
            6, "a comma in braces", in: "programme.yaml",
            replace: #"question: What may it cost?}"#,
            with: #"question: What may it cost, all in all?}"#,
            says:
                #"programme.yaml:28:105: error: a comma inside { } begins a new key; put the text in "#
                + #"quotes: "What may it cost, all in all?""#),
        Mistake(
            7, "a comma that cuts a condition", in: "programme.yaml",
            replace: #"{if: "scores.average() >= 3.0", to"#,
            with: #"{if: newer(scores, request), to"#,
            says:
                #"programme.yaml:57:32: error: the comma cuts this condition in two; put it in "#
                + #"quotes: if: "newer(scores, request)""#),
        Mistake(
            8, "a number sign", in: "programme.yaml",
            replace: #"title: Assessed"#,
            with: #"title: Room #4"#,
            says:
                #"programme.yaml:49:19: error: " #" begins a comment, so the text ends at "Room"; put "#
                + #"it in quotes: "Room #4""#),
        Mistake(
            9, "an exclamation mark in front", in: "programme.yaml",
            replace: #"{if: "scores.average() >= 3.0", to"#,
            with: #"{if: !small, to"#,
            says:
                #"programme.yaml:57:18: error: YAML takes a leading "!" for itself; put the text in "#
                + #"quotes: "!small""#),
        Mistake(
            10, "braces in front of a text", in: "texts/en.yaml",
            replace: #"subject: The tour begins soon"#,
            with: #"subject: {{ case.reference }} begins soon"#,
            says:
                #"texts/en.yaml:5:14: error: a text that begins with "{{" needs quotes: "{{ "#
                + #"case.reference }} begins soon""#),
        Mistake(
            11, "no space behind a colon", in: "programme.yaml",
            replace: #"        who: assessor"#,
            with: #"        who:assessor"#,
            says: #"programme.yaml:51:13: error: a space is missing after the colon; write "who: assessor""#),
        Mistake(
            12, "an anchor", in: "programme.yaml",
            replace: #"title: Agreed"#,
            with: #"title: &agreed Agreed"#,
            says: #"programme.yaml:61:14: error: anchors (&, *) and "<<" are not used here; write the lines out"#),
        Mistake(
            12, "a merge key", in: "programme.yaml",
            replace: #"      title: Agreed\#n"#,
            with: #"      title: Agreed\#n      <<: *usual\#n"#,
            says: #"programme.yaml:62:7: error: anchors (&, *) and "<<" are not used here; write the lines out"#),
        Mistake(
            13, "a state twice", in: "programme.yaml",
            replace: #"    agreeing:\#n"#,
            with: #"    draft:\#n      title: Twice\#n      clock: {5 days: expired}\#n    agreeing:\#n"#,
            says: #"programme.yaml:60:5: error: "draft" is already at line 43; rename one or join them"#),
        Mistake(
            14, "a line that runs on", in: "programme.yaml",
            replace: #"        form: scores"#,
            with: #"        form scores"#,
            says: #"programme.yaml:52:9: error: this line has no colon; write "name: value""#),
        Mistake(
            15, "a key without value", in: "programme.yaml",
            replace: #"title: Under way\#n"#,
            with: #"title:\#n"#,
            says: #"programme.yaml:79:7: error: "title" has no value; write a value, or delete the line"#),
        Mistake(
            16, "merge marks", in: "programme.yaml",
            replace: #"\#nfacts:"#,
            with: #"\#n<<<<<<< ours\#nfacts:"#,
            says:
                #"programme.yaml:20:1: error: an unfinished merge of two versions; keep one side and "#
                + #"delete the lines <<<<<<< ======= >>>>>>>"#),
        Mistake(
            17, "printed quotes", in: "texts/en.yaml",
            replace: #"body: "The days are {{ visit }}.""#,
            with: #"body: “The days are {{ visit }}.”"#,
            says: #"texts/en.yaml:11:44: error: these are printed quotes (“); type straight ones (")"#),
        Mistake(
            17, "a no-break space", in: "programme.yaml",
            replace: #"title: Being prepared"#,
            with: #"title:\#u{A0}Being prepared"#,
            says: #"programme.yaml:72:13: error: this is a no-break space; type a plain one"#),
        Mistake(
            17, "a full-width colon", in: "programme.yaml",
            replace: #"title: Being prepared"#,
            with: #"title：Being prepared"#,
            says: #"programme.yaml:72:12: error: this is a full-width colon (：); type a plain one and a space"#),
        Mistake(
            18, "a misspelt key", in: "programme.yaml",
            replace: #"clock: {14 days: remind"#,
            with: #"clok: {14 days: remind"#,
            says: #"programme.yaml:46:7: error: a state has no "clok"; did you mean "clock"?"#),
        Mistake(
            19, "a key on the wrong level", in: "programme.yaml",
            replace: #"        due: 10 working days\#n"#,
            with: #"      due: 10 working days\#n"#,
            says:
                #"programme.yaml:53:7: error: "due" does not belong to a state, it belongs to a task; "#
                + #"write it in a task, such as due: 5 working days"#),
        Mistake(
            20, "a capital letter", in: "programme.yaml",
            replace: #"        who: assessor"#,
            with: #"        Who: assessor"#,
            says: #"programme.yaml:51:9: error: keys are written in small letters: "who""#),
        Mistake(
            20, "an underscore at the end", in: "programme.yaml",
            replace: #"        who: assessor"#,
            with: #"        who_: assessor"#,
            says: #"programme.yaml:51:9: error: the key is written "who""#),
        Mistake(
            21, "a word of another tool", in: "programme.yaml",
            replace: #"next: {submit: assessment}"#,
            with: #"outcomes: {submit: assessment}"#,
            says: #"programme.yaml:47:7: error: "outcomes" is called "next" here; write next: {accept: assessment}"#),
        Mistake(
            21, "an older word", in: "programme.yaml",
            replace: #"due: {escalate: logistics}"#,
            with: #"due: {alert: logistics}"#,
            says: #"programme.yaml:63:21: error: "alert" is called "escalate" here; write escalate: head"#),
        Mistake(
            22, "no way on from a task", in: "programme.yaml",
            replace: #"      next: {agreed: nomination}\#n"#,
            with: #""#,
            says: #"programme.yaml:62:7: error: nobody says where the answer leads; add next: with every answer"#),
        Mistake(
            22, "no way out of a state", in: "programme.yaml",
            replace: #"      clock: {last day of visit at 18:00: reporting}\#n"#,
            with: #""#,
            says:
                #"programme.yaml:78:5: error: "under_way" asks nobody and has no time; add a task, or "#
                + #"a time to its clock"#),
        Mistake(
            23, "true for yes", in: "programme.yaml",
            replace: #"required: yes, question: What must change?"#,
            with: #"required: true, question: What must change?"#,
            says: #"programme.yaml:25:39: error: write yes or no, not "true""#),
        Mistake(
            24, "a type of another tool", in: "programme.yaml",
            replace: #"{type: choice, list"#,
            with: #"{type: dropdown, list"#,
            says: #"programme.yaml:27:23: error: no field type "dropdown"; use choice"#),
        Mistake(
            25, "holidays that are not there", in: "programme.yaml",
            replace: #"holidays: BA"#,
            with: #"holidays: Bosnia"#,
            says: #"programme.yaml:6:11: error: no list of holidays "Bosnia"; did you mean BA?"#),
        Mistake(
            26, "a range that goes downward", in: "programme.yaml",
            replace: #"between: 2 to 10"#,
            with: #"between: 10 to 2"#,
            says: #"programme.yaml:26:40: error: 10 to 2 goes downward; write "2 to 10""#),
        Mistake(
            27, "a list where one is due", in: "programme.yaml",
            replace: #"to: rejected, reason"#,
            with: #"to: [rejected, expired], reason"#,
            says: #"programme.yaml:58:18: error: "to" takes one value here, not a list"#),
        Mistake(
            27, "one where a list is due", in: "programme.yaml",
            replace: #"each: nomination.people"#,
            with: #"each: [nomination.people]"#,
            says: #"programme.yaml:97:11: error: "each" takes one value here, not a list"#),
    ]

    /// Names, times and conditions.
    static let names: [Mistake] = [
        Mistake(
            28, "a misspelt state", in: "programme.yaml",
            replace: #"{submit: assessment}"#,
            with: #"{submit: assesment}"#,
            says: #"programme.yaml:47:22: error: no state "assesment"; did you mean "assessment" (line 48)?"#),
        Mistake(
            29, "a misspelt role", in: "programme.yaml",
            replace: #"who: assessor"#,
            with: #"who: asessor"#,
            says: #"programme.yaml:51:14: error: nobody is called "asessor"; did you mean "assessor"?"#),
        Mistake(
            29, "a role that is not declared", in: "programme.yaml",
            replace: #"who: assessor"#,
            with: #"who: reviewer"#,
            says: #"programme.yaml:51:14: error: nobody is called "reviewer"; add it under "people""#),
        Mistake(
            30, "a hyphen in a name", in: "programme.yaml",
            replace: #"return: draft"#,
            with: #"send-back: draft"#,
            says:
                #"programme.yaml:59:9: error: names use _ and not -, because conditions read - as "#
                + #"minus; write "send_back""#),
        Mistake(
            31, "a name with accents", in: "programme.yaml",
            replace: #"    text:      {"#,
            with: #"    Résumé:    {"#,
            says:
                #"programme.yaml:39:5: error: names use a–z, 0–9 and _, and begin with a letter; "#
                + #"write "resume", and title: Résumé"#),
        Mistake(
            32, "a field called in", in: "programme.yaml",
            replace: #"    room:      {"#,
            with: #"    in:        {"#,
            says: #"programme.yaml:27:5: error: "in" is a word of conditions; choose another, such as "in_1""#),
        Mistake(
            33, "a stage for a state", in: "programme.yaml",
            replace: #"next: {agreed: nomination}"#,
            with: #"next: {agreed: visit}"#,
            says:
                #"programme.yaml:64:22: error: "visit" is a stage, not a state; its states are "#
                + #"nomination, preparing, under_way"#),
        Mistake(
            34, "a message that nobody sends", in: "texts/en.yaml",
            replace: #"  thanks: {"#,
            with: #"  farewell: {subject: Goodbye, body: Goodbye}\#n  thanks: {"#,
            says: #"texts/en.yaml:13:3: warning: message "farewell" is never sent; send it or delete it"#),
        Mistake(
            35, "the singular of a role", in: "programme.yaml",
            replace: #"{briefing: host}"#,
            with: #"{briefing: delegate}"#,
            says: #"programme.yaml:76:57: error: nobody is called "delegate"; did you mean "delegates"?"#),
        Mistake(
            36, "an unknown unit", in: "programme.yaml",
            replace: #"clock: {5 working days: remind"#,
            with: #"clock: {5 workdays: remind"#,
            says: #"programme.yaml:54:17: error: write "5 working days""#),
        Mistake(
            37, "a misspelt date", in: "programme.yaml",
            replace: #"due: 60 days before visit"#,
            with: #"due: 60 days before vist"#,
            says: #"programme.yaml:68:68: error: no date is called "vist"; did you mean "visit"?"#),
        Mistake(
            38, "an hour alone", in: "programme.yaml",
            replace: #"7 days before visit at 09:00:"#,
            with: #""09:00":"#,
            says:
                #"programme.yaml:76:10: error: an hour alone is no day; write for example "7 days "#
                + #"before visit at 09:00""#),
        Mistake(
            42, "a state without limit", in: "programme.yaml",
            replace: #"{14 days: remind, 60 days: expired}"#,
            with: #"{14 days: remind}"#,
            says:
                #"programme.yaml:43:5: error: "draft" can wait for ever; add a time to its clock, "#
                + #"such as 30 days: {escalate: coordinator} or 60 days: expired"#),
        Mistake(
            43, "an unknown word for what is late", in: "programme.yaml",
            replace: #"{send: {briefing: host}}"#,
            with: #"{send: {briefing: host}, if-late: later}"#,
            says: #"programme.yaml:76:73: error: "if-late" is skip, ask, or send within 2 days"#),
        Mistake(
            44, "one equals sign", in: "programme.yaml",
            replace: #"scores.average() >= 3.0"#,
            with: #"request.room = 'big'"#,
            says: #"programme.yaml:57:32: error: a comparison is written =="#),
        Mistake(
            45, "a misspelt answer", in: "programme.yaml",
            replace: #""request.people < 5""#,
            with: #""request.peple < 5""#,
            says: #"programme.yaml:21:19: error: the form request has no "peple"; did you mean "people"?"#),
        Mistake(
            46, "a number and a text", in: "programme.yaml",
            replace: #""request.people < 5""#,
            with: #""request.people == '4'""#,
            says:
                #"programme.yaml:21:26: error: a number and a text do not go together with ==; write "#
                + #"the number without quotes"#),
    ]

    /// What is proven.
    static let proofs: [Mistake] = [
        Mistake(
            49, "a condition on the last way", in: "programme.yaml",
            replace: #"{to: rejected, reason: below_threshold}"#,
            with: #"{to: rejected, if: "small", reason: below_threshold}"#,
            says:
                #"programme.yaml:58:28: error: when none of these hold the case has nowhere to go; "#
                + #"leave out the last "if", or add a last step without one"#),
        Mistake(
            39, "a reminder after the end", in: "programme.yaml",
            replace: #"{14 days: remind, 60 days: expired}"#,
            with: #"{70 days: remind, 60 days: expired}"#,
            says:
                #"programme.yaml:46:15: error: this never comes: "draft" has ended by then (60 days, line 46); "#
                + #"make it earlier, or the end later"#),
        Mistake(
            39, "the last of several reminders after the end", in: "programme.yaml",
            replace: #"{14 days: remind, 60 days: expired}"#,
            with: #"{14 and 90 days: remind, 60 days: expired}"#,
            says:
                #"programme.yaml:46:15: error: moment 2 of this never comes: "draft" has ended by then (60 days, line "#
                + #"46); leave it out, or make the end later"#),
        Mistake(
            40, "a date that is not known yet", in: "programme.yaml",
            replace: #"{14 days: remind, 60 days: expired}"#,
            with: #"{14 days before visit: remind, 60 days: expired}"#,
            says:
                #"programme.yaml:46:15: error: "visit" is not known in "draft" (it is set by "agreement", asked in "#
                + #""agreeing", line 60); count from the state, such as "14 days""#),
        Mistake(
            41, "lead times that cross", in: "programme.yaml",
            replace: #"90 days after visit ends: closed}"#,
            with: #"5 days before visit: {send: {briefing: host}}, 90 days after visit ends: closed}"#,
            says:
                #"programme.yaml:87:45: error: this is always past: "reporting" begins when visit has begun, and this "#
                + #"comes earlier; make it later, or count it from the state"#),
        Mistake(
            42, "an end that hangs on what may not be known", in: "programme.yaml",
            replace: #"clock: {due: {escalate: logistics}}"#,
            with: #"clock: {5 days before visit: {escalate: logistics}}"#,
            says:
                #"programme.yaml:63:15: error: "visit" is not known in "agreeing" (it is set by "agreement", asked in "#
                + #""agreeing", line 60); count from the state, such as "14 days""#),
        Mistake(
            42, "an end that depends on a condition", in: "programme.yaml",
            replace: #"{14 days: remind, 60 days: expired}"#,
            with: #"{14 days: remind, 60 days: {if: "known(scores)", to: expired}}"#,
            says:
                #"programme.yaml:43:5: error: "draft" can wait for ever when the conditions of its clock do not hold; "#
                + #"add a last step without "if", or another time"#),
        Mistake(
            47, "an answer that may be left open", in: "programme.yaml",
            replace: #"scores.average() >= 3.0"#,
            with: #"request.budget > 10.0"#,
            says:
                #"programme.yaml:57:27: error: "request.budget" may be left open; write has(request.budget) && …, "#
                + #"or make it required: yes"#),
        Mistake(
            47, "an answer that may be left open, guarded too late", in: "programme.yaml",
            replace: #"scores.average() >= 3.0"#,
            with: #"request.budget > 10.0 || has(request.budget)"#,
            says:
                #"programme.yaml:57:27: error: "request.budget" may be left open; write has(request.budget) && …, "#
                + #"or make it required: yes"#),
        Mistake(
            47, "an answer that may be left open, in a text", in: "texts/en.yaml",
            replace: #"we look for a host.""#,
            with: #"we look for a host: {{ request.room }}.""#,
            says:
                #"texts/en.yaml:3:121: error: "request.room" may be left open; write {{ if has(request.room) }} … "#
                + #"{{ end }}, or make it required: yes (sent at line 57)"#),
        Mistake(
            48, "an answer of a later form", in: "programme.yaml",
            replace: #"next: {submit: assessment}"#,
            with: #"next: {submit: [{if: "report.text == ''", to: rejected}, {to: assessment}]}"#,
            says:
                #"programme.yaml:47:29: error: "report" is not answered by anybody before "draft"; it is asked in "#
                + #""reporting" (line 84)"#),
        Mistake(
            50, "a later way that is never taken", in: "programme.yaml",
            replace: #"          - {to: rejected, reason: below_threshold}"#,
            with:
                #"          - {if: "scores.average() >= 4.0", to: draft}\#n          - {to: rejected, "#
                + #"reason: below_threshold}"#,
            says:
                #"programme.yaml:58:19: error: never reached: "scores.average() >= 3.0" at line 57 takes all that "#
                + #"this takes; put this one first, or change it"#),
        Mistake(
            51, "a state that nothing leads to", in: "programme.yaml",
            replace: #"next: {submit: preparing}"#,
            with: #"next: {submit: under_way}"#,
            says: #"programme.yaml:71:5: error: no way leads to "preparing"; add it to a "next", or delete it"#),
        Mistake(
            52, "a circle without a person", in: "programme.yaml",
            replace: #"      clock: {last day of visit at 18:00: reporting}"#,
            with:
                #"      as-soon-as: [{if: "small", to: preparing}]\#n      clock: {last day of visit at "#
                + #"18:00: reporting}"#,
            says:
                #"programme.yaml:71:5: error: preparing → under_way → preparing can turn for ever "#
                + #"without a person; give one of them a task or a time"#),
        Mistake(
            52, "a circle that the clock turns", in: "programme.yaml",
            replace: #"{14 days: remind, 60 days: expired}"#,
            with: #"{14 days: remind, 60 days: draft}"#,
            says:
                #"programme.yaml:43:5: error: draft → draft turns by the clock alone, for ever; lead one of its times "#
                + #"to an end, or escalate on the way"#),
        Mistake(
            53, "a role that excludes itself", in: "programme.yaml",
            replace: #"except: [requester]}"#,
            with: #"except: [requester, assessor]}"#,
            says:
                #"programme.yaml:13:3: error: "assessor" excludes itself, so nobody can be it; take it out of "except""#
        ),
        Mistake(
            53, "a role that nobody can be yet", in: "programme.yaml",
            replace: #"task: {who: requester, form: request}"#,
            with: #"task: {who: host, form: request}"#,
            says:
                #"programme.yaml:43:5: error: nobody can be "host" in "draft" yet (it is named in agreement.host); "#
                + #"ask somebody else, or later"#),
        Mistake(
            54, "a template that is missing", in: "programme.yaml",
            replace: #"{template: certificate, who"#,
            with: #"{templat: certificate, who"#,
            says: #"texts/en.yaml:15:3: warning: document "certificate" is never made; use it or delete it"#),
        Mistake(
            55, "a text that is missing in a language", in: "texts/ar.yaml",
            replace: #"  thanks: {subject: شكرًا, body: "{{ reader.name }}"}\#n"#,
            with: #""#,
            says: #"programme.yaml:92:77: error: message "thanks" has no text in ar; add it in texts/ar.yaml"#),
        Mistake(
            56, "a translated placeholder", in: "texts/en.yaml",
            replace: #""The days are {{ visit }}.""#,
            with: #""The days are {{ visite }}.""#,
            says: #"texts/en.yaml:11:61: error: there is no "visite" here; did you mean "visit"?"#),
        Mistake(
            57, "a plural form that is missing", in: "texts/ar.yaml",
            replace: #"        two: ضيفان\#n"#,
            with: #""#,
            says: #"texts/ar.yaml:11:9: error: Arabic needs "two" here; add it"#),
        Mistake(
            57, "a plural form that no language has", in: "texts/en.yaml",
            replace: #"one: One guest"#,
            with: #"ones: One guest"#,
            says: #"texts/en.yaml:10:39: error: "ones" is no form of a number; did you mean "one"?"#),
        Mistake(
            58, "money in a message", in: "texts/en.yaml",
            replace: #"body: "The days are {{ visit }}.""#,
            with: #"body: "{{ visit }}{{ if has(request.budget) }}: {{ request.budget }}{{ end }}""#,
            says:
                #"texts/en.yaml:11:88: error: {{ request.budget }} is money data and "host" may not see it; leave it "#
                + #"out, or link to the page"#),
        Mistake(
            59, "identity data without an end", in: "programme.yaml",
            replace: #"privacy: identity, erase: 30 days after visit ends, question"#,
            with: #"privacy: identity, question"#,
            says:
                #"programme.yaml:37:5: error: "passport" is identity data and is never erased; add erase: 30 days "#
                + #"after visit ends"#),
    ]
}
