import ArgumentParser
import Documents
import Glibc
import ScenarioLanguage
import Templates
import Units

struct StartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented scenario to start from: three services, two sites, four strategies.",
    discussion:
      "On a terminal it asks for what no option gives. In a script give '--template'; what else is missing is as the template "
      + "proposes. 'firedrill init --list' shows the templates.")

  @Argument(help: ArgumentHelp("The file to write.", valueName: "scenario"))
  var file = "scenario.yaml"

  @Option(
    help: ArgumentHelp("The system to start from.", valueName: "name"), transform: Template.init(argument:))
  var template: Template?

  @Option(
    help: ArgumentHelp("The longest acceptable period of lost data.", valueName: "time"),
    transform: Quantities.duration)
  var rpo: Duration?

  @Option(
    help: ArgumentHelp("The longest acceptable time to restore the entire system.", valueName: "time"),
    transform: Quantities.duration)
  var rto: Duration?

  @Option(
    help: ArgumentHelp("The size of all volumes together, for example '2 TiB'.", valueName: "size"),
    transform: Quantities.size)
  var data: ByteCount?

  @Option(
    help: ArgumentHelp(
      "The write rate of all applications together, for example '5 GB/d'.", valueName: "rate"),
    transform: Quantities.rate)
  var writes: ByteRate?

  @Flag(help: "List the templates.")
  var list = false

  @Flag(help: "Replace an existing file.")
  var force = false

  func run() throws {
    if list { return print(Template.listing, terminator: "") }
    if !force { try ReportFolder.refuseToReplace(file) }
    let (template, answers) = try settled()
    let text = template.scenario(answers)
    _ = try ScenarioFile(SourceText(name: file, text: text))
    try ReportFolder.write(text, to: file)
    print("wrote \(file) from the template '\(template.name)'; now try 'firedrill run \(file)'")
  }

  /// Returns the template and the answers: from the options, else asked on a terminal, else the proposals.
  private func settled() throws -> (Template, Answers) {
    let questions = isatty(STDIN_FILENO) == 1 ? Questions() : nil
    guard let template = try template ?? questions?.template() else {
      throw ValidationError("Name a template with '--template'; 'firedrill init --list' shows them.")
    }
    let usual = template.proposal
    return try (
      template,
      Answers(
        rpo: rpo ?? questions?.ask("Longest acceptable loss of data", usual.rpo, Quantities.duration)
          ?? usual.rpo,
        rto: rto ?? questions?.ask("Longest acceptable outage", usual.rto, Quantities.duration) ?? usual.rto,
        data: data ?? questions?.ask("Size of all volumes", usual.data, Quantities.size) ?? usual.data,
        writes: writes ?? questions?.ask("Written by all applications", usual.writes, Quantities.rate)
          ?? usual.writes)
    )
  }
}

/// Questions on the terminal. An empty answer accepts the proposal.
private struct Questions {
  func template() throws -> Template {
    print(Template.listing, terminator: "")
    return try ask("Template", "web-shop", Template.init(argument:)) ?? .all[0]
  }

  /// Asks a question until the answer is valid; `nil` for an empty answer.
  func ask<Value>(
    _ question: String, _ proposal: some CustomStringConvertible, _ parse: (String) throws -> Value
  ) throws -> Value? {
    while true {
      print("\(question) [\(proposal)]: ", terminator: "")
      fflush(nil)
      guard let line = readLine() else {
        throw ValidationError("The answers ended before the questions did.")
      }
      if line.allSatisfy(\.isWhitespace) { return nil }
      do { return try parse(line) } catch let error as ValidationError { print(error.message) }
    }
  }
}

extension Template {
  fileprivate init(argument text: String) throws {
    guard let template = Template.named(text) else {
      let names = Template.all.map(\.name)
      throw ValidationError(
        "There is no template '\(text)': \(names.suggestion(for: text, noun: "templates")).")
    }
    self = template
  }

  /// The list of templates, one line each.
  fileprivate static var listing: String {
    let width = all.map(\.name.count).max() ?? 0
    return all.map {
      $0.name + String(repeating: " ", count: width - $0.name.count + 2) + $0.summary + "\n"
    }.joined()
  }
}

/// The quantities of options and answers, within the bounds of the scenario language.
private enum Quantities {
  static func duration(_ text: String) throws -> Duration {
    try quantity(text) { $0 > .zero && $0 <= .days(3_653) }
  }

  static func size(_ text: String) throws -> ByteCount {
    try quantity(text) { $0 >= .gibibytes(20) && $0.bytes <= 1 << 50 }
  }

  static func rate(_ text: String) throws -> ByteRate {
    try quantity(text) { $0 > .zero && $0 <= .bytesPerSecond(1_000_000_000_000) }
  }

  private static func quantity<Value: Quantity>(_ text: String, _ isInside: (Value) -> Bool) throws -> Value {
    do {
      let value = try Value(parsing: text)
      guard isInside(value) else {
        throw ValidationError(
          "'\(text)' is out of range: times up to 3653 d, sizes from 20 GiB to 1 PiB, rates up to 1 TB/s.")
      }
      return value
    } catch let error as QuantityError {
      throw ValidationError("\(error.problem); \(error.hint).")
    }
  }
}
