import Expressions
import Foundation

/// Python packages that do what is tested here: jsonschema validates as editors do, Babel counts as the CLDR says.
enum PythonCounterpart {
    struct Failed: Error {
        let status: Int32
        let program: String
    }

    private static let folder = workflows + "/../Tests/Counterparts"

    /// The Python that `Tests/Counterparts/setup` makes.
    private static let python: Result<String, any Error> = Result {
        String(decoding: try run(folder + "/setup", [], input: ""), as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    /// The mistakes of each document by the schema at its number, all in one run, since a Python takes its time to start.
    static func mistakes(_ documents: [(schema: Int, text: String)], by schemas: [Value]) throws -> [[String]] {
        let question = Value.object([
            "schemas": .list(schemas),
            "documents": .list(documents.map { .list([.int(Int64($0.schema)), .string($0.text)]) }),
        ])
        let answer = try run(python.get(), [folder + "/check_schema.py"], input: question.json)
        return (try Value(json: [UInt8](answer)).asList ?? []).map { ($0.asList ?? []).compactMap(\.asString) }
    }

    /// The plural form of each number in each language.
    static func plurals(_ languages: [String], _ numbers: [String]) throws -> [[String]] {
        let question = Value.list([.list(languages.map { .string($0) }), .list(numbers.map { .string($0) })])
        let answer = try run(python.get(), [folder + "/plural_forms.py"], input: question.json)
        return (try Value(json: [UInt8](answer)).asList ?? []).map { ($0.asList ?? []).compactMap(\.asString) }
    }

    private static func run(_ program: String, _ arguments: [String], input: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let (source, sink) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (source, sink)
        try process.run()
        let writer = Thread {
            source.fileHandleForWriting.write(Data(input.utf8))
            try? source.fileHandleForWriting.close()
        }
        writer.start()
        let answer = sink.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(status: process.terminationStatus, program: (program as NSString).lastPathComponent)
        }
        return answer
    }
}
