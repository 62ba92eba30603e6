import Expressions

/// One message of the protocol: JSON-RPC 2.0, one object a line.
enum Message {
    case result(id: Int64, Value)
    case fault(id: Int64?, RemoteFault)
    case notification(method: String, Value)
    case request(id: Value, method: String)

    /// What a plugin says about a failure.
    struct RemoteFault: Error, Hashable, Sendable {
        /// JSON-RPC's number.
        let number: Int
        let message: String
        let data: Value
    }

    /// nil for what is no message of JSON-RPC 2.0.
    init?(_ line: [UInt8]) {
        guard let value = try? Value(json: line), value["jsonrpc"]?.asString == "2.0" else { return nil }
        if let method = value["method"]?.asString {
            let id = value["id"]
            self =
                id.map { .request(id: $0, method: method) } ?? .notification(method: method, value["params"] ?? .null)
            return
        }
        let id = value["id"].flatMap { if case .int(let number) = $0 { number } else { nil } }
        if let error = value["error"] {
            guard let number = error["code"]?.asInt, let message = error["message"]?.asString else { return nil }
            self = .fault(id: id, RemoteFault(number: number, message: message, data: error["data"] ?? .null))
            return
        }
        guard let id, let result = value["result"] else { return nil }
        self = .result(id: id, result)
    }

    /// A line with its end: a request, or without an id a notification.
    static func line(id: Int64?, method: String, params: Value) -> [UInt8] {
        line(id: id, method: method, json: params.jsonBytes)
    }

    /// The same, of parameters that are written already.
    static func line(id: Int64?, method: String, json params: [UInt8]) -> [UInt8] {
        // Written by hand: this is the hot path, and the order of keys is that of the specification.
        var writer = JSONWriter(reserving: params.count + 80)
        writer.raw("{\"jsonrpc\":\"2.0\",")
        if let id {
            writer.raw("\"id\":")
            writer.int(id)
            writer.raw(",")
        }
        writer.raw("\"method\":\"")
        writer.raw(method)
        writer.raw("\",\"params\":")
        writer.raw(params)
        writer.raw("}\n")
        return writer.bytes
    }

    /// The answer to a request of the plugin's: there is none that a host serves.
    static func refusal(id: Value, method: String) -> [UInt8] {
        let error: Value = .object([
            "code": .int(-32601), "message": .string("a host has no method \"\(method)\""),
        ])
        return Value.object(["jsonrpc": .string("2.0"), "id": id, "error": error]).jsonBytes + [0x0A]
    }
}
