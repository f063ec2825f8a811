import ArgumentParser
import Planning

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of scenario files, for editors.",
    discussion: "Write it to a file and name that file in the first line of a scenario: "
      + "'# yaml-language-server: $schema=FILE'.")

  func run() { print(ScenarioFile.schema, terminator: "") }
}
