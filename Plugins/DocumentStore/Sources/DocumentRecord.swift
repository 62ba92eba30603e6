import Calendars
import Expressions

/// What is known of one document: its versions, and whether it still holds.
struct DocumentRecord: Hashable {
    struct Version: Hashable {
        /// 1 for the first.
        let number: Int
        /// The key of the call that made it.
        let key: String
        let sequence: Int
        let made: Instant
        let file: String
        /// The file's hash, lower-case hexadecimal.
        let sha256: String
        let bytes: Int
        /// Set once its file was erased; what it said is gone, that it was there is not.
        var erased: Instant? = nil
    }

    struct Void: Hashable {
        let key: String
        let at: Instant
    }

    let caseReference: String
    let template: String
    var versions: [Version] = []
    /// Set once the document does not hold any more; its files stay.
    var void: Void?
}

extension DocumentRecord {
    /// The record as a file: JSON with `case`, `template`, `void` (null or key and instant) and `versions`.
    var fileBytes: [UInt8] {
        let value = Value.object([
            "case": .string(caseReference), "template": .string(template),
            "void": void.map { .object(["key": .string($0.key), "at": .string($0.at.rfc3339)]) } ?? .null,
            "versions": .list(versions.map(\.value)),
        ])
        return value.jsonBytes + [0x0A]
    }

    /// nil if the bytes are no such record.
    init?(fileBytes: [UInt8]) {
        guard let value = try? Value(json: fileBytes), let reference = value["case"]?.asString,
            let template = value["template"]?.asString, let list = value["versions"]?.asList
        else { return nil }
        let versions = list.compactMap(Version.init)
        // Versions are only ever added, so that a record with a gap is a damaged one.
        guard versions.count == list.count, versions.map(\.number) == Array(1..<versions.count + 1) else { return nil }
        self.init(caseReference: reference, template: template, versions: versions)
        switch value["void"] {
        case .null?: void = nil
        case let value?:
            guard let key = value["key"]?.asString, let at = value["at"]?.asString.flatMap(Instant.init(rfc3339:))
            else { return nil }
            void = Void(key: key, at: at)
        case nil: return nil
        }
    }
}

extension DocumentRecord.Version {
    fileprivate var value: Value {
        var fields: [String: Value] = [
            "version": .int(Int64(number)), "key": .string(key), "sequence": .int(Int64(sequence)),
            "made": .string(made.rfc3339), "file": .string(file), "sha256": .string(sha256),
            "bytes": .int(Int64(bytes)),
        ]
        if let erased { fields["erased"] = .string(erased.rfc3339) }
        return .object(fields)
    }

    fileprivate init?(_ value: Value) {
        guard let number = value["version"]?.asInt, let key = value["key"]?.asString,
            let sequence = value["sequence"]?.asInt,
            let made = value["made"]?.asString.flatMap(Instant.init(rfc3339:)), let file = value["file"]?.asString,
            let sha256 = value["sha256"]?.asString, let bytes = value["bytes"]?.asInt
        else { return nil }
        self.init(
            number: number, key: key, sequence: sequence, made: made, file: file, sha256: sha256, bytes: bytes)
        if let at = value["erased"] {
            guard let at = at.asString.flatMap(Instant.init(rfc3339:)) else { return nil }
            erased = at
        }
    }
}
