/// The largest that a message may be.
enum ChatLimits {
    /// Bytes of the title; Slack shows 150 letters of it.
    static let titleBytes = 600
    static let titleLetters = 150
    /// Bytes of the text.
    static let textBytes = 12_000
    /// Letters of one section of Slack, which refuses more than 3,000.
    static let sectionLetters = 2_900
    /// Lines of the text; what Teams shows of a card is not endless.
    static let lines = 200
    static let urlBytes = 2_048
    /// Bytes of a whole request: Teams refuses a card above 28 KB, Slack takes more.
    static let bodyBytes = 28_000
    /// Bytes of an answer that are looked at.
    static let answerBytes = 4_096
    /// Channels that settings may name.
    static let channels = 200
    static let channelNameBytes = 60
    /// Bytes of a webhook's address.
    static let addressBytes = 2_048
}
