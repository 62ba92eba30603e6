import Foundation

/// How people answer in stories and simulations where nothing else is said: as in the programme's sample.
package enum StoryCast {
    /// The answers and the silences that mean consent of `sample/cast.yaml`; its events and silent hosts are left out.
    ///
    /// - Throws: `SettingsMistakes` where the file has mistakes.
    package static func read(programme folder: String, dates: [String]) throws(SettingsMistakes) -> CastScript {
        let path = folder + "/sample/cast.yaml"
        guard FileManager.default.fileExists(atPath: path) else { return CastScript() }
        var script = try CastScript.read(path: path, dates: Set(dates))
        script.events = []
        script.silent = []
        return script
    }
}
