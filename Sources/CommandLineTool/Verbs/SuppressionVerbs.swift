import Calendars
import Engine
import Exchange
import Expressions
import Service

/// `suppression list | add | remove`: the addresses to which nothing is sent.
enum SuppressionVerbs {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "suppression", "Lists addresses that take no mail any more, and adds and removes them.",
            discussion: """
                An address comes onto the list when its mail server refuses it for good, when a mail to it comes back for \
                good, or when the staff put it there. What would be sent to it fails at once, and the staff have a task. An \
                address that is "unsubscribed" gets no reminders and no optional messages; everything else still goes there.
                """,
            examples: [
                ("sojourn suppression list", "Lists them, with the reason of each."),
                ("sojourn suppression remove ana@city.example", "Lets mail go there again."),
            ],
            subcommands: [list(place), add(place), remove(place)])
    }

    private static func list(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "list", "Lists the addresses that take no mail, and why.",
            examples: [("sojourn suppression list --json", "Prints them as JSON.")]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let all = try await service.engine.suppressions.all()
                if parsed.flag("json") {
                    terminal.print(json: .object(["suppressions": .list(all.map(value))]))
                    return .success
                }
                var table = Table(.init("ADDRESS"), .init("SINCE (UTC)"), .init("HOW"), .init("WHY"))
                let clock = LocalWords(zone: .utc)
                for one in all {
                    table.add("\(one.address)", "\(clock.moment(one.since))", "\(one.source.rawValue)", "\(one.reason)")
                }
                Lists.print(table, hasMore: false, nothing: "every address takes mail", on: terminal)
                return .success
            }
        }
    }

    private static func value(_ one: Suppression) -> Value {
        .object([
            "address": .string(one.address), "source": .string(one.source.rawValue), "reason": .string(one.reason),
            "since": .moment(one.since),
        ])
    }

    private static let reason = Option("reason", value: "TEXT", "Why, in a few words.", default: "")
    private static let complaint = Option("complaint", "The reader complained, or wants none.")
    private static let address = Positional("address", "Such as ana@city.example.")

    private static func add(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "add", "Sends nothing to an address any more.",
            examples: [
                ("sojourn suppression add ana@city.example --complaint", "Ana asked that nothing be sent to her.")
            ],
            arguments: [address], options: [reason, complaint]
        ) { parsed, terminal in
            let address = parsed["address"]
            guard address.utf8.count <= PersonRules.addressBytes, address.utf8.count(where: { $0 == 0x40 }) == 1,
                !address.unicodeScalars.contains(where: { $0.value <= 0x20 })
            else { throw Failure("\"\(address)\" is no address; write one such as ana@city.example") }
            return try await place.withService(parsed) { service in
                try await service.engine.suppressions.add(
                    Suppression(
                        address: address, source: parsed.flag("complaint") ? .complained : .staff,
                        reason: parsed.text("reason") ?? "", since: place.world.now()))
                terminal.print("nothing is sent to \(address) any more")
                return .success
            }
        }
    }

    private static func remove(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "remove", "Lets mail go to an address again.",
            examples: [("sojourn suppression remove ana@city.example", "The mailbox is there again.")],
            arguments: [address]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                guard let removed = try await service.engine.suppressions.remove(parsed["address"]) else {
                    throw Failure("\(parsed["address"]) is not on the list; \"sojourn suppression list\" shows it")
                }
                let what = removed.source == .unsubscribed ? "reminders go" : "mail goes"
                terminal.print("\(what) to \(parsed["address"]) again")
                return .success
            }
        }
    }
}
