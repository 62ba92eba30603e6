import Expressions

/// Answers that were given to another version of a form, looked at by this one.
extension FormReading {
    /// What this form would refuse of stored answers: values of another type, and what it must have and does not.
    ///
    /// Rules of the form over several fields, and lists that are open only for a time, are not asked again: they held
    /// when the answer was given.
    func mistakes(ofStored values: [String: Value], in context: CaseReading) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        for field in form.fields {
            guard let value = values[field.name], !Self.isOpenForATime(field.type) else { continue }
            if case .failure(let found) = typed(value, field.type, field, at: field.name) { problems += found.problems }
        }
        guard problems.isEmpty else { return problems }
        let reading = FormContext(form: form.name, values: values, base: context)
        for field in form.fields where field.isRequired && values[field.name] == nil {
            if let condition = field.condition, (try? condition.expression.evaluate(reading)) != .bool(true) {
                continue
            }
            problems.append(FieldProblem(field: field.name, sentence: "\"\(field.name)\" must be answered and is not"))
        }
        return problems
    }

    private static func isOpenForATime(_ type: FieldType) -> Bool {
        switch type {
        case .choice(.openNow), .choices(.openNow): true
        default: false
        }
    }
}
