extension Call {
    /// Reads a table of scores, CSV: a row a request, a column a host; the first column holds the requests' ids, the
    /// header the hosts'. Cells are parted by commas, semicolons or tabs; an empty cell is a pair that cannot be.
    /// - Parameter capacity: of every host.
    package init(scores bytes: UnsafeBufferPointer<UInt8>, capacity: Int) throws(MatchingMistake) {
        var sheet = ScoreSheet(bytes)
        self = try sheet.call(capacity: capacity)
    }
}

/// Reads a table of numbers cell by cell.
private struct ScoreSheet {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var line = 1
    private var separator = UInt8(ascii: ",")

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let header = bytes[position...].prefix { $0 != 0x0A }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
        let counts = candidates.map { candidate in header.count { $0 == candidate } }
        if let most = counts.max(), let best = counts.firstIndex(of: most) { separator = candidates[best] }
    }

    /// What was complained of; reading went on behind it.
    private var complaints: [String] = []

    /// A mistake behind which nothing can be read, with all complaints before it.
    private func mistake(_ words: String) -> MatchingMistake {
        MatchingMistake(complaints + ["line \(line): \(words)"]) ?? MatchingMistake(words)
    }

    private mutating func complain(_ words: @autoclosure () -> String) {
        // Those that are only counted need no words.
        complaints.append(complaints.count < MatchingMistake.limit ? "line \(line): \(words())" : "")
    }

    private var isAtEnd: Bool { position >= bytes.count }

    /// Whether the row goes on behind the cell that was read; goes over the separator or the end of the line.
    private mutating func goesOn() throws(MatchingMistake) -> Bool {
        if isAtEnd { return false }
        if bytes[position] == separator {
            position += 1
            return true
        }
        if bytes[position] == 0x0D { position += 1 }
        if isAtEnd { return false }
        guard bytes[position] == 0x0A else { throw mistake("something stands behind a quoted cell") }
        position += 1
        return false
    }

    private func isEnd(_ byte: UInt8) -> Bool { byte == separator || byte == 0x0A || byte == 0x0D }

    private mutating func cell() throws(MatchingMistake) -> String {
        guard !isAtEnd, bytes[position] == 0x22 else {
            let start = position
            while !isAtEnd, !isEnd(bytes[position]) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        var text: [UInt8] = []
        position += 1
        while !isAtEnd {
            let byte = bytes[position]
            position += 1
            if byte == 0x22 {
                guard !isAtEnd, bytes[position] == 0x22 else { return String(decoding: text, as: UTF8.self) }
                position += 1
            }
            text.append(byte)
        }
        throw mistake("a quoted cell has no end")
    }

    /// A finite number, or nil for an empty cell and after a complaint.
    private mutating func number() -> Double? {
        let start = position
        while !isAtEnd, !isEnd(bytes[position]) { position += 1 }
        let word = UnsafeBufferPointer(rebasing: bytes[start..<position])
        if let short = JSONScanner.shortNumber(word) { return short }
        var text = Substring(String(decoding: word, as: UTF8.self))
        while let last = text.last, last == " " || last == "\"" { text.removeLast() }
        text = text.drop { $0 == " " || $0 == "\"" }
        if text.isEmpty { return nil }
        guard let number = Double(text), number.isFinite else {
            complain("\(shown(String(text))) is not a finite number")
            return nil
        }
        return number
    }

    mutating func call(capacity: Int) throws(MatchingMistake) -> Call {
        var hosts: [String] = []
        if !isAtEnd {
            _ = try cell()
            while try goesOn() { hosts.append(try cell()) }
        }
        if hosts.contains("") { complain("a column has no host's id") }
        var (requests, scores): ([String], [Double]) = ([], [])
        while !isAtEnd {
            line += 1
            if bytes[position] == 0x0A || bytes[position] == 0x0D {
                _ = try goesOn()
                continue
            }
            let id = try cell()
            if id.isEmpty { complain("the row has no request's id") }
            requests.append(id)
            var count = 0
            while try goesOn() {
                count += 1
                // NaN stands for a pair that cannot be; no cell reads as it.
                scores.append(number() ?? .nan)
            }
            if count != hosts.count {
                complain("request \(shown(id)) has \(count) scores and there are \(hosts.count) hosts")
            }
        }
        var messages = complaints + Call.repeated(hosts).map { "host \(shown($0)) stands there twice" }
        messages += Call.repeated(requests).map { "request \(shown($0)) stands there twice" }
        if let mistake = MatchingMistake(messages) { throw mistake }
        return sorted(requests, hosts, scores, capacity)
    }

    /// The call, numbered by ids whatever the order of the file was.
    private func sorted(_ requests: [String], _ hosts: [String], _ scores: [Double], _ capacity: Int) -> Call {
        let requestOrder = requests.indices.sorted { requests[$0].utf8.lexicographicallyPrecedes(requests[$1].utf8) }
        let hostOrder = hosts.indices.sorted { hosts[$0].utf8.lexicographicallyPrecedes(hosts[$1].utf8) }
        var pairs = PairTable()
        pairs.reserve(pairs: scores.count, requests: requests.count)
        for request in requestOrder {
            for (host, column) in hostOrder.enumerated() {
                let score = scores[request * hosts.count + column]
                if !score.isNaN { pairs.add(host: host, score: score) }
            }
            pairs.endRequest()
        }
        return Call(
            requests: requestOrder.map { Call.Request(requests[$0]) },
            hosts: hostOrder.map { Call.Host(hosts[$0], capacity: capacity) }, pairs: pairs)
    }
}
