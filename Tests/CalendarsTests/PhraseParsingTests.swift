import Calendars
import Engine
import Foundation
import Testing

/// Names as in the tables of the reference.
private let dates: Set<String> = ["visit", "submission", "mission", "project", "call", "days"]
private let states: Set<String> = ["nominated", "waitlisted", "deciding"]

private func parse(_ text: String) -> Result<TimePhrase, PhraseMistake> {
    TimePhrase.parse(text, dates: dates, singleDays: ["submission"], states: states)
}

/// What a reader of a programme writes, and how `fmt` writes it.
private let accepted: [(String, String)] = [
    ("7 days", "7 days"), ("after 7 days", "7 days"), ("1 day", "1 day"), ("5 working days", "5 working days"),
    ("48 hours", "48 hours"), ("3 months after visit", "3 months after visit"),
    ("3 months and 10 days after visit ends", "3 months and 10 days after visit ends"),
    ("60 days before visit", "60 days before visit"),
    ("60 days before the visit starts", "60 days before visit starts"),
    ("7 days before visit at 09:00", "7 days before visit at 09:00"),
    ("7 days after visit starts", "7 days after visit starts"),
    ("2 working days before visit ends", "2 working days before visit ends"),
    ("on the first day of visit at 18:00", "first day of visit at 18:00"),
    ("on the last day of visit", "last day of visit"), ("on the day of submission", "day of submission"),
    ("when visit starts", "visit starts"), ("when visit ends", "visit ends"),
    ("30 days before visit or the previous working day", "30 days before visit or the previous working day"),
    (
        "6 months after visit or the next working day at 09:00",
        "6 months after visit or the next working day at 09:00"
    ),
    ("every 5 days", "every 5 days"), ("every 5 days up to 3 times", "every 5 days up to 3 times"),
    ("every month up to 3 times", "every month up to 3 times"),
    ("every 2 weeks until 14 days before visit", "every 2 weeks until 14 days before visit"),
    ("every year after visit up to 8 times", "every year after visit up to 8 times"),
    ("every day at 08:00 until visit ends", "every day at 08:00 until visit ends"),
]

/// What occurs in the programmes beyond that table.
private let programmes: [(String, String)] = [
    ("due", "due"), ("7 days before due", "7 days before due"), ("60 days after due", "60 days after due"),
    ("14 and 7 days before due", "14 and 7 days before due"), ("30 and 7 days before due", "30 and 7 days before due"),
    ("5 and 2 days before due", "5 and 2 days before due"), ("7 and 14 days", "7 and 14 days"),
    ("14 and 25 and 31 days after visit ends", "14 and 25 and 31 days after visit ends"),
    ("3 and 6 and 12 months after visit ends", "3 and 6 and 12 months after visit ends"),
    ("first day of visit", "first day of visit"), ("last day of visit at 18:00", "last day of visit at 18:00"),
    ("first day of days", "first day of days"), ("7 days before days at 09:00", "7 days before days at 09:00"),
    ("mission ends", "mission ends"), ("visit", "visit"), ("call closes", "call closes"),
    ("60 days after call closes", "60 days after call closes"),
    ("90 days after first waitlisted", "90 days after first waitlisted"),
    ("29 days after first deciding", "29 days after first deciding"),
    ("30 days of silence", "30 days of silence"), ("10 days without receipt", "10 days without receipt"),
    ("12 months after the end", "12 months after the end"), ("every 3 months of project", "every 3 months of project"),
    ("every month", "every month"), ("9 months", "9 months"),
    ("2 years after mission ends", "2 years after mission ends"),
    // Spellings that fmt puts right.
    ("1 days", "1 day"), ("2 day", "2 days"), ("14 and 7 days", "7 and 14 days"), ("every 1 week", "every week"),
    ("7 and 14 days before visit", "14 and 7 days before visit"), ("  7   days  ", "7 days"),
    ("7 days before first day of visit", "7 days before visit starts"),
    ("every 5 days up to 1 times at 10:00", "every 5 days at 10:00 up to 1 time"),
    ("1 year and 2 months and 3 days after visit", "1 year and 2 months and 3 days after visit"),
    ("first day of visit or the next working day", "first day of visit or the next working day"),
    ("every 5 days of silence up to 3 times", "every 5 days of silence up to 3 times"),
    ("call opens", "call opens"), ("due at 12:00", "due at 12:00"),
]

/// What is refused, and words that its message must have.
private let refused: [(String, String)] = [
    ("0 days before visit", "0 days is no delay; write \"first day of visit\""),
    ("-3 days before visit", "a number of days has no minus; write \"3 days after visit starts\""),
    ("7 days, 14 days", "for two times write \"7 and 14 days\""),
    ("7 days and 14 days", "for two times write \"7 and 14 days\""),
    ("2 to 4 weeks", "a time is one moment, not a range; write the last day: \"4 weeks\""),
    ("two weeks", "numbers are written in digits: \"2 weeks\""),
    ("10 workdays", "write \"10 working days\""), ("10 business days", "write \"10 working days\""),
    ("1.5 days", "only whole numbers; write \"36 hours\""),
    ("30 minutes", "the shortest unit is the hour; write \"1 hour\""),
    ("5d", "write \"5 days\""), ("P5D", "write \"5 days\""), ("PT48H", "write \"48 hours\""),
    ("before visit", "how long before? write for example \"7 days before visit\""),
    ("7 days before", "before what? dates of this programme: call, days, mission, project, submission, visit"),
    ("60 days before vist", "no date is called \"vist\"; did you mean \"visit\"?"),
    ("60 days before nominated", "\"nominated\" is a state, not a date; hang it on a date, or count from its first"),
    ("3 days after submission starts", "submission is one day; leave \"starts\" out"),
    ("7 days before visit at 9am", "hours are written 00:00 to 23:59: \"at 09:00\""),
    ("7 days before visit at 24:00", "the day ends at 23:59; write \"at 00:00\" with one day more"),
    ("7 days before visit at 09:00 CET", "leave \"CET\" out"),
    ("48 hours before visit at 09:00", "hours and a time of day exclude each other; write \"2 days\""),
    ("5 working days and 2 days", "working days do not mix with other units; write one of them"),
    ("10 days and 1 month", "the larger unit comes first: \"1 month and 10 days\""),
    ("end of the month", "only dates of the case can be hung on; dates of this programme:"),
    ("next Monday", "only dates of the case can be hung on"),
    ("10 jours ouvrables", "phrases are in English in every file: \"10 working days\""),
    ("2027-06-14", "a programme runs for years: write a phrase"),
    ("T-60", "write \"60 days before visit\""),
    // More of the same kind.
    ("", "a time is missing"), ("   ", "a time is missing"), ("7 Days", "small letters: \"7 days\""),
    ("7", "a unit is missing"), ("07 days", "without leading zeros"), ("10000 days", "from 1 to 9999"),
    ("7 days before due ends", "due is one moment"), ("7 days before the end", "nobody knows the end beforehand"),
    ("90 days after first waitlistet", "no state is called \"waitlistet\"; did you mean \"waitlisted\"?"),
    ("7 days before visit up to 3 times", "only \"every …\" has \"up to\""),
    ("every 5 hours", "once a day"), ("every 7 days before visit", "how often before?"),
    ("every 5 days until 3 weeks", "\"until\" wants a date"), ("7 and 7 days", "7 stands twice"),
    ("1 month and 3 hours", "hours do not mix"),
    ("5 working days or the next working day", "always end on a working day"),
    ("on the first day of submission", "write \"day of submission\""), ("+3 days", "no sign"),
    ("7 days after", "after what?"), ("7 and 14 days and 1 month", "several times have one unit"),
    ("after 7 days after visit", "one \"after\" is enough"), ("7 days visit", "\"visit\" is too much here"),
]

/// Drawn phrases of each seed; more with `SOJOURN_FUZZ_RUNS`.
private let runs = ProcessInfo.processInfo.environment["SOJOURN_FUZZ_RUNS"].flatMap { Int($0) } ?? 1_000

@Suite struct `The words of a time phrase` {
    @Test(arguments: accepted + programmes)
    func `are read, and written in one way`(_ text: String, _ canonical: String) throws {
        let phrase: TimePhrase = try parse(text).get()
        #expect(phrase.text == canonical)
        #expect(try parse(canonical).get() == phrase)
    }

    @Test(arguments: accepted + programmes)
    func `are read without knowing any name`(_ text: String, _ canonical: String) throws {
        #expect(try TimePhrase.parse(text).get().text == canonical)
    }

    @Test(arguments: refused)
    func `are refused with what to write instead`(_ text: String, _ words: String) {
        guard case .failure(let mistake) = parse(text) else {
            Issue.record("\"\(text)\" was taken")
            return
        }
        #expect(mistake.message.contains(words), "\(mistake.message)")
        #expect(mistake.offset >= 0 && mistake.offset + mistake.length <= text.unicodeScalars.count)
    }

    @Test func `point to the wrong word in code points`() {
        guard case .failure(let mistake) = parse("60  days before vist") else { return }
        #expect(mistake.offset == 16)
        #expect(mistake.length == 4)
    }

    @Test(arguments: [
        ("14 to 28 days", "14 days", "28 days"),
        ("28 to 14 days before visit at 09:00", "28 days before visit at 09:00", "14 days before visit at 09:00"),
        ("2 to 4 weeks", "2 weeks", "4 weeks"),
    ])
    func `may be a range of two`(_ text: String, _ from: String, _ to: String) throws {
        let range: (from: TimePhrase?, to: TimePhrase) = try TimePhrase.parseRange(text).get()
        #expect(range.from?.text == from)
        #expect(range.to.text == to)
    }

    @Test(arguments: ["28 to 14 days", "14 to 28", "14 to 14 days", "1 to 2 and 3 days", "0 to 5 days", "x to 5 days"])
    func `are no range where they do not go forward`(_ text: String) {
        guard case .failure = TimePhrase.parseRange(text) else {
            Issue.record("\"\(text)\" was taken")
            return
        }
    }

    @Test(arguments: 0..<20)
    func `at random are read or refused, never a crash, and what is read is read again`(_ seed: Int) throws {
        var chance = SeededChance(seed: UInt64(seed))
        let words: [String] = [
            "7", "14", "0", "9999", "and", "days", "day", "working", "hours", "months", "before", "after", "visit",
            "due",
            "the", "end", "first", "last", "of", "on", "every", "up", "to", "times", "until", "at", "09:00", "or",
            "next",
            "waitlisted", "starts", "closes", "silence", "without", "receipt", "month", "when", "é", "\r\n", "-", "1.5",
        ]
        for _ in 0..<runs {
            let count: Int = Int.random(in: 0...9, using: &chance)
            let text: String = (0..<count).map { _ in words.randomElement(using: &chance) ?? "" }.joined(separator: " ")
            _ = TimePhrase.parseRange(text)
            guard case .success(let phrase) = TimePhrase.parse(text) else { continue }
            #expect(try TimePhrase.parse(phrase.text).get() == phrase, "seed \(seed): \(text)")
        }
    }

    @Test(arguments: 0..<20)
    func `of random letters never crash the reader`(_ seed: Int) {
        var chance = SeededChance(seed: UInt64(seed))
        let scalars: [Unicode.Scalar] = [
            "7", " ", "d", "-", ".", ":", "é", "\u{301}", "\r", "\n", "\u{0}", "T", "P", "🙂", "İ",
        ]
        for _ in 0..<runs / 2 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...12, using: &chance) {
                text.append(scalars.randomElement(using: &chance) ?? " ")
            }
            _ = TimePhrase.parse(String(text), dates: dates)
        }
        _ = TimePhrase.parse(String(repeating: "7 days and ", count: 100_000))
    }
}
