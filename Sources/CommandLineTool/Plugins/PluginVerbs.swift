/// `plugin …`: packs, from the first line of a new one to the health of one at work.
enum PluginVerbs {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "plugin", "Writes, checks, tries, locks and lists packs: plugins in any language.",
            discussion: """
                A pack is a folder with pack.yaml and a program. Installed packs lie in the folder "packs" beside the \
                database; the service runs those whose files are as "plugin lock" saw them.
                """,
            examples: [
                ("sojourn plugin list", "Lists the installed packs and how they are doing."),
                ("sojourn plugin lock", "Locks the files of all installed packs as they are now."),
            ],
            subcommands: [
                PluginList.spec(place), PluginShow.spec(place), PluginCheck.spec(place), PluginTest.spec(place),
                PluginNew.spec, PluginCall.spec(place), PluginLock.lock(place), PluginLock.verify(place),
                PluginLock.sign,
                PluginCallback.spec(place),
            ])
    }
}
