import CaseStore
import Engine
import Foundation
import Glibc
import SQLiteStore
import Service

/// Where a verb works: the environment, standard input, the clock, and how a database is opened.
struct Workplace: Sendable {
    let environment: @Sendable (String) -> String?
    /// The next bytes of standard input; nil at its end.
    let read: @Sendable () -> [UInt8]?
    let world: World
    /// The command line as it was given, to be handed to a service that has the database already.
    var arguments: [String] = []
    /// The service in which this command line is answered; nil opens the database.
    var running: Service?

    /// The process's own.
    static let process = Workplace(
        environment: { getenv($0).map { String(cString: $0) } }, read: { standardInput() }, world: .real,
        arguments: Array(CommandLine.arguments.dropFirst()))

    /// Bytes read from standard input at once.
    private static let inputBytes = 65_536

    private static func standardInput() -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: inputBytes) { buffer, count in
            var length = Glibc.read(STDIN_FILENO, buffer.baseAddress, inputBytes)
            while length < 0, errno == EINTR { length = Glibc.read(STDIN_FILENO, buffer.baseAddress, inputBytes) }
            count = max(length, 0)
        }
        return bytes.isEmpty ? nil : bytes
    }

    // MARK: The database

    /// The file that is worked on: `--database`, else `sojourn.db` in the user's data folder.
    func databasePath(_ parsed: Parsed) throws -> String {
        if let path = parsed.text("database") {
            guard !path.isEmpty else { throw UsageMistake("--database wants a path") }
            return path
        }
        // The specification says that a relative XDG_DATA_HOME is to be passed over.
        if let data = environment("XDG_DATA_HOME"), data.hasPrefix("/") { return data + "/sojourn/sojourn.db" }
        guard let home = environment("HOME"), home.hasPrefix("/") else {
            throw Failure("nobody knows where the data are: HOME is not set; give --database PATH")
        }
        return home + "/.local/share/sojourn/sojourn.db"
    }

    /// The width of the terminal on standard output; nil for files and pipes.
    private static func columns() -> Int? { Sink(descriptor: STDOUT_FILENO).columns }

    /// The folder of a database, where plugins keep their files too.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes the folder of a new database; what lies in it is for the owner alone.
    static func makeFolder(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure("the folder \(folder) cannot be made: \(error.localizedDescription)")
        }
    }

    /// Opens the database and the service over it, does the work, and closes it whatever happens.
    /// - Parameters:
    ///   - creates: whether a database that is not there is made; else a mistyped path is a failure.
    ///   - forwards: whether the command line is handed to a running service that has the database.
    func withService<Result>(
        _ parsed: Parsed, creates: Bool = false, forwards: Bool = true, _ work: (Service) async throws -> Result
    ) async throws -> Result {
        if let running { return try await work(running) }
        let path = try databasePath(parsed)
        let folder = Self.folder(of: path)
        guard creates || access(path, F_OK) == 0 else {
            throw Failure("there is no database \(path); \"sojourn programme add FOLDER\" makes one")
        }
        try Self.makeFolder(folder)
        let settings: Settings
        do throws(SettingsMistakes) {
            settings = try Settings.read(folder: folder, credentials: environment("CREDENTIALS_DIRECTORY"))
        } catch {
            throw Failure(error.messages.joined(separator: "; "))
        }
        let store: SQLiteStore
        do {
            store = try SQLiteStore.open(path: path)
        } catch let failure as StoreFailure {
            if case .inUse = failure, forwards, !arguments.isEmpty,
                let answer = RunningService.ask(database: path, arguments: arguments, columns: Self.columns())
            {
                throw answer
            }
            throw failure
        }
        let service: Service
        do throws(SettingsMistakes) {
            service = try Service(store: store, world: world, folder: folder, settings: settings)
        } catch {
            await store.close()
            throw Failure(error.messages.joined(separator: "; "))
        }
        do {
            let result = try await work(service)
            await service.close()
            return result
        } catch {
            await service.close()
            throw error
        }
    }
}
