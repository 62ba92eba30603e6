package import ActionKit
import CalendarInvite
import ChatPost
package import CaseStore
import DocumentStore
import EmailSend

package import Engine
package import Exchange
package import Expressions
package import PluginHost
import ProgrammeLanguage
import WebhookPost

/// A running Sojourn: a store, its plugins and the engine over them.
package final class Service: Sendable {
    package let engine: Engine
    /// The packs that lie beside the data.
    package let host: PluginHost
    /// What comes from outside by HTTP.
    package let inbox: Inbox
    private let plugins: [any Plugin]

    /// Builds the service over an open store.
    ///
    /// - Parameters:
    ///   - folder: where plugins keep messages, invitations and documents.
    ///   - observe: told of each effect that was done, failed or became unknown.
    ///   - watch: told of each case that was written, with what happened.
    /// - Throws: `SettingsMistakes` with everything that is wrong with the plugins' settings.
    package init(
        store: any CaseStore, world: World, folder: String, settings: Settings = Settings(),
        observe: @escaping @Sendable (EffectRow, EffectResult?) -> Void = { _, _ in },
        watch: @escaping @Sendable (Case, [Note]) -> Void = { _, _ in }, concurrency: Int = 16
    ) throws(SettingsMistakes) {
        let packs = try Packs.read(folder: folder, settings: settings)
        plugins = try Self.plugins(folder: folder, settings: settings, packs: packs)
        host = packs.host(store: store, world: world, settings: settings)
        let confirmation = try settings.confirmation()
        let notifications = try settings.notificationTerms()
        let functions = plugins.flatMap(\.functions)
        engine = Engine(
            // The first of a name counts: what is built in before what was added.
            store: store, world: world, actions: plugins.flatMap(\.actions) + host.actions,
            compile: { packed in
                ProgrammeSource(packed: packed).flatMap { ProgrammeCompiler.load($0, functions: functions).programme }
            }, observe: observe, watch: watch, concurrency: concurrency, confirmation: confirmation,
            notifications: notifications, mailSources: plugins.flatMap(\.mailSources))
        inbox = try Inbox(engine: engine, settings: settings)
    }

    /// The actions of the built-in plugins and of the engine, for checking programmes where no service runs; nothing of them is run.
    ///
    /// Settings only decide where things go, not what an action takes, so any that are complete will do.
    package static let knownActions: [ActionDescription] =
        knownPlugins.flatMap { $0.actions.map(\.description) } + Engine.ownActions

    /// What the built-in plugins add to rules of matching, for checking programmes where no service runs.
    package static let knownFunctions: [FunctionDeclaration] = knownPlugins.flatMap(\.functions)

    private static let knownPlugins: [any Plugin] = {
        let settings: [String: [String: Value]] = [
            WebhookPlugin.name: ["secret": .string("none")],
            ChatPlugin.name: ["channels.none.kind": .string("slack"), "channels.none.secret": .string("address")],
        ]
        // A key of nothing but zeros, with which nothing is ever signed.
        let key = "whsec_" + String(repeating: "A", count: 43) + "="
        return known.compactMap { type in
            let configuration = Configuration(
                values: settings[type.name] ?? [:], folder: "/nonexistent",
                secret: { $0 == "address" ? "https://chat.invalid/" : key })
            return try? type.init(configuration: configuration)
        }
    }()

    /// The plugins that are built in.
    private static let known: [any Plugin.Type] = [
        EmailPlugin.self, CalendarPlugin.self, DocumentPlugin.self, WebhookPlugin.self, ChatPlugin.self,
    ]

    private static func plugins(
        folder: String, settings: Settings, packs: Packs
    ) throws(SettingsMistakes) -> [any Plugin] {
        var result: [any Plugin] = []
        var mistakes: [String] = []
        for type in known {
            let configuration = Configuration(
                values: settings.plugins[type.name] ?? [:], folder: folder, secret: settings.secret)
            do throws(ConfigurationMistakes) {
                result.append(try type.init(configuration: configuration))
            } catch {
                // One that needs settings and has none is not there; a programme that uses it does not pass the check.
                if settings.plugins[type.name] != nil { mistakes += error.messages }
            }
        }
        let names = known.map { $0.name } + packs.shelf.newest.map(\.name)
        let own = [Packs.section, Settings.register, Settings.inbox, Settings.notifications]
        for name in settings.plugins.keys.sorted() where !names.contains(name) && !own.contains(name) {
            mistakes.append("there is no plugin \"\(name)\"; there are \(names.joined(separator: ", "))")
        }
        guard mistakes.isEmpty else { throw SettingsMistakes(mistakes) }
        return result
    }

    /// Ends the plugins and closes the store.
    package func close() async {
        await host.close()
        for plugin in plugins { await plugin.close() }
        await engine.store.close()
    }
}
