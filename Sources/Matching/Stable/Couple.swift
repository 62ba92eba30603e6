extension StableCall {
    /// Two applicants who wish together: where the one goes if the other goes there, as in the match of junior doctors
    /// (Roth and Peranson 1999).
    package struct Couple: Hashable, Sendable {
        /// Where each of the two goes, by number; nil for nowhere.
        package struct Wish: Hashable, Sendable {
            package var first: Int?
            package var second: Int?
            /// 0 for the best ones, rising along the list; equal wishes share a level.
            package var level: Int

            package init(_ first: Int?, _ second: Int?, level: Int) {
                (self.first, self.second, self.level) = (first, second, level)
            }

            var hosts: [Int?] { [first, second] }
        }

        package var first: Int
        package var second: Int
        /// The best first; that both go nowhere is the last of all and does not stand there.
        package var wishes: [Wish]

        package init(_ first: Int, _ second: Int, wishes: [Wish]) {
            (self.first, self.second, self.wishes) = (first, second, wishes)
        }

        package var members: [Int] { [first, second] }
    }

    /// Everything that is wrong with the couples.
    ///
    /// - Parameter grouped: applicants that go together with others.
    func coupleMistakes(_ grouped: Set<Int>) -> [String] {
        var (messages, paired): ([String], Set<Int>) = ([], [])
        for couple in couples {
            guard couple.members.allSatisfy(applicants.indices.contains) else {
                messages.append("a couple names an applicant that is not there")
                continue
            }
            let name = "the couple \(shown(applicants[couple.first])) and \(shown(applicants[couple.second]))"
            if couple.first == couple.second { messages.append("\(name) is one applicant") }
            for member in Set(couple.members).sorted() {
                if !paired.insert(member).inserted {
                    messages.append("applicant \(shown(applicants[member])) stands in two couples")
                }
                if grouped.contains(member) {
                    messages.append("applicant \(shown(applicants[member])) stands in a couple and in a group")
                }
                if member < wishes.count, !wishes.list(of: member).isEmpty {
                    messages.append(
                        "applicant \(shown(applicants[member])) wishes in a couple; a list of its own must be empty")
                }
            }
            var seen: Set<[Int?]> = []
            for wish in couple.wishes {
                if !wish.hosts.allSatisfy({ $0.map(hosts.indices.contains) ?? true }) {
                    messages.append("\(name) wishes for a host that is not there")
                } else if wish.first == nil, wish.second == nil {
                    messages.append("\(name) wishes for nowhere, which is the last of all in any case")
                } else if !seen.insert(wish.hosts).inserted {
                    let names = wish.hosts.map { $0.map { shown(hosts[$0].id) } ?? "nowhere" }
                    messages.append("\(name) wishes twice for \(names.joined(separator: " and "))")
                }
            }
            if !zip(couple.wishes, couple.wishes.dropFirst()).allSatisfy({ $0.level <= $1.level }) {
                messages.append("\(name) has wishes out of order")
            }
        }
        return messages
    }
}
