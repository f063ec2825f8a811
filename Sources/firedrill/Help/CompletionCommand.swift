import ArgumentParser

struct CompletionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completion",
    abstract: "Print a completion script for a shell.",
    discussion:
      "For bash: firedrill completion bash > ~/.local/share/bash-completion/completions/firedrill\n"
      + "For zsh: firedrill completion zsh > ~/.zsh/completion/_firedrill\n"
      + "For fish: firedrill completion fish > ~/.config/fish/completions/firedrill.fish")

  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  @Argument(help: "The shell.")
  var shell: Shell

  func run() {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    print(Firedrill.completionScript(for: kind))
  }
}

struct ManCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "man",
    abstract: "Print the man page of firedrill, made from the same source as its help.",
    discussion: "To read it: firedrill man | man -l -")

  func run() throws { print(try ManPage(dump: Firedrill._dumpHelp()).text, terminator: "") }
}
