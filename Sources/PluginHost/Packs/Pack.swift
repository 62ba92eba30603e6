package import ActionKit

/// A plugin as a folder: `pack.yaml` and a program in any language, which runs as a child process.
package struct Pack: Hashable, Sendable {
    /// How the program and its host talk.
    package enum Channel: String, Hashable, Sendable, CaseIterable {
        /// Standard input and output.
        case stdio
        /// Descriptor 3 is read, 4 is written; what goes to standard output is log.
        case descriptors
    }

    /// Small letters, digits and hyphens; also the name of its part of the settings.
    package var name: String
    package var version: PackVersion
    package var title: String
    /// The absolute path of its folder.
    package var folder: String
    /// Versions of the protocol that it speaks.
    package var protocols: [Int]
    /// The program and its arguments: a name that is looked up, or a path within the folder.
    package var exec: [String]
    package var channel: Channel
    /// Calls at once.
    package var concurrency: Int
    package var allowance: Allowance
    package var capabilities: Capabilities
    /// The shape of its settings.
    package var settings: Schema
    /// Names of its secrets; each resolves as `<name of the pack>.<name>`.
    package var secrets: [String]
    package var actions: [PackAction]

    /// `sms 1.0.0`.
    package var id: String { "\(name) \(version)" }

    /// What the program and all that it starts may use.
    package struct Allowance: Hashable, Sendable {
        /// Bytes of writable memory of one process.
        package var memoryBytes = 1 << 30
        /// Bytes of one file, of all that it keeps, and in the sandbox of all temporary files.
        package var fileBytes = 64 << 20
        /// Open files of one process.
        package var files = 256
        /// Processes and threads at once.
        package var processes = 64

        package init() {}
    }

    /// What the program needs beyond its own folder.
    package struct Capabilities: Hashable, Sendable {
        /// Hosts that it talks to, for the operator; none means no network.
        package var hosts: [String] = []
        /// Absolute paths that it reads.
        package var reads: [String] = []

        package init() {}
    }
}

/// An action that a pack offers.
package struct PackAction: Hashable, Sendable {
    /// `family.verb`.
    package var name: String
    package var title: String
    package var input: Schema
    package var output: Schema
    /// Those of the pack's secrets that one call gets.
    package var secrets: [String]
    package var isKept: Bool
    package var idempotency: ActionDescription.Idempotency
    package var timeoutSeconds: Int

    /// The same for the checker, the documentation and the engine.
    package var description: ActionDescription {
        ActionDescription(
            name: name, title: title, input: input, output: output, isKept: isKept, idempotency: idempotency,
            timeoutSeconds: timeoutSeconds)
    }
}
