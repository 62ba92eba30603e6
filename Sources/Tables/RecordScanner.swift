/// Bytes that have a meaning in a table.
enum Mark {
    static let quote: UInt8 = 0x22
    static let newLine: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let comma: UInt8 = 0x2C
    static let semicolon: UInt8 = 0x3B
    static let tab: UInt8 = 0x09
}

/// What stands at the front of the window.
enum Scan {
    /// A whole record: its bytes without the line end, its bytes with it, and how many lines it takes.
    case record(contentBytes: Int, lengthBytes: Int, lines: Int)
    /// The record goes on behind the window.
    case needsMore
    /// The record cannot be read; reading goes on behind the line that holds `offset`.
    case broken(TableMistake.Reason, offset: Int, linesBefore: Int)
}

/// Finds the end of a record and of its fields by RFC 4180, over raw bytes; takes LF, CR LF and CR as line ends.
///
/// A quote inside a field that does not begin with one is text. Where a quote is never closed, or text follows a
/// closing quote, the scan says so with the place, and the reader goes on at the next line, so that one bad row
/// takes no other with it.
struct RecordScanner {
    let separator: UInt8
    let limits: TableLimits
    /// Where each field of the record ends (the offset of its separator or of the line end).
    private(set) var fieldEnds: [Int] = []
    private(set) var hasQuotes: Bool = false

    private var position: Int = 0
    private var lines: Int = 0

    init(separator: UInt8, limits: TableLimits) {
        self.separator = separator
        self.limits = limits
    }

    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Scan {
        fieldEnds.removeAll(keepingCapacity: true)
        hasQuotes = false
        position = 0
        lines = 0
        while true {
            if let stop: Scan = scanField(bytes, isLast: isLast) { return stop }
        }
    }

    /// One field with the separator behind it; answers nil while the record goes on.
    private mutating func scanField(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Scan? {
        let start: Int = position
        if position < bytes.count, bytes[position] == Mark.quote {
            hasQuotes = true
            if let stop: Scan = passQuoted(bytes, isLast: isLast) { return stop }
        } else {
            passPlain(bytes)
        }
        guard position - start <= limits.fieldBytes else { return broken(.fieldTooLong, at: position) }
        guard position < bytes.count || isLast else {
            return position < limits.recordBytes ? .needsMore : broken(.recordTooLong, at: 0)
        }
        fieldEnds.append(position)
        guard fieldEnds.count <= limits.columns else { return broken(.tooManyColumns, at: position) }
        guard position < limits.recordBytes else { return broken(.recordTooLong, at: 0) }
        guard position < bytes.count, bytes[position] == separator else { return lineEnd(bytes, isLast: isLast) }
        position += 1
        return nil
    }

    private mutating func passPlain(_ bytes: UnsafeBufferPointer<UInt8>) {
        let end: Int = bytes.count
        var at: Int = position
        while at < end {
            let byte: UInt8 = bytes[at]
            if byte == separator || byte == Mark.newLine || byte == Mark.carriageReturn { break }
            at += 1
        }
        position = at
    }

    /// Goes behind the closing quote; a doubled quote is a quote in the text.
    private mutating func passQuoted(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Scan? {
        let opened: Int = position
        let linesBefore: Int = lines
        let open: Scan = .broken(.openQuote, offset: opened, linesBefore: linesBefore)
        position += 1
        while position < bytes.count {
            let byte: UInt8 = bytes[position]
            guard position - opened <= limits.fieldBytes else { return open }
            if byte == Mark.quote {
                guard position + 1 < bytes.count || isLast else { return .needsMore }
                guard position + 1 < bytes.count, bytes[position + 1] == Mark.quote else { break }
                position += 1
            } else if isLineEnd(bytes, at: position) {
                lines += 1
            }
            position += 1
        }
        guard position < bytes.count else { return isLast ? open : .needsMore }
        position += 1
        guard position < bytes.count else { return nil }
        let next: UInt8 = bytes[position]
        let isEnd: Bool = next == separator || next == Mark.newLine || next == Mark.carriageReturn
        return isEnd ? nil : broken(.textAfterQuote, at: position)
    }

    /// The record ends at `position`, at a line end or at the end of the table.
    private func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Scan {
        guard position < bytes.count else {
            return .record(contentBytes: position, lengthBytes: position, lines: lines)
        }
        var length: Int = position + 1
        if bytes[position] == Mark.carriageReturn {
            guard length < bytes.count || isLast else { return .needsMore }
            if length < bytes.count, bytes[length] == Mark.newLine { length += 1 }
        }
        return .record(contentBytes: position, lengthBytes: length, lines: lines + 1)
    }

    private func broken(_ reason: TableMistake.Reason, at offset: Int) -> Scan {
        .broken(reason, offset: offset, linesBefore: offset == 0 ? 0 : lines)
    }
}

/// Whether a line ends with the byte at `position`: LF, or a CR that no LF follows.
func isLineEnd(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
    if bytes[position] == Mark.newLine { return true }
    guard bytes[position] == Mark.carriageReturn else { return false }
    return position + 1 >= bytes.count || bytes[position + 1] != Mark.newLine
}
