import Exchange

/// A programme as a picture: stages as bands, tracks beside them, every way with what makes the case go it.
///
/// The SVG stands alone: system fonts, light ground, no script and nothing from elsewhere. Text is escaped.
package enum ProgrammeDrawing {
    /// Tracks are drawn this much smaller, in hundredths.
    private static let trackScale = 84
    private static let margin = 28
    /// Between two tracks.
    private static let gap = 14

    private static let inks: [ProgrammeWay.Kind: String] = [.person: "#1f3a5f", .time: "#a4540a", .itself: "#2f7d5b"]
    private static let dashes: [ProgrammeWay.Kind: String] = [.person: "", .time: "6 3", .itself: "1.5 3"]
    private static let tints = ["#eaf1fa", "#f1edf9", "#e9f5ef", "#fcf4e3", "#f4f5f7"]
    private static let bars = ["#3b6ea8", "#7356b0", "#35805c", "#b9852a", "#69727d"]

    /// The whole picture.
    package static func svg(_ words: ProgrammeWords) -> String {
        let programme = words.programme
        let main = DiagramLayout(Diagram(words))
        let tracks = programme.tracksOrder.compactMap { programme.tracks[$0] }.map {
            DiagramLayout(Diagram($0, words))
        }
        let widest = tracks.map { scaled($0.width) }.max() ?? 0
        let inner = max(main.width, widest, 900)
        var y = margin + 62
        var body = [group(x: margin, y: y, scale: 100, drawing(main, width: inner))]
        y += main.height + 16
        let everywhere = Diagram.lines(of: programme.everywhere, words, nil)
        if !everywhere.isEmpty {
            let (text, height) = strip(words.word(.everyStage), everywhere, width: inner)
            body.append(group(x: margin, y: y, scale: 100, text))
            y += height + 16
        }
        if !tracks.isEmpty {
            body.append(text(words.word(.tracks), x: margin, y: y + 14, size: 15, weight: 700))
            y += 28
            let (drawn, height) = shelves(tracks, width: inner)
            body.append(group(x: margin, y: y, scale: 100, drawn))
            y += height
        }
        let (width, height) = (inner + 2 * margin, y + margin)
        let title = "\(words.title), \(words.word(.version)) \(programme.version)"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
            role="img" aria-label="\(escaped(title))" lang="\(escaped(words.language))" font-family="system-ui, 'Segoe UI', \
            Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', Arial, sans-serif">
            <title>\(escaped(title))</title>
            <defs>
            \(ProgrammeWay.Kind.allCases.map(arrow).joined(separator: "\n"))
            </defs>
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(text(words.title, x: margin, y: margin + 22, size: 24, weight: 700))
            \(text("\(programme.name), \(words.word(.version)) \(programme.version)", x: margin, y: margin + 42, size: 12, fill: "#5b6570"))
            \(legend(words, right: width - margin, y: margin))
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    // MARK: Parts

    /// - Parameter height: of the only band, where it is to be as high as its neighbours.
    private static func drawing(_ layout: DiagramLayout, width: Int, height: Int? = nil) -> String {
        var parts: [String] = []
        for (band, place) in zip(layout.diagram.bands, layout.bandFrames) {
            let frame = (y: place.y, height: height ?? place.height)
            let bar = bars[band.tint % bars.count]
            parts.append(
                """
                <rect x="0" y="\(frame.y)" width="\(width)" height="\(frame.height)" rx="8" fill="\(tints[band.tint % tints.count])"/>
                <rect x="0" y="\(frame.y)" width="6" height="\(frame.height)" rx="3" fill="\(bar)"/>
                """)
            parts.append(text(band.title, x: 20, y: frame.y + 30, size: 17, weight: 700, fill: bar))
            var y = frame.y + 54
            for note in band.notes {
                for (index, line) in note.enumerated() {
                    parts.append(
                        text(line, x: index == 0 ? 20 : 28, y: y, size: DiagramSize.smallText, fill: "#3d4751"))
                    y += 14
                }
                y += 6
            }
        }
        // The lines that happen by themselves lie below, those of people on top, where they share a way.
        for kind in ProgrammeWay.Kind.allCases.reversed() {
            for route in layout.routes where layout.diagram.nodes[route.from].ports[route.port].kind == kind {
                parts.append(line(route.points, kind))
            }
        }
        for route in layout.routes {
            let port = layout.diagram.nodes[route.from].ports[route.port]
            let start = route.points[0]
            let words = port.label.enumerated().map { index, line in
                text(
                    line, x: start.x + 7, y: start.y - 4 - (port.label.count - 1 - index) * 11,
                    size: DiagramSize.labelText, fill: inks[port.kind] ?? "#000000")
            }
            let isCut = port.label.last?.hasSuffix("…") ?? false
            parts.append(
                isCut ? "<g><title>\(escaped(port.tip))</title>\(words.joined())</g>" : words.joined(separator: "\n"))
        }
        for index in layout.diagram.nodes.indices { parts.append(box(index, layout)) }
        return parts.joined(separator: "\n")
    }

    private static func box(_ index: Int, _ layout: DiagramLayout) -> String {
        let node = layout.diagram.nodes[index]
        let (x, y) = (layout.left(of: index), layout.top(of: index))
        if case .end(let kind) = node.look {
            let (ink, ground) = colours(of: kind)
            let middle = y + node.height / 2 + 4 - (node.title.count - 1) * 7
            let lines = node.title.enumerated().map { row, line in
                text(
                    line, x: x + node.width / 2, y: middle + row * 14, size: 12, weight: 600, fill: ink,
                    anchor: "middle")
            }
            return """
                <rect x="\(x)" y="\(y)" width="\(node.width)" height="\(node.height)" rx="\(node.height / 2)" fill="\(ground)" \
                stroke="\(ink)" stroke-width="1.6"/>
                \(lines.joined(separator: "\n"))
                """
        }
        var parts = [
            """
            <rect x="\(x)" y="\(y)" width="\(node.width)" height="\(node.height)" rx="6" fill="#ffffff" stroke="#4a5765" \
            stroke-width="1.3"/>
            """
        ]
        if node.isFirst {
            let middle = y + DiagramSize.entry
            parts.append(
                """
                <path d="M\(x - 22) \(middle)H\(x - 2)" stroke="#1f3a5f" stroke-width="1.5" marker-end="url(#person)"/>
                <circle cx="\(x - 24)" cy="\(middle)" r="5.5" fill="#1f3a5f"/>
                """)
        }
        var line = y + 21
        for title in node.title {
            parts.append(text(title, x: x + 10, y: line, size: DiagramSize.titleText, weight: 700))
            line += 16
        }
        line += 1
        for detail in node.details {
            let isTime = detail.first == Diagram.clock
            if isTime { parts.append(clock(x: x + 15, y: line - 4)) }
            parts.append(
                text(
                    isTime ? String(detail.dropFirst(2)) : detail, x: x + (isTime ? 24 : 10), y: line,
                    size: DiagramSize.smallText, fill: "#4a5765"))
            line += 14
        }
        return parts.joined(separator: "\n")
    }

    private static func colours(of kind: EndDeclaration.Kind) -> (ink: String, ground: String) {
        switch kind {
        case .fulfilled, .good: ("#1e6b43", "#d9f0e2")
        case .refused, .bad: ("#9b2c2c", "#fbe3e1")
        case .withdrawn: ("#4a5765", "#e6e9ed")
        case .cancelled: ("#8a3b12", "#fde8d9")
        case .expired: ("#75600a", "#faf0c4")
        }
    }

    /// What holds in every stage: a line each, in columns.
    private static func strip(_ title: String, _ lines: [String], width: Int) -> (String, Int) {
        let columns = max(1, min(lines.count, width / 420))
        let cell = (width - DiagramSize.sidebar) / columns
        var parts = [text(title, x: 20, y: 24, size: 13, weight: 700, fill: "#3d4751")]
        var heights = Array(repeating: 10, count: (lines.count + columns - 1) / columns)
        let wrapped = lines.map { TextWidth.wrapped($0, size: 12, width: cell - 20, lines: 4) }
        for (index, words) in wrapped.enumerated() {
            heights[index / columns] = max(heights[index / columns], words.count * 16 + 6)
        }
        for (index, words) in wrapped.enumerated() {
            let top = heights.prefix(index / columns).reduce(24, +)
            for (row, line) in words.enumerated() {
                parts.append(
                    text(
                        line, x: DiagramSize.sidebar + index % columns * cell, y: top + row * 16, size: 12,
                        fill: "#3d4751"))
            }
        }
        let height = heights.reduce(18, +)
        let ground = "<rect width=\"\(width)\" height=\"\(height)\" rx=\"8\" fill=\"#f4f5f7\"/>"
        return (([ground] + parts).joined(separator: "\n"), height)
    }

    /// Tracks beside each other where there is room, each in the first shelf that has it.
    private static func shelves(_ tracks: [DiagramLayout], width: Int) -> (String, Int) {
        var shelves: [(tracks: [DiagramLayout], width: Int)] = []
        for track in tracks {
            let wide = scaled(track.width)
            if let free = shelves.firstIndex(where: { $0.width + gap + wide <= width }) {
                shelves[free].tracks.append(track)
                shelves[free].width += gap + wide
            } else {
                shelves.append(([track], wide))
            }
        }
        var parts: [String] = []
        var y = 0
        for shelf in shelves {
            var x = 0
            let height = shelf.tracks.map(\.height).max() ?? 0
            let spare = (width - shelf.width) / shelf.tracks.count
            for track in shelf.tracks {
                let wide = scaled(track.width) + spare
                let inner = drawing(track, width: wide * 100 / trackScale, height: height)
                parts.append(group(x: x, y: y, scale: trackScale, inner))
                x += wide + gap
            }
            y += scaled(height) + gap
        }
        return (parts.joined(separator: "\n"), y - gap)
    }

    private static func scaled(_ length: Int) -> Int { (length * trackScale + 99) / 100 }

    private static func legend(_ words: ProgrammeWords, right: Int, y: Int) -> String {
        let entries: [(ProgrammeWay.Kind, String)] = [
            (.person, words.word(.person)), (.time, words.word(.time)), (.itself, words.word(.itself)),
        ]
        let end = words.word(.end)
        let widths = entries.map { TextWidth.of($0.1, size: 12) + 74 }
        let pill = TextWidth.of(end, size: 12) + 28
        var x = right - widths.reduce(0, +) - pill
        var parts: [String] = []
        for ((kind, label), width) in zip(entries, widths) {
            parts.append(line([.init(x: x, y: y + 14), .init(x: x + 42, y: y + 14)], kind))
            parts.append(text(label, x: x + 50, y: y + 18, size: 12, fill: "#3d4751"))
            x += width
        }
        parts.append(
            """
            <rect x="\(x)" y="\(y + 1)" width="\(pill)" height="26" rx="13" fill="#e6e9ed" stroke="#4a5765" stroke-width="1.6"/>
            \(text(end, x: x + pill / 2, y: y + 18, size: 12, weight: 600, fill: "#4a5765", anchor: "middle"))
            """)
        return parts.joined(separator: "\n")
    }

    // MARK: Shapes

    private static func clock(x: Int, y: Int) -> String {
        """
        <g fill="none" stroke="#4a5765" stroke-width="1.1"><circle cx="\(x)" cy="\(y)" r="4.6"/>\
        <path d="M\(x) \(y - 3)V\(y)H\(x + 3)"/></g>
        """
    }

    private static func arrow(_ kind: ProgrammeWay.Kind) -> String {
        """
        <marker id="\(kind.rawValue)" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" \
        markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.8L10 5L0 9.2z" fill="\(inks[kind] ?? "")"/></marker>
        """
    }

    /// A line with rounded corners.
    private static func line(_ points: [DiagramLayout.Point], _ kind: ProgrammeWay.Kind) -> String {
        var path = "M\(points[0].x) \(points[0].y)"
        for index in points.indices.dropFirst() {
            let (before, here) = (points[index - 1], points[index])
            guard index + 1 < points.count else {
                path += "L\(here.x) \(here.y)"
                break
            }
            let after = points[index + 1]
            let room = min(length(before, here), length(here, after)) / 2
            let radius = min(6, room)
            let (enter, leave) = (toward(here, before, radius), toward(here, after, radius))
            path += "L\(enter.x) \(enter.y)Q\(here.x) \(here.y) \(leave.x) \(leave.y)"
        }
        let dash = dashes[kind].flatMap { $0.isEmpty ? nil : " stroke-dasharray=\"\($0)\"" } ?? ""
        let thick = kind == .itself ? "1.8" : "1.4"
        return """
            <path d="\(path)" fill="none" stroke="\(inks[kind] ?? "")" stroke-width="\(thick)"\(dash) \
            marker-end="url(#\(kind.rawValue))"/>
            """
    }

    private static func length(_ a: DiagramLayout.Point, _ b: DiagramLayout.Point) -> Int {
        abs(a.x - b.x) + abs(a.y - b.y)
    }

    private static func toward(
        _ from: DiagramLayout.Point, _ to: DiagramLayout.Point, _ distance: Int
    ) -> DiagramLayout.Point {
        .init(
            x: from.x + (to.x - from.x).signum() * distance, y: from.y + (to.y - from.y).signum() * distance)
    }

    private static func group(x: Int, y: Int, scale: Int, _ inner: String) -> String {
        let size = scale == 100 ? "" : " scale(0.\(scale))"
        return "<g transform=\"translate(\(x) \(y))\(size)\">\n\(inner)\n</g>"
    }

    private static func text(
        _ text: String, x: Int, y: Int, size: Int, weight: Int = 400, fill: String = "#1c2733", anchor: String = ""
    ) -> String {
        let bold = weight == 400 ? "" : " font-weight=\"\(weight)\""
        let place = anchor.isEmpty ? "" : " text-anchor=\"\(anchor)\""
        return
            "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" fill=\"\(fill)\"\(bold)\(place)>\(escaped(text))</text>"
    }

    /// For text and for attributes; what XML cannot hold at all is left out.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            default:
                let isForbidden = scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value)
                if !isForbidden { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}
