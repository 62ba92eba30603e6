/// `match`: hosts for requests, one case at a time or a call as a whole.
enum MatchVerb {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "match", "Matches requests with hosts.",
            examples: [
                ("sojourn match ST-2027-0001", "Which hosts fit the request, and why the others do not."),
                ("sojourn match round study-tour", "Finds hosts for all open requests at once."),
                ("sojourn match solve --problem assignment call.json", "Finds the best total score of a file."),
            ],
            subcommands: [MatchCase.spec(place)] + MatchRound.specs(place) + MatchRounds.specs(place)
                + [MatchRank.spec(place), MatchSolve.spec], usual: "case")
    }
}
