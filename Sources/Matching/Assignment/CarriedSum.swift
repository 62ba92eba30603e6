/// A sum that hardly depends on order and rounding: the error of each step is carried on (Neumaier).
struct CarriedSum {
    private var sum = 0.0
    private var carried = 0.0

    mutating func add(_ number: Double) {
        let next = sum + number
        carried += abs(sum) >= abs(number) ? (sum - next) + number : (number - next) + sum
        sum = next
    }

    var value: Double { sum + carried }
}
