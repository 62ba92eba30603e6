import Expressions

/// What is posted, and how each kind of chat wants it.
struct ChatMessage {
    /// Empty: none.
    let title: String
    let text: String
    /// Empty: none.
    let link: String
    /// What the link is called.
    let linkTitle: String

    /// The kinds of chat.
    enum Kind: String, CaseIterable, Sendable {
        case slack, teams
    }

    /// The request's body.
    func body(for kind: Kind) -> Value {
        switch kind {
        case .slack: slack
        case .teams: teams
        }
    }

    // MARK: Slack

    /// Blocks of plain text: nothing in it is markup, a mention or an emoji, and no address in it is fetched.
    private var slack: Value {
        var blocks: [Value] = []
        if !title.isEmpty {
            let shown = String(ChatText.line(title).unicodeScalars.prefix(ChatLimits.titleLetters))
            blocks.append(block("header", ["text": plain(shown)]))
        }
        for piece in ChatText.pieces(ChatText.lines(text), letters: ChatLimits.sectionLetters) {
            blocks.append(block("section", ["text": plain(piece)]))
        }
        if !link.isEmpty {
            let anchor = "<\(Self.escaped(address))|\(Self.escaped(ChatText.line(linkTitle)))>"
            blocks.append(
                block("section", ["text": .object(["type": .string("mrkdwn"), "text": .string(anchor)])]))
        }
        return .object([
            // What notifications show.
            "text": .string(Self.escaped(ChatText.line(title.isEmpty ? text : title))), "blocks": .list(blocks),
            "mrkdwn": .bool(false), "link_names": .bool(false), "unfurl_links": .bool(false),
            "unfurl_media": .bool(false),
        ])
    }

    private func block(_ type: String, _ fields: [String: Value]) -> Value {
        .object(fields.merging(["type": .string(type)]) { $1 })
    }

    private func plain(_ text: String) -> Value {
        .object(["type": .string("plain_text"), "text": .string(Self.escaped(text)), "emoji": .bool(false)])
    }

    /// Slack's three characters, in every text that it reads: `<!channel>` and `<@U1>` begin with the first.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// Without what would end the address within its brackets.
    private var address: String {
        link.replacing("|", with: "%7C").replacing("<", with: "%3C").replacing(">", with: "%3E")
    }

    // MARK: Teams

    /// An Adaptive Card of rich text: in its runs Markdown is no markup, and `{{DATE(…)}}` is computed in none.
    private var teams: Value {
        var body: [Value] = []
        if !title.isEmpty { body.append(paragraph(ChatText.line(title), isTitle: true)) }
        body += ChatText.lines(text).map { paragraph($0, isTitle: false) }
        var card: [String: Value] = [
            "$schema": .string("http://adaptivecards.io/schemas/adaptive-card.json"), "type": .string("AdaptiveCard"),
            // The newest that Teams shows on every device.
            "version": .string("1.4"), "body": .list(body),
        ]
        if !link.isEmpty {
            card["actions"] = .list([
                .object([
                    "type": .string("Action.OpenUrl"), "title": .string(ChatText.line(linkTitle)),
                    "url": .string(link),
                ])
            ])
        }
        return .object([
            "type": .string("message"),
            "attachments": .list([
                .object([
                    "contentType": .string("application/vnd.microsoft.card.adaptive"), "contentUrl": .null,
                    "content": .object(card),
                ])
            ]),
        ])
    }

    private func paragraph(_ text: String, isTitle: Bool) -> Value {
        var run: [String: Value] = [
            "type": .string("TextRun"),
            // An empty run is refused; a line that no break is in keeps its height.
            "text": .string(text.isEmpty ? "\u{A0}" : text),
        ]
        if isTitle { run.merge(["weight": .string("Bolder"), "size": .string("Medium")]) { $1 } }
        return .object(["type": .string("RichTextBlock"), "inlines": .list([.object(run)])])
    }
}
