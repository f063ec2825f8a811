import ArgumentParser
import Documents

/// The check for a misspelt command in the first word of a command line.
enum MisspeltCommand {
  /// Returns the diagnostic with the nearest command; `nil` when the words name a command, an option or
  /// nothing.
  static func diagnostic(of words: [String]) -> Diagnostic? {
    diagnostic(of: words[...], among: Firedrill.configuration.subcommands)
  }

  private static func diagnostic(
    of words: ArraySlice<String>, among commands: [any ParsableCommand.Type]
  ) -> Diagnostic? {
    guard let word = words.first, !commands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
    var names: [String] = []
    for command in commands {
      let name = command._commandName
      if name == word {
        return diagnostic(of: words.dropFirst(), among: command.configuration.subcommands)
      }
      names.append(name)
    }
    return Diagnostic(
      file: "firedrill", message: "there is no command '\(word)'",
      hint: names.suggestion(for: word, noun: "commands"))
  }
}
