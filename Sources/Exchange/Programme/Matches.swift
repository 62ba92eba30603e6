package import Calendars
package import Expressions

/// A search for hosts or experts, as a state declares it.
package struct MatchDeclaration: Sendable {
    /// The register that is searched: `hosts` or `experts`.
    package var from: String
    /// Filters and weights, by name.
    package var rules: String
    /// The track that each proposal walks.
    package var track: String
    /// Proposals that may be open at once.
    package var atOnce: Int
    /// How often the next `atOnce` are asked; nil: until none is left.
    package var rounds: Int?
    /// How many are wanted: a number, or an answer.
    package var want: Condition?
    /// The state or end of the track that counts.
    package var reach: String
    /// Search again, such as every month; nil: only once.
    package var again: TimePhrase?
    /// Search again as soon as an offer is added.
    package var againWhenOffersCome: Bool
    /// Priority among cases: the state whose first entering counts.
    package var order: String?
    /// Nobody is asked by the case itself: hosts are found for all cases of a call as a whole.
    package var isAsAWhole: Bool

    package init(from: String, rules: String, track: String, reach: String) {
        self.from = from
        self.rules = rules
        self.track = track
        atOnce = 1
        rounds = nil
        want = nil
        self.reach = reach
        again = nil
        againWhenOffersCome = false
        order = nil
        isAsAWhole = false
    }
}

/// Hard filters and a weighted score; conditions read `offer` and everything of the case.
package struct MatchingRules: Sendable {
    package struct Filter: Sendable {
        package var name: String
        package var condition: Condition
        /// Why an offer is left out, a sentence.
        package var say: String

        package init(name: String, condition: Condition, say: String) {
            self.name = name
            self.condition = condition
            self.say = say
        }
    }

    package struct Part: Sendable {
        package var name: String
        /// Points between 0 and 1; outside it is cut.
        package var points: Condition
        package var weight: Double
        /// The reason in a sentence.
        package var say: String

        package init(name: String, points: Condition, weight: Double, say: String) {
            self.name = name
            self.points = points
            self.weight = weight
            self.say = say
        }
    }

    package var name: String
    package var filters: [Filter]
    package var score: [Part]

    package init(name: String, filters: [Filter], score: [Part]) {
        self.name = name
        self.filters = filters
        self.score = score
    }
}

/// All cases of a call, best first, until the money is spent.
package struct RankDeclaration: Sendable {
    /// The answer that names the call, such as `request.call`.
    package var call: Path
    /// The date of the call, such as `call`: the ranking is made when it ends.
    package var date: String
    package var by: Condition
    /// Ties: the case that first entered this state earlier wins.
    package var tie: String?
    package var spend: Condition
    package var of: Condition

    package init(call: Path, date: String, by: Condition, tie: String?, spend: Condition, of: Condition) {
        self.call = call
        self.date = date
        self.by = by
        self.tie = tie
        self.spend = spend
        self.of = of
    }
}

/// A message (or the text of a document), one text a language.
package struct Message: Sendable {
    package var name: String
    package var texts: [String: MessageText]
    /// Waits neither for a digest nor for the morning.
    package var isUrgent = false
    /// Its readers may unsubscribe from it.
    package var isOptional = false

    package init(name: String, texts: [String: MessageText]) {
        self.name = name
        self.texts = texts
    }
}

/// A message in one language.
package struct MessageText: Sendable {
    package var subject: Template
    package var body: Template
    /// Texts chosen by a count or a form of address, usable in subject and body by name.
    package var parts: [String: MessagePart]

    package init(subject: Template, body: Template, parts: [String: MessagePart] = [:]) {
        self.subject = subject
        self.body = body
        self.parts = parts
    }
}

extension MessageText {
    /// All that it reads.
    var references: [Reference] {
        parts.values.reduce(into: subject.references + body.references) { result, part in
            switch part.selector {
            case .count(let condition), .choose(let condition): result += condition.expression.references
            }
            result += part.forms.values.flatMap(\.references)
        }
    }
}

/// A text in several forms.
package struct MessagePart: Sendable {
    package enum Selector: Sendable {
        /// By CLDR plural category of this number; a literal number may precede.
        case count(Condition)
        /// By this word.
        case choose(Condition)
    }

    package var selector: Selector
    /// Category, literal or word → text; `other` is always there.
    package var forms: [String: Template]

    package init(selector: Selector, forms: [String: Template]) {
        self.selector = selector
        self.forms = forms
    }
}
