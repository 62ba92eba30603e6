/// The first files of a new pack, which work as they are.
package struct PackSkeleton: Sendable {
    package enum Language: String, Sendable, CaseIterable {
        case swift, python, shell, javascript
    }

    package struct File: Sendable {
        package let path: String
        package let text: String
        package let isProgram: Bool

        init(_ path: String, _ text: String, isProgram: Bool = false) {
            (self.path, self.text, self.isProgram) = (path, text, isProgram)
        }
    }

    package let name: String
    package let language: Language

    /// - Parameter name: as `PackReader.isName` wants it.
    package init(name: String, language: Language) {
        (self.name, self.language) = (name, language)
    }

    /// The action that the skeleton offers.
    package var action: String { name.replacing("-", with: "_") + ".greet" }

    package var files: [File] { common + own }

    private var own: [File] {
        switch language {
        case .python: SkeletonSources.python(action)
        case .shell: SkeletonSources.shell()
        case .javascript: SkeletonSources.javascript(action)
        case .swift: SkeletonSources.swift(name)
        }
    }

    private var exec: String {
        switch language {
        case .python: "[python3, main.py]"
        case .shell: "[./run]"
        case .javascript: "[node, main.mjs]"
        case .swift: "[./\(name)]"
        }
    }

    private var common: [File] {
        [
            File(
                "pack.yaml",
                """
                name: \(name)
                version: 0.1.0
                title: Greets people
                protocol: [1]
                exec: \(exec)
                actions:
                  \(action):
                    title: Makes a greeting.
                    input:
                      type: object
                      properties: {name: {type: string, format: line, maxLength: 80}}
                      required: [name]
                    output:
                      type: object
                      properties: {text: {type: string}}
                      required: [text]
                    idempotent: native
                    timeout: 10 seconds

                """),
            File(
                "tests.yaml",
                """
                # Calls that "sojourn plugin test" plays, with what is to come of them.
                - action: \(action)
                  input: {name: Ana}
                  gives: {text: "Hello, Ana!"}

                """),
            File(
                "README.md",
                """
                # \(name)

                Say here what it does, its settings and its secrets.

                ```
                \(language == .swift ? "./build\n" : "")sojourn plugin test .
                sojourn plugin call . \(action) --input '{"name": "Ana"}'
                ```

                To install it, put the folder into `packs` beside the database, look at it, and run `sojourn plugin lock`.

                """),
        ]
    }
}
