import Exchange
import ProgrammeLanguage

/// The programmes of the benchmarks: small, but with a task, a due time and an escalation in each state.
enum BenchProgrammes {
    /// Ten states, each with a task: start to finish is eleven steps.
    static let steps = 10

    private static let head = """
        format: 1
        programme: bench
        version: 1
        people:
          clerk: {title: Clerk, staff: yes}

        """

    /// A case of ten answers.
    static var chain: String {
        var text = head + "stages:\n  request:\n"
        for number in 1...steps {
            let next = number == steps ? "closed" : "s\(number + 1)"
            text += """
                    s\(number):
                      task: {who: clerk, due: 5 working days}
                      clock: {due: {escalate: clerk}}
                      next: {done: \(next)}

                """
        }
        return text + "ends: {closed: fulfilled}\n"
    }

    /// A visit with people whose reminders and tasks hang on it.
    static let visit =
        head + """
              delegates: {title: Delegates, from: delegates}
            dates:
              visit: {from: [moved.days, list.days]}
            forms:
              list: {days: {type: dates, required: yes}, people: {type: rows, required: yes, of: {name: person}}}
              papers: {passport: {type: text}}
              moved: {days: {type: dates, required: yes}}
            stages:
              request:
                naming:
                  task: {who: clerk, form: list, due: 5 working days}
                  next: {done: waiting}
              visit:
                waiting:
                  task: {who: clerk, due: 1 day after visit ends}
                  clock: {60 and 30 and 14 and 7 days before visit: remind, due: {escalate: clerk}}
                  may: {move: {who: clerk, form: moved}}
                  next: {done: closed}
            tracks:
              delegates:
                each: list.people
                during: visit
                left: stopped
                states:
                  asked:
                    task: {who: self, form: papers, due: 30 days before visit}
                    clock: {45 and 40 and 35 days before visit: remind, due: {escalate: clerk}, 8 days before visit: late}
                    next: {done: cleared}
                ends: {cleared: fulfilled, late: expired, stopped: cancelled}
            ends: {closed: fulfilled}
            """

    /// - Throws: `DemonstrationFault` if the text has mistakes, which a test rules out.
    static func machine(_ text: String) throws -> (machine: CaseMachine, source: ProgrammeSource) {
        let source = ProgrammeSource(text: text)
        let compiled = ProgrammeCompiler.compile(source)
        guard let programme = compiled.programme else { throw DemonstrationFault(compiled.diagnostics.lines) }
        return (CaseMachine(programme: programme), source)
    }
}
