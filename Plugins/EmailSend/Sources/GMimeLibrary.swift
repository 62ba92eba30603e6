import CGMime

/// The library that composes mails: GMime 3.
enum GMimeLibrary {
    private static let started: Void = g_mime_init()

    /// Readies the library, once for the whole process.
    static func start() { started }
}

/// One object of GMime's, let go at the end of its scope.
struct Held<Object>: ~Copyable {
    let pointer: UnsafeMutablePointer<Object>

    /// Takes over the reference that a function of the library gave. The library ends the process when no memory is
    /// left, so that there always is one.
    init(_ pointer: UnsafeMutablePointer<Object>?) {
        guard let pointer else { preconditionFailure("GMime made no \(Object.self)") }
        self.pointer = pointer
    }

    deinit { g_object_unref(pointer) }

    /// The same object as one of the kinds that it is made of, as C casts it.
    func `as`<Other>(_ kind: Other.Type) -> UnsafeMutablePointer<Other> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: kind)
    }
}
