import Exchange
import ProgrammeLanguage
import Testing

/// A small programme made wrong in one place, and the one line that is said about it.
struct Mistake: CustomTestStringConvertible, Sendable {
    let number: Int
    let title: String
    let file: String
    let old: String
    let new: String
    let says: String

    init(_ number: Int, _ title: String, in file: String, replace old: String, with new: String, says: String) {
        self.number = number
        self.title = title
        self.file = file
        self.old = old
        self.new = new
        self.says = says
    }

    var testDescription: String { "\(number), \(title)" }
}

@Suite struct `The catalogue of mistakes` {
    @Test func `begins with a programme without any`() {
        let (programme, diagnostics) = ProgrammeCompiler.compile(SmallTour.changed([]))
        #expect(diagnostics.lines == [])
        #expect(programme?.name == "small-tour")
    }

    @Test(arguments: Mistake.yaml + Mistake.names + Mistake.proofs)
    func `says each at its place, and nothing else`(mistake: Mistake) throws {
        let text = try #require(SmallTour.files[mistake.file])
        #expect(text.ranges(of: mistake.old).count == 1, "\"\(mistake.old)\" must stand in \(mistake.file) once")
        let source = SmallTour.changed([(mistake.file, mistake.old, mistake.new)])
        #expect(ProgrammeCompiler.compile(source).diagnostics.lines == [mistake.says])
    }

    /// Mistakes of one layer, far from one another: all are said in one run.
    @Test func `says all at once`() {
        let chosen = [18, 25, 28, 29, 36, 45].compactMap { number in
            (Mistake.yaml + Mistake.names).first { $0.number == number }
        }
        let source = SmallTour.changed(chosen.map { ($0.file, $0.old, $0.new) })
        #expect(Set(ProgrammeCompiler.compile(source).diagnostics.lines) == Set(chosen.map(\.says)))
        #expect(chosen.count == 6)
    }
}
