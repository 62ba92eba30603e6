import Calendars

/// A form with fields whose answers are erased at a time (R50).
package final class ErasedForm: Sendable {
    struct Field: Sendable {
        let name: String
        let phrase: TimePhrase
        /// The line in the file, for the order of timers.
        let line: Int
    }

    let name: String
    let fields: [Field]

    private init(name: String, fields: [Field]) { (self.name, self.fields) = (name, fields) }

    /// Those of a programme, in the order of the file.
    static func all(of programme: Programme) -> [ErasedForm] {
        programme.formsOrder.compactMap { programme.forms[$0] }.compactMap { form in
            let fields = form.fields.compactMap { field in
                field.erase.map { Field(name: field.name, phrase: $0, line: field.line) }
            }
            return fields.isEmpty ? nil : ErasedForm(name: form.name, fields: fields)
        }
    }
}
