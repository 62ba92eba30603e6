public import ActionKit
import CCurl
public import Calendars
import Expressions

/// What a request's result means for the call.
public struct PostingOutcome {
    private let family: String
    private let host: String
    private let now: Instant

    /// - Parameters:
    ///   - family: what the codes of failures begin with, such as `webhook`.
    ///   - host: that is slowed down when the receiver asks for it.
    public init(family: String, host: String, now: Instant) {
        self.family = family
        self.host = host
        self.now = now
    }

    /// Decides by the status wherever there is one: what an answer does afterwards changes nothing about it.
    public func outcome(of result: PostingResult) -> ActionOutcome {
        switch result.status {
        case 0: trouble(result.trouble ?? .broken, wasSent: result.wasSent)
        case 200..<300: .done(output: ["status": .int(Int64(result.status))])
        case 300..<400: failed(result.status, "the receiver points elsewhere; give the new address", .never)
        case 410:
            .failed(
                .init(
                    code: "\(family).410", message: "the receiver wants no more requests at this address",
                    retry: .never, suppressesAddress: true))
        case 408, 425, 429, 503:
            failed(
                result.status, "the receiver asks to come later", pause(result.retryAfter), scope: .domain(host))
        case 400..<500: failed(result.status, "the receiver refuses the request", .never)
        default: failed(result.status, "the receiver could not take the request", .usual)
        }
    }

    private func failed(
        _ status: Int, _ message: String, _ retry: ActionOutcome.Failure.Retry,
        scope: ActionOutcome.Failure.Scope = .call
    ) -> ActionOutcome {
        .failed(.init(code: "\(family).\(status)", message: message, retry: retry, scope: scope))
    }

    private func trouble(_ trouble: PostingResult.Trouble, wasSent: Bool) -> ActionOutcome {
        if wasSent { return .unknown(message: "the connection ended before the receiver answered") }
        func failed(_ code: String, _ message: String, _ retry: ActionOutcome.Failure.Retry) -> ActionOutcome {
            .failed(.init(code: "\(family).\(code)", message: message, retry: retry))
        }
        switch trouble {
        case .refusedAddress:
            return failed("address", "the address leads into a network that is not public", .never)
        case .noSuchHost: return failed("name", "the receiver's name is not known", .usual)
        case .noConnection: return failed("connect", "the receiver cannot be reached", .usual)
        case .tls: return failed("tls", "the receiver's certificate does not hold", .usual)
        case .timeout: return failed("timeout", "the receiver was not reached in time", .usual)
        case .broken: return failed("broken", "the connection ended before the request was sent", .usual)
        case .crowded: return failed("crowded", "other requests took all the time there was", .usual)
        case .unready: return failed("unready", "the request could not be made ready", .usual)
        }
    }

    /// Seconds, or a date (RFC 9110), kept within a day.
    private func pause(_ text: String?) -> ActionOutcome.Failure.Retry {
        guard let text else { return .usual }
        let word = text.trimmingSpace
        guard !word.isEmpty else { return .usual }
        if word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // A number too large for Int is a long pause, too.
            return .after(seconds: min(max(Int(word) ?? .max, 1), CourierLimits.pauseSeconds))
        }
        let seconds = curl_getdate(word, nil)
        guard seconds >= 0 else { return .usual }
        let left = Int64(seconds) - now.milliseconds / 1000
        return .after(seconds: Int(min(max(left, 1), Int64(CourierLimits.pauseSeconds))))
    }
}

extension String {
    fileprivate var trimmingSpace: String {
        var bytes = Array(utf8)[...]
        while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
