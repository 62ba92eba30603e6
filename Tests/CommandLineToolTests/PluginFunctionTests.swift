import Expressions
import Foundation
import ProgrammeLanguage
import Testing

@testable import CommandLineTool

@Suite struct `Functions that plugins add to rules of matching` {
    @Test func `are known to a check, and without the plugin they are a mistake`() throws {
        let hub = Hub()
        let text = CallHub.programme().replacing(
            #""offer.people >= ask.people""#, with: #""climate.reachable(offer.id)""#)
        let path = try hub.file("calls/programme.yaml", text)
        let reachable = FunctionDeclaration(
            name: "climate.reachable", overloads: [.init(arguments: [.string], result: .bool)],
            implementation: { (_) throws(EvaluationError) in .bool(true) })
        #expect(!CheckVerb.Finding(path, functions: [reachable]).hasMistakes(isStrict: false))
        let without = CheckVerb.Finding(path)
        #expect(without.hasMistakes(isStrict: false))
        #expect(without.diagnostics.contains { $0.message.contains("climate") })
    }
}
