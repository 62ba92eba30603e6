extension Expression {
    /// The value of a part of this expression, such as one side of a comparison; names that loops around it bind are
    /// the activation's to give.
    public func evaluate(
        part: Node, _ activation: some Activation, costLimit: Int = Limits.cost
    ) throws(EvaluationError) -> Value {
        var evaluator = Evaluator(
            activation: activation, functions: functions, friendlyNumbers: friendlyNumbers, container: container,
            costLimit: costLimit)
        return try evaluator.value(part)
    }
}

extension Node {
    /// Every variable that the node reads, with the fields selected from it; names bound within it are left out.
    public var references: [Reference] {
        Expression(text: "", resultType: .dyn, node: self, environment: .standard).references
    }
}
