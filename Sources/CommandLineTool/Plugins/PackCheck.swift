import Calendars
import PluginHost
import ProgrammeLanguage
import Service

/// What `doctor` looks at in packs.
enum PackCheck {
    /// One check where there are packs, none where there are none.
    static func checks(_ service: Service) async -> [DoctorVerb.Check] {
        let shelf = service.host.shelf
        var findings = shelf.mistakes.lines + shelf.faults
        guard !shelf.packs.isEmpty || !findings.isEmpty else { return [] }
        for (pack, health) in await service.host.health() {
            if let objection = service.host.objection(to: pack) {
                findings.append("\(pack.id) is not run: \(objection)")
            } else if health.state == .ill {
                findings.append("\(pack.id) is ill since \(health.since.rfc3339), its steps wait: \(health.why)")
            }
        }
        let sandbox = service.host.sandbox
        let closed = sandbox.program == nil ? "no sandbox (\(sandbox.why))" : "in a sandbox"
        return [
            DoctorVerb.Check(
                name: "packs", words: "\(Naming.count(shelf.packs.count, "pack")), \(closed)", findings: findings)
        ]
    }
}
