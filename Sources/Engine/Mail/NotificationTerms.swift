/// What the hub sets for everybody's mail: when none leaves, how many one person gets, how fast one domain is served.
package struct NotificationTerms: Hashable, Sendable {
    /// Hours in which nothing leaves, in the reader's zone; nil: none.
    package var quietHours: QuietHours?
    /// Whether a mail whose task is due before the quiet hours end leaves all the same.
    package var sendsBeforeDue = true
    /// Mails to one person in one day of theirs; nil: as many as there are.
    package var dailyCap: Int?
    /// Mails to one domain in a minute; nil: as many as there are.
    package var domainRate: Int?
    /// Seconds in which what one person would get is gathered into one mail; nil: nothing is gathered.
    package var digestSeconds: Int?

    /// What stands before a reader's token in the address at which they unsubscribe, such as
    /// `https://hub.example/unsubscribe/`; nil: mails carry no such address.
    package var unsubscribeAddress: String?

    package static let dailyCapRange = 1...1_000
    package static let domainRateRange = 1...10_000
    package static let digestSecondsRange = 60...86_400

    /// Whether anything depends on the reader's zone, the task's due time or the message's mark.
    var asksForCase: Bool {
        quietHours != nil || dailyCap != nil || digestSeconds != nil || unsubscribeAddress != nil
    }

    package init() {}
}
