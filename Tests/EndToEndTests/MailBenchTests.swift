import Expressions
import Foundation
import Service
import Testing

@Suite struct `The benchmark of mail` {
    @Test func `sends what is due in time, beside the plugin alone and smtplib`()
        async throws
    {
        let folder = NSTemporaryDirectory() + "sojourn-bench-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var bench = MailBench(folder: folder)
        bench.mails = 30
        bench.spreadMilliseconds = 300
        bench.python = try MailCounterpart.run(MailCounterpart.folder + "/setup", [])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let result = try await bench.run()
        func number(_ name: String) -> Double { result[name]?.asDouble ?? -1 }
        #expect(number("mails") == 30)
        #expect(number("handed_over") == 30, "each reminder arrived, once")
        #expect(number("lateness_p50_seconds") <= number("lateness_p99_seconds"))
        #expect(number("lateness_p99_seconds") <= number("lateness_max_seconds"))
        #expect(number("lateness_max_seconds") < 60)
        #expect(number("seconds_from_first_due_to_last_handed_over") < 61)
        #expect(number("commands") > 0, "people were served meanwhile")
        #expect(number("command_p50_milliseconds") > 0)
        #expect(number("plugin_alone_mails_per_second") > 0)
        #expect(number("smtplib_mails_per_second") > 0)
        #expect(number("resident_bytes") > Double(1 << 20))
    }
}
