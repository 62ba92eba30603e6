package import Calendars
import Expressions

/// What a migration would do with one case, or why it does nothing.
package enum MigrationOutcome: Sendable {
    case moves(Transition)
    /// Names that the case uses and the new version does not have.
    case waits(Set<MissingName>)
    /// Why it cannot go over, in sentences.
    case cannot([String])
}

extension CaseMachine {
    /// Takes a case over from another version of its programme: one command, whole or not at all (R52).
    ///
    /// Entries, instants and answers stay; what has fired has fired; tasks that ask the same people the same stay open
    /// with their answers; effects keep their text. Whatever the former version had due by now has fired before.
    ///
    /// - Parameters:
    ///   - c: a live case of `k.old`.
    ///   - people: who holds staff roles that the case does not know.
    package func migrate(
        _ c: Case, by k: Counterparts, people: [String: [Party]] = [:], actor: Actor, at now: Instant,
        full: Set<String> = []
    ) -> MigrationOutcome {
        guard c.end == nil else { return .cannot(["it has ended"]) }
        let missing = k.missing(for: c)
        guard missing.isEmpty else { return .waits(missing) }
        var run = CaseRun(machine: self, case: CaseTranslation(k).translate(c), actor: actor, now: now)
        run.full = full
        for (role, parties) in people where run.c.people[role] == nil { run.c.people[role] = parties }
        let obstacles = k.obstacles(for: c, translated: run.c, today: programme.zone.date(of: run.at)) + run.nobody()
        guard obstacles.isEmpty else { return .cannot(obstacles) }
        run.note(
            .migrated, .case, "\(k.old.programme.name) \(k.old.programme.version)",
            "\(programme.name) \(programme.version)", String(programme.hash.prefix(12)))
        run.adopt(c, by: k)
        run.c.lastAt = run.at
        run.drain(isInclusive: false)
        return .moves(run.transition(.accepted))
    }

    /// Staff roles that a case of this programme needs and that a case of the other does not have.
    package func newStaffRoles(_ k: Counterparts) -> [String] {
        let known = Set(k.old.programme.people.keys.compactMap { k.names.role($0) })
        return programme.peopleOrder.filter { name in
            guard let role = programme.people[name] else { return false }
            return role.isStaff && role.sources.isEmpty && !known.contains(name)
        }
    }
}

extension CaseRun {
    /// Staff roles that nobody holds: the case would have nobody to turn to (R48).
    fileprivate func nobody() -> [String] {
        p.peopleOrder.compactMap { name in
            guard let role = p.people[name], role.isStaff, !role.isOptional, role.sources.isEmpty,
                holders(of: name).isEmpty
            else { return nil }
            return "nobody holds the role \"\(name)\"; set the roster with \"sojourn import roster FILE\""
        }
    }
}

extension Counterparts {
    /// Answers of the case that the new version could not read.
    fileprivate func obstacles(for c: Case, translated: Case, today: LocalDate) -> [String] {
        var result: [String] = []
        func look(_ before: [String: FormAnswers], _ after: [String: FormAnswers], _ id: RegionID) {
            for form in before.keys.sorted() {
                guard let target = names.form(form), let declared = new.programme.forms[target],
                    let former = before[form]?.newest, let newest = after[target]?.newest
                else { continue }
                let member: Int? = if case .member(let number) = id { number } else { nil }
                func found(_ machine: CaseMachine, _ form: Form, _ values: [String: Value], _ c: Case) -> [FieldProblem]
                {
                    FormReading(machine: machine, form: form, only: [], former: [:], today: today)
                        .mistakes(ofStored: values, in: CaseReading(machine: machine, case: c, member: member))
                }
                let mistakes = found(new, declared, newest.values, translated)
                guard !mistakes.isEmpty else { continue }
                // What the former version had to live with is no news: an answer that was erased, a list that shrank.
                let known = Set(
                    (old.programme.forms[form].map { found(old, $0, former.values, c) } ?? []).map {
                        names.field(Self.field($0), of: form) ?? Self.field($0)
                    })
                for mistake in mistakes where !known.contains(Self.field(mistake)) {
                    result.append("its answer to \"\(target)\" does not fit: \(mistake.sentence)")
                }
            }
        }
        result += unerasable(c)
        look(c.answers, translated.answers, .case)
        for (before, after) in zip(c.members, translated.members) {
            look(before.answers, after.answers, .member(before.number))
        }
        return result
    }

    /// Answers that are to be erased, and that the new version would not know or know under another name: their seal in
    /// the journal and their day hang on the name.
    private func unerasable(_ c: Case) -> [String] {
        var result: Set<String> = []
        for forms in [c.answers] + c.members.map(\.answers) {
            for (form, answers) in forms {
                for field in old.programme.forms[form]?.fields ?? [] where field.erase != nil {
                    let isKept = names.form(form) == form && names.field(field.name, of: form) == field.name
                    guard !isKept, answers.answers.contains(where: { $0.values[field.name] != nil }) else { continue }
                    result.insert("\(form).\(field.name)")
                }
            }
        }
        return result.sorted().map {
            "its answer to \"\($0)\" is to be erased; the new version must keep it under this name until it is"
        }
    }

    /// `sessions` of `sessions[2].day`.
    private static func field(_ problem: FieldProblem) -> String {
        String(problem.field.prefix { $0 != "[" && $0 != "." })
    }
}
