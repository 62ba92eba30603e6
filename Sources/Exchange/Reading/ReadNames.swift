/// What each name means that conditions and texts of a programme read: looked up once instead of searched each time.
struct ReadNames {
    /// What a name of the case means.
    enum OfCase {
        case fact(Fact)
        case date
        /// The members themselves are made when they are asked for.
        case track
        case form(tracks: [String])
        case `case`, given, role
        case table
        case list([String])
    }

    /// What a name means in the region of a member, where it is not one of the case.
    enum OfMember {
        case `self`, row
        case fact(Fact)
        case date, form
    }

    let ofCase: [String: OfCase]
    /// By track.
    let ofMembers: [String: [String: OfMember]]

    init(_ programme: Programme) {
        // The first that is found counts: from the last to the first.
        var all: [String: OfCase] = [:]
        for (name, list) in programme.lists { all[name] = .list(list.choices.map(\.name)) }
        for name in programme.tables.keys { all[name] = .table }
        for name in programme.people.keys { all[name] = .role }
        all["given"] = .given
        all["case"] = .case
        for name in programme.forms.keys {
            // The form of a track of one can be read at the case too.
            let tracks = programme.tracks.values.filter { track in
                if case .one = track.each { track.forms.contains(name) } else { false }
            }
            all[name] = .form(tracks: tracks.map(\.name).sorted())
        }
        for name in programme.tracks.keys { all[name] = .track }
        for date in programme.dates { all[date.name] = .date }
        for fact in programme.facts.reversed() { all[fact.name] = .fact(fact) }
        ofCase = all
        ofMembers = programme.tracks.mapValues { track in
            var all: [String: OfMember] = [:]
            for form in track.forms { all[form] = .form }
            for date in track.dates { all[date.name] = .date }
            for fact in track.facts.reversed() { all[fact.name] = .fact(fact) }
            all["row"] = .row
            all["self"] = .`self`
            return all
        }
    }
}
