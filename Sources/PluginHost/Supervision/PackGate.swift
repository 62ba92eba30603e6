package import Calendars

/// What a pack must pass before its program is started, and what it is started with.
package struct PackGate: Sendable {
    /// Which packs may run.
    package enum Trust: Sendable {
        /// Those whose files are as the lock of this folder says; with keys, only those that one of them signed.
        case locked(folder: String, keys: [String])
        /// Any: an author's own folder.
        case author

        /// Checks that the files are those that somebody has looked at. It reads every file, and blocks.
        package func verify(_ pack: Pack) throws(PackFault) {
            guard case .locked(let folder, let keys) = self else { return }
            let files = try PackFiles.read(folder: pack.folder)
            guard let locked = try PackLock.read(folder: folder).packs[pack.id] else { throw PackFault.notLocked }
            let differences = files.differences(from: locked)
            guard differences.isEmpty else { throw PackFault.changed(differences) }
            if !keys.isEmpty { try PackSeal.verify(pack, files, keys: keys) }
        }
    }

    package var trust: Trust
    package var sandbox: SandboxChoice
    /// The folder under which each pack has one of its own.
    package var data: String
    package var now: @Sendable () -> Instant

    package init(
        trust: Trust, sandbox: SandboxChoice, data: String, now: @escaping @Sendable () -> Instant
    ) {
        self.trust = trust
        self.sandbox = sandbox
        self.data = data
        self.now = now
    }
}
