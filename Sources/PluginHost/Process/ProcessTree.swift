import Foundation
import Glibc

/// The processes of this machine and who started whom.
enum ProcessTree {
    /// How many processes come from another, whoever that is now.
    static func count(under root: pid_t) -> Int {
        var parents: [pid_t: pid_t] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let number = pid_t(name), let data = FileManager.default.contents(atPath: "/proc/\(name)/stat"),
                // The name stands in brackets and may hold anything.
                let end = data.lastIndex(of: 0x29)
            else { continue }
            let words = String(decoding: data[data.index(after: end)...], as: UTF8.self).split(separator: " ")
            if words.count > 1, words[0] != "Z", let parent = pid_t(words[1]) { parents[number] = parent }
        }
        var count = 0
        for number in parents.keys {
            var next = number
            for _ in 0..<parents.count {
                guard let parent = parents[next], parent != next else { break }
                if parent == root {
                    count += 1
                    break
                }
                next = parent
            }
        }
        return count
    }
}
