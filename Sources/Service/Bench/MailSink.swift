import Expressions
import Foundation
import Glibc

/// A mail server of others (aiosmtpd) on a port of this machine, which takes every mail and keeps none.
final class MailSink: Sendable {
    let port: Int
    private let python: String
    private let process: Process

    init(python: String) throws {
        self.python = python
        port = try Self.freePort()
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", "127.0.0.1:\(port)"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<100 where process.isRunning {
            if Self.answers(port) { return }
            usleep(100_000)
        }
        stop()
        throw DemonstrationFault(["\(python) does not start aiosmtpd; install it, or name another with --python"])
    }

    func stop() {
        // The signals that ask are blocked in what a thread of the pool starts, and it keeps nothing.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func settings(connections: Int) -> Settings {
        var settings = Settings()
        settings.plugins["email"] = [
            "from": .string("hub@hub.example"), "smtp.host": .string("127.0.0.1"), "smtp.port": .int(Int64(port)),
            "smtp.tls": .string("none"), "smtp.connections": .int(Int64(connections)),
        ]
        return settings
    }

    /// Seconds that Python's smtplib takes for as many mails over as many connections; nil if it fails.
    func peer(mails: Int, connections: Int, folder: String) throws -> Double? {
        let script = """
            import smtplib, sys, threading, time
            port, mails, connections = map(int, sys.argv[1:])
            def send(first):
                server = smtplib.SMTP("127.0.0.1", port)
                for number in range(first, mails, connections):
                    text = f"Dear Guest {number},\\r\\n\\r\\nwe have not had your answer in case BENCH-{number} yet.\\r\\n"
                    head = f"From: hub@hub.example\\r\\nTo: guest{number}@domain.example\\r\\nSubject: Reminder\\r\\n"
                    server.sendmail("hub@hub.example", [f"guest{number}@domain.example"], head + "\\r\\n" + text * 8)
                server.quit()
            threads = [threading.Thread(target=send, args=(first,)) for first in range(connections)]
            began = time.monotonic()
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            print(time.monotonic() - began)
            """
        let path = folder + "/peer.py"
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        let peer = Process()
        peer.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        peer.arguments = [python, path, String(port), String(mails), String(connections)]
        let output = Pipe()
        peer.standardOutput = output
        try peer.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        peer.waitUntilExit()
        return Double(String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    // MARK: Ports

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func freePort() throws -> Int {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(handle, pointer, length) == 0 && getsockname(handle, pointer, &length) == 0
            }
        }
        guard isBound else { throw DemonstrationFault(["this machine gives no port"]) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func answers(_ port: Int) -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = address(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
