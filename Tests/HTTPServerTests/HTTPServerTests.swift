import Foundation
import Glibc
import HTTPServer
import Synchronization
import Testing

/// A server that says what it was sent, and what came to it.
private final class Echo: Sendable {
    let server: HTTPServer

    init(_ change: (inout HTTPLimits) -> Void = { _ in }) throws {
        var limits = HTTPLimits()
        limits.lookMilliseconds = 50
        change(&limits)
        let box = Box()
        server = try HTTPServer(try #require(HTTPAddress("127.0.0.1:0")), limits: limits) { request in
            box.requests.withLock { $0.append(request) }
            if request.path == "/slow" { try? await Task.sleep(for: .milliseconds(300)) }
            return HTTPAnswer(200, headers: [("X-Path", request.path)], body: request.body)
        }
        self.box = box
    }

    private final class Box: Sendable { let requests = Mutex<[HTTPRequest]>([]) }
    private let box: Box

    var requests: [HTTPRequest] { box.requests.withLock { $0 } }

    /// Sends bytes as they are, and reads until the server closes.
    func raw(_ text: String) async throws -> String {
        let socket = try connect()
        send(text, socket)
        let answer = await aside {
            var answer: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(socket, &buffer, buffer.count)
                guard count > 0 else { break }
                answer += buffer[..<count]
            }
            return answer
        }
        Glibc.close(socket)
        return String(decoding: answer, as: UTF8.self)
    }

    struct Refused: Error {}

    func connect() throws -> Int32 {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(server.port).bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Refused() }
        return descriptor
    }

    func send(_ text: String, _ socket: Int32) {
        _ = Array(text.utf8).withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
}

/// Work that blocks, on a thread of its own: the server answers on the threads that tests run on.
private func aside<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: work()) }
    }
}

/// The status of a raw answer.
private func status(_ answer: String) -> Int? {
    answer.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
}

@Suite struct `HTTP server` {
    @Test func `a request comes whole, and its answer goes back`() async throws {
        let echo = try Echo()
        let answer = try await echo.raw(
            "POST /a%00b?x=1 HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 4\r\n\r\nbody")
        #expect(status(answer) == 200 && answer.hasSuffix("\r\n\r\nbody") && answer.contains("Connection: close"))
        let request = try #require(echo.requests.first)
        #expect(request.method == "POST" && request.path == "/a%00b" && request.body == Array("body".utf8))
        #expect(
            request.headers["x-one"] == ["1", "2"] && request.header("x-one") == nil && request.header("host") == "h")
        await echo.server.close()
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
    ])
    func `a request that is said in two ways, or too large, is refused before it is read`(
        text: String, code: Int
    ) async throws {
        let echo = try Echo { $0.bodyBytes = 1_000 }
        #expect(status(try await echo.raw(text)) == code)
        #expect(echo.requests.isEmpty)
        await echo.server.close()
    }

    @Test func `too many or too large headers are refused`() async throws {
        let echo = try Echo()
        let many = (0..<70).map { "X-\($0): 1\r\n" }.joined()
        #expect(status(try await echo.raw("GET / HTTP/1.1\r\nHost: h\r\n\(many)\r\n")) == 431)
        let large = "X: " + String(repeating: "x", count: 20_000)
        #expect(status(try await echo.raw("GET / HTTP/1.1\r\nHost: h\r\n\(large)\r\n\r\n")) == 431)
        #expect(echo.requests.isEmpty)
        await echo.server.close()
    }

    @Test func `a body in chunks is bounded too, though nobody says how long it is`() async throws {
        let echo = try Echo { $0.bodyBytes = 1_000 }
        let chunk = "100\r\n" + String(repeating: "y", count: 256) + "\r\n"
        let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(status(try await echo.raw(head + chunk + chunk + "0\r\n\r\n")) == 200)
        #expect(echo.requests.first?.body.count == 512)
        #expect(status(try await echo.raw(head + String(repeating: chunk, count: 5) + "0\r\n\r\n")) == 413)
        // One that never ends is cut off.
        #expect(try await echo.raw(head + String(repeating: chunk, count: 50)).isEmpty)
        #expect(echo.requests.count == 1)
        await echo.server.close()
    }

    @Test(.timeLimit(.minutes(1)))
    func `who drips is cut off, whether a byte comes in time or not, and others are served meanwhile`()
        async throws
    {
        let echo = try Echo { $0.requestSeconds = 1 }
        let slow = try echo.connect()
        echo.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n", slow)
        let start = ContinuousClock.now
        #expect(status(try await echo.raw("GET /other HTTP/1.1\r\nHost: h\r\n\r\n")) == 200)
        // A byte every 100 ms keeps the idle limit away; the whole has its own.
        let dripping = Thread {
            while Glibc.send(slow, "x", 1, Int32(MSG_NOSIGNAL)) == 1 { usleep(100_000) }
        }
        dripping.start()
        await aside {
            var byte: UInt8 = 0
            while read(slow, &byte, 1) > 0 {}
        }
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(echo.requests.map(\.path) == ["/other"])
        Glibc.close(slow)
        await echo.server.close()
    }

    @Test func `connections beyond the limit wait, and none of them ends the service`() async throws {
        let echo = try Echo {
            $0.connections = 4
            $0.requestSeconds = 1
        }
        let held = try (0..<40).map { _ in try echo.connect() }
        // The four that hold a place are ended by their time; then there is room.
        var answer = ""
        for _ in 0..<50 where status(answer) != 200 {
            answer = try await echo.raw("GET /late HTTP/1.1\r\nHost: h\r\n\r\n")
        }
        #expect(status(answer) == 200)
        for socket in held { Glibc.close(socket) }
        await echo.server.close()
    }

    @Test func `closing lets what is under way be answered, and takes nothing more`() async throws {
        let echo = try Echo()
        let socket = try echo.connect()
        echo.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n", socket)
        while echo.requests.isEmpty { await Task.yield() }
        await echo.server.close()
        let answer = await aside {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = read(socket, &buffer, buffer.count)
            return String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
        }
        #expect(status(answer) == 200)
        Glibc.close(socket)
        #expect(throws: (any Error).self) { try echo.connect() }
    }

    @Test func `a place that is taken is told`() async throws {
        let echo = try Echo()
        let address = try #require(HTTPAddress("127.0.0.1:\(echo.server.port)"))
        #expect(throws: HTTPServerFault.self) { try HTTPServer(address) { _ in HTTPAnswer(200) } }
        await echo.server.close()
    }

    @Test(arguments: [
        ("8080", "127.0.0.1:8080"), ("0.0.0.0:80", "0.0.0.0:80"), ("[::1]:9", "[::1]:9"),
        ("localhost:1", "127.0.0.1:1"),
    ])
    func `an address is numeric`(text: String, shown: String) { #expect(HTTPAddress(text)?.description == shown) }

    @Test(arguments: [
        "", ":", "x:1", "::1:80", "127.0.0.1:", "127.0.0.1:65536", "1.2.3.4:+1", "[127.0.0.1]:1", "hub.example:80",
    ])
    func `what is no address is none`(text: String) { #expect(HTTPAddress(text) == nil) }
}
