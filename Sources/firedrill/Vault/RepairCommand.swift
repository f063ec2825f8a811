import ArgumentParser
import Backup
import Posix

struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make indexes again that are lost or damaged, from what the packs say of themselves.",
    discussion:
      "Nothing is removed: what could be restored before can be restored after. With --all damaged packs are replaced by "
      + "what is whole in them; the next backup stores the rest once more, where its source still has it. Exit code 1 when "
      + "something could not be mended.")

  @OptionGroup var vault: VaultOptions

  @Flag(help: "Read all data, and store what is whole in damaged packs once more.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingProblems {
      let repairing = try vault.session().repair(readsAll: all)
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
            listedPacks: repairing.packs, replacedIndexes: repairing.replacedIndexes,
            damagedPacks: repairing.damagedPacks, lostBlocks: repairing.lostBlocks, unmended: unmended))
      } else {
        print("listed \(repairing.packs) packs again, replaced \(repairing.replacedIndexes) indexes")
        if all { print(salvaged(repairing)) }
      }
      if !unmended.isEmpty || repairing.lostBlocks > 0 { throw ExitCode.damage }
    }
  }
}

extension RepairCommand {
  private func salvaged(_ repairing: Repairing) -> String {
    guard repairing.damagedPacks > 0 else { return "no pack is damaged" }
    let damaged = "replaced \(repairing.damagedPacks) damaged packs by what is whole in them"
    guard repairing.lostBlocks > 0 else { return damaged }
    return damaged
      + "; \(repairing.lostBlocks) blocks are lost, which the next backup stores again where it finds them"
  }
}

struct RepairOutput: Encodable {
  let listedPacks: Int
  let replacedIndexes: Int
  let damagedPacks: Int
  let lostBlocks: Int
  let unmended: [DamagedObject]
}
