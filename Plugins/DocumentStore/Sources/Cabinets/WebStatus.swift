extension WebRequest.Answer {
    /// What an answer means that is not the one hoped for.
    ///
    /// - Parameter what: what was asked, such as "filing a document".
    func fault(_ what: String) -> CabinetFault {
        switch status {
        case 401, 403:
            CabinetFault(
                .denied, "\(what): the server denies it (\(status)); look at the account, its rights and the clock")
        case 423: CabinetFault(.locked, "\(what): somebody has the document open (423)", retryAfter: retryAfter ?? 60)
        case 408, 425, 429, 503:
            CabinetFault(.unreachable, "\(what): the server asks to come later (\(status))", retryAfter: retryAfter)
        case 507, 413: CabinetFault(.full, "\(what): the server has no room (\(status))")
        case 300..<400: CabinetFault(.refused, "\(what): the server points elsewhere (\(status)); give the new address")
        case 400..<500: CabinetFault(.refused, "\(what): the server refuses it (\(status))")
        default:
            CabinetFault(.broken, "\(what): the server fails (\(status))", leavesDoubt: true, retryAfter: retryAfter)
        }
    }
}
