import CMicroHTTPD
import Glibc
import Synchronization

/// Why a server cannot listen.
package struct HTTPServerFault: Error, Sendable, CustomStringConvertible {
    package let description: String
}

/// A small HTTP/1.1 server (libmicrohttpd): whole requests in, short answers out, limits on everything. It knows no workflow.
///
/// One thread reads and writes; answers are made by tasks while their connection sleeps. Every connection carries one request.
package final class HTTPServer: Sendable {
    package typealias Handler = @Sendable (HTTPRequest) async -> HTTPAnswer

    /// A daemon or connection of libmicrohttpd, which may be named from any thread.
    private struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private struct State {
        /// By their socket, when they began; gone before libmicrohttpd closes the socket.
        var connections: [Int32: ContinuousClock.Instant] = [:]
        /// Requests that a task is answering, or whose answer is going out.
        var underWay = 0
        var isClosing = false
        var whenIdle: CheckedContinuation<Void, Never>?
    }

    private let limits: HTTPLimits
    private let handler: Handler
    private let state = Mutex(State())
    private let daemon = Mutex<Handle?>(nil)
    /// Looks for what takes too long, until the server is closed.
    private let watch = Mutex<Task<Void, Never>?>(nil)
    private let boundPort = Mutex(0)

    /// - Throws: `HTTPServerFault` where the address cannot be had.
    package init(
        _ address: HTTPAddress, limits: HTTPLimits = HTTPLimits(), handler: @escaping Handler
    ) throws(HTTPServerFault) {
        self.limits = limits
        self.handler = handler
        let context = Unmanaged.passUnretained(self).toOpaque()
        let started = address.withSocketAddress { socketAddress in
            sojourn_http_start(
                socketAddress, UInt32(limits.connections), limits.headerBytes, UInt32(limits.idleSeconds),
                { context, connection, url, method, _, piece, size, place in
                    HTTPServer.from(context)?.serve(connection, url, method, piece, size, place) ?? HTTPServer.no
                },
                { context, _, place, _ in HTTPServer.from(context)?.complete(place) },
                { context, connection, _, code in HTTPServer.from(context)?.note(connection, code) }, context)
        }
        guard let started, let pointer = started else {
            let why = String(cString: strerror(errno))
            throw HTTPServerFault(description: "nobody can listen at \(address): \(why)")
        }
        let handle = Handle(pointer: pointer)
        daemon.withLock { $0 = handle }
        boundPort.withLock { $0 = Int(sojourn_http_port(pointer)) }
        let pause = Duration.milliseconds(limits.lookMilliseconds)
        let task = Task { [weak self] in
            while (try? await Task.sleep(for: pause)) != nil { self?.endLate() }
        }
        watch.withLock { $0 = task }
    }

    /// The port that was bound.
    package var port: Int { boundPort.withLock { $0 } }

    /// Takes no connection any more, lets the requests under way be answered, and ends.
    package func close() async {
        guard let handle = takeDaemon() else { return }
        let listening = MHD_quiesce_daemon(handle.pointer)
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosing = true
                guard state.underWay > 0 else { return true }
                state.whenIdle = continuation
                return false
            }
            if isIdle { continuation.resume() }
        }
        watch.withLock { $0?.cancel() }
        MHD_stop_daemon(handle.pointer)
        if listening >= 0 { Glibc.close(listening) }
    }

    private func takeDaemon() -> Handle? {
        daemon.withLock { daemon in
            defer { daemon = nil }
            return daemon
        }
    }

    // MARK: What libmicrohttpd tells

    private static let yes = sojourn_http_result(1)
    private static let no = sojourn_http_result(0)

    private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPServer? {
        context.map { Unmanaged<HTTPServer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func note(_ connection: OpaquePointer?, _ code: MHD_ConnectionNotificationCode) {
        guard let connection else { return }
        let socket = sojourn_http_socket(connection)
        guard socket >= 0 else { return }
        state.withLock { $0.connections[socket] = sojourn_http_is_start(code) != 0 ? .now : nil }
    }

    /// Ends what drips: a header or body that comes slower than the whole may take.
    private func endLate() {
        let end = ContinuousClock.now - .seconds(limits.requestSeconds)
        state.withLock { state in
            // Under the lock: a socket that is in the list is open, and nobody else's.
            for (socket, since) in state.connections where since < end {
                shutdown(socket, Int32(SHUT_RDWR))
                state.connections[socket] = nil
            }
        }
    }

    private func serve(
        _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?, _ method: UnsafePointer<CChar>?,
        _ piece: UnsafePointer<CChar>?, _ size: UnsafeMutablePointer<Int>?,
        _ place: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> MHD_Result {
        guard let connection, let url, let method, let size, let place else { return Self.no }
        guard let known = place.pointee else {
            let exchange = HTTPExchange(method: String(cString: method), path: String(cString: url))
            place.pointee = Unmanaged.passRetained(exchange).toOpaque()
            readHeaders(of: connection, into: exchange)
            guard let refusal = exchange.refusal(limits) else { return Self.yes }
            return answer(connection, refusal)
        }
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(known).takeUnretainedValue()
        if size.pointee > 0 {
            let bytes = UnsafeRawBufferPointer(start: piece, count: size.pointee)
            size.pointee = 0
            return exchange.take(bytes, limits) ? Self.yes : Self.no
        }
        if let ready = exchange.answer { return answer(connection, ready) }
        guard let request = exchange.handOn() else { return Self.no }
        begin(request, exchange, Handle(pointer: connection))
        return Self.yes
    }

    private func readHeaders(of connection: OpaquePointer, into exchange: HTTPExchange) {
        sojourn_http_each_header(
            connection,
            { context, _, name, value in
                guard let context, let name else { return HTTPServer.no }
                Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
                    .add(header: String(cString: name), value.map { String(cString: $0) } ?? "")
                return HTTPServer.yes
            }, Unmanaged.passUnretained(exchange).toOpaque())
    }

    /// Lets the connection sleep until its answer is there.
    private func begin(_ request: HTTPRequest, _ exchange: HTTPExchange, _ connection: Handle) {
        let socket = sojourn_http_socket(connection.pointer)
        let isClosing = state.withLock { state in
            // It is read whole; how long the answer takes is the handler's own.
            state.connections[socket] = nil
            if !state.isClosing { state.underWay += 1 }
            return state.isClosing
        }
        MHD_suspend_connection(connection.pointer)
        guard !isClosing else {
            exchange.put(.text(503, "the service ends"))
            exchange.leave()
            MHD_resume_connection(connection.pointer)
            return
        }
        Task {
            exchange.put(await handler(request))
            MHD_resume_connection(connection.pointer)
        }
    }

    private func answer(_ connection: OpaquePointer, _ answer: HTTPAnswer) -> MHD_Result {
        let made = answer.body.withUnsafeBytes {
            sojourn_http_response($0.count, $0.baseAddress)
        }
        guard let response = made else { return Self.no }
        defer { MHD_destroy_response(response) }
        for header in answer.headers + [("Connection", "close"), ("Cache-Control", "no-store")] {
            MHD_add_response_header(response, header.name, header.value)
        }
        return MHD_queue_response(connection, UInt32(answer.status), response)
    }

    private func complete(_ place: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) {
        guard let place, let known = place.pointee else { return }
        place.pointee = nil
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(known).takeRetainedValue()
        guard exchange.isUnderWay else { return }
        // Its answer has gone out, or nobody waits for it any more.
        let idle = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.underWay -= 1
            guard state.underWay == 0 else { return nil }
            defer { state.whenIdle = nil }
            return state.whenIdle
        }
        idle?.resume()
    }
}
