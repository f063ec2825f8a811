import Planning
import Units

extension MarkdownReport {
  /// One paragraph: what is fit for what, and what is not.
  var conclusion: [String] {
    let sentences = [asked, overall] + report.strategies.map(sentence) + [smallestVault].compactMap { $0 }
    return ["## Conclusion", sentences.joined(separator: " ")]
  }

  private var asked: String {
    "Asked for: at most \(objectives.rpo.forReading) of lost data (RPO), and the entire system back within "
      + "\(objectives.rto.forReading) (RTO). \(report.strategies.count.of("strategy", "strategies")) "
      + (report.strategies.count == 1 ? "was" : "were")
      + " rehearsed against \(report.disasters.count.of("disaster")), in \(report.drillCount.of("drill"))."
  }

  private var overall: String {
    let fit = report.strategies.filter { $0.verdict == .met }.map { Markdown.code($0.strategy.name) }
    let whole = "both objectives against every disaster"
    if fit.isEmpty { return "**No strategy meets \(whole).**" }
    if fit.count == report.strategies.count, fit.count > 1 { return "**Every strategy meets \(whole).**" }
    return "**\(fit.listed) \(fit.count == 1 ? "meets" : "meet") \(whole).**"
  }

  private func sentence(_ strategy: StrategyReport) -> String {
    let findings = strategy.findings
    let name = "\(Markdown.escaped(strategy.strategy.title)) (\(Markdown.code(strategy.strategy.name)))"
    return findings.isEmpty ? "\(name) was not put to the test." : "\(name) \(findings.listed)."
  }

  /// What the protection needs, among the strategies that are as good as any.
  private var smallestVault: String? {
    guard report.strategies.count > 1 else { return nil }
    let recovering = report.strategies.filter { $0.verdict < .unrecoverable }
    guard !recovering.isEmpty else { return "No strategy recovered in every drill." }
    let fit = recovering.filter { $0.verdict == .met }
    let (pool, quality) =
      fit.isEmpty ? (recovering, "recovered in every drill") : (fit, "met both objectives throughout")
    guard let least = pool.min(by: { $0.protection.vaultBytes < $1.protection.vaultBytes }) else {
      return nil
    }
    let name = Markdown.code(least.strategy.name)
    let size = least.protection.vaultBytes.forReading
    return pool.count == 1
      ? "Only \(name) \(quality); it keeps \(size) in its vaults."
      : "Of the \(pool.count) strategies that \(quality), \(name) keeps the least in its vaults: \(size)."
  }
}

extension StrategyReport {
  /// What it does against which disasters, each as the rest of a sentence.
  fileprivate var findings: [String] {
    func against(_ verb: String, _ isSo: (DisasterReport) -> Bool) -> String? {
      let names = disasters.filter(isSo).map { Markdown.code($0.disaster.name) }
      if names.isEmpty { return nil }
      return names.count == disasters.count && names.count > 1
        ? "\(verb) every disaster" : "\(verb) \(names.listed)"
    }
    return [
      against("meets both against") { $0.verdict == .met },
      against("misses the RPO against") { $0.rpoVerdict == .breached && $0.rtoVerdict == .met },
      against("misses the RTO against") { $0.rpoVerdict == .met && $0.rtoVerdict == .breached },
      against("misses both against") { $0.rpoVerdict == .breached && $0.rtoVerdict == .breached },
      against("cannot recover from") { $0.verdict == .unrecoverable && $0.isHopeless },
      unrecoverableAtTimes,
      against("was not rehearsed against") { $0.verdict == .notAssessed },
    ].compactMap { $0 }
  }

  private var unrecoverableAtTimes: String? {
    let cases = disasters.filter { $0.verdict == .unrecoverable && !$0.isHopeless }.map {
      "\(Markdown.code($0.disaster.name)) (\($0.unrecoverableCount) of \($0.drills.count) drills)"
    }
    return cases.isEmpty ? nil : "cannot always recover from \(cases.listed)"
  }
}

extension DisasterReport {
  /// Whether no drill at all brought the system back.
  fileprivate var isHopeless: Bool { !drills.isEmpty && unrecoverableCount == drills.count }
}
