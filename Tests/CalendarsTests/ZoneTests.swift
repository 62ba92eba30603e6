import Calendars
import Foundation
import Engine
import Testing

@Suite struct `A zone` {
    @Test(arguments: ["Europe/paris", "Foo/Bar", "../etc/passwd", "GMT+3", "", "Europe/Sarajevo ", "+02:00"])
    func `that the data do not know is none`(_ name: String) {
        #expect(Zone(name) == nil)
    }

    @Test(arguments: [
        // A gap gives the first instant after it, a fold the first of the two.
        ("Europe/Paris", "2027-03-28", "02:30", "2027-03-28T01:00:00Z"),
        ("Europe/Paris", "2027-03-28", "01:59", "2027-03-28T00:59:00Z"),
        ("Europe/Paris", "2027-03-28", "03:00", "2027-03-28T01:00:00Z"),
        ("Europe/Paris", "2027-10-31", "02:30", "2027-10-31T00:30:00Z"),
        ("Europe/Paris", "2027-10-31", "03:00", "2027-10-31T02:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z"),
        ("Asia/Beirut", "2027-03-28", "00:00", "2027-03-27T22:00:00Z"),
        ("Australia/Lord_Howe", "2027-10-03", "02:15", "2027-10-02T15:30:00Z"),
        ("UTC", "2027-10-31", "02:30", "2027-10-31T02:30:00Z"),
    ])
    func `turns a local time into one instant`(_ name: String, _ day: String, _ time: String, _ expected: String) throws
    {
        let zone: Zone = try #require(Zone(name))
        let date: LocalDate = try #require(LocalDate(iso: day))
        #expect(zone.instant(on: date, at: try #require(LocalTime(time))).rfc3339 == expected)
    }

    @Test func `tells the local day of instants before 1970 and after 2100`() throws {
        let zone: Zone = try #require(Zone("Europe/Sarajevo"))
        for text in ["1950-06-01T12:00:00Z", "2150-06-01T12:00:00Z"] {
            let instant: Instant = try #require(Instant(rfc3339: text))
            let local = zone.local(instant)
            let back: Instant = zone.instant(
                on: local.date, at: try #require(LocalTime(minutes: local.secondOfDay / 60)))
            #expect(back == instant)
        }
    }

    /// P7 of the promises: all zones, all changes of 2024 to 2040, each quarter of an hour from 00:00 to 03:59.
    ///
    /// The normal run takes a sample of 40 zones, the seed of which is printed with a difference; SOJOURN_LONG=1 all.
    @Test(.enabled(if: Python.isThere, "needs python3"))
    func `agrees with Python's zoneinfo around every change of the clock`() throws {
        let isLong: Bool = ProcessInfo.processInfo.environment["SOJOURN_LONG"] == "1"
        let seed: UInt64 = 7
        var chance = SeededChance(seed: seed)
        var names: [String] = TimeZone.knownTimeZoneIdentifiers.filter { Zone($0) != nil }.sorted()
        if !isLong { names = Array(names.shuffled(using: &chance).prefix(40)) }
        let answer: String = try Python.run(ZoneOracle.script, input: names.joined(separator: "\n"))
        let oracle = try ZoneOracle(answer)
        #expect(oracle.zones.count + oracle.unknown.count == names.count)
        var compared: Int = 0
        for zone in oracle.zones {
            let differences: [String] = zone.differences()
            compared += zone.expected.count
            guard !differences.isEmpty else { continue }
            if oracle.version != Zone.dataVersion, zone.hasOtherRules() {
                print("\(zone.zone.name): other rules in \(oracle.version) than in \(Zone.dataVersion)")
            } else {
                Issue.record("seed \(seed), \(zone.zone.name): \(differences.prefix(3)), \(differences.count) in all")
            }
        }
        #expect(compared > names.count * 10)
        if isLong {
            print(
                "\(compared) instants of \(names.count) zones, Python \(oracle.version), Foundation \(Zone.dataVersion);"
                    + " unknown to Python: \(oracle.unknown)")
        }
    }
}

/// What Python says about zones, line by line: `version V`, then per zone `zone NAME`, `change SECOND OFFSET` and
/// `local DAY MINUTE SECOND`, or `unknown NAME`.
private struct ZoneOracle {
    struct Zoned {
        let zone: Zone
        var changes: [(second: Int64, offset: Int)] = []
        var expected: [(day: Int32, minute: Int, second: Int64)] = []

        func differences() -> [String] {
            expected.compactMap { day, minute, second in
                guard let time: LocalTime = LocalTime(minutes: minute) else { return "minute \(minute)" }
                let date = LocalDate(day: day)
                let found: Instant = zone.instant(on: date, at: time)
                let wanted = Instant(milliseconds: second * 1000)
                return found == wanted ? nil : "\(date.iso) \(time): \(found.rfc3339), not \(wanted.rfc3339)"
            }
        }

        /// Whether any change of the clock lies elsewhere in the other data.
        func hasOtherRules() -> Bool {
            changes.contains { second, offset in
                zone.offset(at: Instant(milliseconds: second * 1000)) != offset
                    || zone.offset(at: Instant(milliseconds: second * 1000 - 1)) == offset
            }
        }
    }

    var version: String = ""
    var zones: [Zoned] = []
    var unknown: [String] = []

    init(_ answer: String) throws {
        for line in answer.split(separator: "\n") {
            let words: [Substring] = line.split(separator: " ")
            let numbers: [Int64] = words.dropFirst().compactMap { Int64($0) }
            switch (words.first, numbers.count) {
            case ("version", _): version = String(words[1])
            case ("unknown", _): unknown.append(String(words[1]))
            case ("zone", _): zones.append(Zoned(zone: try #require(Zone(String(words[1])))))
            case ("change", 2): zones[zones.count - 1].changes.append((numbers[0], Int(numbers[1])))
            case ("local", 3):
                zones[zones.count - 1].expected.append((Int32(numbers[0]), Int(numbers[1]), numbers[2]))
            default: Issue.record("no line of the oracle: \(line)")
            }
        }
    }

    static let script: String = """
        import sys, zoneinfo
        from datetime import datetime, timedelta, timezone
        EPOCH = datetime(1970, 1, 1)
        FIRST, LAST = 1704067200, 2240524800
        def offset(zone, second):
            return int(datetime.fromtimestamp(second, zone).utcoffset().total_seconds())
        def change(zone, low, high):
            before = offset(zone, low)
            while high - low > 1:
                middle = (low + high) // 2
                if offset(zone, middle) == before: low = middle
                else: high = middle
            return high
        def instant(zone, local):
            naive = EPOCH + timedelta(seconds=local)
            early = local - int(naive.replace(tzinfo=zone, fold=1).utcoffset().total_seconds())
            late = local - int(naive.replace(tzinfo=zone, fold=0).utcoffset().total_seconds())
            fits = [s for s in sorted((early, late)) if s + offset(zone, s) == local]
            return fits[0] if fits else change(zone, early - 1, late + 1)
        try: print("version", open("/usr/share/zoneinfo/tzdata.zi").readline().split()[-1])
        except OSError: print("version unknown")
        for name in sys.stdin.read().split():
            try: zone = zoneinfo.ZoneInfo(name)
            except Exception:
                print("unknown", name)
                continue
            print("zone", name)
            days = {19723, 22000}
            for second in range(FIRST, LAST, 86400 * 4):
                step, last = second, second + 86400 * 4
                if offset(zone, step) == offset(zone, last): continue
                turn = change(zone, step, last)
                print("change", turn, offset(zone, turn))
                for side in (turn - 1 + offset(zone, turn - 1), turn + offset(zone, turn)):
                    days.update((side // 86400 - 1, side // 86400, side // 86400 + 1))
            for day in sorted(days):
                for minute in range(0, 240, 15):
                    print("local", day, minute, instant(zone, day * 86400 + minute * 60))
        """
}
