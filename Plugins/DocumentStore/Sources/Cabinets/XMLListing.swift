import Foundation
import FoundationXML

/// The texts of elements in an answer that lists something, whatever their namespace's prefix is.
///
/// External entities are not read; Foundation's parser resolves none unless it is told to.
struct XMLListing {
    private let found: [(name: String, text: String)]

    /// nil if it is no XML.
    init?(_ bytes: [UInt8]) {
        let gathering = Gathering()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldProcessNamespaces = true
        parser.delegate = gathering
        guard parser.parse() else { return nil }
        found = gathering.found
    }

    /// The texts of all elements of a name, in their order.
    func texts(of name: String) -> [String] { found.filter { $0.name == name }.map(\.text) }

    private final class Gathering: NSObject, XMLParserDelegate {
        var found: [(name: String, text: String)] = []
        private var text = ""

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) { text = "" }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            found.append((name, text.trimmingCharacters(in: .whitespacesAndNewlines)))
            text = ""
        }
    }
}
