import CSodium

/// libsodium, made ready once for the process, before anything asks it for chance.
enum Sodium {
    static let ready: Void = {
        precondition(sodium_init() >= 0, "libsodium finds no source of random bytes on this machine")
    }()
}
