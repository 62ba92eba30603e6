import ActionKit
import PluginHost
import Service

/// The actions that a programme can use here: those that are built in, and those of the packs beside the data.
enum KnownActions {
    /// Settings that cannot be read leave the built-in ones: a check needs no database, and `doctor` tells of settings.
    static func at(_ place: Workplace, _ parsed: Parsed) -> [ActionDescription] {
        let own = Service.knownActions
        let desk = try? PackDesk(place, parsed)
        let packs = desk?.packs.shelf.newest.flatMap { $0.actions.map(\.description) } ?? []
        // The first of a name counts, as in the service.
        return own + packs.filter { pack in !own.contains { $0.name == pack.name } }
    }
}
