import CSpawn
import Expressions
import Foundation
import Glibc

/// Starts a pack's program: the gate, the process, the greeting, the settings.
struct Starting: Sendable {
    let pack: Pack
    let gate: PackGate
    /// As the operator wrote them, by name.
    let settings: [String: Value]

    /// The version of the host that the greeting names.
    static let host = "sojourn"
    /// What this host can do beyond the least.
    private static let features: Value = .list(
        ["cancel", "progress", "status", "waiting", "input_required"].map { .string($0) })

    /// Blocking work has its own threads: the pool is as wide as the machine.
    private static let queue = DispatchQueue(label: "sojourn.packs", attributes: .concurrent)

    static func aside<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }

    /// A process that has said hello and has nothing against its settings, and what it can do.
    func start() async throws(PackFault) -> (process: PackProcess, features: Set<String>) {
        let started: Result<PackProcess, PackFault> = await Self.aside {
            do throws(PackFault) {
                try gate.trust.verify(pack)
                return .success(try spawn())
            } catch {
                return .failure(error)
            }
        }
        let process = try started.get()
        do throws(PackFault) {
            let features = try await greet(process)
            try await check(process)
            return (process, features)
        } catch {
            process.kill(error)
            await process.end()
            throw error
        }
    }

    func spawn() throws(PackFault) -> PackProcess {
        let sandbox = gate.sandbox.sandbox
        // A program must never run with less around it than the operator believes.
        if sandbox.program == nil, gate.sandbox.wish == .required || sandbox.isBroken {
            throw PackFault.cannotStart("there is no sandbox: \(sandbox.why)")
        }
        let data = gate.data + "/" + pack.name
        do {
            try FileManager.default.createDirectory(
                atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw PackFault.cannotStart("its folder for data cannot be made")
        }
        let command = sandbox.command(for: pack, try arguments(), data: data)
        let allowance = pack.allowance
        // The sandbox itself is two processes more.
        let own = sandbox.program == nil ? 0 : 2
        let limits = sojourn_limits(
            memory_bytes: Int64(allowance.memoryBytes), file_bytes: Int64(allowance.fileBytes),
            descriptors: Int64(allowance.files), processes: Int64(allowance.processes + own))
        let child = try Child.start(
            command, folder: pack.folder, environment: environment(data: data, sandbox), channel: pack.channel,
            limits: limits)
        return try PackProcess(child: child, data: (data, allowance.fileBytes))
    }

    private func arguments() throws(PackFault) -> [String] {
        let name = pack.exec[0]
        if name.contains("/") {
            let path = pack.folder + "/" + (name.hasPrefix("./") ? String(name.dropFirst(2)) : name)
            guard access(path, X_OK) == 0 else {
                let build = access(pack.folder + "/build", X_OK) == 0 ? "; it is made by the pack's ./build" : ""
                throw PackFault.cannotStart("\(name) is not there or may not be executed\(build)")
            }
            return [path] + pack.exec.dropFirst()
        }
        guard let path = Sandbox.find(name) else {
            throw PackFault.cannotStart("there is no program \"\(name)\" in \(Sandbox.path)")
        }
        return [path] + pack.exec.dropFirst()
    }

    /// All that the program finds in its environment.
    private func environment(data: String, _ sandbox: Sandbox) -> [String: String] {
        [
            "PATH": Sandbox.path, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": data,
            "TMPDIR": sandbox.program == nil ? data : "/tmp", "SOJOURN_PROTOCOL": "1", "SOJOURN_DATA": data,
            "SOJOURN_CHANNEL": pack.channel.rawValue,
            // Interpreters must not write beside the files that are locked.
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "NODE_OPTIONS": "",
        ]
    }

    func greet(_ process: PackProcess) async throws(PackFault) -> Set<String> {
        let hello: Value = .object([
            "protocol": .list(PackReader.protocols.map { .int(Int64($0)) }),
            "host": .object(["name": .string(Self.host)]), "features": Self.features,
            "pack": .object(["name": .string(pack.name), "version": .string("\(pack.version)")]),
        ])
        let answer = try await ask(process, "hello", hello, PackLimits.helloMilliseconds)
        guard let spoken = answer["protocol"]?.asInt else {
            throw PackFault.violation("the answer to \"hello\" names no \"protocol\"")
        }
        guard PackReader.protocols.contains(spoken), pack.protocols.contains(spoken) else {
            throw PackFault.violation("it chose protocol \(spoken), which was not offered")
        }
        for (name, own) in [("name", pack.name), ("version", "\(pack.version)")] {
            if let said = answer[name]?.asString, said != own {
                throw PackFault.violation(
                    "it says that its \(name) is \(PlainWords.line(said)); the manifest says \(own)")
            }
        }
        return Set((answer["features"]?.asList ?? []).compactMap(\.asString))
    }

    func check(_ process: PackProcess) async throws(PackFault) {
        let (settings, mistakes) = PackSettings.read(settings, for: pack)
        guard mistakes.isEmpty else { throw PackFault.settings(mistakes) }
        let answer = try await ask(
            process, "check", .object(["settings": settings]), PackLimits.helloMilliseconds)
        let complaints = (answer["mistakes"]?.asList ?? []).compactMap(\.asString).map(PlainWords.line)
        guard complaints.isEmpty else { throw PackFault.settings(complaints.map { "\(pack.name): \($0)" }) }
    }

    private func ask(
        _ process: PackProcess, _ method: String, _ params: Value, _ milliseconds: Int
    ) async throws(PackFault) -> Value {
        switch await process.request(method, params, milliseconds: milliseconds).reply {
        case .result(let value): return value
        case .fault(let fault):
            throw PackFault.violation("it refused \"\(method)\": \(PlainWords.line(fault.message))")
        case .lost(let fault):
            if case .hung = fault { throw PackFault.hung("it did not answer \"\(method)\" in time") }
            throw fault
        }
    }
}
