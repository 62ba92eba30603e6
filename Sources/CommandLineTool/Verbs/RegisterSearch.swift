import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `register search`: what offers, past exchanges and lessons say.
enum RegisterSearch {
    private static let words = ["offers", "exchanges", "lessons", "institutions", "hubs", "experts"]

    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "search", "Searches the register, past exchanges and lessons for words.",
            discussion: """
                Every word must stand in the text; case, accents and the forms of Arabic letters do not count. A word of four \
                letters or more also finds words that it begins. Put words that belong together in quotation marks. Personal \
                data are not in the index.
                """,
            examples: [
                ("sojourn register search eau potable", "Finds both words, in any order."),
                ("sojourn register search '\"waste water\"' --of lessons", "Finds the two words together, in lessons."),
            ],
            arguments: [Positional("words", "What is searched.", repeating: true)],
            options: [
                Option("of", value: "WHAT", "Only these.", repeating: true, completion: .choices(words)), Lists.limit,
            ]
        ) { parsed, terminal in
            let limit = try Lists.pageLimit(parsed)
            return try await place.withService(parsed) { service in
                let found = try await service.engine.search.search(
                    parsed.texts("words").joined(separator: " "), kinds: kinds(parsed.texts("of")), limit: limit)
                if parsed.flag("json") {
                    terminal.print(
                        json: .list(
                            found.map {
                                .object([
                                    "kind": .string($0.kind), "id": .string($0.id), "excerpt": .string($0.excerpt),
                                ])
                            }))
                    return .success
                }
                var table = Table(.init("WHAT", shrinks: false), .init("ID", shrinks: false), .init("TEXT"))
                for hit in found { table.add("\(hit.kind)", "\(hit.id)", "\(hit.excerpt)") }
                Lists.print(table, hasMore: false, nothing: "nothing has these words", on: terminal)
                return .success
            }
        }
    }

    private static func kinds(_ words: [String]) -> Set<String> {
        Set(
            words.flatMap { word -> [String] in
                switch word {
                case "offers": [EntryKind.hostOffer.rawValue, EntryKind.expertOffer.rawValue]
                case "exchanges": [SearchService.exchange]
                case "lessons": [SearchService.lesson]
                default: EntryKind(word: word).map { [$0.rawValue] } ?? []
                }
            })
    }
}
