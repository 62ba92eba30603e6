import Exchange
import Foundation
import FoundationXML
import Testing

@testable import ProgrammeLanguage

/// A shipped programme.
func shipped(_ name: String) throws -> Programme {
    let source = try ProgrammeSource.read(path: workflows + "/" + name)
    return try #require(ProgrammeCompiler.compile(source).programme)
}

let shippedNames = ["study-tour", "expert-visit", "twinning", "hub-referral", "thematic-visit"]

/// A programme of one file, without mistakes.
func compiled(_ text: String, _ comment: Comment? = nil) throws -> Programme {
    let (programme, diagnostics) = ProgrammeCompiler.compile(ProgrammeSource(text: text))
    return try #require(programme, Comment(rawValue: diagnostics.lines.joined(separator: "\n")))
}

@Suite struct `A drawing` {
    private struct Area {
        let x: ClosedRange<Int>
        let y: ClosedRange<Int>

        func overlaps(_ other: Area) -> Bool { x.overlaps(other.x) && y.overlaps(other.y) }
    }

    private func layouts(_ programme: Programme) -> [DiagramLayout] {
        let words = ProgrammeWords(programme)
        return [DiagramLayout(Diagram(words))]
            + programme.tracksOrder.compactMap { programme.tracks[$0] }.map { DiagramLayout(Diagram($0, words)) }
    }

    /// What the picture promises: nothing lies on a box, no label lies on another, every line ends where it leads.
    private func check(_ layout: DiagramLayout, _ name: String) {
        let nodes = layout.diagram.nodes
        let boxes = nodes.indices.map { index in
            let (x, y) = (layout.left(of: index), layout.top(of: index))
            return Area(x: x...(x + nodes[index].width), y: y...(y + nodes[index].height))
        }
        for first in boxes.indices {
            for second in boxes.indices where first < second {
                let both = "\(name): \(nodes[first].name), \(nodes[second].name)"
                #expect(!boxes[first].overlaps(boxes[second]), Comment(rawValue: both))
            }
        }
        var labels: [Area] = []
        for route in layout.routes {
            let port = nodes[route.from].ports[route.port]
            let way = Comment(rawValue: "\(name): \(nodes[route.from].name) \(port.tip) \(nodes[port.target].name)")
            for (from, to) in zip(route.points, route.points.dropFirst()) {
                #expect(from.x == to.x || from.y == to.y, way)
                // The ends of a line touch their boxes; inside of one no part of it lies.
                let line = Area(x: min(from.x, to.x)...max(from.x, to.x), y: min(from.y, to.y)...max(from.y, to.y))
                for box in boxes {
                    let inner = Area(
                        x: (box.x.lowerBound + 1)...(box.x.upperBound - 1),
                        y: (box.y.lowerBound + 1)...(box.y.upperBound - 1))
                    #expect(!inner.overlaps(line), way)
                }
            }
            #expect(route.points.last?.x == boxes[port.target].x.lowerBound, way)
            let start = route.points[0]
            for (row, line) in port.label.enumerated() {
                let base = start.y - 4 - (port.label.count - 1 - row) * 11
                let width = TextWidth.of(line, size: DiagramSize.labelText)
                let area = Area(x: (start.x + 7)...(start.x + 7 + width), y: (base - 7)...base)
                #expect(!boxes.contains { $0.overlaps(area) }, way)
                #expect(!labels.contains { $0.overlaps(area) }, way)
                labels.append(area)
            }
        }
    }

    @Test(arguments: shippedNames) func `writes nothing over a box or a label`(name: String) throws {
        for layout in layouts(try shipped(name)) { check(layout, name) }
    }

    @Test func `holds with forty states that lead everywhere`() throws {
        var text = """
            format: 1
            programme: large
            version: 1
            people: {clerk: {title: Clerk, staff: yes}}
            stages:

            """
        for (number, stage) in ["request", "match", "visit", "follow-up"].enumerated() {
            text += "  \(stage):\n"
            for index in 0..<10 {
                let here = number * 10 + index
                text += """
                        s\(here):
                          task: {who: clerk, due: 3 days}
                          next: {on: s\((here + 1) % 40), far: s\((here * 7 + 3) % 40), back: s\((here * 3 + 1) % 40), stop: over}
                          clock: {\(40 + here) days: {to: s\((here + 5) % 40), escalate: clerk}}

                    """
            }
        }
        text += "ends: {over: expired}\n"
        let programme = try compiled(text)
        for layout in layouts(programme) { check(layout, "large") }
        let drawn = ProgrammeDrawing.svg(ProgrammeWords(programme))
        #expect(drawn.components(separatedBy: "marker-end").count > 200)
    }

    @Test(arguments: shippedNames) func `is well-formed and shows every state and end that is reached`(name: String)
        throws
    {
        let programme = try shipped(name)
        for language in programme.languages + ["ar"] {
            let words = ProgrammeWords(programme, language: language)
            let svg = ProgrammeDrawing.svg(words)
            #expect(XMLParser(data: Data(svg.utf8)).parse())
            let drawn = layouts(programme)[0].diagram.nodes.map(\.name)
            #expect(Set(programme.statesOrder).isSubset(of: drawn))
            #expect(svg.contains(ProgrammeDrawing.escaped(words.title)))
        }
    }

    @Test func `keeps words of the programme from being read as a drawing`() throws {
        let programme = try compiled(
            """
            format: 1
            programme: odd
            version: 1
            title: "</text><script>alert(1)</script>"
            people: {clerk: {title: "A & B", staff: yes}}
            stages:
              request:
                first: {title: "<b \\"x\\">", task: {who: clerk}, clock: {3 days: over}, next: {done: over}}
            ends: {over: expired}
            """)
        let svg = ProgrammeDrawing.svg(ProgrammeWords(programme))
        #expect(!svg.contains("<script"))
        #expect(svg.contains("A &amp; B"))
        #expect(XMLParser(data: Data(svg.utf8)).parse())
    }

    @Test func `text never grows wider than it was given`() {
        for text in ["one two three four five", "unbreakablewordwithoutanyblanks", "漢字だけの長い文です", ""] {
            let lines = TextWidth.wrapped(text, size: 10, width: 60, lines: 2)
            #expect(lines.count <= 2)
            #expect(lines.allSatisfy { TextWidth.of($0, size: 10) <= 60 }, "\(lines)")
        }
        #expect(TextWidth.wrapped("one two", size: 10, width: 200, lines: 2) == ["one two"])
    }
}
