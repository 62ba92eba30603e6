// Name badges, in Swift, built apart from Sojourn: ./build makes the program `badge`, which needs nothing installed.
import Foundation

let folder = ProcessInfo.processInfo.environment["SOJOURN_DATA"] ?? "."

/// Text in which nothing is markup.
func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
        .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
}

func badge(_ params: [String: Any]) throws -> [String: Any] {
    let input = params["input"] as? [String: Any] ?? [:]
    let key = (params["key"] as? String ?? "").filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    let name = "badge-\(key.prefix(64)).svg"
    if params["dry_run"] as? Bool ?? false { return ["path": name] }
    let svg = """
        <svg xmlns="http://www.w3.org/2000/svg" width="90mm" height="55mm" viewBox="0 0 900 550">
        <rect width="900" height="550" fill="white" stroke="black"/>
        <text x="450" y="270" font-size="72" text-anchor="middle">\(escaped(input["name"] as? String ?? ""))</text>
        <text x="450" y="370" font-size="40" text-anchor="middle">\(escaped(input["institution"] as? String ?? ""))</text>
        </svg>
        """
    // Put in place whole: the same key makes the same badge again.
    try svg.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    return ["path": name]
}

func answer(_ method: String, _ params: [String: Any]) throws -> [String: Any]? {
    switch method {
    case "hello": ["protocol": 1, "features": [String]()]
    case "check": ["mistakes": [String]()]
    case "ping": [:]
    case "run": ["key": params["key"] as? String ?? "", "outcome": "done", "output": try badge(params)]
    default: nil
    }
}

while let line = readLine() {
    guard let request = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let method = request["method"] as? String
    else {
        FileHandle.standardError.write(Data("a line was no request\n".utf8))
        continue
    }
    if method == "bye" { break }
    guard let id = request["id"] else { continue }
    var reply: [String: Any] = ["jsonrpc": "2.0", "id": id]
    do {
        if let result = try answer(method, request["params"] as? [String: Any] ?? [:]) {
            reply["result"] = result
        } else {
            reply["error"] = ["code": -32601, "message": "there is no method \(method)"]
        }
    } catch {
        reply["error"] = [
            "code": -32000, "message": "the badge cannot be written",
            "data": ["code": "badge.disk", "retryable": true],
        ]
    }
    FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: reply) + Data("\n".utf8))
}
