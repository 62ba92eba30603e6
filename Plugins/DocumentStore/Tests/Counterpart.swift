import Foundation

/// What other programs say of a letter.
enum Counterpart {
    struct Failed: Error {
        let status: Int32
    }

    /// What a program prints.
    @discardableResult
    static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let answer: Data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
        return answer
    }

    static func sha256(_ path: String) throws -> String {
        String(decoding: try run("/usr/bin/sha256sum", [path]).prefix(64), as: UTF8.self)
    }

    static func page(_ path: String) throws -> Page {
        try JSONDecoder().decode(Page.self, from: run("/usr/bin/python3", ["-c", script, path]))
    }

    private static let script = """
        import html.parser, json, sys
        class Reader(html.parser.HTMLParser):
            def __init__(self):
                super().__init__(convert_charrefs=True)
                self.tags, self.names, self.text, self.open, self.good, self.root = [], [], [], [], True, {}
            def handle_starttag(self, tag, attributes):
                self.tags.append(tag)
                self.names += [name for name, _ in attributes]
                if tag == "html": self.root = dict(attributes)
                if tag not in ("meta", "br"): self.open.append(tag)
            def handle_endtag(self, tag):
                if not self.open or self.open.pop() != tag: self.good = False
            def handle_data(self, data):
                self.text.append(data)
        reader = Reader()
        reader.feed(open(sys.argv[1], encoding="utf-8").read())
        reader.close()
        print(json.dumps({"tags": reader.tags, "attributes": sorted(set(reader.names)), "text": "".join(reader.text),
            "isBalanced": reader.good and not reader.open, "language": reader.root.get("lang"),
            "direction": reader.root.get("dir")}))
        """
}

/// A letter as Python's HTML parser sees it.
struct Page: Decodable {
    let tags: [String]
    let attributes: Set<String>
    let text: String
    let isBalanced: Bool
    let language: String
    let direction: String
}
