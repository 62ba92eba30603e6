public import ActionKit

/// Mail: the action `email.send`, to a folder or a mail server.
public struct EmailPlugin: Plugin {
    public static let name = "email"

    public let actions: [any Action]
    public let mailSources: [any MailSource]
    private let transport: any Transport

    public init(configuration: Configuration) throws(ConfigurationMistakes) {
        let settings = try EmailSettings(configuration)
        switch settings.way {
        case .folder(let path): transport = MailFolder(path: path)
        case .server(let server): transport = SMTPTransport(server: server, sender: settings.sender)
        }
        mailSources = settings.inbox.map { [Maildir(path: $0)] } ?? []
        let composer = MailComposer(
            sender: settings.sender,
            attachments: AttachmentFolder(path: settings.attachmentFolder, dataFolder: configuration.folder)
        )
        actions = [SendEmail(composer: composer, transport: transport, timeoutSeconds: settings.timeoutSeconds)]
    }

    public func close() async {
        await transport.close()
    }
}
