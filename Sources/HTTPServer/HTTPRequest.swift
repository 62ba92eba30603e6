/// One request, read whole.
package struct HTTPRequest: Sendable {
    /// In capitals, as it came.
    package let method: String
    /// Without the query, as it came: nothing in it is decoded.
    package let path: String
    /// By name in small letters; of a name that came twice, all values in their order.
    package let headers: [String: [String]]
    package let body: [UInt8]

    package init(method: String, path: String, headers: [String: [String]], body: [UInt8]) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }

    /// A header's value; nil if it did not come, or came more than once.
    package func header(_ name: String) -> String? {
        guard let values = headers[name], values.count == 1 else { return nil }
        return values[0]
    }
}

/// One answer; the connection is closed behind it.
package struct HTTPAnswer: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(_ status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A sentence in plain text.
    package static func text(_ status: Int, _ sentence: String) -> HTTPAnswer {
        HTTPAnswer(
            status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array((sentence + "\n").utf8))
    }
}
