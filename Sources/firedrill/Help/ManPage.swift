import Foundation

/// The man page of a command and its subcommands, in roff, from the argument parser's description of itself.
struct ManPage {
  private struct Dump: Decodable {
    let command: Command
  }

  private struct Command: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let kind: String
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let abstract: String?
    let defaultValue: String?
  }

  private let root: Command

  /// - Parameter dump: JSON as `--experimental-dump-help` prints it.
  init(dump: String) throws { root = try JSONDecoder().decode(Dump.self, from: Data(dump.utf8)).command }

  var text: String {
    let head = [
      ".TH FIREDRILL 1 \"\" \"firedrill \(Firedrill.version)\" \"User commands\"", ".SH NAME",
      "firedrill \\- \(Self.escaped(root.abstract ?? ""))", ".SH SYNOPSIS",
      ".B firedrill", ".I command", "[options]", ".SH DESCRIPTION", Self.escaped(root.discussion ?? ""),
      ".SH COMMANDS",
    ]
    let commands = (root.subcommands ?? []).filter { $0.commandName != "help" }
      .flatMap { section($0, "firedrill") }
    return (head + commands).joined(separator: "\n") + "\n"
  }

  private func section(_ command: Command, _ parent: String) -> [String] {
    let name = "\(parent) \(command.commandName)"
    let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
    let synopsis = arguments.filter { $0.kind == "positional" }.map { argument in
      let word = "\(argument.valueName ?? "value")\(argument.isRepeating ? "..." : "")"
      return argument.isOptional ? "[\(word)]" : word
    }
    var lines = [
      ".SS \(Self.escaped(([name] + synopsis).joined(separator: " ")))", Self.escaped(command.abstract ?? ""),
    ]
    if let discussion = command.discussion { lines += [".PP", Self.escaped(discussion)] }
    for argument in arguments where !["help", "version"].contains(argument.names?.last?.name ?? "") {
      lines += [".TP", label(argument), Self.escaped(meaning(argument))]
    }
    return lines
      + (command.subcommands ?? []).filter { $0.commandName != "help" }.flatMap { section($0, name) }
  }

  private func label(_ argument: Argument) -> String {
    guard argument.kind != "positional" else { return ".I \(Self.escaped(argument.valueName ?? "value"))" }
    let names = (argument.names ?? []).map { ($0.kind == "short" ? "-" : "--") + $0.name }
    let value = argument.kind == "option" ? " \(argument.valueName ?? "value")" : ""
    return ".B \(Self.escaped(names.joined(separator: ", ") + value))"
  }

  private func meaning(_ argument: Argument) -> String {
    (argument.abstract ?? "") + (argument.defaultValue.map { " (default: \($0))" } ?? "")
  }

  /// Escapes control characters at the beginning of lines, and hyphens.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)" : $0.isEmpty ? ".PP" : String($0) }
      .joined(separator: "\n")
  }
}
