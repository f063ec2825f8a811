import ArgumentParser
import Posix

struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make indexes again that are lost or damaged, from what the packs say of themselves.",
    discussion:
      "Nothing is removed: what could be restored before can be restored after. Exit code 1 when something "
      + "could not be mended.")

  @OptionGroup var vault: VaultOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingProblems {
      let repairing = try vault.session().repair()
      ProgressLine(label: "").clear()
      let unmended =
        repairing.unreadable.map { DamagedObject(key: $0.name, problem: "its table cannot be read") }
        + repairing.irreplaceable.map {
          DamagedObject(key: $0.name, problem: "cannot be read or replaced; its file may be removed")
        }
      for object in unmended { complain("\(object.key): error: \(object.problem)") }
      if json {
        try printJSON(
          RepairOutput(
            listedPacks: repairing.packs, replacedIndexes: repairing.replacedIndexes, unmended: unmended))
      } else {
        print("listed \(repairing.packs) packs again, replaced \(repairing.replacedIndexes) indexes")
      }
      if !unmended.isEmpty { throw ExitCode.damage }
    }
  }
}

struct RepairOutput: Encodable {
  let listedPacks: Int
  let replacedIndexes: Int
  let unmended: [DamagedObject]
}
