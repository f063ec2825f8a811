import Documents
import ScenarioLanguage
import Units

/// A scenario made from files: its text, its churn files, and messages for the user.
public struct ImportedScenario: Sendable {
  public internal(set) var text: String
  /// The scenario with mean rates instead of churn files, for checks before files are written.
  public internal(set) var textWithoutFiles: String
  /// The churn files, by their names in the scenario.
  public internal(set) var churnFiles: [(name: String, text: String)]
  /// The unprotected objects, one line each.
  public internal(set) var unprotected: [String]
  /// The assumptions that no file supports.
  public internal(set) var assumed: [String]
  /// The facts that were interpreted in a remarkable way.
  public internal(set) var notes: [String]
}

/// Writes the findings as a scenario with comments.
struct ScenarioWriter {
  var merge: Merge
  let estate: EstateDraft
  let options: ImportOptions
  var yaml = YAMLLines()
  var churnFiles: [(name: String, text: String)] = []

  init(_ findings: Findings, _ options: ImportOptions) {
    merge = Merge(findings, options)
    estate = EstateDraft(&merge)
    self.options = options
  }

  mutating func scenario(title: String) -> ImportedScenario {
    var quick = self
    quick.writeBody(title: title, usesFiles: false)
    writeBody(title: title, usesFiles: options.churnStem != nil)
    let findings = merge.findings
    let unprotected = findings.gaps.map { "\($0.text) (\($0.origin))" }
    let notes = findings.notes.map { "\($0.text) (\($0.origin))" }
    var head = YAMLLines()
    func list(_ title: String, _ items: [String], otherwise: String? = nil) {
      if items.isEmpty, otherwise == nil { return }
      head.comment(items.isEmpty ? otherwise ?? "" : title)
      for item in items.prefix(200) { head.comment("  - \(item)") }
      if items.count > 200 { head.comment("  - and \(items.count - 200) more") }
    }
    list(
      "NOT PROTECTED, as the files say:", unprotected,
      otherwise: "Nothing unprotected was found in the files.")
    list("NOT FOUND in any file, and assumed; write your own:", merge.assumptions)
    list("READ AS FOLLOWS:", notes)
    return ImportedScenario(
      text: head.text + yaml.text, textWithoutFiles: head.text + quick.yaml.text, churnFiles: churnFiles,
      unprotected: unprotected, assumed: merge.assumptions, notes: notes)
  }

  private mutating func writeBody(title: String, usesFiles: Bool) {
    yaml.add("title: \(title.quotedForYAML)")
    writeObjectives()
    writeWarmUp()
    yaml.add("strikes: { spread: 20 }", "drills of each disaster")
    writePrices()
    writePlaces()
    writeServices(usesFiles: usesFiles)
    writeVaults()
    writeDisasters()
    writeStrategies()
  }

  private mutating func writeObjectives() {
    guard let objective = merge.findings.objectives.min(by: { ($0.rpo, $0.rto) < ($1.rpo, $1.rto) }) else {
      merge.assume("the objectives: an RPO of 24 h and an RTO of 8 h")
      return yaml.add("objectives: { rpo: 24 h, rto: 8 h }", "ASSUMED")
    }
    yaml.add(
      "objectives: { rpo: \(objective.rpo), rto: \(objective.rto) }",
      "\(objective.origin) '\(objective.name)'")
  }

  /// Writes a warm-up in which even a monthly schedule runs before disasters strike.
  private mutating func writeWarmUp() {
    let hasMonthly = merge.policies.flatMap(\.schedules).contains { schedule in
      schedule.rule.contains("FREQ=MONTHLY") || schedule.rule.contains("BYMONTHDAY")
        || RehearsedWeeks.fit(schedule) == .longWarmUp
    }
    guard hasMonthly else { return }
    yaml.add(
      "warmUp: \(RehearsedWeeks.longWarmUp)", "so that monthly backups are made before disasters strike")
  }

  private mutating func writePrices() {
    let prices = merge.findings.prices
    guard let currency = prices.first?.currency else { return }
    yaml.add("prices:")
    yaml.add("currency: \(currency)", indentation: 2)
    let isKnown = PriceBook.builtIn.contains { "\($0.book.currency)" == currency }
    yaml.add("extendsDefault: \(isKnown)", indentation: 2)
    yaml.add("items:", indentation: 2)
    var written: Set<String> = []
    for price in prices where price.currency == currency && written.insert(price.item).inserted {
      let basis =
        zip(price.source, price.date).map { "source: \($0.0.quotedForYAML), date: \($0.1.quotedForYAML)" }
        ?? "assumption: \("as \(price.origin.file) states it".quotedForYAML)"
      yaml.add(
        "\(price.item): { price: \(price.amount), per: \(price.unit), \(basis) }", "\(price.origin)",
        indentation: 4)
    }
  }

  /// The name of the second site: a replica's, else assumed.
  var otherSite: String {
    let replica = merge.findings.replications.flatMap(\.sites).filter { !$0.isEmpty }.map(\.asName).first {
      $0 != estate.site
    }
    let copy = merge.policies.lazy.compactMap(\.copy).map(\.asName).first { $0 != estate.site }
    return replica ?? copy ?? "elsewhere"
  }

  private mutating func writePlaces() {
    let other = otherSite
    yaml.add("sites:")
    let production = merge.findings.volumes.first {
      ($0.place.zone ?? $0.place.region)?.asName == estate.site
    }
    yaml.add(
      "\(estate.site): { region: \(estate.region) }", production.map { "\($0.origin)" } ?? "ASSUMED",
      indentation: 2)
    yaml.add("\(other): {}", other == "elsewhere" ? "ASSUMED: a place for copies" : "", indentation: 2)
    yaml.add("links:")
    yaml.add(
      "line: { between: [\(estate.site), \(other)], rate: 1 Gbit/s, latency: 4 ms }", "ASSUMED",
      indentation: 2)
    merge.assume("a line of 1 Gbit/s from '\(estate.site)' to '\(other)'")
    yaml.add("devices:", "rates and latencies are the defaults of their kinds")
    yaml.add("storage: { site: \(estate.site) }", indentation: 2)
    yaml.add("backup-store: { site: \(estate.site), kind: objectStore }", indentation: 2)
    yaml.add("other-storage: { site: \(other) }", indentation: 2)
    yaml.add("other-store: { site: \(other), kind: objectStore }", indentation: 2)
  }

  private mutating func writeVaults() {
    yaml.add("vaults:")
    yaml.add("vault: { device: backup-store, autoExpand: true }", indentation: 2)
    yaml.add(
      "other-vault: { device: other-store, autoExpand: true, credentials: other-admin }", indentation: 2)
  }

  private mutating func writeDisasters() {
    let volumes = estate.volumes.sorted { $0.size > $1.size }
    let largest = volumes.first?.name ?? ""
    let reached = volumes.prefix(4).map(\.name).joined(separator: ", ")
    let database = volumes.first(where: \.isDatabase)
    let host = estate.services.first { $0.volumes.contains { $0.name == largest } }?.host ?? ""
    yaml.add("disasters:", "ASSUMED: what matters for most systems; no file states how often")
    yaml.add("deletion: { cause: accidentalDeletion, volumes: [\(largest)], share: 30 % }", indentation: 2)
    if let database {
      yaml.add(
        "bad-update: { cause: applicationUpdateError, volumes: [\(database.name)], dwell: 90 min, share: 2 % }",
        indentation: 2)
    }
    yaml.add("virus: { cause: virusAttack, volumes: [\(reached)], dwell: 12 h, share: 25 % }", indentation: 2)
    yaml.add(
      "stolen-credentials: { cause: vaultAttack, volumes: [\(reached)], credentials: backup-admin }",
      indentation: 2)
    yaml.add("server: { cause: serverFailure, host: \(host) }", indentation: 2)
    yaml.add("storage-failure: { cause: arrayFailure, device: storage }", indentation: 2)
    yaml.add("fire: { cause: fire, site: \(estate.site) }", indentation: 2)
  }
}
