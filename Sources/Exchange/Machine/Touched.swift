/// What has changed in what conditions can read.
enum Change {
    case everything
    /// The case itself, its members not; or one member.
    case region(RegionID)
}

/// Where automatic moves have to be looked for.
struct Touched {
    var isAll = false
    var members: Set<Int> = []

    var isEmpty: Bool { !isAll && members.isEmpty }

    /// Whether a region's own conditions can have changed.
    func contains(_ id: RegionID) -> Bool {
        if isAll { return true }
        guard case .member(let number) = id else { return false }
        return members.contains(number)
    }
}
