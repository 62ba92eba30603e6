/// A command of the operator's that says one thing and ends, such as one that knows a secret.
package enum ShortCommand {
    /// Seconds that it may take.
    package static let seconds = 10

    /// What it wrote on standard output, if it ended well; nil otherwise. It blocks.
    ///
    /// - Parameter arguments: the absolute path of the program, or a name that is looked up, first.
    package static func output(_ arguments: [String]) -> [UInt8]? {
        guard let name = arguments.first, let path = name.hasPrefix("/") ? name : Sandbox.find(name) else { return nil }
        let outcome = Child.run([path] + arguments.dropFirst(), seconds: seconds)
        return outcome?.code == 0 ? outcome?.output : nil
    }
}
