import Exchange
import Expressions
import ProgrammeLanguage
import Tables

/// One row for each person or institution that takes part in a visit: delegates, and hosts and experts who were found.
struct ParticipantTable: ExportTable {
    let reader: ExportReader
    let header: [String]

    init(reader: ExportReader) {
        self.reader = reader
        let personal: [ExportWord] = reader.role == nil ? [] : [.name, .address, .language]
        header =
            ([ExportWord.reference, .programme, .part, .number] + personal + [
                .institution, .country, .state, .since, .tookPart, .reason, .firstDay, .lastDay,
            ]).map(reader.word)
    }

    func rows(of c: Case, _ machine: CaseMachine) -> [[TableCell]] {
        let one = ExportedCase(c: c, machine: machine, reader: reader)
        return c.members.compactMap { member in
            guard !member.isVoid, let track = machine.programme.tracks[member.track],
                Self.takesPart(member, track, machine.programme)
            else { return nil }
            return row(member, track, one)
        }
    }

    private func row(_ member: Member, _ track: Track, _ one: ExportedCase) -> [TableCell] {
        let words = one.words
        let party = member.party
        let (seesParty, visit) = (sees(track, one.programme), one.visit)
        func personal(_ text: String?) -> TableCell { .text(seesParty ? text ?? "" : "") }
        var row: [TableCell] = [
            one.reference, one.title, .text(words.track(track)), .number(Double(member.number)),
        ]
        if reader.role != nil { row += [personal(party?.name), personal(party?.address), personal(party?.language)] }
        let institution: String = member.row["institution"]?.asString ?? party?.institution ?? ""
        let country: String = member.row["country"]?.asString ?? party?.country ?? ""
        let tookPart: ExportWord = member.isGood ? .yes : .no
        row += [.text(institution), .text(country), .text(words.state(member.region.state, in: track))]
        row += [one.day(member.region.enteredAt), .text(member.hasEnded ? tookPart.text(words.language) : "")]
        row += [.text(words.reason(member.reason)), visit.first, visit.last]
        return row
    }

    /// Members of a search once they are found; members with a person who are there while the visit is.
    private static func takesPart(_ member: Member, _ track: Track, _ programme: Programme) -> Bool {
        if case .match = track.each { return member.isGood }
        guard track.personField != nil else { return false }
        return track.during.contains { place in
            place == Stage.Kind.visit.rawValue || programme.states[place]?.stage == .visit
        }
    }

    /// Whether the reader may know who the member is: by the class of the field that names the person, else as contact data.
    private func sees(_ track: Track, _ programme: Programme) -> Bool {
        if case .rows(let form, let name) = track.each, let field = programme.forms[form]?[name],
            case .rows(let columns, _, _) = field.type,
            let person = columns.first(where: { $0.name == track.personField })
        {
            return reader.sees(person, in: field, programme)
        }
        return reader.sees(programme).contains(.contact)
    }
}
