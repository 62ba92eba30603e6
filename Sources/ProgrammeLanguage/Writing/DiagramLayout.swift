/// The places of everything in a diagram: boxes, ports, and the lanes in which lines run.
struct DiagramLayout {
    struct Point: Hashable {
        var x: Int
        var y: Int
    }

    /// A line from a port to a box.
    struct Route {
        let from: Int
        let port: Int
        let points: [Point]
    }

    private(set) var diagram: Diagram
    private(set) var width = 0
    private(set) var height = 0
    /// Left edge of the boxes of each column.
    private(set) var columnX: [Int] = []
    private(set) var rowY: [Int] = []
    /// Top and height of each band.
    private(set) var bandFrames: [(y: Int, height: Int)] = []
    private(set) var routes: [Route] = []

    private var rowHeights: [Int] = []
    /// Width of the words beside each column's boxes.
    private var labelWidths: [Int] = []
    /// For each gutter, left of the first column first: the lane of each target.
    private var gutters: [Lanes] = []
    /// For each gap: above the rows of a band, then below each row.
    private var gaps: [Int: Lanes] = [:]
    private var gutterX: [Int] = []
    private var gapY: [Int: Int] = [:]

    init(_ diagram: Diagram) {
        self.diagram = diagram
        measure()
        assignLanes()
        place()
        routes = route()
    }

    func top(of node: Int) -> Int {
        let node = diagram.nodes[node]
        return rowY[node.row] + (node.look == .state ? 0 : DiagramSize.entry - node.height / 2)
    }

    func left(of node: Int) -> Int { columnX[diagram.nodes[node].column] }

    // MARK: Sizes

    private mutating func measure() {
        let columns = (diagram.nodes.map(\.column).max() ?? 0) + 1
        let rows = (diagram.nodes.map(\.row).max() ?? 0) + 1
        labelWidths = Array(repeating: 0, count: columns)
        rowHeights = Array(repeating: 40, count: rows)
        for index in diagram.nodes.indices {
            var node = diagram.nodes[index]
            if node.look == .state {
                arrange(&node)
                node.width = DiagramSize.box
                let text = 12 + node.title.count * 16 + node.details.count * 14 + 8
                node.height = max(48, text, (node.ports.map(\.y).max() ?? 0) + 12)
            } else {
                let widest = node.title.map { TextWidth.of($0, size: 12) }.max() ?? 0
                node.width = min(DiagramSize.pill, widest + 28)
                node.height = node.title.count > 1 ? 40 : 28
            }
            for line in node.ports.flatMap(\.label) {
                let width = TextWidth.of(line, size: DiagramSize.labelText) + 14
                labelWidths[node.column] = max(labelWidths[node.column], width)
            }
            rowHeights[node.row] = max(rowHeights[node.row], node.height)
            diagram.nodes[index] = node
        }
    }

    /// The way to the neighbour on the right goes straight; below it the others, upward ones first.
    private func arrange(_ node: inout Diagram.Node) {
        let (row, column) = (node.row, node.column)
        func isStraight(_ port: Diagram.Port) -> Bool {
            let target = diagram.nodes[port.target]
            return target.row == row && target.column == column + 1
        }
        func rank(_ port: Diagram.Port) -> Int {
            let target = diagram.nodes[port.target]
            if isStraight(port) { return -1 }
            // Backward ways of one row leave upward or downward through the gap below it.
            if target.column <= column { return target.row < row ? 0 : 500 + target.row }
            return target.row < row ? 1 : 1000 + target.row * 10 - target.column
        }
        let order = node.ports.indices.sorted { left, right in
            let (first, second) = (rank(node.ports[left]), rank(node.ports[right]))
            if first != second { return first < second }
            let (one, two) = (node.ports[left].target, node.ports[right].target)
            return one == two ? left < right : one < two
        }
        node.ports = order.map { node.ports[$0] }
        var y = DiagramSize.entry
        for index in node.ports.indices {
            let lines = max(1, node.ports[index].label.count)
            if index > 0 || !isStraight(node.ports[index]) {
                // Only a straight way leaves at the height where ways come in: so no two lines ever lie on each other.
                y += index > 0 ? lines * 12 + 7 : 14
            }
            node.ports[index].y = y
        }
    }

    // MARK: Lanes

    /// Lines to one target share a lane, so that they join on their way.
    private struct Lanes {
        private var spans: [Int: ClosedRange<Int>] = [:]
        private(set) var lane: [Int: Int] = [:]
        private(set) var count = 0

        mutating func add(_ target: Int, _ first: Int, _ second: Int) {
            let span = min(first, second)...max(first, second)
            spans[target] =
                spans[target].map { min($0.lowerBound, span.lowerBound)...max($0.upperBound, span.upperBound) }
                ?? span
        }

        /// Short lines get the first lanes, so that few others cross them.
        mutating func assign(_ order: (Int) -> Int) {
            var taken: [[ClosedRange<Int>]] = []
            let targets = spans.keys.sorted { left, right in
                let (first, second) = (order(left), order(right))
                if first != second { return first < second }
                let (a, b) = (spans[left]?.count ?? 0, spans[right]?.count ?? 0)
                return a == b ? left < right : a < b
            }
            for target in targets {
                guard let span = spans[target] else { continue }
                let free = taken.firstIndex { $0.allSatisfy { !$0.overlaps(span) } } ?? taken.count
                if free == taken.count { taken.append([]) }
                taken[free].append(span)
                lane[target] = free
            }
            count = taken.count
        }
    }

    /// The gap in which a way turns back or jumps; nil where it goes to the next column.
    private func gap(from: Int, to: Int) -> Int? {
        let (source, target) = (diagram.nodes[from], diagram.nodes[to])
        if target.column == source.column + 1 { return nil }
        if source.row < target.row { return above(target.row) }
        if source.row > target.row { return below(target.row) }
        return target.column > source.column ? above(source.row) : below(source.row)
    }

    private func below(_ row: Int) -> Int { 2 * row + 1 }

    private func above(_ row: Int) -> Int {
        diagram.bands.contains { $0.firstRow == row } ? 2 * row : 2 * row - 1
    }

    /// Heights in the order from top to bottom, before anything has its place.
    private func ordinal(row: Int, _ y: Int) -> Int { row * 10_000 + 1_000 + y }

    private func ordinal(gap: Int) -> Int { gap.isMultiple(of: 2) ? gap / 2 * 10_000 : gap / 2 * 10_000 + 9_000 }

    private mutating func assignLanes() {
        let columns = labelWidths.count
        gutters = Array(repeating: Lanes(), count: columns + 1)
        for from in diagram.nodes.indices {
            let source = diagram.nodes[from]
            for port in source.ports {
                let target = diagram.nodes[port.target]
                let start = ordinal(row: source.row, port.y)
                let end = ordinal(row: target.row, DiagramSize.entry)
                guard let gap = gap(from: from, to: port.target) else {
                    if start != end { gutters[source.column + 1].add(port.target, start, end) }
                    continue
                }
                gutters[source.column + 1].add(port.target, start, ordinal(gap: gap))
                gutters[target.column].add(port.target, ordinal(gap: gap), end)
                gaps[gap, default: Lanes()].add(port.target, source.column + 1, target.column)
            }
        }
        let nodes = diagram.nodes
        for index in gutters.indices {
            // What comes in from far away runs close to the words, what goes to the next column close to its boxes.
            gutters[index].assign { nodes[$0].column == index ? 1 : 0 }
        }
        for gap in gaps.keys { gaps[gap]?.assign { _ in 0 } }
    }

    // MARK: Places

    private mutating func place() {
        var x = DiagramSize.sidebar + 10
        for column in 0...labelWidths.count {
            let words = column == 0 ? 0 : labelWidths[column - 1]
            let lanes = gutters[column].count * DiagramSize.lane
            gutterX.append(x + words + 6)
            x += words + lanes + (column == 0 ? 34 : 26)
            if column < labelWidths.count {
                columnX.append(x)
                x += DiagramSize.box
            }
        }
        width = x
        var y = 0
        for band in diagram.bands.indices {
            let top = y
            y += 16 + lanes(2 * diagram.bands[band].firstRow) { gapY[2 * diagram.bands[band].firstRow] = y + 12 }
            for row in diagram.bands[band].firstRow..<(diagram.bands[band].firstRow + diagram.bands[band].rowCount) {
                rowY.append(y)
                y += rowHeights[row]
                gapY[below(row)] = y + 12
                y += 18 + (gaps[below(row)]?.count ?? 0) * DiagramSize.lane
            }
            let notes = diagram.bands[band].notes.reduce(52) { $0 + $1.count * 14 + 6 }
            y = max(y, top + notes)
            bandFrames.append((top, y - top))
            y += 10
        }
        height = y - 10
    }

    private func lanes(_ gap: Int, _ found: () -> Void) -> Int {
        found()
        guard let lanes = gaps[gap] else { return 0 }
        return lanes.count * DiagramSize.lane + 8
    }

    private func route() -> [Route] {
        var result: [Route] = []
        for from in diagram.nodes.indices {
            let source = diagram.nodes[from]
            for (index, port) in source.ports.enumerated() {
                let target = diagram.nodes[port.target]
                let start = Point(x: left(of: from) + source.width, y: rowY[source.row] + port.y)
                let end = Point(x: left(of: port.target), y: rowY[target.row] + DiagramSize.entry)
                func lane(_ gutter: Int) -> Int {
                    gutterX[gutter] + (gutters[gutter].lane[port.target] ?? 0) * DiagramSize.lane
                }
                var points = [start]
                if let gap = gap(from: from, to: port.target) {
                    let y = (gapY[gap] ?? 0) + (gaps[gap]?.lane[port.target] ?? 0) * DiagramSize.lane
                    let (out, back) = (lane(source.column + 1), lane(target.column))
                    points += [
                        Point(x: out, y: start.y), Point(x: out, y: y), Point(x: back, y: y), Point(x: back, y: end.y),
                    ]
                } else if start.y != end.y {
                    let x = lane(source.column + 1)
                    points += [Point(x: x, y: start.y), Point(x: x, y: end.y)]
                }
                result.append(Route(from: from, port: index, points: points + [end]))
            }
        }
        return result
    }
}
