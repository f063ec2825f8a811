import ArgumentParser
import Posix

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a vault in a missing or empty directory or an unused prefix.",
    discussion:
      "In a bucket, objects of its own first show whether the server does what a vault relies on: one winner of several "
      + "writers, complete lists, and locks that hold. A server that does not is refused.")

  @OptionGroup var vault: VaultOptions

  @Option(
    help: ArgumentHelp(
      "scrypt's cost, a power of two: opening the vault takes that many KiB of memory.", valueName: "n"))
  var scryptRounds = Vault.usualScryptRounds

  @Option(
    help: ArgumentHelp(
      "Make a vault that 'copy' can fill from this one: with the same key under its own passphrase.",
      valueName: "vault"))
  var copiesOf: String?

  @Option(
    help: ArgumentHelp(
      "A file whose first line is the source vault's passphrase. (default: that of the new one)",
      valueName: "file"))
  var copiesOfPassphraseFile: String?

  @Option(help: ArgumentHelp("The URL of the server of the source vault.", valueName: "url"))
  var copiesOfEndpoint: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard Vault.scryptRounds.contains(scryptRounds), scryptRounds & (scryptRounds - 1) == 0 else {
      throw ValidationError("'--scrypt-rounds \(scryptRounds)' is no power of two from 1024 to 1048576.")
    }
  }

  func run() throws {
    try reportingProblems {
      let passphrase = try vault.passphrase()
      let origin = try copiesOf.map { path throws(VaultProblem) in
        let secret = try copiesOfPassphraseFile.map { file throws(VaultProblem) in
          try VaultOptions.firstLine(of: file)
        }
        return try Vault(
          VaultPlace(path, endpoint: copiesOfEndpoint), passphrase: secret ?? passphrase)
      }
      try Vault.create(
        vault.place(), passphrase: passphrase, scryptRounds: scryptRounds, forCopiesOf: origin)
      if json { return try printJSON(InitOutput(vault: vault.vault, scryptRounds: scryptRounds)) }
      print("made a vault in \(vault.vault); without its passphrase nobody can read it")
    }
  }
}

struct InitOutput: Encodable {
  let vault: String
  let scryptRounds: Int
}
