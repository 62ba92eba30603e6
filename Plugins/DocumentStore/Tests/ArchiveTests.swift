import ActionKit
import DocumentStore
import Expressions
import Foundation
import Testing

/// `document.store` and `document.erase` with a real server beside the folder.
@Suite("Documents that are filed elsewhere too")
struct ArchiveTests {
    private func desk(_ server: StorageServer) throws -> Desk {
        try Desk(values: server.settings.mapValues { .string($0) }, secrets: StorageServer.secrets)
    }

    @Test(
        "A letter and its record lie in both places, and the output says where", arguments: StorageServer.Kind.allCases)
    func both(kind: StorageServer.Kind) async throws {
        let server = try StorageServer(kind)
        let desk = try desk(server)
        let output = try #require(await desk.run("k1").output)
        let address = try #require(output["address"]?.asString)
        #expect(address.hasPrefix(server.address))
        #expect(address.hasSuffix(output["path"]?.asString ?? "?"))
        #expect(try server.requests().filter { $0[0] == "PUT" }.count >= 2)
        #expect(desk.action.description.output.check(.object(output)).isEmpty)
    }

    @Test(
        "While the server is away the letter waits, and comes with the next try under the same key",
        arguments: StorageServer.Kind.allCases)
    func away(kind: StorageServer.Kind) async throws {
        let server = try StorageServer(kind)
        let desk = try desk(server)
        try server.arm("GET", status: 503, when: "before", after: 120)
        let failure = try #require(await desk.run("k1").failure)
        #expect(failure.code == "document.unreachable")
        #expect(failure.retry == .after(seconds: 120))
        #expect(failure.scope == .service)
        let output = try #require(await desk.run("k1").output)
        #expect(output["version"] == .int(1))
    }

    @Test(
        "Erasing takes every version away in both places and leaves the record", arguments: StorageServer.Kind.allCases)
    func erases(kind: StorageServer.Kind) async throws {
        let server = try StorageServer(kind)
        let desk = try desk(server)
        _ = await desk.run("k1")
        _ = await desk.run("k2", mode: .renew, sequence: 1, ["text": .string("The days moved.")])
        _ = await desk.run("k3", ["template": .string("certificate"), "thing": .string("t2")])
        #expect(await desk.erase("k4", "invitation").output == ["erased": .int(2)])
        #expect(desk.files.filter { $0.hasSuffix(".html") }.count == 1)
        #expect(desk.files.filter { $0.hasSuffix(".json") }.count == 2)
        let deleted = try server.requests().filter { $0[0] == "DELETE" }
        #expect(deleted.count == 2)
        #expect(await desk.erase("k4", "invitation").output == ["erased": .int(2)])
        #expect(try server.requests().filter { $0[0] == "DELETE" }.count == 2)
        // A repeated making of what was erased is the one of then, and brings nothing back.
        #expect(await desk.run("k1").output?["version"] == .int(1))
        #expect(desk.files.filter { $0.hasSuffix(".html") }.count == 1)
        #expect(await desk.run("k5", mode: .renew, sequence: 2).output?["version"] == .int(3))
    }

    @Test("Everything that is wrong with the settings is told at once, without the secret")
    func settings() throws {
        let values: [String: Value] = [
            "s3.bucket": .string("http://user:pw@host/b"), "s3.region": .string("eu central"),
            "s3.prefix": .string("../x"),
            "archive.timeout": .string("0"), "archive.allow_http": .string("perhaps"), "s4": .string("x"),
        ]
        let mistakes = #expect(throws: ConfigurationMistakes.self) {
            try DocumentPlugin(configuration: Configuration(values: values, folder: "/tmp", secret: { _ in "geheim" }))
        }
        let text = try #require(mistakes).description
        for name in [
            "s3.bucket", "s3.region", "s3.prefix", "s3.key", "archive.timeout", "archive.allow_http", "documents.s4",
        ] {
            #expect(text.contains(name), "\(name): \(text)")
        }
        #expect(!text.contains("geheim"))
        let both: [String: Value] = ["s3.bucket": .string("https://a/b"), "webdav.folder": .string("https://a/b")]
        #expect(throws: ConfigurationMistakes.self) {
            try DocumentPlugin(configuration: Configuration(values: both, folder: "/tmp"))
        }
    }
}
