/// A binary heap of numbers by length, the shortest first.
struct LengthHeap {
    private var lengths: [Double] = []
    private var numbers: [Int32] = []

    mutating func removeAll() {
        lengths.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
    }

    mutating func insert(_ length: Double, _ number: Int) {
        var place = lengths.count
        lengths.append(length)
        numbers.append(Int32(number))
        while place > 0 {
            let parent = (place - 1) / 2
            guard lengths[parent] > length else { break }
            (lengths[place], numbers[place]) = (lengths[parent], numbers[parent])
            place = parent
        }
        (lengths[place], numbers[place]) = (length, Int32(number))
    }

    mutating func popFirst() -> (length: Double, number: Int)? {
        guard let length = lengths.popLast(), let number = numbers.popLast() else { return nil }
        guard !lengths.isEmpty else { return (length, Int(number)) }
        let (first, firstNumber) = (lengths[0], numbers[0])
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < lengths.count else { break }
            if child + 1 < lengths.count, lengths[child + 1] < lengths[child] { child += 1 }
            guard lengths[child] < length else { break }
            (lengths[place], numbers[place]) = (lengths[child], numbers[child])
            place = child
        }
        (lengths[place], numbers[place]) = (length, number)
        return (first, Int(firstNumber))
    }
}
