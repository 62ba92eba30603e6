import Calendars
import Foundation
import Engine
import Testing

@Suite struct `An instant` {
    @Test(arguments: [
        ("2027-03-01T09:00:00Z", "2027-03-01T09:00:00Z"), ("2027-03-01T10:00:00.250+01:00", "2027-03-01T09:00:00.250Z"),
        ("2027-03-01T00:30:00-05:30", "2027-03-01T06:00:00Z"), ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("2038-01-19T03:14:08Z", "2038-01-19T03:14:08Z"), ("2028-02-29T12:00:00Z", "2028-02-29T12:00:00Z"),
        ("2027-03-01T09:00:00.123456789Z", "2027-03-01T09:00:00.123Z"),
        ("2027-03-01T09:00:00.5Z", "2027-03-01T09:00:00.500Z"),
    ])
    func `is read from RFC 3339 and written in UTC`(_ text: String, _ written: String) {
        #expect(Instant(rfc3339: text)?.rfc3339 == written)
    }

    @Test(arguments: [
        "2027-02-30T09:00:00Z", "2027-02-29T09:00:00Z", "2027-03-01T09:00:00", "2027-03-01T09:00:00Z ",
        " 2027-03-01T09:00:00Z",
        "2027-03-01T09:00:00+3", "2027-03-01T09:00:00+03", "2027-03-01T09:00:00+0300", "2027-03-01T24:00:00Z",
        "2027-03-01T09:60:00Z", "2027-03-01T09:00:60Z", "2027-03-01 09:00:00Z", "2027-03-01t09:00:00z",
        "2027-03-01T09:00:00.Z",
        "2027-3-1T09:00:00Z", "+027-03-01T09:00:00Z", "2027-03-01T+9:00:00Z", "2027-13-01T09:00:00Z",
        "0000-03-01T09:00:00Z",
        "2027-03-01T09:00:00.1234567890Z", "2027-03-01T09:00Z", "", "Z", "2027-03-01T09:00:00+24:00",
        "２027-03-01T09:00:00Z",
    ])
    func `is read strictly`(_ text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test func `stays at the ends of time`() {
        let last = Instant(milliseconds: .max)
        #expect(last.adding(seconds: 1) == last)
        #expect(Instant(milliseconds: 0).adding(seconds: .max) == last)
        #expect(Instant(milliseconds: 0).adding(seconds: .min) == Instant(milliseconds: .min))
        #expect(last.rfc3339.hasPrefix("9999-12-31T"))
        #expect(Instant(milliseconds: .min).rfc3339.hasPrefix("0001-01-01T"))
        #expect(Zone.utc.local(last).date.iso == "9999-12-31")
    }

    @Test(arguments: UInt64(0)..<20)
    func `is the same after writing and reading`(_ seed: UInt64) throws {
        var chance = SeededChance(seed: seed)
        for _ in 0..<200 {
            let instant = Instant(
                milliseconds: Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &chance))
            #expect(Instant(rfc3339: instant.rfc3339) == instant)
            #expect(try JSONDecoder().decode([Instant].self, from: JSONEncoder().encode([instant])) == [instant])
        }
    }
}

@Suite struct `A local date` {
    @Test(arguments: [
        "2027-02-30", "2027-2-3", "2027-06-31", "27-06-14", "2027-06-14 ", "0000-01-01", "2100-02-29", "2027/06/14",
    ])
    func `that does not exist is none`(_ text: String) {
        #expect(LocalDate(iso: text) == nil)
    }

    @Test(arguments: [
        ("2027-01-31", 1, "2027-02-28"), ("2028-01-31", 1, "2028-02-29"), ("2027-01-31", 2, "2027-03-31"),
        ("2027-03-31", -1, "2027-02-28"), ("2028-02-29", 12, "2029-02-28"), ("2027-12-31", 2, "2028-02-29"),
        ("0001-01-31", -1, "0001-01-01"), ("9999-12-31", 1, "9999-12-31"), ("9999-11-05", 2, "9999-12-31"),
        ("2027-06-15", Int.max, "9999-12-31"), ("2027-06-15", Int.min, "0001-01-01"),
    ])
    func `plus months keeps its day or takes the last`(_ text: String, _ months: Int, _ expected: String) {
        #expect(LocalDate(iso: text)?.adding(months: months).iso == expected)
    }

    @Test func `plus days stays within the years`() {
        let day = LocalDate(day: 0)
        #expect(day.adding(days: .max).iso == "9999-12-31")
        #expect(day.adding(days: .min).iso == "0001-01-01")
        #expect(day.adding(years: .max).iso == "9999-12-31")
        #expect(day.weekday == 4)
    }

    @Test(.enabled(if: Python.isThere, "needs python3"))
    func `agrees with Python's on number, weekday and months`() throws {
        var chance = SeededChance(seed: 9)
        let script: String = """
            import sys, datetime
            for line in sys.stdin:
                d = datetime.date.fromordinal(int(line) + 719163)
                print(d.isoformat(), d.isoweekday())
            """
        var days: [Int32] = (0..<5000).map { _ in Int32.random(in: -719_162...2_932_896, using: &chance) }
        for century in stride(from: 100, through: 9900, by: 100) {
            // Where the rules of leap years meet: the end of February and the turn of the year.
            for month in [1, 3] {
                let turn: Int32 = try #require(LocalDate(year: century, month: month, day: 1)).day
                days += (turn - 2)...(turn + 1)
            }
        }
        let answer: String = try Python.run(script, input: days.map(String.init).joined(separator: "\n"))
        let lines: [Substring] = answer.split(separator: "\n")
        try #require(lines.count == days.count)
        for (day, line) in zip(days, lines) {
            let date = LocalDate(day: day)
            #expect("\(date.iso) \(date.weekday)" == line)
            #expect(LocalDate(iso: date.iso) == date)
            #expect(LocalDate(year: date.year, month: date.month, day: date.dayOfMonth) == date)
        }
    }

    @Test func `has hours and spans that are read strictly`() {
        for text in ["9:00", "24:00", "09:60", "09:00 ", "+9:00", "", "09-00"] { #expect(LocalTime(text) == nil) }
        #expect(LocalTime("23:59")?.minutes == 1439)
        #expect(DateSpan(text: "2027-06-18/2027-06-14") == nil)
        #expect(DateSpan(text: "2027-06-14/2027-06-18")?.days == 5)
        #expect(DateSpan(text: "2027-06-14")?.text == "2027-06-14/2027-06-14")
        #expect(DateSpan(text: "2027-06-14/") == nil)
    }
}
