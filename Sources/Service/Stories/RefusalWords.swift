import Exchange

extension Programme {
    /// Why an answer was refused, with the rules of forms in their own words.
    func words(of refusal: Refusal) -> String {
        guard case .answers(let problems) = refusal else { return refusal.sentence }
        return problems.map { labels["rules.\($0.sentence)"]?[languages[0]] ?? $0.sentence }.joined(separator: "; ")
    }
}
