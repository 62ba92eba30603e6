import CMicroHTTPD
import Glibc
import Synchronization

/// One request under way: what libmicrohttpd hands over piece by piece, and the answer to it.
///
/// Lives on the server's thread alone, but for the answer, which a task puts down before it wakes the connection.
final class HTTPExchange: Sendable {
    private struct State {
        var method = ""
        var path = ""
        var headers: [String: [String]] = [:]
        var headerCount = 0
        var body: [UInt8] = []
        /// Bytes of the body that came, kept or not.
        var seen = 0
        var answer: HTTPAnswer?
        var isHandedOn = false
    }

    private let state = Mutex(State())

    init(method: String, path: String) {
        state.withLock { state in
            state.method = method
            state.path = path
        }
    }

    /// The answer, once it is there.
    var answer: HTTPAnswer? { state.withLock { $0.answer } }

    func put(_ answer: HTTPAnswer) { state.withLock { $0.answer = answer } }

    func add(header name: String, _ value: String) {
        state.withLock { state in
            state.headerCount += 1
            state.headers[name.lowercased(), default: []].append(value)
        }
    }

    /// What is wrong with a request before its body is read; libmicrohttpd itself lets these through.
    func refusal(_ limits: HTTPLimits) -> HTTPAnswer? {
        state.withLock { state in
            let lengths = state.headers["content-length"] ?? []
            let codings = state.headers["transfer-encoding"] ?? []
            if state.headerCount > limits.headers { return .text(431, "there are too many headers") }
            if lengths.count > 1 || codings.count > 1 || (!lengths.isEmpty && !codings.isEmpty) {
                return .text(400, "the length of the body is said in two ways")
            }
            if let text = lengths.first {
                guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                    return .text(400, "Content-Length is no number")
                }
                guard let length = Int(text), length <= limits.bodyBytes else { return Self.tooLarge(limits) }
            }
            return nil
        }
    }

    /// Takes a piece of the body; false where the connection is to be closed without a word.
    func take(_ piece: UnsafeRawBufferPointer, _ limits: HTTPLimits) -> Bool {
        state.withLock { state in
            state.seen += piece.count
            guard state.seen <= limits.bodyBytes else {
                state.body = []
                if state.answer == nil { state.answer = Self.tooLarge(limits) }
                // Whoever sends far more than is allowed does not listen for an answer.
                return state.seen <= 2 * limits.bodyBytes
            }
            state.body += piece
            return true
        }
    }

    private static func tooLarge(_ limits: HTTPLimits) -> HTTPAnswer {
        .text(413, "the body has more than \(limits.bodyBytes) bytes")
    }

    /// Whether the server waits for it before it ends.
    var isUnderWay: Bool { state.withLock { $0.isHandedOn } }

    /// It was handed on to nobody after all.
    func leave() { state.withLock { $0.isHandedOn = false } }

    /// The whole request, the first time that it is asked for.
    func handOn() -> HTTPRequest? {
        state.withLock { state in
            guard !state.isHandedOn else { return nil }
            state.isHandedOn = true
            return HTTPRequest(method: state.method, path: state.path, headers: state.headers, body: state.body)
        }
    }
}
