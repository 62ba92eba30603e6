import Foundation

@testable import DocumentStore

/// A room of a real server of documents, `Tests/Counterparts/storage_server.py`: moto's S3 or WsgiDAV, with faults on
/// demand. The two servers are started once and shared; nothing of one room is seen in another.
struct StorageServer: Sendable {
    enum Kind: String, CaseIterable, Sendable { case s3, webdav }

    struct Failed: Error {
        let what: String
    }

    let kind: Kind
    private let running: Running
    private let room = "r" + UUID().uuidString.lowercased()

    /// A process that ends with this one, however this one ends: its standard input closes.
    private struct Running: Sendable {
        let port: Int
        let process: Process
        let life = Pipe()

        init(_ kind: Kind) throws {
            process = Process()
            process.executableURL = URL(fileURLWithPath: try python.get())
            process.arguments = [counterparts + "/storage_server.py", kind.rawValue]
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardInput = life
            try process.run()
            var line = Data()
            while let byte = try pipe.fileHandleForReading.read(upToCount: 1), let first = byte.first, first != 0x0A {
                line.append(first)
            }
            guard let port = Int(String(decoding: line, as: UTF8.self)) else { throw Failed(what: "no port") }
            self.port = port
        }
    }

    private static let counterparts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Tests/Counterparts").standardizedFileURL.path
    private static let python: Result<String, any Error> = Result {
        String(decoding: try Counterpart.run(counterparts + "/setup", []), as: UTF8.self)
            .trimmingCharacters(in: .newlines)
    }
    private static let s3 = Result { try Running(.s3) }
    private static let webdav = Result { try Running(.webdav) }

    init(_ kind: Kind) throws {
        self.kind = kind
        running = try (kind == .s3 ? Self.s3 : Self.webdav).get()
        try ask("POST", "/-/room?room=\(room)")
    }

    var address: String { "http://127.0.0.1:\(running.port)" }

    /// The settings of the plugin that file documents here.
    var settings: [String: String] {
        var settings =
            switch kind {
            case .s3:
                [
                    "s3.bucket": address + "/bucket", "s3.region": "eu-central-1", "s3.prefix": "\(room)/2027",
                    "s3.key": "AKHUB0000000000000000",
                ]
            case .webdav: ["webdav.folder": "\(address)/\(room)", "webdav.user": "hub"]
            }
        settings["archive.allow_http"] = "yes"
        settings["archive.timeout"] = "20"
        return settings
    }

    static let secrets = [
        "documents.s3.secret": "secret/of+the=hub", "documents.webdav.password": "pass word of the hüb",
    ]

    /// What the next request of a method meets: `before`, `after`, `cut` or `late`.
    func arm(_ method: String, status: Int = 500, when: String, after: Int? = nil) throws {
        let wait = after.map { "&after=\($0)" } ?? ""
        try ask("POST", "/-/fault?room=\(room)&method=\(method)&status=\(status)&when=\(when)\(wait)")
    }

    func skew(_ seconds: Int) throws { try ask("POST", "/-/time?room=\(room)&skew=\(seconds)") }

    /// The requests so far, each method and path.
    func requests() throws -> [[String]] {
        try JSONDecoder().decode([[String]].self, from: try ask("GET", "/-/log?room=\(room)"))
    }

    /// Another person of the office locks a file of the share.
    func lock(_ path: String) throws {
        let question = """
            <?xml version="1.0"?><lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype>\
            <owner>other</owner></lockinfo>
            """
        try ask(
            "LOCK", "/\(room)\(path)", ["-u", "other:other", "-H", "Content-Type: application/xml", "-d", question])
    }

    @discardableResult
    private func ask(_ method: String, _ path: String, _ more: [String] = []) throws -> Data {
        try Counterpart.run(
            "/usr/bin/curl", ["-s", "-f", "--max-time", "20", "-X", method] + more + [address + path])
    }
}
