import Calendars
import Engine
import Testing

/// Random weeks and holidays of 2027, and a random day of that year.
private struct Year {
    let calendar: WorkingCalendar
    let day: LocalDate

    init(seed: UInt64) throws {
        var chance = SeededChance(seed: seed)
        let start: LocalDate = try #require(LocalDate(iso: "2027-01-01"))
        var week: Set<Int> = [Int.random(in: 1...7, using: &chance)]
        for weekday in 1...7 where Int.random(in: 0..<10, using: &chance) < 6 { week.insert(weekday) }
        var holidays: Set<LocalDate> = []
        for _ in 0..<Int.random(in: 0...40, using: &chance) {
            holidays.insert(start.adding(days: Int.random(in: 0..<365, using: &chance)))
        }
        calendar = WorkingCalendar(week: week, holidays: holidays, knownUntil: nil)
        day = start.adding(days: Int.random(in: 0..<365, using: &chance))
    }
}

@Suite struct `A working calendar` {
    @Test(arguments: UInt64(0)..<200)
    func `lands on working days, always later, and back again`(_ seed: UInt64) throws {
        let year: Year = try Year(seed: seed)
        let (calendar, day) = (year.calendar, year.day)
        var former: LocalDate?
        for count in 0...30 {
            let landing: LocalDate = calendar.adding(workingDays: count, to: day)
            #expect(calendar.isWorking(landing))
            if count > 1, let former { #expect(landing > former) }
            former = landing
            let back: LocalDate = calendar.adding(workingDays: -count, to: landing)
            if calendar.isWorking(day), count > 0 { #expect(back == day, "seed \(seed), \(count) days") }
            if count > 0 { #expect(calendar.workingDays(from: day, to: landing) == count) }
            if count > 0, calendar.isWorking(day) { #expect(calendar.workingDays(from: landing, to: day) == -count) }
        }
        #expect(calendar.nextWorkingDay(day) >= day)
        #expect(calendar.previousWorkingDay(day) <= day)
        #expect(calendar.adding(workingDays: 0, to: day) == calendar.nextWorkingDay(day))
    }

    @Test func `is read from lines with notes, and lines that end in CR LF`() throws {
        let text: String = "# Bosnia\r\nweek: Sunday to Thursday\r\nknown until: 2029-12-31\r\n\r\n2027-03-01 # Day\r\n"
        let calendar: WorkingCalendar = try WorkingCalendar(lines: text)
        #expect(calendar.week == [7, 1, 2, 3, 4])
        #expect(calendar.holidays.map(\.iso) == ["2027-03-01"])
        #expect(calendar.knownUntil?.iso == "2029-12-31")
        #expect(try WorkingCalendar(lines: "week: Monday, Wednesday to Friday").week == [1, 3, 4, 5])
        #expect(try WorkingCalendar(lines: "") == .mondayToFriday)
    }

    @Test func `tells all mistakes of its lines at once`() {
        let text: String = """
            week: Mon to Fri
            known until: 2027-12-31
            2027-02-30
            # fine
            2027-05-01
            2027-05-01
            2028-01-01
            weeks: Monday
            known until: 2028-12-31
            """
        do {
            _ = try WorkingCalendar(lines: text)
            Issue.record("the text was taken")
        } catch {
            #expect(error.mistakes.map(\.line) == [1, 3, 6, 7, 8, 9], "\(error)")
        }
    }

    @Test func `ends with the years, never without end`() {
        let last: LocalDate = LocalDate(day: Int32.max)
        #expect(WorkingCalendar.mondayToFriday.adding(workingDays: 5, to: last) == last)
        #expect(WorkingCalendar.mondayToFriday.adding(workingDays: Int.min, to: LocalDate(day: 0)) < LocalDate(day: 0))
    }
}
