import Calendars
import Testing

/// The moments of one phrase in Sarajevo, with the visit of 14 to 18 June 2027 and no holidays.
private func moments(
    _ text: String, from base: PhraseBase? = nil, until: PhraseBase? = nil, _ kind: MomentKind,
    zone name: String = "Europe/Sarajevo"
) throws -> [String] {
    let zone: Zone = try #require(Zone(name))
    let visit: DateSpan = try #require(DateSpan(text: "2027-06-14/2027-06-18"))
    let phrase: TimePhrase = try TimePhrase.parse(text).get()
    let office: LocalTime = try #require(LocalTime("09:00"))
    return phrase.instants(
        from: base ?? .span(visit), until: until, kind: kind, zone: zone, calendar: .mondayToFriday, officeHour: office
    ).map { instant in
        let local = zone.local(instant)
        let time: LocalTime? = LocalTime(minutes: local.secondOfDay / 60)
        return "\(local.date.iso) \(time?.description ?? "")"
    }
}

private func instant(_ text: String) throws -> PhraseBase {
    .instant(try #require(Instant(rfc3339: text)))
}

@Suite struct `The moments of a time phrase` {
    @Test(arguments: [
        ("60 days before visit", MomentKind.reminder, "2027-04-15 09:00"),
        ("60 days before visit", .end, "2027-04-16 00:00"),
        ("60 days before visit ends", .end, "2027-04-20 00:00"),
        ("7 days before visit at 18:30", .end, "2027-06-07 18:30"),
        ("30 days after visit", .reminder, "2027-07-18 09:00"),
        ("30 days after visit starts", .reminder, "2027-07-14 09:00"),
        ("visit", .end, "2027-06-14 00:00"), ("visit", .reminder, "2027-06-14 09:00"),
        ("visit starts", .end, "2027-06-14 00:00"), ("first day of visit", .end, "2027-06-14 00:00"),
        ("visit ends", .end, "2027-06-19 00:00"), ("last day of visit", .end, "2027-06-19 00:00"),
        ("last day of visit", .reminder, "2027-06-18 09:00"), ("last day of visit at 18:00", .end, "2027-06-18 18:00"),
        ("call closes", .end, "2027-06-19 00:00"),
        ("2 working days before visit", .reminder, "2027-06-10 09:00"),
        ("1 working day after visit", .reminder, "2027-06-21 09:00"),
        ("1 day after visit or the next working day", .reminder, "2027-06-21 09:00"),
        ("1 day before visit or the previous working day", .reminder, "2027-06-11 09:00"),
        ("48 hours before visit", .reminder, "2027-06-12 00:00"),
        ("2 hours after visit starts", .end, "2027-06-14 02:00"),
        ("2 hours after visit", .end, "2027-06-19 02:00"), ("2 hours before visit ends", .end, "2027-06-18 22:00"),
        ("3 months and 10 days after visit ends", .reminder, "2027-09-28 09:00"),
    ])
    func `hang on a date's days`(_ text: String, _ kind: MomentKind, _ expected: String) throws {
        #expect(try moments(text, kind) == [expected])
    }

    @Test(arguments: [
        ("7 days", MomentKind.end, ["2027-03-09 00:00"]),
        ("7 and 14 days", .reminder, ["2027-03-08 09:00", "2027-03-15 09:00"]),
        ("5 working days", .end, ["2027-03-09 00:00"]), ("48 hours", .end, ["2027-03-03 11:20"]),
        ("30 days of silence", .reminder, ["2027-03-31 09:00"]),
        ("every 5 days up to 3 times", .reminder, ["2027-03-06 09:00", "2027-03-11 09:00", "2027-03-16 09:00"]),
    ])
    func `count from the local date of an instant, hours from the instant`(
        _ text: String, _ kind: MomentKind, _ expected: [String]
    ) throws {
        #expect(try moments(text, from: instant("2027-03-01T10:20:00Z"), kind) == expected)
    }

    @Test func `take months from the base each time, so that they do not drift`() throws {
        let base: PhraseBase = .span(DateSpan(try #require(LocalDate(iso: "2027-01-31"))))
        let days: [String] = try moments("every month after x up to 4 times", from: base, .reminder)
        #expect(days == ["2027-02-28 09:00", "2027-03-31 09:00", "2027-04-30 09:00", "2027-05-31 09:00"])
        #expect(
            try moments("1 and 2 months after x", from: base, .reminder) == ["2027-02-28 09:00", "2027-03-31 09:00"])
    }

    @Test func `know that a due time of 24:00 belongs to the day that ends there`() throws {
        let due: PhraseBase = try instant("2027-03-09T23:00:00Z")  // 24:00 of 9 March in Sarajevo
        #expect(try moments("due", from: due, .end) == ["2027-03-10 00:00"])
        #expect(try moments("7 days before due", from: due, .reminder) == ["2027-03-02 09:00"])
        #expect(try moments("60 days after due", from: due, .end) == ["2027-05-09 00:00"])
        #expect(
            try moments("14 and 7 days before due", from: due, .reminder) == ["2027-02-23 09:00", "2027-03-02 09:00"])
        let noon: PhraseBase = try instant("2027-03-09T11:00:00Z")
        #expect(try moments("7 days before due", from: noon, .reminder) == ["2027-03-02 09:00"])
    }

    @Test func `know it also where clocks skip midnight`() throws {
        // Beirut goes from 24:00 of 27 March to 01:00 of 28 March 2027.
        let due: PhraseBase = try instant("2027-03-27T22:00:00Z")
        #expect(try moments("1 day before due", from: due, .reminder, zone: "Asia/Beirut") == ["2027-03-26 09:00"])
    }

    @Test func `repeat up to a bound, and sleep while nobody knows it`() throws {
        let base: PhraseBase = try instant("2027-05-01T08:00:00Z")
        let visit: PhraseBase = .span(try #require(DateSpan(text: "2027-06-14/2027-06-18")))
        let text: String = "every 2 weeks until 14 days before visit"
        #expect(try moments(text, from: base, until: visit, .reminder) == ["2027-05-15 09:00", "2027-05-29 09:00"])
        #expect(try moments(text, from: base, .reminder) == [])
        let daily: [String] = try moments("every day at 08:00 until visit ends", from: base, until: visit, .reminder)
        #expect(daily.first == "2027-05-02 08:00")
        #expect(daily.last == "2027-06-18 08:00")
        #expect(try moments("every day until visit", from: base, until: visit, .reminder).last == "2027-06-13 09:00")
        #expect(
            try moments("every 7 days before visit up to 2 times", .reminder) == [
                "2027-05-31 09:00", "2027-06-07 09:00",
            ])
    }

    @Test func `of a project come within its days`() throws {
        let project: PhraseBase = .span(try #require(DateSpan(text: "2027-01-15/2027-12-31")))
        #expect(
            try moments("every 3 months of project", from: project, .reminder)
                == ["2027-04-15 09:00", "2027-07-15 09:00", "2027-10-15 09:00"])
    }

    @Test func `are never more than the limit`() throws {
        let base: PhraseBase = try instant("2027-05-01T08:00:00Z")
        #expect(try moments("every day", from: base, .reminder).count == TimePhrase.instantsLimit)
        #expect(try moments("every 9999 years", from: base, .reminder).count == 1)
        #expect(try moments("9999 working days before x", .end).count == 1)
    }

    @Test func `have bounds in days`() throws {
        let weeks = try TimePhrase.parse("every 2 weeks up to 3 times").get().days
        #expect(weeks == (14, 42))
        #expect(try TimePhrase.parse("3 months and 10 days after visit").get().days == (94, 103))
        #expect(try TimePhrase.parse("visit").get().days == (0, 0))
    }
}
