import ArgumentParser
import Backup
import Posix
import Units

struct CopyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy", abstract: "Copy missing points to a second vault.",
    discussion:
      "Make the second vault with 'firedrill vault init TARGET --copies-of VAULT'. Nothing is removed from it: its points live "
      + "by the prunes of its own.")

  @OptionGroup var vault: VaultOptions

  @Argument(
    help: ArgumentHelp("The directory or s3://bucket/prefix of the second vault.", valueName: "target"))
  var target: String

  @Option(
    help: ArgumentHelp(
      "A file whose first line is the passphrase of the second vault. (default: that of the first)",
      valueName: "file"))
  var targetPassphraseFile: String?

  @Option(help: ArgumentHelp("The URL of the server of the second vault.", valueName: "url"))
  var targetEndpoint: String?

  @Option(
    help: ArgumentHelp("The date before which copied objects cannot be removed.", valueName: "date"),
    transform: DateArgument.init)
  var lockUntil: DateArgument?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingProblems {
      let session = try vault.session()
      let passphrase =
        try targetPassphraseFile.map { path throws(VaultProblem) in try VaultOptions.firstLine(of: path) }
        ?? vault.passphrase()
      let second = try Vault(VaultPlace(target, endpoint: targetEndpoint), passphrase: passphrase)
      let copied = try session.copy(to: second, lockedUntil: lockUntil?.future("--lock-until"))
      ProgressLine(label: "").clear()
      if json {
        return try printJSON(
          CopyOutput(
            points: copied.points.map(\.description), objects: copied.objects,
            copiedBytes: copied.copied.bytes))
      }
      print("copied \(copied.points.count) points in \(copied.objects) objects, \(copied.copied.reading)")
    }
  }
}

struct CopyOutput: Encodable {
  let points: [String]
  let objects: Int
  let copiedBytes: Int64
}
