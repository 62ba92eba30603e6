/// A version by semantic versioning 2.0.0: `1.4.0`, `2.0.0-beta.1`.
package struct PackVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let major: Int
    package let minor: Int
    package let patch: Int
    /// Identifiers of a version before the release; empty for a release.
    package let before: [String]

    /// Digits of one number, so that it fits.
    private static let digits = 9

    package init(_ major: Int, _ minor: Int, _ patch: Int) {
        (self.major, self.minor, self.patch, before) = (major, minor, patch, [])
    }

    /// nil for anything else than three numbers and, behind a hyphen, identifiers.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else {
            return nil
        }
        (self.major, self.minor, self.patch) = (major, minor, patch)
        guard parts.count == 2 else {
            before = []
            return
        }
        before = parts[1].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let isPlain = before.allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 32
                && part.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
                }
        }
        guard isPlain else { return nil }
    }

    private static func number(_ text: Substring) -> Int? {
        let bytes = text.utf8
        guard !bytes.isEmpty, bytes.count <= digits, bytes.allSatisfy({ (0x30...0x39).contains($0) }),
            bytes.count == 1 || bytes.first != 0x30
        else { return nil }
        return Int(text)
    }

    package var description: String {
        "\(major).\(minor).\(patch)" + (before.isEmpty ? "" : "-" + before.joined(separator: "."))
    }

    package static func < (left: PackVersion, right: PackVersion) -> Bool {
        if (left.major, left.minor, left.patch) != (right.major, right.minor, right.patch) {
            return (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
        }
        // A release is newer than what came before it.
        if left.before.isEmpty || right.before.isEmpty { return !left.before.isEmpty && right.before.isEmpty }
        for (one, other) in zip(left.before, right.before) where one != other {
            switch (number(one[...]), number(other[...])) {
            case (let one?, let other?): return one < other
            case (_?, nil): return true
            case (nil, _?): return false
            case (nil, nil): return one.utf8.lexicographicallyPrecedes(other.utf8)
            }
        }
        return left.before.count < right.before.count
    }
}
