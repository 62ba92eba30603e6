import Calendars
package import Expressions

/// Commands as the journal keeps them: a replay reads them back and gives the same case (I8, I9).
extension Command {
    /// The command's name in the journal.
    package var kind: String {
        switch self {
        case .start: "start"
        case .answer: "answer"
        case .decide: "decide"
        case .tick: "tick"
        case .outage: "outage"
        case .candidates: "candidates"
        case .offerChanged: "offer"
        case .offerGone: "offer-gone"
        case .ranked: "ranked"
        case .effectFinished: "effect"
        case .mailNews: "mail"
        case .hold: "hold"
        case .resume: "resume"
        case .cancel: "cancel"
        case .reassign: "reassign"
        case .correct: "correct"
        case .moveByHand: "move"
        case .resolve: "resolve"
        case .migrate: "migrate"
        }
    }

    /// The command as a value with text keys.
    package var value: Value {
        switch self {
        case .start(let people, let origin):
            .object(["people": .object(people.mapValues { .list($0.map(\.value)) }), "origin": .object(origin)])
        case .answer(let task, let outcome, let values, let reason):
            compact([
                "task": .int(Int64(task)), "outcome": text(outcome), "values": .object(values), "reason": text(reason),
            ])
        case .decide(let name, let member, let values, let reason):
            compact([
                "name": .string(name), "member": number(member), "values": .object(values), "reason": text(reason),
            ])
        case .tick: .object([:])
        case .outage(let from, let to):
            .object(["from": .int(from.milliseconds), "to": .int(to.milliseconds)])
        case .candidates(let entry, let found, let excluded):
            .object([
                "entry": .int(Int64(entry)), "found": .list(found.map(\.value)),
                "excluded": .list(
                    excluded.map { .list([.string($0.offer), .string($0.filter), .string($0.say)]) }),
            ])
        case .offerChanged(let offer): .object(["offer": offer])
        case .offerGone(let id, let why): .object(["id": .string(id), "why": .string(why)])
        case .ranked(let entry, let result): compact(["entry": .int(Int64(entry)), "result": text(result)])
        case .effectFinished(let key, let result): .object(["key": .string(key), "result": result.value])
        case .mailNews(let label, let news): .object(["label": .string(label), "news": news.value])
        case .hold(let reason, let until): compact(["reason": .string(reason), "until": text(until?.iso)])
        case .resume(let reason), .cancel(let reason): .object(["reason": .string(reason)])
        case .reassign(let role, let people, let reason):
            .object(["role": .string(role), "to": .list(people.map(\.value)), "reason": .string(reason)])
        case .correct(let form, let member, let values, let reason):
            compact([
                "form": .string(form), "member": number(member), "values": .object(values), "reason": .string(reason),
            ])
        case .moveByHand(let target, let member, let reason):
            compact(["to": .string(target), "member": number(member), "reason": .string(reason)])
        case .resolve(let task, let choice, let reason):
            .object(["task": .int(Int64(task)), "choice": .string(choice), "reason": .string(reason)])
        case .migrate(let from, let to, let map, let people):
            .object([
                "from": .string(from), "to": .string(to), "map": map.value,
                "people": .object(people.mapValues { .list($0.map(\.value)) }),
            ])
        }
    }

    /// Writes `value` as JSON; the commands of every day without making the value first.
    package func write(to json: inout JSONWriter) {
        switch self {
        case .answer(let task, let outcome, let values, let reason):
            json.raw("{")
            for (name, text) in [("outcome", outcome), ("reason", reason)] {
                guard let text else { continue }
                json.string(name)
                json.raw(":")
                json.string(text)
                json.raw(",")
            }
            json.raw("\"task\":")
            json.int(Int64(task))
            json.raw(",\"values\":")
            json.write(.object(values))
            json.raw("}")
        case .tick: json.raw("{}")
        default: json.write(value)
        }
    }

    private func compact(_ fields: [String: Value?]) -> Value { .object(fields.compactMapValues(\.self)) }
    private func text(_ text: String?) -> Value? { text.map { .string($0) } }
    private func number(_ number: Int?) -> Value? { number.map { .int(Int64($0)) } }

    /// Reads what `value` wrote; nil for anything else.
    package init?(kind: String, value: Value) {
        func text(_ name: String) -> String? { value[name]?.asString }
        func number(_ name: String) -> Int? { value[name]?.asInt }
        func instant(_ name: String) -> Instant? { number(name).map { Instant(milliseconds: Int64($0)) } }
        let values = value["values"]?.fields ?? [:]
        let reason = text("reason")
        switch kind {
        case "start":
            let people = value["people"]?.fields.mapValues { list in
                (list.asList ?? []).compactMap { Party(value: $0, id: "") }
            }
            self = .start(people: people ?? [:], origin: value["origin"]?.fields ?? [:])
        case "answer":
            guard let task = number("task") else { return nil }
            self = .answer(task: task, outcome: text("outcome"), values: values, reason: reason)
        case "decide":
            guard let name = text("name") else { return nil }
            self = .decide(name: name, member: number("member"), values: values, reason: reason)
        case "tick": self = .tick
        case "outage":
            guard let from = instant("from"), let to = instant("to") else { return nil }
            self = .outage(from: from, to: to)
        case "candidates":
            guard let entry = number("entry"), let found = value["found"]?.asList,
                let excluded = value["excluded"]?.asList
            else { return nil }
            self = .candidates(
                entry: entry, found: found.compactMap(Candidate.init(value:)),
                excluded: excluded.compactMap { item in
                    guard let parts = item.asList?.compactMap(\.asString), parts.count == 3 else { return nil }
                    return Exclusion(offer: parts[0], filter: parts[1], say: parts[2])
                })
        case "offer":
            guard let offer = value["offer"] else { return nil }
            self = .offerChanged(offer)
        case "offer-gone":
            guard let id = text("id"), let why = text("why") else { return nil }
            self = .offerGone(id: id, why: why)
        case "ranked":
            guard let entry = number("entry") else { return nil }
            self = .ranked(entry: entry, result: text("result"))
        case "effect":
            guard let key = text("key"), let result = value["result"].flatMap(EffectResult.init(value:)) else {
                return nil
            }
            self = .effectFinished(key: key, result: result)
        case "mail":
            guard let label = text("label"), let news = value["news"].flatMap(MailNews.init(value:)) else { return nil }
            self = .mailNews(label: label, news: news)
        case "hold": self = .hold(reason: reason ?? "", until: text("until").flatMap { LocalDate(iso: $0) })
        case "resume": self = .resume(reason: reason ?? "")
        case "cancel": self = .cancel(reason: reason ?? "")
        case "reassign":
            guard let role = text("role") else { return nil }
            self = .reassign(
                role: role, to: (value["to"]?.asList ?? []).compactMap { Party(value: $0, id: "") },
                reason: reason ?? "")
        case "correct":
            guard let form = text("form") else { return nil }
            self = .correct(form: form, member: number("member"), values: values, reason: reason ?? "")
        case "move":
            guard let target = text("to") else { return nil }
            self = .moveByHand(to: target, member: number("member"), reason: reason ?? "")
        case "resolve":
            guard let task = number("task"), let choice = text("choice") else { return nil }
            self = .resolve(task: task, choice: choice, reason: reason ?? "")
        case "migrate":
            guard let from = text("from"), let to = text("to"), let map = value["map"] else { return nil }
            let people = value["people"]?.fields.mapValues { list in
                (list.asList ?? []).compactMap { Party(value: $0, id: "") }
            }
            self = .migrate(from: from, to: to, map: MigrationMap(value: map), people: people ?? [:])
        default: return nil
        }
    }
}

extension Candidate {
    var value: Value {
        .object([
            "offer": offer, "score": .double(score),
            "parts": .list(
                parts.map { .list([.string($0.name), .double($0.points), .double($0.weight), .string($0.say)]) }),
        ])
    }

    init?(value: Value) {
        guard let offer = value["offer"], let score = value["score"]?.asDouble else { return nil }
        let parts = (value["parts"]?.asList ?? []).compactMap { item -> ScorePart? in
            guard let all = item.asList, all.count == 4, let name = all[0].asString, let points = all[1].asDouble,
                let weight = all[2].asDouble, let say = all[3].asString
            else { return nil }
            return ScorePart(name: name, points: points, weight: weight, say: say)
        }
        self.init(offer: offer, score: score, parts: parts)
    }
}

extension EffectResult {
    var value: Value {
        switch self {
        case .done(let output): .object(["done": .object(output)])
        case .failed(let code, let message): .object(["failed": .string(code), "message": .string(message)])
        case .unknown(let message): .object(["unknown": .string(message)])
        case .asks(let title): .object(["asks": .string(title)])
        case .dropped: .object(["dropped": .bool(true)])
        }
    }

    init?(value: Value) {
        if let output = value["done"] {
            self = .done(output: output.fields)
        } else if let code = value["failed"]?.asString {
            self = .failed(code: code, message: value["message"]?.asString ?? "")
        } else if let message = value["unknown"]?.asString {
            self = .unknown(message: message)
        } else if let title = value["asks"]?.asString {
            self = .asks(title: title)
        } else if value["dropped"] != nil {
            self = .dropped
        } else {
            return nil
        }
    }
}
