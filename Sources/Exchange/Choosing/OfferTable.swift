package import Expressions

/// All offers of one kind, column by column, so that a hundred thousand of them are judged within a blink.
///
/// A value: whoever holds one is not disturbed when the register puts another in its place.
package struct OfferTable: Sendable {
    private(set) var ids: [String] = []
    private(set) var columns: [String: OfferColumn] = [:]
    /// Rows in the order of their identifiers' bytes.
    private(set) var order: [Int32] = []
    /// By row: the place in that order.
    private(set) var rank: [Int32] = []
    /// By row: why it is not proposed at all, such as "its owner has not confirmed it"; empty for most.
    private(set) var withheld: [Int: String] = [:]
    private var rows: [String: Int] = [:]
    /// By row: the whole offer, where there are few.
    private var whole: [Value] = []

    /// Offers that are kept whole beside their columns, since a case that asks often asks for the same.
    private static let wholeLimit = 1_000
    /// The column that is read as words.
    static let wordColumn = "text"
    /// The column that is compared with the past, name by name.
    static let nameColumn = "institution"

    package init() {}

    /// - Parameter offers: each with its `id`; of two with one id the later counts, those without are left out.
    package init(_ offers: [Value]) {
        for offer in offers { set(offer) }
        sort()
    }

    package var count: Int { ids.count }

    package var isEmpty: Bool { ids.isEmpty }

    /// Puts an offer in the place of the one with its id, or adds it.
    ///
    /// - Parameter why: why it is not proposed for now; nil: it is.
    package mutating func put(_ offer: Value, withheld why: String? = nil) {
        let before = count
        set(offer)
        if let id = offer["id"]?.asString, let row = rows[id] { withheld[row] = why }
        if count != before { sort() }
    }

    /// Many at once.
    package mutating func put(_ offers: [(offer: Value, withheld: String?)]) {
        for (offer, why) in offers {
            set(offer)
            if let id = offer["id"]?.asString, let row = rows[id] { withheld[row] = why }
        }
        sort()
    }

    private mutating func set(_ offer: Value) {
        guard case .map(let fields) = offer, let id = offer["id"]?.asString, !id.isEmpty else { return }
        let row = rows[id] ?? ids.count
        if row == ids.count {
            ids.append(id)
            rows[id] = row
        }
        for (key, value) in fields {
            guard case .string(let name) = key, name != "id", columns[name] == nil else { continue }
            columns[name] = OfferColumn(
                rows: row, hasWords: name == Self.wordColumn && value.asString != nil, hasNames: name == Self.nameColumn
            )
        }
        // A list of the names of its own: the keys would keep a second hold on every column, which would then be copied
        // for each offer.
        for name in Array(columns.keys) { columns[name]?.set(fields[.string(name)], row: row) }
        if whole.indices.contains(row) { whole[row] = made(row) }
    }

    private mutating func sort() {
        order = ids.indices.map { Int32($0) }.sorted {
            ids[Int($0)].utf8.lexicographicallyPrecedes(ids[Int($1)].utf8)
        }
        rank = [Int32](repeating: 0, count: order.count)
        for (place, row) in order.enumerated() { rank[Int(row)] = Int32(place) }
        whole = count <= Self.wholeLimit ? ids.indices.map(made) : []
    }

    /// One pass over every column: what any search that reads all of it takes at least.
    package var checksum: Int {
        columns.values.reduce(0) { sum, column in
            column.codes.withUnsafeBufferPointer { codes in codes.reduce(sum) { $0 &+ Int($1) } }
        }
    }

    package func row(of id: String) -> Int? { rows[id] }

    /// The whole offer of a row.
    package func offer(row: Int) -> Value { whole.indices.contains(row) ? whole[row] : made(row) }

    private func made(_ row: Int) -> Value {
        var fields: [Value: Value] = [.string("id"): .string(ids[row])]
        for (name, column) in columns {
            if let value = column.value(row: row) { fields[.string(name)] = value }
        }
        return .map(fields)
    }

    /// All offers that can be proposed, in the order of their identifiers.
    package var proposable: [Value] { order.filter { withheld[Int($0)] == nil }.map { offer(row: Int($0)) } }
}
