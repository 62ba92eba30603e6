import ActionKit

extension DocumentShelf.Refusal {
    /// What a refusal means for the call, such as `document.damaged`.
    var failure: ActionOutcome.Failure {
        switch self {
        case .disk(let fault): fault.failure(of: "document")
        case .cabinet(let fault): fault.failure
        case .damaged(let message): .init(code: "document.damaged", message: message, retry: .never)
        case .tooManyVersions:
            .init(
                code: "document.versions", message: "the document has \(DocumentLimits.versions) versions already",
                retry: .never)
        }
    }
}

extension CabinetFault {
    /// What a cabinet's fault means for the call: all but a refusal can mend, so it is tried again.
    var failure: ActionOutcome.Failure {
        switch kind {
        case .refused, .unsafe: .init(code: "document.\(kind.rawValue)", message: message, retry: .never)
        // One document that somebody holds says nothing of the others.
        case .locked:
            .init(code: "document.locked", message: message, retry: retryAfter.map { .after(seconds: $0) } ?? .usual)
        case .unreachable, .denied, .full, .broken:
            .init(
                code: "document.\(kind.rawValue)", message: message,
                retry: retryAfter.map { .after(seconds: min($0, DocumentLimits.longestPauseSeconds)) } ?? .usual,
                scope: .service)
        }
    }
}
