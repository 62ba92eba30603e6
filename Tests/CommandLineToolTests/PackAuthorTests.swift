import Expressions
import Foundation
import PluginHost
import Testing

@testable import CommandLineTool

private let examples = Hub.workflows.replacing("/workflows", with: "/Plugins/Packs")

private func hasProgram(_ name: String) -> Bool {
    ["/usr/local/bin", "/usr/bin", "/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
}

/// What a language needs here.
private let interpreters = ["python": "python3", "shell": "jq", "javascript": "node"]

@Suite(.serialized) struct `Authors of packs` {
    private let hub = Hub()

    private func findings(_ answer: Hub.Answer) -> [String] {
        (answer.json?["findings"]?.asList ?? []).compactMap { found in
            guard let name = found["name"]?.asString, let verdict = found["verdict"]?.asString else { return nil }
            return verdict == "good" ? nil : "\(verdict): \(name): \(found["text"]?.asString ?? "")"
        }
    }

    @Test(arguments: ["python", "shell", "javascript"])
    func `get a skeleton that passes every test as it is`(_ language: String) async throws {
        guard let program = interpreters[language], hasProgram(program) else { return }
        try FileManager.default.createDirectory(atPath: hub.folder, withIntermediateDirectories: true)
        let made = await hub.run("plugin", "new", "my-\(language)", "--language", language, "--into", hub.folder)
        #expect(made.code == 0, Comment(rawValue: made.errors))
        let pack = "\(hub.folder)/my-\(language)"
        let tested = await hub.run("plugin", "test", pack, "--json", "--strict")
        #expect(findings(tested) == [], Comment(rawValue: tested.errors))
        #expect(tested.code == 0 && (tested.json?["findings"]?.asList?.count ?? 0) >= 10)
        let again = await hub.run("plugin", "new", "my-\(language)", "--language", language, "--into", hub.folder)
        #expect(again.code == 1 && again.errors.contains("is there already"))
    }

    @Test func `build one in Swift apart from the service`() async throws {
        let folder = hub.folder + "/badge"
        try FileManager.default.createDirectory(atPath: hub.folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: examples + "/badge", toPath: folder)
        let build = Process()
        build.executableURL = URL(fileURLWithPath: folder + "/build")
        try build.run()
        build.waitUntilExit()
        try #require(build.terminationStatus == 0)
        let tested = await hub.run("plugin", "test", folder, "--json", "--strict")
        #expect(findings(tested) == [], Comment(rawValue: tested.errors))
    }

    @Test(arguments: [("iban", "jq"), ("agenda", "node"), ("report", "python3"), ("sms", "python3")])
    func `find the example packs in order`(_ name: String, _ program: String) async throws {
        guard hasProgram(program) else { return }
        _ = try hub.file("data/sojourn.yaml", "sms: {url: \"http://127.0.0.1:9/\"}\n")
        let tested = await hub.run("plugin", "test", "\(examples)/\(name)", "--json")
        #expect(findings(tested).filter { !$0.hasPrefix("skipped") } == [], Comment(rawValue: tested.errors))
        #expect(tested.code == 0)
    }

    @Test func `are told in words what a bad program does`() async throws {
        let folder = hub.folder + "/bad"
        _ = try hub.file("bad/pack.yaml", PackHub.manifest)
        _ = try hub.file("bad/tests.yaml", "- action: note.write\n  input: {text: Hello}\n  gives: {path: other.txt}\n")
        _ = try hub.file(
            "bad/main.py",
            PackHub.program.replacing("for line in sys.stdin:", with: "print('loading')\nfor line in sys.stdin:")
                .replacing("elif method == \"bye\":", with: "elif method == \"goodbye\":"))
        let tested = await hub.run("plugin", "test", folder, "--json")
        let said = findings(tested).joined(separator: "\n")
        #expect(tested.code == 1)
        for words in [
            "bad: does as its example in line 1 says: \"path\" is \"written.txt\", not \"other.txt\"",
            "bad: refuses a method that it does not know", "look: keeps its messages clean:",
        ] {
            #expect(said.contains(words), Comment(rawValue: said))
        }
    }

    @Test func `find the libraries of skeletons and examples to be the same`() throws {
        for (file, language) in [
            ("sms/sojourn_plugin.py", PackSkeleton.Language.python), ("report/sojourn_plugin.py", .python),
            ("agenda/sojourn-plugin.mjs", .javascript),
        ] {
            let name = file.split(separator: "/").last.map(String.init)
            let library = PackSkeleton(name: "x", language: language).files.first { $0.path == name }
            #expect(try String(contentsOfFile: "\(examples)/\(file)", encoding: .utf8) == library?.text)
        }
    }
}

@Suite(.serialized) struct `The example packs` {
    private let hub = Hub()

    /// A gateway that honours the key: it answers 503 first, then sends each key once.
    private static let gateway = #"""
        import http.server, json, os, sys

        seen, counts = {}, {"tries": 0}

        class Gateway(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                counts["tries"] += 1
                if self.headers["Authorization"] != "Bearer t0ken-0123456789":
                    return self.reply(401, {})
                if counts["tries"] == 1:
                    return self.reply(503, {}, {"Retry-After": "60"})
                key = self.headers["Idempotency-Key"]
                if key not in seen:
                    seen[key] = f"m{len(seen) + 1}"
                    with open(sys.argv[1] + "/sent", "a") as file:
                        file.write(f"{body['to']} {body['text']}\n")
                self.reply(200, {"id": seen[key]})

            def reply(self, code, body, headers={}):
                data = json.dumps(body).encode()
                self.send_response(code)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Gateway)
        with open(sys.argv[1] + "/port.part", "w") as file:
            file.write(str(server.server_address[1]))
        os.rename(sys.argv[1] + "/port.part", sys.argv[1] + "/port")
        server.serve_forever()
        """#

    @Test func `an SMS goes through a real gateway once for its key, and a busy one is tried again later`() async throws
    {
        _ = try hub.file("data/sojourn.yaml", "")
        let gateway = Process()
        gateway.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        gateway.arguments = ["-c", Self.gateway, hub.folder]
        try gateway.run()
        defer { if gateway.isRunning { kill(gateway.processIdentifier, SIGKILL) } }
        var port: String?
        for _ in 0..<500 where port == nil {
            port = try? String(contentsOfFile: hub.folder + "/port", encoding: .utf8)
            usleep(20_000)
        }
        let address = try #require(port)
        _ = try hub.file("data/sojourn.yaml", "sms: {url: \"http://127.0.0.1:\(address)/\", sender: Hub}\n")
        let secrets = try hub.file("data/secrets", "sms.token: t0ken-0123456789\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secrets)
        func send(_ key: String) async -> Hub.Answer {
            await hub.run(
                "plugin", "call", examples + "/sms", "sms.send", "--key", key, "--json", "--input",
                #"{"to":"+38761000000","text":"Monday at nine"}"#)
        }
        let busy = await send("key1")
        #expect(busy.json?["code"]?.asString == "sms.503", Comment(rawValue: busy.output + busy.errors))
        let first = await send("key1")
        let again = await send("key1")
        #expect(first.json?["output"]?["id"]?.asString == "m1", Comment(rawValue: first.output + first.errors))
        #expect(again.json?["output"]?["id"]?.asString == "m1")
        #expect(try String(contentsOfFile: hub.folder + "/sent", encoding: .utf8) == "+38761000000 Monday at nine\n")
        try "sms.token: another-token\n".write(toFile: secrets, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secrets)
        #expect(await send("key2").json?["code"]?.asString == "sms.401")
        kill(gateway.processIdentifier, SIGKILL)
        gateway.waitUntilExit()
        #expect(await send("key2").json?["code"]?.asString == "sms.gateway", "nobody listens any more")
    }
}
