import Glibc
import Synchronization

/// How a pack's program is closed in: by bubblewrap where it is there and works, else only by limits.
package struct Sandbox: Hashable, Sendable {
    /// What the settings want.
    package enum Wish: String, Hashable, Sendable, CaseIterable {
        /// Bubblewrap where it is there; said aloud where it is not.
        case available
        /// Nothing runs without it.
        case required
        case off
    }

    /// The path of bubblewrap; nil: programs run with limits only.
    package let program: String?
    /// Why there is none, in words; empty if there is one.
    package let why: String
    /// Bubblewrap is there and does not work: then nothing runs, for somebody counts on it.
    package var isBroken = false

    /// Folders in which programs are looked up, of bubblewrap and of packs.
    package static let path = "/usr/local/bin:/usr/bin:/bin"

    /// The absolute path of a program; nil if it is nowhere.
    package static func find(_ name: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Seconds that a trial may take on a busy machine.
    private static let trialSeconds = 30

    /// Looks for bubblewrap and tries it. It blocks.
    static func find(_ wish: Wish) -> Sandbox {
        guard wish != .off else { return Sandbox(program: nil, why: "the settings say so") }
        guard let found = find("bwrap") else { return Sandbox(program: nil, why: "bubblewrap is not installed") }
        let trial = Child.run(
            [found, "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", find("true") ?? "/bin/true"],
            seconds: trialSeconds)
        if trial?.code == 0 { return Sandbox(program: found, why: "") }
        return Sandbox(
            program: nil, why: "bubblewrap is installed but does not work here; mend it, or set packs.sandbox: off",
            isBroken: true)
    }

    /// What of the system a program sees: enough to run interpreters, and nothing that is the hub's.
    private static let system = [
        "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/ld.so.cache", "/etc/ld.so.conf",
        "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime", "/etc/mime.types",
    ]
    /// And what it needs to find a host and to trust it.
    private static let network = [
        "/etc/ssl", "/etc/ca-certificates", "/etc/pki", "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf",
        "/etc/services", "/etc/gai.conf", "/run/systemd/resolve",
    ]

    /// The command that runs a pack's program.
    ///
    /// - Parameters:
    ///   - arguments: the program's absolute path first.
    ///   - data: the folder in which the pack may keep things.
    func command(for pack: Pack, _ arguments: [String], data: String) -> [String] {
        guard let program else { return arguments }
        var result = [
            program, "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--hostname", "sojourn-plugin",
        ]
        if !pack.capabilities.hosts.isEmpty { result.append("--share-net") }
        for path in Self.system { result += ["--ro-bind-try", path, path] }
        if !pack.capabilities.hosts.isEmpty {
            for path in Self.network { result += ["--ro-bind-try", path, path] }
        }
        for path in pack.capabilities.reads { result += ["--ro-bind-try", path, path] }
        result += ["--proc", "/proc", "--dev", "/dev", "--size", String(pack.allowance.fileBytes), "--tmpfs", "/tmp"]
        result += ["--ro-bind", pack.folder, pack.folder, "--bind", data, data, "--chdir", pack.folder, "--"]
        return result + arguments
    }
}

/// What the settings want of a sandbox; what there is is looked for once, when it is first needed.
package final class SandboxChoice: Sendable {
    package let wish: Sandbox.Wish
    private let found = Mutex<Sandbox?>(nil)

    package init(_ wish: Sandbox.Wish) { self.wish = wish }

    /// What there is. It blocks the first time.
    package var sandbox: Sandbox {
        found.withLock { found in
            let sandbox = found ?? Sandbox.find(wish)
            // What did not work once may work when the machine is less busy.
            if !sandbox.isBroken { found = sandbox }
            return sandbox
        }
    }
}
