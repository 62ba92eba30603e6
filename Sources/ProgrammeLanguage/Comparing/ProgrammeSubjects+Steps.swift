import Exchange
import Expressions

/// What happens.
extension ProgrammeSubjects {
    static func step(_ step: ExchangeStep) -> [Aspect] {
        var aspects: [Aspect] = step.to.map { [Aspect("to", "leads to", name($0))] } ?? []
        aspects += condition(step.condition, "if", "happens only if")
        aspects += phrase(step.until, "until", "holds only until") + phrase(step.since, "since", "holds only from")
        aspects += each("in", "holds only in", step.within.sorted().map(name))
        switch step.reason {
        case .asked(let list)?: aspects.append(Aspect("reason", "asks for a reason out of", name(list)))
        case .code(let code)?: aspects.append(Aspect("reason", "states the reason", name(code)))
        case .answer(let path)?: aspects.append(Aspect("reason", "takes the reason from", name(path.description)))
        case nil: break
        }
        aspects += sends(step.send)
        if let remind = step.remind {
            let message = remind.message.isEmpty ? "" : "with \(name(remind.message))"
            aspects.append(Aspect("remind", "reminds", message.isEmpty ? "those who have not answered" : message))
            aspects += each("remind.who", "reminds", remind.who.map(who))
        }
        aspects += each("escalate", "tells, so that they can answer,", step.escalate.map(who))
        aspects += step.actions.flatMap { use in
            let all = action(use)
            return [Aspect("do.\(use.action)", "does", name(use.action))]
                + all.map {
                    Aspect("do.\(use.action).\($0.key)", "does \(name(use.action)), which \($0.verb)", $0.value)
                }
        }
        if let form = step.form { aspects.append(Aspect("form", "asks the form", name(form))) }
        for member in step.add {
            switch member {
            case .person(let path): aspects.append(Aspect("add", "adds the person", name(path.description)))
            case .row(let track, let form):
                aspects.append(Aspect("add.\(track)", "adds to \(name(track)) the answers of", name(form)))
            }
        }
        aspects += each("void", "makes void", step.void.map(name))
        aspects += phrase(step.hold, "hold", "puts the case on hold for up to")
        aspects += flag(step.holdForReview, "review", "holds its messages for review")
        switch step.ifLate {
        case .send(let days)?: aspects.append(Aspect("late", "is sent late, within days:", String(days)))
        case .skip?: aspects.append(Aspect("late", "is skipped if it is late"))
        case .ask?: aspects.append(Aspect("late", "is asked about if it is late"))
        case nil: break
        }
        return aspects
    }

    static func sends(_ all: [Send]) -> [Aspect] {
        all.flatMap { send in
            send.to.map { Aspect("send.\(send.message).\(who($0))", "sends \(name(send.message)) to", who($0)) }
        }
    }

    static func action(_ use: ActionUse) -> [Aspect] {
        var aspects = [Aspect("action", "is", name(use.action))] + each("who", "goes to", use.who.map(who))
        if !use.template.isEmpty { aspects.append(Aspect("template", "fills the document", name(use.template))) }
        let carriers = [("made", use.sendMade), ("renewed", use.sendRenewed), ("undone", use.sendUndone)]
        for (when, message) in carriers where !message.isEmpty {
            aspects.append(Aspect("send.\(when)", "is sent, when \(when), with", name(message)))
        }
        aspects += use.inputs.map { input in
            let value =
                switch input.source {
                case .constant(let value): value.asString ?? value.json
                case .template(let template): template.text
                case .value(let condition): condition.text
                }
            return Aspect("input.\(input.name)", "has as \(name(input.name))", "\"\(value)\"")
        }
        aspects += condition(use.condition, "if", "happens only if")
        aspects += each("failed", "tells, if it fails,", use.ifFailed.map(who))
        return aspects + [Aspect("unsure", "is, if nobody knows whether it was done,", use.ifUnsure.rawValue)]
    }
}
