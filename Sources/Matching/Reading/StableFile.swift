extension StableCall {
    /// Reads the neutral file form, JSON: `{"applicants": {id: [host | [tied hosts]]},
    /// "hosts": {id: {"capacity": 5, "ranks": [applicant | [tied applicants]]}}, "together": [[applicant, …]],
    /// "couples": [{"members": [applicant, applicant], "wishes": [[host | null, host | null] | [tied wishes]]}]}`.
    ///
    /// The order of ids in the file means nothing: applicants and hosts are numbered by id. The order of lists is all.
    package init(json bytes: UnsafeBufferPointer<UInt8>) throws(MatchingMistake) {
        var file = StableFile()
        var scanner = JSONScanner(bytes)
        try scanner.object("a call") { (scanner, key) throws(MatchingMistake) in try file.read(key, &scanner) }
        try scanner.end()
        self = try file.call(scanner.complaints)
    }
}

/// What was read of a call's file so far; names have numbers in the order of their coming.
private struct StableFile {
    /// One side's lists in the order of their coming.
    private struct Lists {
        /// Where the list of each member of the side stands, by number.
        var ranges: [Int: Range<Int>] = [:]
        var others: [Int32] = []
        var levels: [Int32] = []
    }

    private var applicantNames = Names()
    private var hostNames = Names()
    private var wishes = Lists()
    private var ranks = Lists()
    private var capacities: [Int: Int] = [:]
    private var together: [[Int]] = []
    private var couples: [StableCall.Couple] = []
    private var keys: Set<String> = []

    mutating func read(_ key: UnsafeBufferPointer<UInt8>, _ scanner: inout JSONScanner) throws(MatchingMistake) {
        let name = String(decoding: key, as: UTF8.self)
        if !keys.insert(name).inserted { scanner.complain("\(shown(name)) stands there twice") }
        switch name {
        case "applicants":
            try scanner.object("applicants by id") { (scanner, key) throws(MatchingMistake) in
                let number = applicantNames.number(of: key)
                if wishes.ranges[number] != nil {
                    scanner.complain("applicant \(shown(applicantNames.all[number])) stands there twice")
                }
                try Self.read(&wishes, of: number, &hostNames, "a host's id", &scanner)
            }
        case "hosts": try readHosts(&scanner)
        case "together":
            try scanner.list("groups of applicants") { (scanner) throws(MatchingMistake) in
                var group: [Int] = []
                try scanner.list("applicants") { (scanner) throws(MatchingMistake) in
                    if let number = try Self.number(&applicantNames, "an applicant's id", &scanner) {
                        group.append(number)
                    }
                }
                together.append(group)
            }
        case "couples":
            try scanner.list("couples") { (scanner) throws(MatchingMistake) in try readCouple(&scanner) }
        default:
            scanner.complain("unknown field \(shown(name)); known are applicants, hosts, together, couples")
            try scanner.skipValue()
        }
    }

    private mutating func readCouple(_ scanner: inout JSONScanner) throws(MatchingMistake) {
        var members: [Int] = []
        var wishes: [StableCall.Couple.Wish] = []
        var keys: Set<String> = []
        try scanner.object("a couple") { (scanner, key) throws(MatchingMistake) in
            let name = String(decoding: key, as: UTF8.self)
            if !keys.insert(name).inserted { scanner.complain("a couple has \(shown(name)) twice") }
            switch name {
            case "members":
                try scanner.list("the two applicants") { (scanner) throws(MatchingMistake) in
                    if let number = try Self.number(&applicantNames, "an applicant's id", &scanner) {
                        members.append(number)
                    }
                }
            case "wishes":
                var level = 0
                try scanner.list("wishes, the best first,") { (scanner) throws(MatchingMistake) in
                    wishes += try readWishes(level, &scanner)
                    level += 1
                }
            default:
                scanner.complain("a couple has an unknown field \(shown(name)); known are members, wishes")
                try scanner.skipValue()
            }
        }
        guard members.count == 2 else {
            return scanner.complain("a couple has two members, not \(members.count)")
        }
        couples.append(StableCall.Couple(members[0], members[1], wishes: wishes))
    }

    /// One wish, `[host or null, host or null]`, or a list of wishes that share a place.
    private mutating func readWishes(
        _ level: Int, _ scanner: inout JSONScanner
    ) throws(MatchingMistake) -> [StableCall.Couple.Wish] {
        let complained = scanner.complaints.count
        var (hosts, tied): ([Int?], [StableCall.Couple.Wish]) = ([], [])
        try scanner.list("a wish: two hosts,") { (scanner) throws(MatchingMistake) in
            if scanner.peek() == 0x5B {
                tied += try readWishes(level, &scanner)
            } else if try scanner.null() {
                hosts.append(nil)
            } else if let number = try Self.number(&hostNames, "a host's id", &scanner) {
                hosts.append(number)
            }
        }
        if hosts.isEmpty, !tied.isEmpty { return tied }
        guard hosts.count == 2, tied.isEmpty else {
            if scanner.complaints.count == complained {
                scanner.complain("a wish names two hosts, one for each of the couple; null is nowhere")
            }
            return []
        }
        return [StableCall.Couple.Wish(hosts[0], hosts[1], level: level)]
    }

    private mutating func readHosts(_ scanner: inout JSONScanner) throws(MatchingMistake) {
        try scanner.object("hosts by id") { (scanner, key) throws(MatchingMistake) in
            let number = hostNames.number(of: key)
            let id = hostNames.all[number]
            if capacities[number] != nil { scanner.complain("host \(shown(id)) stands there twice") }
            capacities[number] = 1
            try scanner.object("host \(shown(id))") { (scanner, key) throws(MatchingMistake) in
                switch String(decoding: key, as: UTF8.self) {
                case "capacity": capacities[number] = try scanner.whole("the capacity", 0...Call.most) ?? 1
                case "ranks": try Self.read(&ranks, of: number, &applicantNames, "an applicant's id", &scanner)
                case let name:
                    scanner.complain(
                        "host \(shown(id)) has an unknown field \(shown(name)); known are capacity, ranks")
                    try scanner.skipValue()
                }
            }
        }
    }

    /// A list of ids, with lists of ids inside that share a place.
    private static func read(
        _ lists: inout Lists, of member: Int, _ names: inout Names, _ what: String, _ scanner: inout JSONScanner
    ) throws(MatchingMistake) {
        let start = lists.others.count
        var level: Int32 = 0
        try scanner.list("ids, the best first,") { (scanner) throws(MatchingMistake) in
            if scanner.peek() == 0x5B {
                try scanner.list("ids that share a place") { (scanner) throws(MatchingMistake) in
                    guard let number = try number(&names, what, &scanner) else { return }
                    lists.others.append(Int32(number))
                    lists.levels.append(level)
                }
            } else if let number = try number(&names, what, &scanner) {
                lists.others.append(Int32(number))
                lists.levels.append(level)
            }
            level += 1
        }
        lists.ranges[member] = start..<lists.others.count
    }

    private static func number(
        _ names: inout Names, _ what: String, _ scanner: inout JSONScanner
    ) throws(MatchingMistake) -> Int? {
        guard scanner.peek() == 0x22 else {
            scanner.complain("\(what), a text in quotes, is wanted here")
            try scanner.skipValue()
            return nil
        }
        return try scanner.text(what) { names.number(of: $0) }
    }

    /// All that was read, numbered by id.
    func call(_ complaints: [String]) throws(MatchingMistake) -> StableCall {
        var messages = complaints
        for name in ["applicants", "hosts"] where !keys.contains(name) { messages.append("the call has no \(name)") }
        for host in 0..<hostNames.count where capacities[host] == nil && keys.contains("hosts") {
            messages.append("host \(shown(hostNames.all[host])) is named and not among the hosts")
        }
        let paired = Set(couples.flatMap(\.members))
        for applicant in 0..<applicantNames.count
        where wishes.ranges[applicant] == nil && keys.contains("applicants") && !paired.contains(applicant) {
            messages.append("applicant \(shown(applicantNames.all[applicant])) is named and not among the applicants")
        }
        if let mistake = MatchingMistake(messages) { throw mistake }
        let (applicantOrder, applicantPlace) = applicantNames.order
        let (hostOrder, hostPlace) = hostNames.order
        var call = StableCall(
            applicants: applicantOrder.map { applicantNames.all[$0] },
            hosts: hostOrder.map { Call.Host(hostNames.all[$0], capacity: capacities[$0] ?? 1) },
            wishes: Self.table(wishes, of: applicantOrder, places: hostPlace),
            ranks: Self.table(ranks, of: hostOrder, places: applicantPlace))
        call.together = together.map { $0.map { applicantPlace[$0] } }
        call.couples = couples.map { couple in
            let wishes = couple.wishes.map { wish in
                StableCall.Couple.Wish(
                    wish.first.map { hostPlace[$0] }, wish.second.map { hostPlace[$0] }, level: wish.level)
            }
            // Those that share a place stand by number, so that the order of the file decides nothing.
            let ordered = wishes.sorted {
                ($0.level, $0.first ?? -1, $0.second ?? -1) < ($1.level, $1.first ?? -1, $1.second ?? -1)
            }
            return StableCall.Couple(
                applicantPlace[couple.first], applicantPlace[couple.second], wishes: ordered)
        }
        if let mistakes = call.mistakes { throw mistakes }
        return call
    }

    private static func table(_ lists: Lists, of order: [Int], places: [Int]) -> PreferenceTable {
        var table = PreferenceTable()
        table.reserve(lists: order.count, entries: lists.others.count)
        for member in order {
            let range = lists.ranges[member] ?? 0..<0
            var start = range.lowerBound
            while start < range.upperBound {
                // Those that share a place stand by number, so that the order of the file decides nothing.
                var end = start + 1
                while end < range.upperBound, lists.levels[end] == lists.levels[start] { end += 1 }
                if end == start + 1 {
                    table.add(places[Int(lists.others[start])], level: Int(lists.levels[start]))
                } else {
                    for other in lists.others[start..<end].map({ places[Int($0)] }).sorted() {
                        table.add(other, level: Int(lists.levels[start]))
                    }
                }
                start = end
            }
            table.endList()
        }
        return table
    }
}
