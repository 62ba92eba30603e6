/// What a command line says, by the names of options and arguments.
///
/// To ask for a name that the verb does not declare is a mistake of the programmer and ends the process.
struct Parsed: Sendable {
    /// The verb as it was typed: `sojourn case list`.
    let command: String
    /// Values as given, in their order; flags once each time they are given, as empty texts.
    let values: [String: [String]]
    private let options: [String: Option]
    private let arguments: Set<String>

    init(command: String, values: [String: [String]], options: [Option], arguments: [Positional]) {
        self.command = command
        self.values = values
        self.options = Dictionary(options.map { ($0.long, $0) }, uniquingKeysWith: { _, last in last })
        self.arguments = Set(arguments.map(\.name))
    }

    /// Whether the flag, or the option with a value, was given.
    func flag(_ name: String) -> Bool {
        precondition(options[name] != nil, "\(command) declares no option \(name)")
        return values[name] != nil
    }

    /// All values of a repeating option or argument, or its default.
    func texts(_ name: String) -> [String] {
        precondition(options[name] != nil || arguments.contains(name), "\(command) declares no \(name)")
        return values[name] ?? options[name]?.standard.map { [$0] } ?? []
    }

    /// The value given last, the default, or nil.
    func text(_ name: String) -> String? { texts(name).last }

    /// The value of what must be given, or has a default.
    subscript(name: String) -> String {
        guard let text = text(name) else { preconditionFailure("\(command): \(name) may be missing, ask with text") }
        return text
    }

    /// A whole number inside the range.
    func integer(_ name: String, _ range: ClosedRange<Int> = .min ... .max) throws(UsageMistake) -> Int? {
        var what = "a whole number"
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): break
        case (let least, .max): what += ", \(least) or more"
        case (.min, let most): what += ", \(most) or less"
        case (let least, let most): what += " from \(least) to \(most)"
        }
        return try value(name, what) { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// One of a type's cases by its raw text.
    func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _: Choice.Type = Choice.self)
        throws(UsageMistake) -> Choice? where Choice.RawValue == String
    {
        try value(name, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")) { Choice(rawValue: $0) }
    }

    /// A value read by any reader.
    /// - Parameter what: what is wanted, such as `a day like 2026-05-01`.
    func value<Result>(_ name: String, _ what: String, _ read: (String) throws -> Result?) throws(UsageMistake)
        -> Result?
    {
        guard let text = text(name) else { return nil }
        if let result = try? read(text) { return result }
        throw UsageMistake("\(shown(name)) wants \(what), not '\(text)'")
    }

    private func shown(_ name: String) -> String { options[name] == nil ? name.uppercased() : "--\(name)" }
}
