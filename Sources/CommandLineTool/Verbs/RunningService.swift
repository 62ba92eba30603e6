import Expressions
import Foundation
import Glibc
import Service
import Synchronization

/// What the running service answered to a command line that was handed to it.
struct ForwardedAnswer: Error {
    let output: String
    let errors: String
    let exitCode: ExitCode
}

/// The door of a running service: a socket beside its database, for its owner alone.
///
/// One process has the database; while `sojourn run` is that one, every other command line on the same database is handed
/// to it here and answered there. One line of JSON comes in, one goes out.
enum RunningService {
    /// Bytes of one command line, and of one answer.
    static let requestBytes = 4 << 20
    static let answerBytes = 256 << 20
    /// Seconds that a client may take to send its line.
    static let patienceSeconds = 10
    /// A path of a socket has at most this many bytes on Linux.
    static let pathBytes = 107

    static func path(of database: String) -> String { database + ".sock" }

    // MARK: The client

    /// Hands a command line to the service that has the database; nil where none answers.
    static func ask(database: String, arguments: [String], columns: Int?) -> ForwardedAnswer? {
        guard let descriptor = socket(path(of: database), connect) else { return nil }
        defer { close(descriptor) }
        var request: [String: Value] = ["arguments": .list(absolute(arguments).map { .string($0) })]
        if let columns { request["columns"] = .int(Int64(columns)) }
        guard write(descriptor, Value.object(request).jsonBytes + [0x0A]),
            let line = read(descriptor, limit: answerBytes, patience: nil), let answer = try? Value(json: line),
            let output = answer["output"]?.asString, let errors = answer["errors"]?.asString,
            let code = answer["exit"]?.asInt
        else { return nil }
        return ForwardedAnswer(output: output, errors: errors, exitCode: ExitCode(rawValue: Int32(code)))
    }

    /// Files are named from the client's folder, which the service does not share.
    private static func absolute(_ arguments: [String]) -> [String] {
        let here = FileManager.default.currentDirectoryPath
        let makesFile = arguments.first == "backup"
        let makesTable = ["export", "register"].contains(arguments.first)
        return arguments.enumerated().map { index, argument in
            guard index > 0, !argument.hasPrefix("-"), !argument.hasPrefix("/"), !argument.isEmpty else {
                return argument
            }
            let isFile = FileManager.default.fileExists(atPath: argument)
            let isTable = makesTable && (argument.hasSuffix(".csv") || argument.hasSuffix(".xlsx"))
            return isFile || isTable || (makesFile && index == 1) ? here + "/" + argument : argument
        }
    }

    // MARK: The service

    /// Answers command lines until it is stopped; nil where the socket cannot be made.
    static func serve(
        database: String, answer: @escaping @Sendable ([String], Int?) async -> ForwardedAnswer
    ) -> Door? {
        let path = path(of: database)
        // Whoever has the database's lock is the only service; a socket that is there is of one that died.
        unlink(path)
        guard let descriptor = socket(path, bind) else { return nil }
        chmod(path, 0o600)
        guard listen(descriptor, 16) == 0 else {
            close(descriptor)
            return nil
        }
        let door = Door(descriptor: descriptor, path: path)
        Thread.detachNewThread {
            while let client = door.accept() {
                Task.detached {
                    await handle(client, answer)
                    close(client)
                }
            }
        }
        return door
    }

    private static func handle(
        _ client: Int32, _ answer: @Sendable ([String], Int?) async -> ForwardedAnswer
    ) async {
        guard let line = read(client, limit: requestBytes, patience: patienceSeconds),
            let request = try? Value(json: line),
            let arguments = request["arguments"]?.asList?.compactMap(\.asString)
        else { return }
        let reply = await answer(arguments, request["columns"]?.asInt)
        _ = write(
            client,
            Value.object([
                "output": .string(reply.output), "errors": .string(reply.errors),
                "exit": .int(Int64(reply.exitCode.rawValue)),
            ]).jsonBytes + [0x0A])
    }

    /// A service's listening socket.
    final class Door: Sendable {
        private let descriptor: Int32
        private let path: String
        private let isOpen = Mutex(true)

        init(descriptor: Int32, path: String) {
            self.descriptor = descriptor
            self.path = path
        }

        func accept() -> Int32? {
            while isOpen.withLock({ $0 }) {
                let client = Glibc.accept(descriptor, nil, nil)
                if client >= 0 { return client }
                guard errno == EINTR || errno == ECONNABORTED else { return nil }
            }
            return nil
        }

        /// Takes no further command line; those that are being answered are.
        func close() {
            isOpen.withLock { $0 = false }
            shutdown(descriptor, Int32(SHUT_RDWR))
            Glibc.close(descriptor)
            unlink(path)
        }
    }

    // MARK: Sockets

    private static func socket(
        _ path: String, _ attach: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32? {
        let bytes = Array(path.utf8)
        guard bytes.count <= pathBytes else { return nil }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                attach(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func write(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress?.advanced(by: start), bytes.count - start, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }

    /// One line without its end; nil when none comes in time or it is too long.
    private static func read(_ descriptor: Int32, limit: Int, patience: Int?) -> [UInt8]? {
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        let deadline = patience.map { ContinuousClock.now + .seconds($0) }
        while result.count <= limit {
            if let deadline {
                let left = deadline - ContinuousClock.now
                guard left > .zero else { return nil }
                var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                let milliseconds = Int32(clamping: left.components.seconds * 1000 + 1)
                if poll(&ready, 1, milliseconds) == 0 { return nil }
            }
            let count = recv(descriptor, &piece, piece.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            if let end = piece[..<count].firstIndex(of: 0x0A) {
                result += piece[..<end]
                return result
            }
            result += piece[..<count]
        }
        return nil
    }
}
