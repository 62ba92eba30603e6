import Engine

/// Chance with the few draws that the generators need.
struct Draw {
    var chance: SeededChance

    init(seed: UInt64) { chance = SeededChance(seed: seed) }

    /// 0 up to, not including, a bound.
    mutating func below(_ bound: Int) -> Int { Int(chance.next() % UInt64(max(bound, 1))) }

    mutating func among(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    mutating func one<Element>(of list: [Element]) -> Element { list[below(list.count)] }

    mutating func happens(_ percent: Int) -> Bool { below(100) < percent }
}

/// The text of a small random programme below the head of all trials: states, clocks, tracks, decisions, dates, holds.
///
/// Most texts pass the checker. Timed ways lead forwards only, so that an idle case comes to rest.
struct RandomProgramme {
    private var draw: Draw
    private let states: [String]
    private let hasTeam: Bool
    private let hasHosts: Bool
    private let hasExtra: Bool

    static let ends = ["closed", "expired", "refused", "gone"]

    init(seed: UInt64) {
        var draw = Draw(seed: seed)
        states = (0..<draw.among(2...5)).map { "a\($0)" }
        hasTeam = draw.happens(60)
        hasHosts = draw.happens(30)
        hasExtra = draw.happens(30)
        self.draw = draw
    }

    static func text(seed: UInt64) -> String {
        var programme = RandomProgramme(seed: seed)
        return programme.whole()
    }

    private mutating func whole() -> String {
        """
        dates:
          visit: {from: [moved.days, plan.days]\(draw.happens(40) ? ", zone: plan.where" : "")}
        forms:
          plan:
            days: {type: dates, question: When?}
            size: {type: number, question: How many?}
            where: {type: text, question: In which zone?}
            note: {type: text, privacy: content, erase: \(draw.among(1...60)) days after visit ends, question: What else?}
          moved: {days: {type: dates, required: yes, question: When now?}}
          mark: {points: {type: number, required: yes, question: How many points?}}
        \(hasTeam ? Self.list : "")\(hasHosts ? Self.rules : "")stages:
        \(stages())\(tracks())may:
          move: {who: desk, form: moved, send: {days: requester}}
          drop: {who: desk, void: [plan, moved]}
          pause: {who: desk, hold: up to \(draw.among(5...90)) days}
          leave: {who: requester, to: gone}
        \(draw.happens(30) ? "clock: {\(draw.among(100...200)) days: {escalate: head}, \(draw.among(2...30)) days: {send: {other: host}}}\n" : "")ends:
          closed: fulfilled
          expired: expired
          refused: {kind: refused, send: {bye: requester}}
          gone: {kind: withdrawn, send: {closing: requester}}
        """
    }

    private static let list = """
          list: {people: {type: rows, required: yes, of: {name: person, spare: person}, question: Who?}}
          wish: {size: {type: number, required: yes, question: How many?}}

        """

    private static let rules = """
        rules:
          hosting:
            filters: {open: {if: "offer.country != 'XX'", say: "closed"}}
            score: {near: {weight: 1, points: "offer.country == 'BA' ? 1.0 : 0.0", say: "near"}}

        """

    // MARK: States

    private mutating func stages() -> String {
        let half = draw.among(1...states.count)
        var result = "  request:\n" + surroundings()
        for index in 0..<half { result += state(index) }
        if hasHosts {
            result += """
                  match:
                    seek:
                      match: {from: hosts, rules: hosting, track: hosts, at-once: 2, rounds: 2, want: 1, reach: accepted\(draw.happens(30) ? ", again: every month" : "")}
                      clock: {\(draw.among(40...80)) days: expired}
                      next: {found: \(half < states.count ? states[half] : "closed"), none: expired}

                """
        }
        guard half < states.count else { return result }
        result += "  visit:\n" + surroundings()
        if draw.happens(40) {
            result +=
                "    keep: [calendar.invite: {title: Visit, days: \"{{ visit }}\", who: requester, send: {made: ready, undone: bye}}]\n"
        }
        for index in half..<states.count { result += state(index) }
        return result
    }

    /// A clock or a decision of a whole stage.
    private mutating func surroundings() -> String {
        var result = ""
        if draw.happens(30) { result += "    clock: {\(draw.among(5...40)) days: {send: {other: host}}}\n" }
        if draw.happens(20) { result += "    may: {stop: {who: head, to: refused}}\n" }
        return result
    }

    private mutating func state(_ index: Int) -> String {
        let form = index == 0 ? "plan" : index == 1 && hasTeam ? "list" : draw.happens(40) ? "mark" : nil
        var lines: [(phrase: String, step: String)] = []
        var result = "    \(states[index]):\n"
        let hasTask = index < 2 || draw.happens(75)
        let isDue = draw.happens(60)
        if draw.happens(25) {
            result +=
                "      do: [webhook.post: {url: \"https://example.org/one\"}, webhook.post: {url: \"https://example.org/two\"}]\n"
        }
        if hasTask {
            let who = draw.one(of: ["requester", "host", "pair", "panel", "desk", "[host, pair]"])
            var task = "{who: \(who)"
            if let form { task += ", form: \(form)" }
            if draw.happens(40) { task += ", need: \(draw.one(of: ["all", "2", "any"]))" }
            if draw.happens(20), index > 0 { task += ", binds: plan" }
            if isDue { task += ", due: \(draw.one(of: ["5 working days", "9 days", "10 days before visit"]))" }
            if draw.happens(15), index > 1 {
                result += "      task:\n        - \(task)}\n        - {who: desk, due: 4 working days}\n"
            } else {
                result += "      task: \(task)}\n"
            }
        }
        lines += reminders(hasTask: hasTask, isDue: hasTask && isDue)
        lines.append(("\(draw.among(20...90)) days", forwards(index)))
        if draw.happens(25) {
            lines.append((draw.one(of: ["visit", "3 days after visit", "9 days before visit"]), forwards(index)))
        }
        result += "      clock: {\(Self.clock(lines))}\n"
        if draw.happens(hasTask ? 30 : 60) {
            result += "      as-soon-as: [{if: \"\(condition())\", to: \(forwards(index))}]\n"
        }
        if draw.happens(20) {
            result += "      may: {skip: {who: [host, desk], to: \(forwards(index)), send: {news: requester}}}\n"
        }
        if hasTask {
            result += "      next: {go: \(way(index + 1, index)), turn: \(way(draw.below(states.count), index))}\n"
        }
        return result
    }

    private static func clock(_ lines: [(phrase: String, step: String)]) -> String {
        var seen: Set<String> = []
        return lines.filter { seen.insert($0.phrase).inserted }.map { "\($0.phrase): \($0.step)" }
            .joined(separator: ", ")
    }

    private mutating func reminders(hasTask: Bool, isDue: Bool) -> [(phrase: String, step: String)] {
        var result: [(phrase: String, step: String)] = []
        let news = "{send: {\(draw.one(of: ["news", "days"])): host}}"
        let calls = hasTask ? ["remind", "remind", news, "{escalate: head}"] : [news, "{escalate: head}"]
        for _ in 0..<draw.below(4) {
            let phrase = draw.one(of: [
                "\(draw.among(1...15)) days", "\(draw.among(1...3)) and \(draw.among(4...9)) days",
                "every \(draw.among(2...6)) days up to \(draw.among(2...4)) times", "\(draw.among(2...9)) working days",
                "\(draw.among(5...90)) hours", "\(draw.among(1...30)) days before visit",
                "\(draw.among(1...9)) days after visit",
            ])
            result.append((phrase, draw.one(of: calls)))
        }
        if isDue { result.append(("due", "{escalate: head}")) }
        return result
    }

    /// A state that comes later, or an end.
    private mutating func forwards(_ index: Int) -> String {
        let later = states.dropFirst(index + 1) + ["closed", "expired"]
        return draw.one(of: Array(later))
    }

    private mutating func way(_ target: Int, _ index: Int) -> String {
        var name = target < states.count ? states[target] : "closed"
        if hasHosts, index == 0 || draw.happens(10) { name = "seek" }
        if hasHosts, index == 0, target == 1 { return "{to: seek, send: {news: requester}}" }
        switch draw.below(5) {
        case 0: return "{to: \(name), send: {\(draw.one(of: ["news", "days"])): requester}}"
        case 1: return "[{if: \"plan.size > 5.0\", to: \(name)}, {to: \(name), send: {other: host}}]"
        case 2: return "{to: \(name), send: {news: requester}, hold-for-review: yes}"
        default: return name
        }
    }

    private mutating func condition() -> String {
        var all = [
            "known(moved)", "plan.size > 7.0", "known(plan) && plan.size > 6.0", "known(mark) && mark.points > 5.0",
        ]
        if hasTeam { all += ["team.over()", "team.all('settled')", "team.any('open') && known(moved)"] }
        if hasHosts { all += ["hosts.good() > 1"] }
        return draw.one(of: all)
    }

    // MARK: Tracks

    private mutating func tracks() -> String {
        guard hasTeam || hasHosts || hasExtra else { return "" }
        var result = "tracks:\n"
        let during = states.count > 2 && draw.happens(50) ? "[\(states.suffix(2).joined(separator: ", "))]" : "request"
        if hasTeam {
            result += """
                  team:
                    each: list.people
                    during: \(during)
                    left: stopped
                    may:
                      swap: {who: self, if: "has(row.spare)", to: swapped, add: row.spare}
                    clock: {\(draw.among(3...30)) days: {send: {other: self}}}
                    states:
                      open:
                        task: {who: self, form: wish, due: \(draw.one(of: ["6 days", "5 days before visit"]))}
                        clock: {\(Self.clock(reminders(hasTask: true, isDue: true) + [("40 days", "stopped")]))}
                        next: {done: settled}
                      settled:
                        as-soon-as: [{if: "\(draw.one(of: ["known(moved) && wish.size > 2.0", "plan.size > 3.0", "known(mark)"]))", to: done}]
                        clock: {\(draw.among(10...50)) days: done}
                    ends: {done: fulfilled, stopped: {kind: cancelled, send: {left: self}}, swapped: withdrawn}

                """
        }
        if hasHosts {
            result += """
                  hosts:
                    each: match
                    during: match
                    left: down
                    states:
                      offered:
                        task: {who: self}
                        clock: {2 days: remind, \(draw.among(5...12)) days: silent}
                        next: {yes: accepted, no: declined}
                    ends: {accepted: fulfilled, declined: refused, silent: expired, down: {kind: withdrawn, send: {left: self}}}

                """
        }
        if hasExtra {
            result += """
                  extra:
                    each: \(draw.one(of: ["one", "every 20 days up to 4 times"]))
                    during: request
                    left: dropped
                    states:
                      drafting:
                        task: {who: pair, need: \(draw.one(of: ["all", "any"]))}
                        clock: {\(Self.clock(reminders(hasTask: true, isDue: false) + [("30 days", "dropped")]))}
                        next: {done: final, no: dropped}
                    ends: {final: fulfilled, dropped: cancelled}

                """
        }
        return result
    }
}
