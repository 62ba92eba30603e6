/// Compares the subjects of two versions and says what is new, gone and changed.
struct SubjectComparison {
    typealias Sentence = ProgrammeDifference.Sentence

    private(set) var sentences: [Sentence] = []

    mutating func compare(_ old: [Subject], _ new: [Subject]) {
        let before = Dictionary(old.map { ($0.key, $0) }) { first, _ in first }
        let after = Dictionary(new.map { ($0.key, $0) }) { first, _ in first }
        var gone = old.filter { after[$0.key] == nil }
        var moved: [String: Subject] = [:]
        for subject in new where before[subject.key] == nil && !subject.pairing.isEmpty {
            guard let index = partner(of: subject, among: gone) else { continue }
            moved[subject.key] = gone.remove(at: index)
        }
        var fresh: [String] = []
        for subject in new {
            if let former = before[subject.key] {
                compare(former, subject)
            } else if let former = moved[subject.key] {
                say(.changed, subject, "\(former.name) moves \(Subject.Aspect.from(former.time, to: subject.time))")
                compare(former, subject)
            } else if !fresh.contains(where: { subject.key.hasPrefix($0 + ".") }) {
                fresh.append(subject.key)
                say(.new, subject, "\(subject.name) is new\(subject.note.isEmpty ? "" : ": it \(subject.note)")")
            }
        }
        var lost: [String] = []
        for subject in gone where !lost.contains(where: { subject.key.hasPrefix($0 + ".") }) {
            lost.append(subject.key)
            say(.gone, subject, "\(subject.name) is gone")
        }
    }

    /// The gone thing that a new one most likely was: one that does the same at another time, or the only one.
    private func partner(of subject: Subject, among gone: [Subject]) -> Int? {
        let candidates = gone.indices.filter { gone[$0].pairing == subject.pairing }
        return candidates.first { gone[$0].aspects == subject.aspects && gone[$0].ways == subject.ways }
            ?? candidates.first
    }

    private mutating func say(_ kind: Sentence.Kind, _ subject: Subject, _ text: String) {
        sentences.append(Sentence(kind: kind, about: subject.key, text: text + "."))
    }

    private mutating func compare(_ old: Subject, _ new: Subject) {
        compare(old.aspects, new.aspects, new, name: new.name)
        guard old.ways != new.ways else { return }
        if old.ways.count == 1, new.ways.count == 1 {
            compare(old.ways[0], new.ways[0], new, name: new.name)
            return
        }
        ways(old, new)
    }

    private mutating func compare(
        _ old: [Subject.Aspect], _ new: [Subject.Aspect], _ subject: Subject, name: String
    ) {
        for aspect in new where !old.contains(aspect) {
            // Of several with one key each is a thing of its own.
            let former = old.filter { $0.key == aspect.key && !new.contains($0) }
            if former.count == 1, new.count(where: { $0.key == aspect.key && !old.contains($0) }) == 1 {
                say(.changed, subject, "\(name) \(aspect.changed(from: former[0]))")
            } else {
                say(.changed, subject, "\(name) \(aspect.begun)")
            }
        }
        for aspect in old where !new.contains(aspect) {
            let later = new.filter { $0.key == aspect.key && !old.contains($0) }
            let isSaid = later.count == 1 && old.count(where: { $0.key == aspect.key && !new.contains($0) }) == 1
            if !isSaid { say(.changed, subject, "\(name) \(aspect.ended)") }
        }
    }

    /// Several on one side at least: those that are equal are one; of the others the nearest are.
    private mutating func ways(_ old: Subject, _ new: Subject) {
        var left = old.ways
        var right = new.ways
        for way in new.ways {
            guard let index = left.firstIndex(of: way), let other = right.firstIndex(of: way) else { continue }
            left.remove(at: index)
            right.remove(at: other)
        }
        if left.isEmpty, right.isEmpty {
            return say(.changed, new, "\(new.name) has its \(new.way)s in another order")
        }
        while let way = right.first, !left.isEmpty {
            let shared = left.map { $0.count { way.contains($0) } }
            let best = shared.max() ?? 0
            let index = shared.firstIndex(of: best) ?? 0
            let former = left.remove(at: index)
            right.removeFirst()
            let known = new.ways.firstIndex(of: way) ?? 0
            let name = new.ways.count == 1 ? new.name : "\(new.name), \(new.way) \(known + 1),"
            compare(former, way, new, name: name)
            if former.isEmpty != way.isEmpty || former == way { continue }
        }
        for way in right { say(.changed, new, "\(new.name) has a new \(new.way): it \(Self.words(way))") }
        for way in left { say(.changed, new, "\(new.name) has lost a \(new.way): it \(Self.words(way))") }
    }

    private static func words(_ aspects: [Subject.Aspect]) -> String {
        aspects.map(\.words).joined(separator: ", ")
    }
}
