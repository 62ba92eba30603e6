/// How much a client may ask of the server, and for how long.
package struct HTTPLimits: Sendable {
    /// Connections at once; more wait in the system's queue.
    package var connections = 64
    /// Bytes of a request's line and headers.
    package var headerBytes = 16 << 10
    /// Headers of a request.
    package var headers = 64
    /// Bytes of a request's body.
    package var bodyBytes = 1 << 20
    /// Seconds without a byte after which a connection is closed.
    package var idleSeconds = 10
    /// Seconds that a request may take from the connection's first moment until it is read whole, however it drips.
    package var requestSeconds = 20
    /// Milliseconds between two looks at what takes too long.
    package var lookMilliseconds = 500

    package init() {}
}
