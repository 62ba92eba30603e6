/// What a letter is set as.
enum LetterFormat: String, CaseIterable {
    /// One self-contained page.
    case html
    /// A4, for printing and for offices that file what they get.
    case pdf

    /// The format of a file that this room has made.
    init(file: String) { self = file.hasSuffix("." + LetterFormat.pdf.rawValue) ? .pdf : .html }

    /// As mail and the web call it.
    var type: String {
        switch self {
        case .html: "text/html"
        case .pdf: "application/pdf"
        }
    }
}
