import CExpat

/// Walks through a piece of XML and tells what begins, ends and stands between.
///
/// Entities of the document's own are refused: a spreadsheet has none, a bomb has.
final class XMLEvents {
    var began: (_ name: String, _ attributes: [String: String]) -> Void = { _, _ in }
    var ended: (_ name: String) -> Void = { _ in }
    var text: (_ text: String) -> Void = { _ in }
    private var isRefused = false

    /// - Throws: `TableFault.damaged` where it is no XML, or has a document type.
    func read(_ bytes: [UInt8]) throws(TableFault) {
        guard let parser = XML_ParserCreate("UTF-8") else { throw ZipArchive.damaged }
        defer { XML_ParserFree(parser) }
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { context, name, attributes in
                guard let context, let name else { return }
                let events = Unmanaged<XMLEvents>.fromOpaque(context).takeUnretainedValue()
                var found: [String: String] = [:]
                var index = 0
                while let attributes, let key = attributes[index], let value = attributes[index + 1] {
                    found[String(cString: key)] = String(cString: value)
                    index += 2
                }
                events.began(XMLEvents.plain(String(cString: name)), found)
            },
            { context, name in
                guard let context, let name else { return }
                Unmanaged<XMLEvents>.fromOpaque(context).takeUnretainedValue().ended(
                    XMLEvents.plain(String(cString: name)))
            })
        XML_SetCharacterDataHandler(parser) { context, letters, count in
            guard let context, let letters else { return }
            let bytes = UnsafeRawBufferPointer(start: letters, count: Int(count))
            Unmanaged<XMLEvents>.fromOpaque(context).takeUnretainedValue().text(
                String(decoding: bytes, as: UTF8.self))
        }
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            guard let context else { return }
            Unmanaged<XMLEvents>.fromOpaque(context).takeUnretainedValue().isRefused = true
        }
        let status = bytes.withUnsafeBytes { all in
            XML_Parse(
                parser, all.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: all.count), 1)
        }
        guard status == XML_STATUS_OK, !isRefused else { throw ZipArchive.damaged }
    }

    /// A name without the prefix of its namespace.
    private static func plain(_ name: String) -> String {
        name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }
}
