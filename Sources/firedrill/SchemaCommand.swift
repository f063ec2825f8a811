import ArgumentParser
import Reporting
import ScenarioLanguage

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of scenario files, for editors, or of reports.",
    discussion: "Write it to a file and name that file in the first line of a scenario: "
      + "'# yaml-language-server: $schema=FILE'.")

  enum Subject: String, CaseIterable, ExpressibleByArgument {
    case scenario
    case report
  }

  @Argument(help: "The kind of document.")
  var subject = Subject.scenario

  @Flag(help: "Print the reference of all keys of a scenario in Markdown instead.")
  var markdown = false

  func validate() throws {
    if markdown, subject == .report {
      throw ValidationError("'--markdown' is of scenarios; the columns of reports are in the guide")
    }
  }

  func run() {
    switch subject {
    case .scenario where markdown: print(ScenarioFile.reference, terminator: "")
    case .scenario: print(ScenarioFile.schema, terminator: "")
    case .report: print(JSONReport.schema, terminator: "")
    }
  }
}
