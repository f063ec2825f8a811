import ArgumentParser
import Planning

/// The first word that should be a command and is none.
struct MisspeltCommand {
  let diagnostic: Diagnostic

  /// `nil` when the words name a command, an option or nothing.
  init?(_ words: [String]) {
    var command: any ParsableCommand.Type = Firedrill.self
    for word in words {
      let choices = command.configuration.subcommands
      guard !choices.isEmpty, !word.hasPrefix("-") else { return nil }
      let names = choices.map(\.name) + ["help"]
      guard names.contains(word) else {
        diagnostic = Diagnostic(
          file: "firedrill", message: "there is no command '\(word)'",
          hint: names.suggestion(for: word, noun: "commands"))
        return
      }
      guard let next = choices.first(where: { $0.name == word }) else { return nil }
      command = next
    }
    return nil
  }
}

extension ParsableCommand {
  /// The word that it is called by: what it is configured as, else its type's name in lower case.
  fileprivate static var name: String { configuration.commandName ?? _commandName }
}
