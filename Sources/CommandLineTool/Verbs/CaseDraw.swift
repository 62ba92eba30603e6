import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `case draw CASE`: what a case went through, as a picture.
enum CaseDraw {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "draw", "Draws a case: its stages over the months, its people's courses, and what happened.",
            discussion: """
                The picture is SVG on standard output, for a browser or a report. It is made from the journal, after \
                checking that nothing was changed, and names no person.
                """,
            examples: [
                ("sojourn case draw ST-2027-0001 > case.svg", "Draws a case into a file."),
                ("sojourn case draw ST-2027-0001 --output case.svg", "The same, written whole or not at all."),
            ], arguments: [CaseVerbs.argument(place)], options: [ReadProgramme.output]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let (c, machine) = try await CaseVerbs.load(parsed["case"], in: service)
                let notes = try await HistoryVerbs.verified(c, in: service).flatMap(StepWriter.notes)
                let svg = CaseDrawing.svg(c, machine: machine, notes: notes, now: place.world.now())
                if parsed.flag("json") {
                    terminal.print(json: .object(["case": .string(c.reference), "svg": .string(svg)]))
                } else {
                    try ReadProgramme.write(svg, parsed, terminal)
                }
                return .success
            }
        }
    }
}
