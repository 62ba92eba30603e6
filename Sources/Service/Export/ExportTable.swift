import Calendars
package import Exchange
import ProgrammeLanguage
package import Tables

/// A table for people over many cases: what its columns are called, and the rows of one case.
package protocol ExportTable: Sendable {
    var header: [String] { get }
    /// The rows of a case, none where it has nothing of the kind; each as long as the header.
    func rows(of c: Case, _ machine: CaseMachine) -> [[TableCell]]
}

/// Which table is written.
package enum ExportKind: String, Sendable, CaseIterable {
    case cases, participants, outcomes

    /// - Parameter programme: whose questions become columns, where all cases are of one programme.
    package func table(for reader: ExportReader, programme: Programme?) -> any ExportTable {
        switch self {
        case .cases: CaseTable(reader: reader, programme: programme)
        case .participants: ParticipantTable(reader: reader)
        case .outcomes: OutcomeTable(reader: reader)
        }
    }
}

/// What all tables say of a case.
struct ExportedCase {
    let c: Case
    let machine: CaseMachine
    let reader: ExportReader

    var programme: Programme { machine.programme }
    var words: ProgrammeWords { reader.words(programme) }

    func day(_ at: Instant?) -> TableCell { at.map { .day(programme.zone.date(of: $0)) } ?? .empty }

    /// `yes`, or nothing.
    func mark(_ isSo: Bool) -> TableCell { isSo ? .text(ExportWord.yes.text(words.language)) : .empty }

    var reference: TableCell { .text(c.reference) }
    var title: TableCell { .text(words.title) }

    /// The guest is a person's name where it has no institution, and then only for those who may see it.
    var guest: TableCell {
        let guest = machine.guest(in: c)
        let isInstitution = allParties.contains { $0.institution == guest }
        return .text(isInstitution || reader.sees(programme).contains(.contact) ? guest : "")
    }

    var hosts: TableCell { .text(machine.hosts(in: c).joined(separator: "; ")) }

    /// The first and the last day of the date that the programme names first and that is a visit's: the one of its stage.
    var visit: (first: TableCell, last: TableCell) {
        guard let span = programme.dates.lazy.compactMap({ c.dates[$0.name]?.span }).first else {
            return (.empty, .empty)
        }
        return (.day(span.first), .day(span.last))
    }

    private var allParties: [Party] { programme.peopleOrder.flatMap { machine.holders(of: $0, in: c) } }
}
