import ActionKit
import Expressions
import Foundation
import Testing

@testable import DocumentStore

/// A cabinet under test with what keeps it alive.
final class CabinetSubject: Sendable {
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case folder, s3, webdav
        var testDescription: String { rawValue }
    }

    let cabinet: any Cabinet
    let server: StorageServer?
    private let root: String?

    init(_ kind: Kind) throws {
        guard let remote = StorageServer.Kind(rawValue: kind.rawValue) else {
            let root = NSTemporaryDirectory() + "cabinet-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            self.root = root
            server = nil
            cabinet = FolderCabinet(root: root)
            return
        }
        root = nil
        let server = try StorageServer(remote)
        self.server = server
        var settings = CabinetSettings(
            Configuration(
                values: server.settings.mapValues { .string($0) }, folder: "/", secret: { StorageServer.secrets[$0] }))
        let cabinet = settings.cabinet()
        self.cabinet = try #require(cabinet, "\(settings.mistakes)")
    }

    deinit { if let root { try? FileManager.default.removeItem(atPath: root) } }
}

/// What every cabinet keeps: each clause runs on a folder, on S3 and on WebDAV.
@Suite("The contract of cabinets")
struct CabinetContract {
    private let path = CabinetPath(["documents", "ST-2027-0042", "invitation-9f86d081884c7d659a2f.pdf"])
    private let folder = CabinetPath(["documents", "ST-2027-0042"])
    private let bytes: [UInt8] = Array(0...255) + Array("Żółć – مرحبا".utf8)

    @Test(
        "What was filed is read back to the byte, again after it was replaced", arguments: CabinetSubject.Kind.allCases)
    func reads(kind: CabinetSubject.Kind) throws {
        let subject = try CabinetSubject(kind)
        #expect(try subject.cabinet.read(path) == nil)
        try subject.cabinet.write(bytes, to: path, type: "application/pdf")
        #expect(try subject.cabinet.read(path) == bytes)
        try subject.cabinet.write([], to: path, type: "application/pdf")
        #expect(try subject.cabinet.read(path) == [])
        let large = [UInt8](repeating: 7, count: 3 << 20)
        try subject.cabinet.file(large, at: path, type: "application/pdf")
        #expect(try subject.cabinet.read(path) == large)
    }

    @Test("A folder tells its own files, sorted, and nothing of others", arguments: CabinetSubject.Kind.allCases)
    func lists(kind: CabinetSubject.Kind) throws {
        let subject = try CabinetSubject(kind)
        #expect(try subject.cabinet.names(in: folder) == [])
        for name in ["b.pdf", "a.json", "a.pdf"] {
            try subject.cabinet.write(bytes, to: CabinetPath(folder.names + [name]), type: "application/pdf")
        }
        let other = CabinetPath(["documents", "ST-2027-00421", "c.pdf"])
        try subject.cabinet.write(bytes, to: other, type: "application/pdf")
        #expect(try subject.cabinet.names(in: folder) == ["a.json", "a.pdf", "b.pdf"])
    }

    @Test("More files than one page of a listing holds are all told")
    func pages() throws {
        var bucket = try #require(try CabinetSubject(.s3).cabinet as? S3Cabinet)
        bucket.pageNames = 3
        let names = (10..<21).map { "f\($0)" }
        for name in names { try bucket.write([1], to: CabinetPath(folder.names + [name]), type: "text/plain") }
        #expect(try bucket.names(in: folder) == names)
    }

    @Test("What was erased is gone; erasing what is not there is no fault", arguments: CabinetSubject.Kind.allCases)
    func erases(kind: CabinetSubject.Kind) throws {
        let subject = try CabinetSubject(kind)
        try subject.cabinet.erase(path)
        try subject.cabinet.write(bytes, to: path, type: "application/pdf")
        try subject.cabinet.erase(path)
        #expect(try subject.cabinet.read(path) == nil)
        #expect(try subject.cabinet.names(in: folder) == [])
    }

    @Test(
        "An error that comes after the document was taken is no error: it is read back",
        arguments: StorageServer.Kind.allCases)
    func afterwards(kind: StorageServer.Kind) throws {
        for when in ["after", "late"] {
            let subject = try CabinetSubject(try #require(.init(rawValue: kind.rawValue)))
            try subject.server?.arm(kind == .s3 ? "PUT" : "MOVE", when: when)
            try subject.cabinet.file(bytes, at: path, type: "application/pdf")
            #expect(try subject.cabinet.read(path) == bytes)
        }
    }

    @Test(
        "An upload that breaks off leaves nothing that looks like a document, and the next try files it",
        arguments: StorageServer.Kind.allCases)
    func half(kind: StorageServer.Kind) throws {
        for (method, when) in [("PUT", "cut"), ("PUT", "before"), (kind == .s3 ? "PUT" : "MOVE", "before")] {
            let subject = try CabinetSubject(try #require(.init(rawValue: kind.rawValue)))
            // The folder is there, so that the first PUT is the one that breaks.
            try subject.cabinet.write([1], to: CabinetPath(folder.names + ["other.pdf"]), type: "application/pdf")
            try subject.server?.arm(method, when: when)
            let large = [UInt8](repeating: 7, count: 1 << 20)
            #expect(throws: CabinetFault.self) { try subject.cabinet.file(large, at: path, type: "application/pdf") }
            #expect(try subject.cabinet.read(path) == nil)
            #expect(try subject.cabinet.names(in: folder) == ["other.pdf"])
            try subject.cabinet.file(large, at: path, type: "application/pdf")
            #expect(try subject.cabinet.read(path) == large)
        }
    }

    @Test("Filing the same again sends nothing", arguments: StorageServer.Kind.allCases)
    func again(kind: StorageServer.Kind) throws {
        let subject = try CabinetSubject(try #require(.init(rawValue: kind.rawValue)))
        try subject.cabinet.file(bytes, at: path, type: "application/pdf")
        try subject.cabinet.file(bytes, at: path, type: "application/pdf")
        #expect(
            try subject.server?.requests().filter { $0[0] == "PUT" && $0[1].hasSuffix(".pdf") }.count
                == (kind == .s3 ? 1 : 2))
    }

    @Test("A document that somebody has open is tried again later; the former one stays")
    func locked() throws {
        let subject = try CabinetSubject(.webdav)
        try subject.cabinet.write(bytes, to: path, type: "application/pdf")
        try subject.server?.lock("/" + path.text)
        let fault = #expect(throws: CabinetFault.self) {
            try subject.cabinet.file([1, 2, 3], at: path, type: "application/pdf")
        }
        #expect(fault?.kind == .locked)
        #expect(fault?.failure.retry == .after(seconds: 60))
        #expect(try subject.cabinet.read(path) == bytes)
    }

    @Test(
        "A server's answer says what to do",
        arguments: [
            (401, CabinetFault.Kind.denied), (403, .denied), (429, .unreachable), (503, .unreachable), (507, .full),
            (500, .broken), (301, .refused), (400, .refused),
        ])
    func answers(status: Int, kind: CabinetFault.Kind) throws {
        let subject = try CabinetSubject(.s3)
        try subject.server?.arm("GET", status: status, when: "before", after: 90)
        let fault = #expect(throws: CabinetFault.self) { try subject.cabinet.read(path) }
        #expect(fault?.kind == kind)
        if kind == .unreachable { #expect(fault?.failure.retry == .after(seconds: 90)) }
        if kind == .refused { #expect(fault?.failure.retry == .never) }
    }

    @Test("A wrong key and a wrong clock are denied, and said so")
    func signing() throws {
        let server = try StorageServer(.s3)
        var settings = CabinetSettings(
            Configuration(values: server.settings.mapValues { .string($0) }, folder: "/", secret: { _ in "wrong" }))
        let wrong = settings.cabinet()
        let cabinet = try #require(wrong)
        #expect(#expect(throws: CabinetFault.self) { try cabinet.read(path) }?.kind == .denied)
        let subject = try CabinetSubject(.s3)
        try subject.server?.skew(3600)
        let fault = #expect(throws: CabinetFault.self) { try subject.cabinet.read(path) }
        #expect(fault?.message.contains("clock") == true)
    }

    @Test("Nobody listening is told at once and tried again")
    func nobody() throws {
        let cabinet = S3Cabinet(
            bucket: "http://127.0.0.1:1/bucket", prefix: "", access: WebAccess(allowsHTTP: true, timeoutSeconds: 5))
        let fault = #expect(throws: CabinetFault.self) { try cabinet.read(path) }
        #expect(fault?.kind == .unreachable)
        #expect(fault?.failure.retry == .usual)
    }
}
