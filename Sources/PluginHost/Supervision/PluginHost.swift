package import ActionKit
import CSpawn
import Calendars
package import Expressions
import Synchronization

/// All packs of a folder at work: actions that programmes name, each done by a program of its own.
package final class PluginHost: Sendable {
    package let shelf: PackShelf
    private let gate: PackGate
    private let memory: PackMemory
    private let supervisors: [String: PackSupervisor]
    /// By `case pack`; a copy of what is kept.
    private let pins = Mutex<[String: PackVersion]>([:])

    /// Pins that are remembered at once; more are read again.
    private static let pinsLimit = 10_000

    /// - Parameters:
    ///   - settings: of every pack, by its name.
    ///   - secret: resolves `pack.name`; nil if there is none.
    package init(
        shelf: PackShelf, gate: PackGate, settings: [String: [String: Value]],
        secret: @escaping @Sendable (String) -> String?, memory: PackMemory = .none
    ) {
        self.shelf = shelf
        self.gate = gate
        self.memory = memory
        supervisors = Dictionary(
            shelf.packs.map { pack in
                (
                    pack.id,
                    PackSupervisor(
                        pack, gate: gate, settings: settings[pack.name] ?? [:], secret: secret, memory: memory)
                )
            }
        ) { first, _ in first }
    }

    /// What programmes may name, by the newest version of each pack: for the checker.
    package var descriptions: [ActionDescription] { shelf.newest.flatMap { $0.actions.map(\.description) } }

    /// The same for the engine.
    package var actions: [any Action] {
        shelf.newest.flatMap { pack in pack.actions.map { HostedAction($0, pack: pack.name, host: self) } }
    }

    /// How programs are closed in here. It blocks the first time.
    package var sandbox: Sandbox { gate.sandbox.sandbox }

    /// Each version with how it is doing, as this host knows it or as it was kept.
    package func health() async -> [(pack: Pack, health: PackHealth)] {
        var result: [(pack: Pack, health: PackHealth)] = []
        for pack in shelf.packs {
            let known = supervisors[pack.id]?.health ?? PackHealth(now: gate.now())
            let kept = await memory.load(.health, pack.id).flatMap { PackHealth($0) }
            result.append((pack, kept ?? known))
        }
        return result
    }

    /// Why a version is not run as it lies there; nil if it is. It reads every file of the pack.
    package func objection(to pack: Pack) -> PackFault? {
        do throws(PackFault) {
            try gate.trust.verify(pack)
            return nil
        } catch {
            return error
        }
    }

    /// Keeps programs of the same user from reading this process's memory and environment.
    package static func guardProcess() { sojourn_guard_self() }

    /// The last lines that the program of a version printed.
    package func log(of pack: Pack) -> [String] { supervisors[pack.id]?.log ?? [] }

    package func close() async {
        await withTaskGroup(of: Void.self) { group in
            for supervisor in supervisors.values { group.addTask { await supervisor.close() } }
        }
    }

    // MARK: Versions

    /// Who does a call: the version that the case is pinned to, or the newest, to which it is pinned from now on.
    func place(
        of action: String, pack: String, _ call: ActionCall
    ) async throws(HostedAction.Unfit) -> (PackSupervisor, PackAction) {
        let version = await pinned(pack, call.caseReference)
        guard let found = shelf.versions(of: pack).first(where: { $0.version == version }),
            let supervisor = supervisors[found.id], let offered = found.actions.first(where: { $0.name == action })
        else {
            throw HostedAction.Unfit(
                failure: .init(
                    code: "plugin.version",
                    message:
                        "the case began with \(pack) \(version), which is not there or has no \(action); put it back",
                    retry: .after(seconds: Self.absenceSeconds), scope: .service))
        }
        return (supervisor, offered)
    }

    /// Until a version that was taken away is looked for again.
    private static let absenceSeconds = 600

    private func pinned(_ pack: String, _ reference: String) async -> PackVersion {
        let newest = shelf.newest.first { $0.name == pack }?.version ?? PackVersion(0, 0, 0)
        guard !reference.isEmpty else { return newest }
        let name = "\(reference) \(pack)"
        if let known = pins.withLock({ $0[name] }) { return known }
        if let kept = await memory.load(.pin, name)?.asString.flatMap({ PackVersion($0) }) {
            remember(name, kept)
            return kept
        }
        // Before the first call, so that a crash in its middle finds the same version again.
        await memory.keep(.pin, name, .string("\(newest)"))
        remember(name, newest)
        return newest
    }

    private func remember(_ name: String, _ version: PackVersion) {
        pins.withLock { pins in
            if pins.count >= Self.pinsLimit { pins.removeAll() }
            pins[name] = version
        }
    }
}
