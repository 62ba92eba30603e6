/// All verbs of the program, in the order of the help.
enum Verbs {
    static func all(at place: Workplace) -> [CommandSpec] {
        [
            CheckVerb.spec(place), MatchVerb.spec(place), EvalVerb.spec(place), ProgrammeVerbs.spec(place),
            CaseVerbs.spec(place),
            TaskVerbs.spec(place), OutboxVerbs.spec(place), SuppressionVerbs.spec(place), MailVerbs.spec(place),
            TimerVerbs.spec(place),
            DemoVerb.spec, TestVerb.spec,
            SimulateVerb.spec,
            BenchVerb.spec,
            PluginVerbs.spec(place),
            RunVerb.spec(place), ImportVerb.spec(place), RegisterVerbs.spec(place),
            HistoryVerbs.journal(place),
            HistoryVerbs.export(place), BackupVerbs.backup(place), BackupVerbs.restore(place), DoctorVerb.spec(place),
        ] + ReadProgramme.verbs + [DiffVerb.spec(place), FmtVerb.spec(place)]
    }
}
