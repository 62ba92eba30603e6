/// The last lines of what a program says beside the protocol, and how much it says.
struct PackLog: Sendable {
    /// As they came, and the place of the oldest.
    private var kept: [[UInt8]] = []
    private var oldest = 0
    private var start: ContinuousClock.Instant
    private var bytes = 0
    private var noise = 0
    private(set) var noiseSoFar = 0

    init(now: ContinuousClock.Instant) { start = now }

    /// Keeps a line, cut to its limit.
    mutating func add(_ line: [UInt8]) {
        let line = line.count > PackLimits.logLineBytes ? Array(line.prefix(PackLimits.logLineBytes)) : line
        guard kept.count >= PackLimits.logLines else { return kept.append(line) }
        kept[oldest] = line
        oldest = (oldest + 1) % kept.count
    }

    /// In the order in which they came, fit to be shown.
    var lines: [String] {
        (kept[oldest...] + kept[..<oldest]).map { PlainWords.line(String(decoding: $0, as: UTF8.self)) }
    }

    /// Counts bytes, and lines that stand between messages; false if more came within the time than may.
    mutating func count(_ more: Int, lines: Int = 0, now: ContinuousClock.Instant) -> Bool {
        if now - start > .seconds(PackLimits.logSeconds) { (start, bytes, noise) = (now, 0, 0) }
        bytes += more
        noise += lines
        noiseSoFar += lines
        return bytes <= PackLimits.logBytes && noise <= PackLimits.noiseLines
    }
}

/// Texts that a plugin gave, made fit to stand in a list or a failure.
package enum PlainWords {
    /// One line without control characters, and not too long.
    package static func line(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= PackLimits.messageBytes else { break }
            let isPlain = scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
            let isBreak = scalar.value == 0x2028 || scalar.value == 0x2029
            result.append(isPlain && !isBreak ? scalar : " ")
        }
        return String(result)
    }
}

/// Secrets that must not stand in anything that a plugin says.
package struct Redaction: Sendable {
    /// Shorter ones would blank out half a text, and guard nothing.
    private static let shortest = 4
    package static let mark = "[secret]"

    private var secrets: Set<String> = []

    package init() {}

    package mutating func add(_ values: some Sequence<String>) {
        for value in values where value.utf8.count >= Self.shortest { secrets.insert(value) }
    }

    package func apply(_ text: String) -> String {
        secrets.reduce(text) { $0.contains($1) ? $0.replacing($1, with: Self.mark) : $0 }
    }
}
