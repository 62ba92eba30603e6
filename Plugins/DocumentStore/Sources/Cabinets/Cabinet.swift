/// A place where documents are filed: a folder, a bucket, a share of the office.
///
/// All of it blocks: call it from a thread that may. Names are the service's own (`CabinetPath`).
protocol Cabinet: Sendable {
    /// The bytes of a file, or nil if there is none.
    func read(_ path: CabinetPath) throws(CabinetFault) -> [UInt8]?

    /// Puts a file in place, whole or not at all; what stood there is replaced.
    ///
    /// - Parameter type: what mail and the web call it, such as `application/pdf`.
    func write(_ bytes: [UInt8], to path: CabinetPath, type: String) throws(CabinetFault)

    /// The names of the files in a folder, sorted; none if there is no such folder.
    func names(in folder: CabinetPath) throws(CabinetFault) -> [String]

    /// Takes a file away for good; one that is not there is none.
    func erase(_ path: CabinetPath) throws(CabinetFault)

    /// Where somebody of the office finds a file; empty where only the service does.
    func address(of path: CabinetPath) -> String
}

extension Cabinet {
    /// Files what must be there in the end, whatever the other side answers on the way.
    ///
    /// Filing the same again changes nothing. An answer that says nothing sure (an error after the file was taken, a
    /// connection that broke) is settled by reading back; what is read back is compared byte by byte.
    func file(_ bytes: [UInt8], at path: CabinetPath, type: String) throws(CabinetFault) {
        if try read(path) == bytes { return }
        do {
            try write(bytes, to: path, type: type)
        } catch {
            guard error.leavesDoubt, (try? read(path)) == bytes else { throw error }
            return
        }
        guard try read(path) == bytes else {
            throw CabinetFault(.broken, "what was filed reads back otherwise")
        }
    }
}

/// The way to a file or folder: names that are safe everywhere, one below the other.
struct CabinetPath: Hashable {
    let names: [String]

    /// - Precondition: each name is `Folder.isSafe`; they are made by this plugin.
    init(_ names: [String]) { self.names = names }

    var text: String { names.joined(separator: "/") }
}

/// Why a cabinet did not do what it was asked to, without a name and without a secret.
struct CabinetFault: Error, Hashable {
    enum Kind: String, Hashable {
        /// Nobody answers, or not in time.
        case unreachable
        /// Somebody else holds the file.
        case locked
        /// The service may not: an account, a key, a clock that is wrong.
        case denied
        /// No room is left.
        case full
        /// The other side fails, or answers what nobody can read.
        case broken
        /// The other side does not want this, now and later.
        case refused
        /// A link or something else stands where a file is due.
        case unsafe
    }

    let kind: Kind
    let message: String
    /// Whether it may have happened all the same.
    let leavesDoubt: Bool
    /// Seconds that the other side asks to wait.
    let retryAfter: Int?

    init(_ kind: Kind, _ message: String, leavesDoubt: Bool = false, retryAfter: Int? = nil) {
        self.kind = kind
        self.message = message
        self.leavesDoubt = leavesDoubt
        self.retryAfter = retryAfter
    }
}
