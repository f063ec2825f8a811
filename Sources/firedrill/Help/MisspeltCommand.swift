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
    let known = otherNames[word].flatMap { names.contains($0) ? "write '\($0)'" : nil }
    return Diagnostic(
      file: "firedrill", message: "there is no command '\(word)'",
      hint: known ?? names.suggestion(for: word, noun: "commands"))
  }

  /// The vault's commands by the names that other backup tools give them.
  private static let otherNames = [
    "check": "verify", "create": "backup", "snapshot": "backup", "snapshots": "points", "archives": "points",
    "extract": "restore", "recover": "restore", "dump": "restore", "ls": "list", "delete": "forget",
    "remove": "forget", "compact": "prune", "break-lock": "unlock", "replicate": "copy", "sync": "copy",
  ]
}
