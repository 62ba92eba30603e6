extension Call {
    /// Reads the neutral file form, JSON:
    /// `{"requests": {id: {"scores": {host: number}, …}}, "hosts": {id: {"capacity": 5, …}}, …}`.
    ///
    /// The order of the file means nothing: requests and hosts are numbered by id.
    package init(json bytes: UnsafeBufferPointer<UInt8>) throws(MatchingMistake) {
        var file = CallFile()
        var scanner = JSONScanner(bytes)
        try scanner.object("a call") { (scanner, key) throws(MatchingMistake) in try file.read(key, &scanner) }
        try scanner.end()
        self = try file.call(scanner.complaints)
    }
}

/// What was read of a call's file so far; names have numbers in the order of their coming.
private struct CallFile {
    private struct Entry {
        var request: Call.Request
        var scores: Range<Int> = 0..<0
        var forced: [Int] = []
        var forbidden: [Int] = []
        var conflicts: [Int] = []
    }

    private var requestNames = Names()
    private var hostNames = Names()
    private var requests: [Int: Entry] = [:]
    private var hosts: [Int: Call.Host] = [:]
    private var scoredHosts: [Int32] = []
    private var scores: [Double] = []
    /// The reading of a request that named a host last, by host: a second score in it is a mistake.
    private var lastScored: [Int] = []
    private var reading = 0
    private var forced: [[Int]] = []
    private var forbidden: [[Int]] = []
    private var conflicts: [[Int]] = []
    private var quotas: [Call.Quota] = []
    private var minimum: Double?
    private var keys: Set<String> = []

    mutating func read(
        _ key: UnsafeBufferPointer<UInt8>, _ scanner: inout JSONScanner
    ) throws(MatchingMistake) {
        let name = String(decoding: key, as: UTF8.self)
        if !keys.insert(name).inserted { scanner.complain("\(shown(name)) stands there twice") }
        switch name {
        case "requests": try readRequests(&scanner)
        case "hosts": try readHosts(&scanner)
        case "minimum": minimum = try scanner.number("the least score")
        case "forced": forced = try pairs(&scanner, isOfRequests: false)
        case "forbidden": forbidden = try pairs(&scanner, isOfRequests: false)
        case "conflicts": conflicts = try pairs(&scanner, isOfRequests: true)
        case "quotas": try readQuotas(&scanner)
        default:
            scanner.complain(
                "unknown field \(shown(name)); known are requests, hosts, minimum, forced, forbidden, conflicts, quotas"
            )
            try scanner.skipValue()
        }
    }

    private mutating func readRequests(_ scanner: inout JSONScanner) throws(MatchingMistake) {
        try scanner.object("requests by id") { (scanner, key) throws(MatchingMistake) in
            let number = requestNames.number(of: key)
            let id = requestNames.all[number]
            if requests[number] != nil { scanner.complain("request \(shown(id)) stands there twice") }
            reading += 1
            var entry = Entry(request: Call.Request(id))
            try scanner.object("request \(shown(id))") { (scanner, key) throws(MatchingMistake) in
                try read(field: key, of: number, into: &entry, &scanner)
            }
            requests[number] = entry
        }
    }

    private mutating func read(
        field key: UnsafeBufferPointer<UInt8>, of number: Int, into entry: inout Entry, _ scanner: inout JSONScanner
    ) throws(MatchingMistake) {
        let id = entry.request.id
        switch String(decoding: key, as: UTF8.self) {
        case "places":
            entry.request.places = try scanner.whole("the number of places", 0...Call.most) ?? 1
        case "minimum": entry.request.minimum = try scanner.number("the least score")
        case "groups": entry.request.groups = try groups(&scanner)
        case "forced": entry.forced = try hostList(&scanner)
        case "forbidden": entry.forbidden = try hostList(&scanner)
        case "conflicts":
            try scanner.list("requests") { (scanner) throws(MatchingMistake) in
                entry.conflicts.append(try requestNumber(&scanner))
            }
        case "scores":
            let start = scores.count
            try scanner.object("scores by host") { (scanner, key) throws(MatchingMistake) in
                let host = hostNumber(key)
                if lastScored[host] == reading {
                    scanner.complain("request \(shown(id)) has two scores for host \(shown(hostNames.all[host]))")
                }
                lastScored[host] = reading
                scoredHosts.append(Int32(host))
                scores.append(try scanner.number("the score at host \(shown(hostNames.all[host]))"))
            }
            entry.scores = start..<scores.count
        case let name:
            scanner.complain(
                "request \(shown(id)) has an unknown field \(shown(name)); known are places, scores, minimum, groups, "
                    + "forced, forbidden, conflicts")
            try scanner.skipValue()
        }
    }

    private mutating func hostNumber(_ key: UnsafeBufferPointer<UInt8>) -> Int {
        let host = hostNames.number(of: key)
        if host == lastScored.count { lastScored.append(-1) }
        return host
    }

    private mutating func hostNumber(_ scanner: inout JSONScanner) throws(MatchingMistake) -> Int {
        let name = try scanner.string("a host's id")
        return Array(name.utf8).withUnsafeBufferPointer { hostNumber($0) }
    }

    private mutating func requestNumber(_ scanner: inout JSONScanner) throws(MatchingMistake) -> Int {
        let name = try scanner.string("a request's id")
        return Array(name.utf8).withUnsafeBufferPointer { requestNames.number(of: $0) }
    }

    private mutating func hostList(_ scanner: inout JSONScanner) throws(MatchingMistake) -> [Int] {
        var list: [Int] = []
        try scanner.list("hosts") { (scanner) throws(MatchingMistake) in list.append(try hostNumber(&scanner)) }
        return list
    }

    private func groups(_ scanner: inout JSONScanner) throws(MatchingMistake) -> [String: String] {
        var groups: [String: String] = [:]
        try scanner.object("groups") { (scanner, key) throws(MatchingMistake) in
            let name = String(decoding: key, as: UTF8.self)
            guard let value = try scanner.optionalString("a group's name") else { return }
            if groups.updateValue(value, forKey: name) != nil {
                scanner.complain("the group \(shown(name)) stands there twice")
            }
        }
        return groups
    }

    private mutating func readHosts(_ scanner: inout JSONScanner) throws(MatchingMistake) {
        try scanner.object("hosts by id") { (scanner, key) throws(MatchingMistake) in
            let number = hostNumber(key)
            let id = hostNames.all[number]
            if hosts[number] != nil { scanner.complain("host \(shown(id)) stands there twice") }
            var host = Call.Host(id, capacity: 1)
            try scanner.object("host \(shown(id))") { (scanner, key) throws(MatchingMistake) in
                switch String(decoding: key, as: UTF8.self) {
                case "capacity": host.capacity = try scanner.whole("the capacity", 0...Call.most) ?? 1
                case "minimum": host.minimum = try scanner.number("the least score")
                case "groups": host.groups = try groups(&scanner)
                case let name:
                    scanner.complain(
                        "host \(shown(id)) has an unknown field \(shown(name)); known are capacity, minimum, groups")
                    try scanner.skipValue()
                }
            }
            hosts[number] = host
        }
    }

    private mutating func pairs(
        _ scanner: inout JSONScanner, isOfRequests: Bool
    ) throws(MatchingMistake) -> [[Int]] {
        var pairs: [[Int]] = []
        try scanner.list("pairs") { (scanner) throws(MatchingMistake) in
            var pair: [Int] = []
            try scanner.list("a pair of ids") { (scanner) throws(MatchingMistake) in
                pair.append(
                    pair.isEmpty || isOfRequests ? try requestNumber(&scanner) : try hostNumber(&scanner))
            }
            guard pair.count == 2 else { throw scanner.mistake("a pair has two ids, not \(pair.count)") }
            pairs.append(pair)
        }
        return pairs
    }

    private mutating func readQuotas(_ scanner: inout JSONScanner) throws(MatchingMistake) {
        try scanner.list("quotas") { (scanner) throws(MatchingMistake) in
            var quota = Call.Quota()
            try scanner.object("a quota") { (scanner, key) throws(MatchingMistake) in
                switch String(decoding: key, as: UTF8.self) {
                case "requests": quota.requests = try groups(&scanner)
                case "hosts": quota.hosts = try groups(&scanner)
                case "min":
                    quota.least = try scanner.whole("the least number of places", 0...Call.most) ?? 0
                case "max":
                    quota.most = try scanner.whole("the largest number of places", 0...Call.most)
                case let name:
                    scanner.complain("a quota has no field \(shown(name)); known are requests, hosts, min, max")
                    try scanner.skipValue()
                }
            }
            quotas.append(quota)
        }
    }

    /// All that was read, numbered by id.
    /// - Parameter complaints: what was wrong on the way, told with what is wrong as a whole.
    func call(_ complaints: [String]) throws(MatchingMistake) -> Call {
        var messages = complaints
        for name in ["requests", "hosts"] where !keys.contains(name) { messages.append("the call has no \(name)") }
        for host in 0..<hostNames.count where hosts[host] == nil && keys.contains("hosts") {
            messages.append("host \(shown(hostNames.all[host])) is named and not among the hosts")
        }
        for request in 0..<requestNames.count where requests[request] == nil && keys.contains("requests") {
            messages.append("request \(shown(requestNames.all[request])) is named and not among the requests")
        }
        if let mistake = MatchingMistake(messages) { throw mistake }
        let (requestOrder, requestPlace) = requestNames.order
        let (hostOrder, hostPlace) = hostNames.order
        var table = PairTable()
        table.reserve(pairs: scores.count, requests: requests.count)
        var call = Call(requests: [], hosts: hostOrder.compactMap { hosts[$0] }, pairs: PairTable())
        func pair(_ request: Int, _ host: Int) -> Call.Pair {
            Call.Pair(request: requestPlace[request], host: hostPlace[host])
        }
        for number in requestOrder {
            guard let entry = requests[number] else { continue }
            call.requests.append(entry.request)
            let own = entry.scores.map { (host: hostPlace[Int(scoredHosts[$0])], score: scores[$0]) }
            for (host, score) in own.sorted(by: { $0.host < $1.host }) { table.add(host: host, score: score) }
            table.endRequest()
            call.forced += entry.forced.map { pair(number, $0) }
            call.forbidden += entry.forbidden.map { pair(number, $0) }
            call.conflicts += entry.conflicts.map { [requestPlace[number], requestPlace[$0]] }
        }
        call.pairs = table
        call.forced += forced.map { pair($0[0], $0[1]) }
        call.forbidden += forbidden.map { pair($0[0], $0[1]) }
        call.conflicts += conflicts.map { $0.map { requestPlace[$0] } }
        (call.quotas, call.minimum) = (quotas, minimum)
        return call
    }
}
