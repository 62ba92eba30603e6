import Exchange

/// A programme's states as boxes on a grid, before it is drawn: bands of rows, columns, and ways that run between them.
///
/// Every box has one place where ways come in, on its left, and one port on its right for each way out; the words of a way
/// stand at its port. Lines run only in the gaps between rows and the gutters between columns, so that nothing is ever
/// written over a box.
struct Diagram {
    /// How a box looks.
    enum Look: Hashable {
        case state
        case end(EndDeclaration.Kind)
    }

    /// Where a way leaves a box.
    struct Port {
        let target: Int
        let kind: ProgrammeWay.Kind
        let label: [String]
        /// The whole words, for those who point at it.
        let tip: String
        /// From the top of the row.
        var y = 0
    }

    struct Node {
        let name: String
        let look: Look
        let title: [String]
        let details: [String]
        let band: Int
        let isFirst: Bool
        var column = 0
        /// Counted through all bands.
        var row = 0
        var ports: [Port] = []
        var width = 0
        var height = 0
    }

    struct Band {
        let title: String
        /// What holds everywhere in the band.
        let notes: [[String]]
        /// Which of the colours.
        let tint: Int
        var firstRow = 0
        var rowCount = 1
    }

    var nodes: [Node] = []
    var bands: [Band] = []
}

/// Sizes, in points.
enum DiagramSize {
    static let box = 164
    static let pill = 150
    static let titleText = 13
    static let smallText = 11
    static let labelText = 10
    static let labelWidth = 138
    static let sidebar = 190
    /// Ways come in here, from the top of the row.
    static let entry = 24
    static let lane = 9
}

// MARK: - From a programme

extension Diagram {
    /// The case itself: a band for each stage.
    init(_ words: ProgrammeWords) {
        let programme = words.programme
        for (index, stage) in programme.stages.enumerated() {
            let states = programme.statesOrder.compactMap { programme.states[$0] }.filter { $0.stage == stage.kind }
            bands.append(
                Band(
                    title: words.stage(stage), notes: Self.notes(of: stage.inside, words, nil),
                    tint: Stage.Kind.allCases.firstIndex(of: stage.kind) ?? index))
            add(states, band: index, first: programme.first, words, nil)
        }
        connect(words, states: programme.statesOrder.compactMap { programme.states[$0] }, ends: programme.ends, nil)
        placeRows()
    }

    /// A track: one band.
    init(_ track: Track, _ words: ProgrammeWords) {
        var notes = [[Self.source(of: track, words)]]
        notes[0] = TextWidth.wrapped(
            notes[0][0], size: DiagramSize.smallText, width: DiagramSize.sidebar - 24, lines: 4)
        bands = [Band(title: words.track(track), notes: notes + Self.notes(of: track.inside, words, track), tint: 4)]
        let states = track.statesOrder.compactMap { track.states[$0] }
        add(states, band: 0, first: track.first, words, track)
        connect(words, states: states, ends: track.ends, track)
        placeRows()
    }

    private static func source(of track: Track, _ words: ProgrammeWords) -> String {
        let programme = words.programme
        let order = programme.stages.map(\.kind.rawValue) + programme.statesOrder
        let during = order.filter(track.during.contains).map { name in
            programme.stages.first { $0.kind.rawValue == name }.map { words.stage($0) } ?? words.state(name)
        }
        let source =
            switch track.each {
            case .rows(let form, let field): "\(words.word(.each)) \(form).\(field)"
            case .match: words.word(.search)
            case .one: ""
            case .every(let phrase): words.phrase(phrase)
            }
        let place = "\(words.word(.during)) \(during.joined(separator: words.separator))"
        return source.isEmpty ? place : "\(source); \(place)"
    }

    private static func notes(of inside: Surroundings, _ words: ProgrammeWords, _ track: Track?) -> [[String]] {
        let notes = lines(of: inside, words, track).map {
            TextWidth.wrapped($0, size: DiagramSize.smallText, width: DiagramSize.sidebar - 34, lines: 6)
        }
        return notes.isEmpty ? [] : [[words.word(.anyTime) + ":"]] + notes
    }

    /// What surroundings hold, a line each: who may decide what, and what happens when.
    static func lines(of inside: Surroundings, _ words: ProgrammeWords, _ track: Track?) -> [String] {
        func targets(_ steps: [ExchangeStep]) -> String {
            var names: [String] = []
            for name in steps.compactMap(\.to) where !names.contains(name) { names.append(name) }
            let shown = names.map { words.state($0, in: track) }.joined(separator: words.separator)
            return shown.isEmpty ? "" : " → \(shown)"
        }
        let decisions = inside.may.map { "\(words.decision($0)) (\(words.who($0.who)))\(targets($0.steps))" }
        let conditions = inside.asSoonAs.filter { $0.to != nil }.map {
            "\(ProgrammeWay.condition(of: $0, words))\(targets([$0]))"
        }
        let clock = inside.clock.filter { line in line.steps.contains { $0.to != nil } }.map {
            "\(words.phrase($0.when))\(targets($0.steps))"
        }
        return decisions + conditions + clock
    }

    private mutating func add(
        _ states: [StateDeclaration], band: Int, first: String, _ words: ProgrammeWords, _ track: Track?
    ) {
        for state in states {
            let inner = DiagramSize.box - 20
            let title = TextWidth.wrapped(
                words.state(state.name, in: track), size: DiagramSize.titleText, width: inner, lines: 3, isBold: true)
            let details = Self.details(of: state, words).flatMap {
                TextWidth.wrapped($0, size: DiagramSize.smallText, width: inner, lines: 2)
            }
            nodes.append(
                Node(
                    name: state.name, look: .state, title: title, details: details, band: band,
                    isFirst: state.name == first))
        }
    }

    /// Begins the line of a time; drawn, because few fonts have it.
    static let clock: Character = "◷"

    /// Who is asked, and until when.
    private static func details(of state: StateDeclaration, _ words: ProgrammeWords) -> [String] {
        switch state.opening {
        case .nothing: return []
        case .tasks(let tasks):
            return tasks.flatMap { task in
                let asked = task.programme.map { "\(words.who(task.who)) → \($0.programme)" } ?? words.who(task.who)
                return [asked] + (task.due.map { ["\(clock) \(words.phrase($0))"] } ?? [])
            }
        case .match(let match):
            let track = words.programme.tracks[match.track].map { words.track($0) } ?? match.track
            return ["\(words.word(.search)): \(track), \(match.atOnce) \(words.word(.atOnce))"]
        case .rank: return [words.word(.ranking)]
        }
    }

    // MARK: Columns

    /// Columns by the longest way from the left, where only ways to states further down the file count; an end stands right
    /// of the state that leads to it, once for each column.
    private mutating func connect(
        _ words: ProgrammeWords, states: [StateDeclaration], ends: [String: EndDeclaration], _ track: Track?
    ) {
        let index = Dictionary(nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let ways = states.map { ProgrammeWay.ways(of: $0, words) }
        for (from, ways) in ways.enumerated() {
            for to in ways.compactMap({ index[$0.to] }) where to > from && nodes[to].band == nodes[from].band {
                nodes[to].column = max(nodes[to].column, nodes[from].column + 1)
            }
        }
        var places: [[Int]: [String: Int]] = [:]
        for (from, ways) in ways.enumerated() {
            for way in ways {
                let target: Int
                if let state = index[way.to] {
                    target = state
                } else if let end = ends[way.to] {
                    let place = [nodes[from].band, nodes[from].column + 1]
                    if let known = places[place]?[way.to] {
                        target = known
                    } else {
                        target = nodes.count
                        places[place, default: [:]][way.to] = target
                        var node = Node(
                            name: way.to, look: .end(end.kind),
                            title: TextWidth.wrapped(
                                words.state(way.to, in: track), size: 12, width: DiagramSize.pill - 28, lines: 2),
                            details: [], band: place[0], isFirst: false)
                        node.column = place[1]
                        nodes.append(node)
                    }
                } else {
                    continue
                }
                let label = TextWidth.wrapped(
                    way.label, size: DiagramSize.labelText, width: DiagramSize.labelWidth, lines: 2)
                nodes[from].ports.append(Port(target: target, kind: way.kind, label: label, tip: way.label))
            }
        }
    }

    // MARK: Rows

    /// The longest way on stays in the first row; what leaves it goes below, near to where it comes from.
    private mutating func placeRows() {
        var height = Array(repeating: 0, count: nodes.count)
        for from in nodes.indices.reversed() where nodes[from].look == .state {
            for port in nodes[from].ports where isForward(from, port.target) && nodes[port.target].look == .state {
                height[from] = max(height[from], height[port.target] + 1)
            }
        }
        var row = 0
        for band in bands.indices {
            bands[band].firstRow = row
            let members = nodes.indices.filter { nodes[$0].band == band }
            let columns = (members.map { nodes[$0].column }.max() ?? 0) + 1
            var taken: Set<[Int]> = []
            var most = 0
            for column in 0..<columns {
                let here = members.filter { nodes[$0].column == column }.sorted { left, right in
                    let (a, b) = (nodes[left], nodes[right])
                    if (a.look == .state) != (b.look == .state) { return a.look == .state }
                    if height[left] != height[right] { return height[left] > height[right] }
                    if a.look != .state {
                        let (first, second) = (wish(left, band), wish(right, band))
                        if first != second { return first < second }
                    }
                    return left < right
                }
                for node in here {
                    var place = wish(node, band)
                    while taken.contains([column, place]) { place += 1 }
                    taken.insert([column, place])
                    nodes[node].row = row + place
                    most = max(most, place)
                }
            }
            bands[band].rowCount = most + 1
            row += most + 1
        }
    }

    private func isForward(_ from: Int, _ to: Int) -> Bool {
        nodes[from].band == nodes[to].band && nodes[from].column < nodes[to].column
    }

    /// The row, within the band, of the highest box in the column before that leads here.
    private func wish(_ node: Int, _ band: Int) -> Int {
        let before = nodes.indices.filter { from in
            isForward(from, node) && nodes[from].ports.contains { $0.target == node }
        }
        return before.map { nodes[$0].row - bands[band].firstRow }.min() ?? 0
    }
}
