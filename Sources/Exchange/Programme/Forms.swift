package import Calendars
package import Expressions

/// What is asked of a person at once.
package struct Form: Sendable {
    package var name: String
    package var title: String
    package var fields: [Field]
    /// Rules over several fields, each with the message that says what is wrong.
    package var must: [FormRule]

    package init(name: String, fields: [Field], must: [FormRule] = []) {
        self.name = name
        title = name
        self.fields = fields
        self.must = must
    }

    package subscript(name: String) -> Field? { fields.first { $0.name == name } }
}

/// A rule over several fields of a form.
package struct FormRule: Sendable {
    package var rule: Condition
    /// Name of the text that is shown when the rule does not hold.
    package var say: String

    package init(rule: Condition, say: String) {
        self.rule = rule
        self.say = say
    }
}

/// One question.
package struct Field: Sendable {
    package var name: String
    package var type: FieldType
    package var question: String
    package var isRequired: Bool
    /// Asked only when this holds.
    package var condition: Condition?
    /// For numbers: the least and greatest value; for choices, rows, windows: how many.
    package var least: Double?
    package var greatest: Double?
    package var privacy: PrivacyClass?
    /// When the answer is erased (R50: a data clock, it survives the end).
    package var erase: TimePhrase?
    package var line: Int

    package init(name: String, type: FieldType) {
        self.name = name
        self.type = type
        question = ""
        isRequired = false
        condition = nil
        least = nil
        greatest = nil
        privacy = nil
        erase = nil
        line = 0
    }
}

/// The kinds of answers, and how each stands as a `Value`.
package indirect enum FieldType: Sendable {
    /// `.string`
    case text
    /// `.double`
    case number
    /// `.bool`
    case yesNo
    /// `.string`, one of the list
    case choice(ChoiceSource)
    /// `.list` of `.string`
    case choices(ChoiceSource)
    /// `.string` "2027-06-14"
    case date
    /// `.map` {first, last} of `.string`
    case dates
    /// `.string` "2027-06-14T09:00"
    case dateTime
    /// `.string` "09:00"
    case time
    /// `.list` of {first, last}
    case dateWindows
    /// `.map` {amount: double, currency: string}
    case money
    /// `.map` as `Party.value`
    case person
    /// `.map` {name, type, bytes (int), sha256, path}
    case file
    /// `.string`, ISO 3166 alpha-2 or alpha-3
    case country
    case countries
    /// `.string`, BCP 47
    case language
    case languages
    /// `.string`, https
    case url
    /// `.list` of `.map`; a number before each row (Q1, Q2 …); for `each`, one row a member with `member` its number
    case rows(of: [Field], number: String, each: String?)
}

/// Where choices come from.
package enum ChoiceSource: Hashable, Sendable {
    /// Written in the form.
    case these([String])
    /// A list, or a part of it: `reasons.completeness`.
    case list(String)
    /// Rows of a table of dated entries that are open now: `calls open now`.
    case openNow(String)
}

/// A list of words with labels in each language.
package struct ChoiceList: Sendable {
    package var name: String
    package var choices: [Choice]

    package init(name: String, choices: [Choice]) {
        self.name = name
        self.choices = choices
    }
}

/// One word of a list.
package struct Choice: Hashable, Sendable {
    package var name: String
    /// Label by language; the name where missing.
    package var labels: [String: String]

    package init(name: String, labels: [String: String] = [:]) {
        self.name = name
        self.labels = labels
    }
}

/// A table that a programme names: rows looked up by their first columns.
package struct LookupTable: Sendable {
    package var name: String
    package var columns: [String]
    /// How many columns, from the first, make the key.
    package var keyCount: Int
    /// Key columns joined by U+001F → the row, column → value.
    package var rows: [String: [String: Value]]
    /// Keys in the order of the file.
    package var order: [String]

    package init(name: String, columns: [String], keyCount: Int, rows: [String: [String: Value]], order: [String]) {
        self.name = name
        self.columns = columns
        self.keyCount = keyCount
        self.rows = rows
        self.order = order
    }

    package static func key(_ parts: [String]) -> String { parts.joined(separator: "\u{1F}") }
}

/// A date that others hang on.
package struct DateDeclaration: Sendable {
    package enum Source: Hashable, Sendable {
        /// A `dates` or `date` field of a form; `row.days` has the form `row`.
        case answer(form: String, field: String)
        /// The dated row of a table (columns `opens`, `closes`), such as `calls by request.call`.
        case table(String, by: Path)
    }

    package var name: String
    /// The newest answer that is known counts.
    package var sources: [Source]
    /// The zone of the place, such as `host.zone`; nil: the hub's.
    package var zone: Condition?

    package init(name: String, sources: [Source], zone: Condition? = nil) {
        self.name = name
        self.sources = sources
        self.zone = zone
    }
}

/// A value derived from answers, never assigned.
package struct Fact: Sendable {
    package var name: String
    package var value: Condition

    package init(name: String, value: Condition) {
        self.name = name
        self.value = value
    }
}

/// A checked CEL expression with its place in the programme.
package struct Condition: Sendable {
    package var text: String
    package var expression: Expression
    package var line: Int

    package init(text: String, expression: Expression, line: Int) {
        self.text = text
        self.expression = expression
        self.line = line
    }
}
