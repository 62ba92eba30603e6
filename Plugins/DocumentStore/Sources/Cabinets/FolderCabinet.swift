import ActionKit

/// A folder of this machine as a cabinet.
struct FolderCabinet: Cabinet {
    let root: String

    func read(_ path: CabinetPath) throws(CabinetFault) -> [UInt8]? {
        try disk { () throws(FolderFault) in
            guard let name = path.names.last, let folder = try folder(path.names.dropLast()) else { return nil }
            return try folder.read(name, limit: DocumentLimits.fileBytes)
        }
    }

    func write(_ bytes: [UInt8], to path: CabinetPath, type: String) throws(CabinetFault) {
        try disk { () throws(FolderFault) in
            var place = try Folder(root: root)
            for name in path.names.dropLast() { place = try place.makingFolder(name) }
            if let name = path.names.last { try place.write(bytes, to: name) }
        }
    }

    func names(in folder: CabinetPath) throws(CabinetFault) -> [String] {
        try disk { () throws(FolderFault) in
            try self.folder(folder.names[...])?.names(limit: DocumentLimits.caseFiles) ?? []
        }
    }

    func erase(_ path: CabinetPath) throws(CabinetFault) {
        try disk { () throws(FolderFault) in
            if let name = path.names.last { try folder(path.names.dropLast())?.erase(name) }
        }
    }

    func address(of path: CabinetPath) -> String { "" }

    private func folder(_ names: ArraySlice<String>) throws(FolderFault) -> Folder? {
        var place = try Folder(root: root)
        for name in names {
            guard let next = try place.folder(name) else { return nil }
            place = next
        }
        return place
    }

    private func disk<Result>(_ body: () throws(FolderFault) -> Result) throws(CabinetFault) -> Result {
        do { return try body() } catch {
            let kind: CabinetFault.Kind =
                switch error.kind {
                case .full: .full
                case .denied: .denied
                case .unsafe: .unsafe
                case .broken: .broken
                }
            throw CabinetFault(kind, error.message)
        }
    }
}
