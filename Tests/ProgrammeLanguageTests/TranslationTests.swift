import Exchange
import Expressions
import Foundation
import Testing

@testable import ProgrammeLanguage

@Suite struct `Translations` {
    private static let english = """
        language: en
        messages:
          briefing:
            subject: "Your visit: {{ visit }}"
            body: |
              Dear {{ reader.name }},

              {{ left }}
            parts:
              left:
                count: "people.size()"
                one: "One paper is missing."
                other: "{{ people.size() }} papers are missing."
          thanks: {subject: Thank you, body: "Thank you, {{ reader.name }}"}
        labels:
          states: {draft: Being written, sent: Sent}
        """

    private func source(_ french: String?) -> ProgrammeSource {
        var files: [String: [UInt8]] = [
            ProgrammeSource.mainFile: Array("format: 1\nprogramme: p\nlanguages: [en, fr, ar]\n".utf8),
            "texts/en.yaml": Array(Self.english.utf8),
        ]
        files["texts/fr.yaml"] = french.map { Array($0.utf8) }
        return ProgrammeSource(files: files)
    }

    private static let french = """
        # Traduit par Ana.
        language: fr
        messages:
          briefing:
            subject: "Votre visite : {{ visit }}"     # court
            body: |
              Bonjour {{ reader.name }},

              {{ left }}

            parts:
              left: {count: "people.size()", one: "Il manque un papier.", other: "Il manque {{ people.size() }} papiers."}
        labels:
          states: {draft: En rédaction}
        # Fin.

        """

    @Test func `say what is missing, and which forms a language needs`() throws {
        let texts = try ProgrammeTexts(source(Self.french))
        let french = texts.translation("fr")
        #expect(french.missing.map(\.key) == ["messages.thanks.subject", "messages.thanks.body", "labels.states.sent"])
        #expect(french.units.map(\.standing) == [.unchecked, .missing])
        let arabic = texts.translation("ar").missing.map(\.key).filter { $0.contains(".left.") }
        let forms = ["zero", "one", "two", "few", "many", "other"]
        #expect(arabic == forms.map { "messages.briefing.parts.left.\($0)" })
        let few = texts.translation("ar").entries.first { $0.key.hasSuffix(".few") }
        #expect(few?.source == "{{ people.size() }} papers are missing.")
    }

    @Test func `are stale as soon as the source says something else, and then check warns`() throws {
        let texts = try ProgrammeTexts(source(Self.french))
        let mark = try #require(texts.translation("fr").units.first).mark
        var file = try texts.file("fr")
        try file.set(["messages", "briefing", "checked-against"], to: mark, isFirst: true)
        let marked = String(decoding: file.bytes, as: UTF8.self)
        let line = "    checked-against: \"\(mark)\"\n    subject: "
        #expect(marked == Self.french.replacing("    subject: ", with: line, maxReplacements: 1))
        #expect(try ProgrammeTexts(source(marked)).translation("fr").units.map(\.standing) == [.checked, .missing])
        var changed = source(marked)
        changed.files["texts/en.yaml"] = Array(Self.english.replacing("One paper", with: "A paper").utf8)
        #expect(try ProgrammeTexts(changed).translation("fr").units.map(\.standing) == [.stale, .missing])
        let told = ProgrammeCompiler.compile(changed).diagnostics.all.filter {
            $0.message.contains("has changed since")
        }
        let before = ProgrammeCompiler.compile(source(marked)).diagnostics.all
        #expect(!before.contains { $0.message.contains("has changed since") })
        // What only follows from errors is not said, so this programme, which has some, is asked without them.
        #expect(told.allSatisfy { $0.file == "texts/fr.yaml" && $0.severity == .warning })
    }

    @Test func `are set one by one, and every other byte stays`() throws {
        var file = try TextFile(name: "fr.yaml", bytes: Array(Self.french.utf8))
        try file.set(["messages", "briefing", "subject"], to: "Visite \"{{ visit }}\"")
        try file.set(["messages", "briefing", "body"], to: "Bonjour,\n\n  {{ left }}\nÀ bientôt\n")
        try file.set(["messages", "briefing", "parts", "left", "one"], to: "Un papier manque.")
        try file.set(["labels", "states", "sent"], to: "Envoyé: oui")
        try file.set(["messages", "thanks", "subject"], to: "Merci")
        try file.set(["messages", "thanks", "body"], to: "Merci,\n{{ reader.name }}\n")
        let expected = """
            # Traduit par Ana.
            language: fr
            messages:
              briefing:
                subject: "Visite \\"{{ visit }}\\""     # court
                body: |
                  Bonjour,

                    {{ left }}
                  À bientôt

                parts:
                  left: {count: "people.size()", one: "Un papier manque.", other: "Il manque {{ people.size() }} papiers."}
              thanks:
                subject: "Merci"
                body: |
                  Merci,
                  {{ reader.name }}
            labels:
              states: {draft: En rédaction, sent: "Envoyé: oui"}
            # Fin.

            """
        #expect(String(decoding: file.bytes, as: UTF8.self) == expected)
    }

    @Test func `of what is shipped can be set anew text by text, in any order, without another byte`() throws {
        for name in shippedNames {
            let source = try ProgrammeSource.read(path: workflows + "/" + name)
            let texts = try ProgrammeTexts(source)
            for language in texts.languages.dropFirst() {
                let translation = texts.translation(language)
                #expect(translation.missing.isEmpty, "\(name), \(language): \(translation.missing.map(\.key))")
                var file = try texts.file(language)
                for entry in translation.entries { try file.set(entry.path, to: entry.text ?? "") }
                #expect(file.bytes == source.files["texts/\(language).yaml"])
                // Each text changed and set back: the same text again, and no other touched.
                for entry in translation.entries.prefix(8) {
                    try file.set(entry.path, to: "x\n\(entry.text ?? "")")
                    try file.set(entry.path, to: entry.text ?? "")
                }
                let after = try ProgrammeTexts(replacing(source, language, file.bytes)).translation(language)
                #expect(after.entries == translation.entries)
            }
        }
    }

    private func replacing(_ source: ProgrammeSource, _ language: String, _ bytes: [UInt8]) -> ProgrammeSource {
        var other = source
        other.files["texts/\(language).yaml"] = bytes
        return other
    }

    @Test func `may not translate what stands in braces`() {
        let source = "Dear {{ reader.name }}, {{ if a }}x{{ else }}y{{ end }}"
        func told(_ text: String) -> [String] {
            TextPlaceholders.compare(text, with: source).map { "\($0.severity.rawValue): \($0.message)" }
        }
        #expect(told("Bonjour {{reader.name}}, {{ if a }}x{{ else }}y{{ end }}").isEmpty)
        #expect(
            told("Bonjour {{ lecteur.nom }}")
                == [
                    "error: {{ lecteur.nom }} is not in the source; what stands in {{ }} is not translated: {{ reader.name }}"
                ])
        #expect(told("{{ reader.name }}").count == 3)
        #expect(told("{{ reader.name }}").allSatisfy { $0.hasPrefix("warning: this does not say {{ ") })
        #expect(told("{{ reader.name }").first == "error: \"{{\" and \"}}\" do not come in pairs")
        #expect(told("\u{202E}{{ reader.name }}").first?.hasPrefix("error: a hidden sign") ?? false)
    }

    /// Held against Babel, which reads the rules out of the CLDR itself.
    @Test func `take the plural forms of the CLDR`() throws {
        let languages = PluralRules.languages + ["pt-PT", "fr-CA", "ar-EG"]
        var numbers: [String] = (0...220).map(String.init) + ["1000", "1001", "1011", "1000000", "2000000", "1000001"]
        numbers += ["0.1", "0.5", "1.1", "1.5", "2.1", "2.2", "3.3", "5.5", "10.1", "11.11", "12.12", "21.21", "100.5"]
        let answers = try PythonCounterpart.plurals(languages, numbers)
        #expect(answers.count == languages.count)
        for (language, forms) in zip(languages, answers) {
            let own = numbers.map { PluralRules.category(of: Double($0) ?? 0, in: language) }
            #expect(own == forms, "\(language)")
            let needed = Set((PluralRules.categories(of: language) ?? []) + ["other"])
            #expect(
                Set(own).subtracting(PluralRules.optionalCategories(of: language)).isSubset(of: needed), "\(language)")
        }
    }
}
