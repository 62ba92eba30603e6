package import Exchange

/// Why the engine could not do what was asked, in words for the person who asked.
package enum EngineFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case noCase(String)
    case noProgramme(String)
    /// The programme has mistakes and is never started.
    case unchecked(String)
    case refused(Refusal)
    /// The same key came with another command.
    case conflict(key: String)
    /// Others change the case all the time.
    case busy(reference: String)
    case noStaff(role: String)
    case damaged(String)
    case noTask(String)
    case noEffect(String)
    case noEntry(String)
    case noMatch(String, rules: [String])
    case nothingToSearch
    case severalEntries(String, kinds: [String])
    case entryThere(String)
    case cannotMerge(String, String)
    case tooManyNames(String)
    case noRound(String)
    case noRules(String, known: [String])
    /// An offer is no longer what the proposal showed; the proposal has begun anew.
    case offerChanged(String, fields: [String])
    /// An offer can no longer be had; the proposal has ended, and the next one has come if there is one.
    case offerGone(String, why: String)

    package var description: String {
        switch self {
        case .noCase(let name): "there is no case \"\(name)\"; \"sojourn case list\" shows them"
        case .noProgramme(let name): "there is no programme \"\(name)\"; \"sojourn programme list\" shows them"
        case .unchecked(let name): "the programme \"\(name)\" has mistakes; run \"sojourn check\" on it first"
        case .refused(let refusal): refusal.sentence
        case .conflict(let key): "the key \"\(key)\" was used before for another command; choose a new one"
        case .busy(let reference): "case \(reference) is being changed by others all the time; try again"
        case .noStaff(let role):
            "nobody of the staff holds the role \"\(role)\"; name somebody, or set the hub's mailbox: sojourn import roster FILE"
        case .damaged(let what): "\(what) cannot be read; run \"sojourn doctor\""
        case .noTask(let id): "there is no open task \"\(id)\"; \"sojourn task list\" shows them"
        case .nothingToSearch: "there is nothing to search for; give one word or more"
        case .noMatch(let name, let rules):
            rules.isEmpty
                ? "the programme \(name) searches nobody: it has no rules of matching"
                : "say by which rules of \(name): --rules, one of \(rules.joined(separator: ", "))"
        case .noEntry(let id): "the register has no entry \"\(id)\"; \"sojourn register list\" shows them"
        case .severalEntries(let id, let kinds):
            "the register has \"\(id)\" among \(kinds.joined(separator: " and ")); say which with --kind"
        case .entryThere(let id): "the register has an entry \"\(id)\" already; \"sojourn register edit\" changes it"
        case .cannotMerge(let kept, let other):
            "\"\(other)\" cannot be merged into \"\(kept)\": both must be of one kind, different, and not merged before"
        case .tooManyNames(let id): "too many entries name \"\(id)\" to be changed at once; merge the other way round"
        case .noRound(let id): "there is no round \"\(id)\"; \"sojourn match rounds\" shows them"
        case .noRules(let name, let known):
            "the programme has no rules \"\(name)\"; it has \(known.joined(separator: ", "))"
        case .offerChanged(let id, let fields):
            "nothing is accepted yet: \(id) was changed since it was proposed (\(fields.joined(separator: ", "))); both sides are asked anew, with the offer as it is now"
        case .offerGone(let id, let why):
            "nothing is accepted: \(id) can no longer be had (\(why)); its proposal has ended, and the next offer is asked if there is one"
        case .noEffect(let key): "there is no effect \"\(key)\"; \"sojourn outbox list\" shows them"
        }
    }
}
