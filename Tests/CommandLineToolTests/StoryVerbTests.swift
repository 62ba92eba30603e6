import Engine
import Expressions
import Foundation
import Service
import Testing

@testable import CommandLineTool

@Suite struct `A study tour on its way` {
    /// Two hosts of the register.
    private static let offers = [
        #"{"id":"h01","name":"Teresa Lopes","institution":"Câmara de Aveiro","address":"teresa@aveiro.example","language":"en","zone":"Europe/Lisbon","country":"PT","topics":["enhanced_skill"],"languages":["en"],"windows":[{"first":"2027-06-01","last":"2027-07-31"}],"people":8,"capacity":1,"deputy":{"name":"Rui Costa","address":"rui@aveiro.example"}}"#,
        #"{"id":"h02","name":"Mehmet Kaya","institution":"Gaziantep Belediyesi","address":"mehmet@antep.example","language":"en","zone":"Europe/Istanbul","country":"TR","topics":[],"languages":["en"],"windows":[{"first":"2027-04-15","last":"2027-10-31"}],"people":10,"capacity":2,"deputy":{"name":"Elif Demir","address":"elif@antep.example"}}"#,
    ]

    private func answer(
        _ hub: Hub, _ task: String, _ words: String..., expect code: Int32 = 0,
        at place: SourceLocation = #_sourceLocation
    ) async -> Hub.Answer {
        let answer = await hub.run(["--database", hub.database, "task", "answer", task] + words)
        #expect(answer.code == code, Comment(rawValue: answer.errors), sourceLocation: place)
        return answer
    }

    /// The name of the only open task that asks for this in the case.
    private func task(_ hub: Hub, _ reference: String, state: String) async -> String {
        let tasks = await hub.run("task", "list", "--case", reference, "--json").json?["tasks"]?.asList ?? []
        return tasks.first { $0["state"] == .string(state) }?["name"]?.asString ?? "no task in \(state)"
    }

    /// A tour whose request was found good and whose hosts are asked.
    private func searching(_ hub: Hub) async throws -> String {
        let reference = await hub.startTour()
        try await hub.withService { service in
            try await service.engine.register.put(
                offers: Self.offers.map { try Value(json: $0.utf8) }, kind: "hosts")
        }
        let values = try hub.file("request.json", Hub.request)
        _ = await answer(hub, "\(reference).1", "--as", "requester", "--values", values)
        _ = await answer(hub, "\(reference).2", "accept", "--as", "coordinator")
        for id in await hub.holders("assessor", of: reference) {
            _ = await answer(
                hub, "\(reference).3", "--as", "assessor", "--by", id, "--set", "relevance=4", "--set", "readiness=4",
                "--set", "reach=4")
        }
        try await hub.turn(to: "2027-01-14T23:00:00Z")
        return reference
    }

    /// A tour with an agreement that both sides are to sign.
    private func signing(_ hub: Hub) async throws -> String {
        let reference = try await searching(hub)
        let host = await task(hub, reference, state: "hosts offered")
        let period = "windows=2027-06-01/2027-06-20"
        _ = await answer(hub, host, "accept", "--as", "host", "--set", period)
        let confirm = await task(hub, reference, state: "hosts confirming")
        _ = await answer(hub, confirm, "accept", "--as", "requester")
        let agreement = await task(hub, reference, state: "agreement")
        _ = await answer(
            hub, agreement, "--as", "coordinator", "--set", "days=2027-06-14/2027-06-18", "--set", "least=2")
        return reference
    }

    @Test func `a case that waits for hosts names them, and says what comes of their silence`() async throws {
        let hub = Hub()
        let reference = try await searching(hub)
        let shown = await hub.run("case", "show", reference)
        #expect(
            shown.output.contains(
                "It waits for Teresa Lopes (offered since 2027-01-15) and Mehmet Kaya (offered since 2027-01-15), asked among hosts; nobody else is in reserve."
            ))
        #expect(shown.output.contains("Without an answer Teresa Lopes goes to silent on 2027-01-30 00:00"))
        #expect(shown.output.contains("If nobody moves: on 2027-04-13 00:00 it goes to waitlisted"))
        #expect(shown.output.contains("Hosts asked (2 of 2 under way)"))
        let json = await hub.run("case", "show", reference, "--json").json
        #expect(json?["waiting"]?["kind"] == .string("proposals"))
        #expect(json?["waiting"]?["for"]?.asList?.compactMap { $0["id"]?.asString } == ["h01", "h02"])
        #expect(json?["members"]?.asList?.count == 2)
        let host = await task(hub, reference, state: "hosts offered")
        let decline = await answer(hub, host, "decline", "--as", "host", expect: 1)
        #expect(decline.errors.contains("a reason is needed"))
        let page = await hub.run("task", "show", host).output
        #expect(page.contains("--reason, one of no_capacity, not_our_field, dates_do_not_fit, cost, language"))
    }

    @Test func `who signs is counted, and a signature names the text that it binds`() async throws {
        let hub = Hub()
        let reference = try await signing(hub)
        let sign = await task(hub, reference, state: "signing")
        let page = await hub.run("task", "show", sign).output
        #expect(page.contains("Needed: all of them."))
        #expect(page.contains("The answer is bound to the present version of agreement."))
        #expect(page.contains("object  goes to agreement\nForm refusal\n  why  What should change?"))
        _ = await answer(hub, sign, "signed", "--as", "requester")
        let shown = await hub.run("case", "show", reference).output
        #expect(shown.contains("It waits for host (Teresa Lopes) to answer"))
        #expect(shown.contains("all of them must agree, 1 answered"))
        #expect(shown.contains("visit  2027-06-14/2027-06-18"))
    }

    @Test func `a rule of a form is told in its words, and delegates are members with their own tasks`() async throws {
        let hub = Hub()
        let reference = try await signing(hub)
        let sign = await task(hub, reference, state: "signing")
        _ = await answer(hub, sign, "signed", "--as", "requester")
        _ = await answer(hub, sign, "signed", "--as", "host")
        let nomination = await task(hub, reference, state: "nomination")
        func person(_ name: String) -> String { #"{"name":"\#(name)","address":"\#(name)@city.example"}"# }
        func row(_ name: String) -> String {
            #"{"name":\#(person(name)),"nationality":"BA","replacement":\#(person("r" + name))}"#
        }
        let leader = "leader:=" + person("lea")
        let few = await answer(
            hub, nomination, "--as", "requester", "--set", leader, "--set", "people:=[\(row("one"))]", expect: 1)
        #expect(few.errors.contains("fewer people are named than the agreement needs"))
        _ = await answer(
            hub, nomination, "--as", "requester", "--set", leader, "--set", "people:=[\(row("one")),\(row("two"))]")
        let shown = await hub.run("case", "show", reference)
        #expect(shown.output.contains("goes on to short as soon as !enough or to ready as soon as"))
        #expect(shown.output.contains("members of its tracks have something to do"))
        #expect(shown.output.contains("Delegates (2 of 2 under way)"))
        let json = await hub.run("case", "show", reference, "--json").json
        #expect(json?["waiting"]?["kind"] == .string("members"))
        let delegates = (json?["members"]?.asList ?? []).filter { $0["track"] == .string("delegates") }
        let number = try #require(delegates.first?["number"]?.asInt)
        let words = ["--database", hub.database, "case", "do", reference, "withdraw", "--as", "delegates"]
        #expect(await hub.run(words + ["--reason", "illness"]).code == 1, "which of them?")
        let gone = await hub.run(words + ["--member", "\(number)", "--reason", "illness"])
        #expect(gone.code == 0, Comment(rawValue: gone.errors))
        #expect(await hub.run("journal", reference).output.contains("delegates \(number): ended as replaced"))
    }

    @Test func `a step that came too late is the staff's to decide`() async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        let values = try hub.file("request.json", Hub.request)
        _ = await answer(hub, "\(reference).1", "--as", "requester", "--values", values)
        _ = await answer(hub, "\(reference).2", "accept", "--as", "coordinator")
        for id in await hub.holders("assessor", of: reference) {
            _ = await answer(
                hub, "\(reference).3", "--as", "assessor", "--by", id, "--set", "relevance=4", "--set", "readiness=4",
                "--set", "reach=4")
        }
        try await hub.turn(to: "2027-01-20T08:00:00Z")
        let shown = await hub.run("case", "show", reference).output
        #expect(shown.contains("Beside that coordinator (Vera Hub) must decide about \"a late step: objection.clock"))
        let late = "\(reference).5"
        #expect(await hub.run("task", "show", late).output.contains("skip  the step is left out"))
        #expect(await answer(hub, late, "--as", "coordinator", expect: 1).errors.contains("one of do, skip"))
        let done = await answer(hub, late, "do", "--as", "coordinator")
        #expect(done.output.contains("It waits for the register's answer to a search among hosts"))
    }
}
