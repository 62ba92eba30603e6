import Calendars
import Expressions

extension Case {
    /// The layout of the snapshot; a snapshot of another layout is made anew from the journal.
    package static let snapshotFormat = 1
    /// The layout of a case whose kept things were called otherwise before: `keptNames` stands behind the rest.
    package static let renamedFormat = 2

    /// The case as compact bytes; equal cases give equal bytes (I8).
    package func packed() -> [UInt8] {
        var p = Packer(reserving: 2048)
        p.int(keptNames.isEmpty ? Self.snapshotFormat : Self.renamedFormat)
        p.text(id)
        p.text(reference)
        p.text(programme)
        p.int(version)
        p.instant(openedAt)
        p.instant(lastAt)
        region.pack(&p)
        p.int(stageEntry)
        p.instant(stageEnteredAt)
        p.optional(end) { $1.pack(&$0) }
        p.dictionary(answers) { $1.pack(&$0) }
        p.dictionary(people) { $0.list($1) { $1.pack(&$0) } }
        p.list(members) { $1.pack(&$0) }
        p.dictionary(rolls) { $0.int($1) }
        p.dictionary(firstEntered) { $0.instant($1) }
        p.list(tasks) { $1.pack(&$0) }
        p.list(timers) { $1.pack(&$0) }
        p.dictionary(dates) { $1.pack(&$0) }
        p.dictionary(kept) { $1.pack(&$0) }
        p.list(effects) { $1.pack(&$0) }
        p.list(fired.sorted()) { $0.text($1) }
        p.dictionary(postponed) { $0.instant($1) }
        p.optional(hold) { $1.pack(&$0) }
        p.list(stuck) { $1.pack(&$0) }
        p.optional(search) { $1.pack(&$0) }
        p.dictionary(reservations) { $1.pack(&$0) }
        p.list(erased.sorted()) { $0.text($1) }
        p.dictionary(seals.mapValues { Value.bytes($0) }) { $0.value($1) }
        p.instant(staffToldAt)
        p.int(nextEntry)
        p.int(nextTask)
        p.int(nextMember)
        p.int(nextEffect)
        p.int(nextOrder)
        p.int(journalNumber)
        p.data(journalHash)
        p.dictionary(origin) { $0.value($1) }
        if !keptNames.isEmpty { p.dictionary(keptNames) { $0.text($1) } }
        return p.bytes
    }

    /// Reads a snapshot.
    ///
    /// - Throws: `UnpackFailure` for bytes that are no snapshot of this layout.
    package init(packed bytes: [UInt8]) throws(UnpackFailure) {
        var u = Unpacker(bytes)
        let format = try u.int()
        guard format == Self.snapshotFormat || format == Self.renamedFormat else { throw UnpackFailure(offset: 0) }
        let id = try u.text()
        let reference = try u.text()
        let programme = try u.text()
        let version = try u.int()
        let openedAt = try u.instant()
        self.init(id: id, reference: reference, programme: programme, at: openedAt, first: "")
        self.version = version
        lastAt = try u.instant()
        region = try Region(unpacking: &u)
        stageEntry = try u.int()
        stageEnteredAt = try u.instant()
        end = try u.optional { (u) throws(UnpackFailure) in try CaseEnd(unpacking: &u) }
        answers = try u.dictionary { (u) throws(UnpackFailure) in try FormAnswers(unpacking: &u) }
        people = try u.dictionary { (u) throws(UnpackFailure) in
            try u.list { (u) throws(UnpackFailure) in try Party(unpacking: &u) }
        }
        members = try u.list { (u) throws(UnpackFailure) in try Member(unpacking: &u) }
        rolls = try u.dictionary { (u) throws(UnpackFailure) in try u.int() }
        firstEntered = try u.dictionary { (u) throws(UnpackFailure) in try u.instant() }
        tasks = try u.list { (u) throws(UnpackFailure) in try OpenTask(unpacking: &u) }
        timers = try u.list { (u) throws(UnpackFailure) in try ArmedTimer(unpacking: &u) }
        dates = try u.dictionary { (u) throws(UnpackFailure) in try DateCell(unpacking: &u) }
        kept = try u.dictionary { (u) throws(UnpackFailure) in try KeptThing(unpacking: &u) }
        effects = try u.list { (u) throws(UnpackFailure) in try PendingEffect(unpacking: &u) }
        fired = Set(try u.list { (u) throws(UnpackFailure) in try u.text() })
        postponed = try u.dictionary { (u) throws(UnpackFailure) in try u.instant() }
        hold = try u.optional { (u) throws(UnpackFailure) in try Hold(unpacking: &u) }
        stuck = try u.list { (u) throws(UnpackFailure) in try Stuck(unpacking: &u) }
        search = try u.optional { (u) throws(UnpackFailure) in try Search(unpacking: &u) }
        reservations = try u.dictionary { (u) throws(UnpackFailure) in try ReservedPlace(unpacking: &u) }
        erased = Set(try u.list { (u) throws(UnpackFailure) in try u.text() })
        seals = try u.dictionary { (u) throws(UnpackFailure) in try u.value() }.compactMapValues { value in
            if case .bytes(let bytes) = value { bytes } else { nil }
        }
        staffToldAt = try u.instant()
        nextEntry = try u.int()
        nextTask = try u.int()
        nextMember = try u.int()
        nextEffect = try u.int()
        nextOrder = try u.int()
        journalNumber = try u.int()
        journalHash = try u.data()
        origin = try u.dictionary { (u) throws(UnpackFailure) in try u.value() }
        if format == Self.renamedFormat {
            keptNames = try u.dictionary { (u) throws(UnpackFailure) in try u.text() }
        }
        guard u.isAtEnd else { throw UnpackFailure(offset: bytes.count) }
    }
}
