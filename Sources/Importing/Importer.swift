import Documents
import ScenarioLanguage
import Schedules
import Units

/// Converts files into findings, and findings into a scenario, as pure functions of the files' bytes.
public enum Importer {
  /// Reads one file of any known format.
  ///
  /// Throws when the format is unknown, the file is damaged, or its contents are invalid.
  public static func findings(
    in name: String, _ bytes: [UInt8], _ options: ImportOptions = ImportOptions()
  ) throws(InputError) -> Findings {
    try findings(in: [(name, bytes)], options)
  }

  /// - Parameter others: all files of sections and keys, which may hold each other's global sections.
  private static func read(
    _ content: Content, _ name: String, beside others: [INI], _ options: ImportOptions
  ) throws(InputError) -> Findings {
    switch content {
    case .json(let tape): try JSONFormat.read(tape)
    case .yaml(let tape): try YAMLFormat.read(tape, options)
    case .ini(let ini): try INIFormat.read(ini, beside: others)
    case .workbook(let workbook): try RVTools.read(workbook)
    case .text(let text):
      if let read = TextFormat.recognised(text) { try read(text) } else { throw .unknownFormat(name) }
    }
  }

  /// Reads all files; throws the errors of all of them at once.
  public static func findings(
    in files: [(name: String, bytes: [UInt8])], _ options: ImportOptions = ImportOptions()
  ) throws(InputError) -> Findings {
    var parts = [Findings](repeating: Findings(), count: files.count)
    var diagnostics = [[Diagnostic]](repeating: [], count: files.count)
    var waiting: [(place: Int, ini: INI)] = []
    for (place, file) in files.enumerated() {
      do throws(InputError) {
        let content = try Content.of(file.name, file.bytes)
        if case .ini(let ini) = content {
          waiting.append((place, ini))
        } else {
          parts[place] = try read(content, file.name, beside: [], options)
          try check(parts[place].policies, content.text)
        }
      } catch {
        diagnostics[place] = error.diagnostics
      }
    }
    for (place, ini) in waiting {
      do throws(InputError) {
        parts[place] = try read(.ini(ini), files[place].name, beside: waiting.map(\.ini), options)
        try check(parts[place].policies, ini.text)
      } catch {
        diagnostics[place] = error.diagnostics
      }
    }
    let errors = diagnostics.flatMap { $0 }
    guard errors.isEmpty else { throw InputError(errors) }
    return parts.reduce(into: Findings()) { $0.append($1) }
  }

  /// Checks that each schedule of a file is a rule that fires.
  private static func check(_ policies: [Policy], _ text: InputText?) throws(InputError) {
    guard let text else { return }
    for schedule in policies.flatMap(\.schedules) {
      let rule: RecurrenceRule
      do throws(QuantityError) { rule = try RecurrenceRule(parsing: schedule.rule) } catch {
        throw text.failure(
          at: schedule.origin, "the schedule '\(schedule.written.oneLine)' cannot be read: \(error.problem)",
          hint: error.hint)
      }
      // The same instant on every machine: what fires never again from here on, fires never.
      var occurrences = rule.occurrences(from: Instant.epoch + .days(20_454))
      guard occurrences.next() == nil else { continue }
      throw text.failure(
        at: schedule.origin, "the schedule '\(schedule.written.oneLine)' never fires",
        hint: "write a day that exists and a year to come, or remove the schedule")
    }
  }

  /// Writes the findings as a scenario.
  public static func scenario(
    from findings: Findings, title: String, _ options: ImportOptions = ImportOptions()
  ) -> ImportedScenario {
    var writer = ScenarioWriter(findings, options)
    let scenario = writer.scenario(title: title)
    guard let price = findings.prices.first, price.currency != "USD",
      (try? ScenarioFile(SourceText(name: "imported.yaml", text: scenario.textWithoutFiles))) == nil
    else { return scenario }
    // A book in another currency must name every price that the scenario uses: the default one cannot fill its gaps.
    var rest = findings
    rest.prices = []
    rest.note(
      "the prices in \(price.currency) are left out: they do not cover everything that the scenario uses, and no price "
        + "book of firedrill is in that currency", price.origin)
    writer = ScenarioWriter(rest, options)
    return writer.scenario(title: title)
  }
}

extension InputError {
  static func unknownFormat(_ name: String, line: Int = 0) -> InputError {
    InputError(
      Diagnostic(
        file: name, message: "this is no format that can be imported",
        hint:
          "give a Terraform state or plan, Kubernetes objects, a backup plan or policy, a configuration of a backup tool, a "
          + "crontab or timer, measurements (iostat, sadf, fio, node_exporter, block traces), an RVTools export or a price list"
      ))
  }
}

/// Formats in JSON.
enum JSONFormat {
  private static let all:
    [(is: @Sendable (Datum) -> Bool, read: @Sendable (Datum) throws(InputError) -> Findings)] = [
      (SysstatJSON.recognises, SysstatJSON.read), (TerraformJSON.recognises, TerraformJSON.read),
      (CBRJSON.recognises, CBRJSON.read), (AWSBackupJSON.recognises, AWSBackupJSON.read),
      (CloudFormation.recognises, CloudFormation.read), (ResilienceHub.recognises, ResilienceHub.read),
      (InfracostJSON.recognises, InfracostJSON.read), (PriceJSON.recognises, PriceJSON.read),
      (HistoryJSON.recognises, HistoryJSON.read), (SnapperConf.recognises, SnapperConf.read),
      (Resticprofile.recognises, Resticprofile.read),
    ]

  static func read(_ tape: Tape) throws(InputError) -> Findings {
    let documents = tape.documents
    guard let first = documents.first else { throw .unknownFormat(tape.text.name) }
    if documents.contains(where: FioJSON.recognises) { return try FioJSON.read(documents) }
    if Kubernetes.recognises(first) { return try Kubernetes.read(documents, [:]) }
    if let format = all.first(where: { $0.is(first) }) { return try format.read(first) }
    throw .unknownFormat(tape.text.name)
  }
}

/// Formats in YAML.
enum YAMLFormat {
  static func read(_ tape: Tape, _ options: ImportOptions) throws(InputError) -> Findings {
    let documents = tape.documents.filter { !$0.isNull }
    guard let first = documents.first else { throw .unknownFormat(tape.text.name) }
    if documents.contains(where: Kubernetes.recognises) {
      if let failure = tape.text.bareTemplateFailure { throw failure }
      var variables: [String: String] = [:]
      for (name, value) in options.variables { variables[name] = value }
      return try Kubernetes.read(documents, variables)
    }
    if CloudFormation.recognises(first) { return try CloudFormation.read(first) }
    if Borgmatic.recognises(first) { return try Borgmatic.read(first, options) }
    if Autorestic.recognises(first) { return try Autorestic.read(first) }
    if Resticprofile.recognises(first) { return try Resticprofile.read(first) }
    throw tape.text.templateFailure ?? .unknownFormat(tape.text.name)
  }
}

/// Formats of sections and keys.
enum INIFormat {
  static func read(_ ini: INI, beside others: [INI]) throws(InputError) -> Findings {
    if SystemdTimer.recognises(ini) {
      return try SystemdTimer.read(
        ini, beside: others.filter(SystemdTimer.recognises).filter { $0.text !== ini.text })
    }
    if PgBackRestConf.recognises(ini) {
      return try PgBackRestConf.read(ini, beside: others.filter(PgBackRestConf.recognises))
    }
    if BarmanConf.recognises(ini) {
      return try BarmanConf.read(ini, beside: others.filter(BarmanConf.recognises))
    }
    if SanoidConf.recognises(ini) { return try SanoidConf.read(ini) }
    if ResticprofileTOML.recognises(ini) { return try ResticprofileTOML.read(ini) }
    throw .unknownFormat(ini.text.name)
  }
}
