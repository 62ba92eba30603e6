import ActionKit
import Expressions
import PluginHost
import Service

/// `plugin show`: a pack in words.
enum PluginShow {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "show", "Shows a pack: its actions with what they take and give, what it may use, what it last printed.",
            examples: [
                ("sojourn plugin show sms", "Shows the newest installed version."),
                ("sojourn plugin show ./my-pack --json", "Prints a pack in a folder as JSON."),
            ], arguments: [PackDesk.word]
        ) { parsed, terminal in
            let desk = try PackDesk(place, parsed)
            let found = try desk.find(parsed["pack"])
            let pack = found.pack
            if parsed.flag("json") {
                terminal.print(json: value(pack))
                return .success
            }
            terminal.print("\(pack.name, .bold) \(pack.version)  \(pack.title)")
            terminal.print("Folder: \(pack.folder)")
            terminal.print(
                "Runs: \(pack.exec.joined(separator: " ")), \(Naming.count(pack.concurrency, "call")) at once")
            let allowance = pack.allowance
            terminal.print(
                "May use: \(allowance.memoryBytes >> 20) MB of memory, files of \(allowance.fileBytes >> 20) MB, \(allowance.files) open files, \(allowance.processes) processes"
            )
            let hosts = pack.capabilities.hosts
            terminal.print("Network: \(hosts.isEmpty ? "none" : hosts.joined(separator: ", "))")
            if !pack.capabilities.reads.isEmpty {
                terminal.print("Reads: \(pack.capabilities.reads.joined(separator: ", "))")
            }
            if !pack.secrets.isEmpty {
                terminal.print("Secrets: \(pack.secrets.map { "\(pack.name).\($0)" }.joined(separator: ", "))")
            }
            print(fields: pack.settings, "Settings", terminal)
            for action in pack.actions {
                terminal.print()
                terminal.print("\(action.name, .bold)  \(action.title)")
                terminal.print(
                    "  at most \(action.timeoutSeconds) s; a repetition is recognised by \(words(action.idempotency))\(action.isKept ? "; can be kept" : "")"
                )
                print(fields: action.input, "  takes", terminal)
                print(fields: action.output, "  gives", terminal)
            }
            if found.isInstalled, let running = place.running {
                let lines = running.host.log(of: pack)
                if !lines.isEmpty { terminal.print("\nLast printed:") }
                for line in lines { terminal.print("  \(line)") }
            }
            return .success
        }
    }

    private static func words(_ idempotency: ActionDescription.Idempotency) -> String {
        switch idempotency {
        case .native: "the plugin"
        case .keyed: "the receiver"
        case .none: "nobody"
        }
    }

    private static func print(fields schema: Schema, _ title: String, _ terminal: Terminal) {
        guard case .object(let fields) = schema, !fields.isEmpty else { return }
        terminal.print("\(title):")
        for field in fields {
            let need = field.isRequired ? "" : ", if you like"
            terminal.print("    \(field.name, .cyan): \(SchemaWords.text(of: field.schema))\(need)")
        }
    }

    private static func value(_ pack: Pack) -> Value {
        .object([
            "name": .string(pack.name), "version": .string("\(pack.version)"), "title": .string(pack.title),
            "folder": .string(pack.folder), "exec": .texts(pack.exec),
            "protocol": .list(
                pack.protocols.map { .number($0) }), "concurrency": .number(pack.concurrency),
            "net": .texts(pack.capabilities.hosts), "fs": .texts(pack.capabilities.reads),
            "secrets": .texts(pack.secrets),
            "actions": .list(
                pack.actions.map {
                    .object([
                        "name": .string($0.name), "title": .string($0.title),
                        "idempotent": .string($0.idempotency.rawValue), "kept": .bool($0.isKept),
                        "timeout_seconds": .number($0.timeoutSeconds), "secrets": .texts($0.secrets),
                    ])
                }),
        ])
    }
}

/// Shapes of values in words.
enum SchemaWords {
    static func text(of schema: Schema) -> String {
        switch schema {
        case .anything: "anything"
        case .boolean: "yes or no"
        case .integer(let range):
            range == Int.min...Int.max
                ? "a whole number" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number: "a number"
        case .text(let format, let bytes):
            switch format {
            case .plain: "a text of at most \(bytes) bytes"
            case .line: "a line of at most \(bytes) bytes"
            case .email: "an e-mail address"
            case .url: "an address such as https://example.org"
            case .date: "a day such as 2027-06-14"
            }
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .list(let of, let most): "a list of at most \(most): \(text(of: of))"
        case .object(let fields): "a map of \(fields.map(\.name).joined(separator: ", "))"
        }
    }
}
