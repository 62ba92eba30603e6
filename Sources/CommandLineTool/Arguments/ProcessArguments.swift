/// What the process was started with.
enum ProcessArguments {
    /// The first argument that is not UTF-8, by its place from 1; nil if all are.
    ///
    /// Swift puts U+FFFD for what it cannot read, so that a name would be kept otherwise than it was given.
    static func firstUnreadable() -> Int? {
        let arguments = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
        return arguments.indices.dropFirst().first { index in
            arguments[index].map { String(validatingCString: $0) == nil } ?? false
        }
    }
}
