import ProgrammeLanguage
import Service

/// `schema [PROGRAMME]`: what editors need to propose keys and names.
enum SchemaVerb {
    static let spec = CommandSpec(
        "schema", "Writes the JSON Schema of programmes, by which editors propose keys and names.",
        discussion: """
            Without a programme the schema is that of the language: every key with its meaning and an example. With one, the \
            editor proposes this programme's own states, people, forms, messages and dates where such a name is expected, \
            and marks every other; write it again when new names have come.

            An editor finds the schema by the first line of the programme:
             # yaml-language-server: $schema=study-tour.schema.json
            The schema says less than "sojourn check", and never more.
            """,
        examples: [
            ("sojourn schema -o programme.schema.json", "Writes the schema of every programme."),
            (
                "sojourn schema workflows/study-tour -o study-tour.schema.json",
                "Writes the one of the study tour, with its names."
            ),
        ],
        arguments: [
            Positional(
                "folder", "A programme's folder, or a programme of one file, whose names are proposed.", optional: true,
                completion: .folder)
        ],
        options: [ReadProgramme.output]
    ) { parsed, terminal in
        let schema: EditorSchema
        if let path = parsed.text("folder") {
            schema = EditorSchema(try ReadProgramme.compile(path).programme, actions: Service.knownActions)
        } else {
            schema = EditorSchema(actions: Service.knownActions)
        }
        try ReadProgramme.write(schema.value.prettyJSON + "\n", parsed, terminal)
        return .success
    }
}
