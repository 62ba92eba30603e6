/// The part of the source that is in memory: what is read but not yet consumed.
struct ByteWindow {
    private let source: any ByteSource
    private let totalLimit: Int
    private var storage: [UInt8]
    private var head: Int = 0
    private var tail: Int = 0
    private var totalBytes: Int = 0
    private(set) var isAtEnd: Bool = false

    init(_ source: any ByteSource, _ limits: TableLimits) {
        self.source = source
        self.totalLimit = limits.totalBytes
        self.storage = [UInt8](repeating: 0, count: max(1, limits.windowBytes))
    }

    var count: Int { tail - head }
    var share: Double { source.share }

    /// Reads one more piece behind what is there; the window moves to the front, and grows only when it is full.
    mutating func fill() throws(TableFault) {
        if head > 0 {
            storage.withUnsafeMutableBytes { (all: UnsafeMutableRawBufferPointer) in
                let kept: UnsafeRawBufferPointer = UnsafeRawBufferPointer(rebasing: all[head..<tail])
                all.copyMemory(from: kept)
            }
            tail -= head
            head = 0
        }
        if tail == storage.count { storage.append(contentsOf: repeatElement(0, count: storage.count)) }
        var outcome: Result<Int, TableFault> = .success(0)
        storage.withUnsafeMutableBytes { (all: UnsafeMutableRawBufferPointer) in
            let free: UnsafeMutableRawBufferPointer = UnsafeMutableRawBufferPointer(rebasing: all[tail...])
            do throws(TableFault) { outcome = .success(try source.read(into: free)) } catch {
                outcome = .failure(error)
            }
        }
        let count: Int = try outcome.get()
        tail += count
        totalBytes += count
        isAtEnd = count == 0
        guard totalBytes <= totalLimit else {
            throw TableFault(.tooManyBytes, "the table is longer than \(totalLimit) bytes; split it")
        }
    }

    mutating func consume(_ count: Int) { head += count }

    func withBytes<Outcome>(_ body: (UnsafeBufferPointer<UInt8>) -> Outcome) -> Outcome {
        storage.withUnsafeBufferPointer { (all: UnsafeBufferPointer<UInt8>) in
            body(UnsafeBufferPointer(rebasing: all[head..<tail]))
        }
    }
}
