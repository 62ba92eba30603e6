/// A block of memory of one fixed size, for loops in which an array's checks and copies would cost.
struct Buffer<Element: BitwiseCopyable>: ~Copyable {
    /// A cache line, so that rows which are padded to it never share one.
    static var alignment: Int { 64 }

    let start: UnsafeMutablePointer<Element>
    let count: Int

    init(_ value: Element, count: Int) {
        let bytes = max(1, count) * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
        start = memory.bindMemory(to: Element.self, capacity: max(1, count))
        start.initialize(repeating: value, count: count)
        self.count = count
    }

    subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count)
            return start[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count)
            start[index] = newValue
        }
    }

    var values: [Element] { Array(UnsafeBufferPointer(start: start, count: count)) }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}
