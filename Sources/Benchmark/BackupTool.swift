import Foundation

/// A program that backs up trees to an encrypted repository in a folder.
struct BackupTool {
  let name: String
  let repository: String
  let create: (BackupTool) -> TimedRun?
  let backUp: (BackupTool, _ tree: String, _ name: String) -> TimedRun?
  let restore: (BackupTool, _ name: String, _ target: String) -> TimedRun?
  /// Reads and checks every stored byte.
  let verify: (BackupTool) -> TimedRun?

  private static let secrets = [
    "FIREDRILL_PASSPHRASE": "secret", "RESTIC_PASSWORD": "secret", "BORG_PASSPHRASE": "secret",
    "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes", "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
  ]

  /// Returns firedrill with zstd's level 1 and blocks of 64 KiB on average.
  static func firedrill(in folder: String) -> BackupTool {
    BackupTool(
      name: "firedrill", repository: "\(folder)/firedrill",
      create: { TimedRun(TimedRun.firedrill, "vault", "init", $0.repository, environment: secrets) },
      backUp: { tool, tree, _ in
        TimedRun(
          TimedRun.firedrill, "vault", "backup", tool.repository, tree, environment: secrets,
          durable: tool.repository)
      },
      restore: { tool, _, target in
        TimedRun(
          TimedRun.firedrill, "vault", "restore", tool.repository, "latest", target, environment: secrets,
          durable: parent(of: target))
      },
      verify: {
        TimedRun(TimedRun.firedrill, "vault", "verify", $0.repository, "--all", environment: secrets)
      })
  }

  /// Runs a command of firedrill that only opens its vault.
  static func openVault(_ tool: BackupTool) -> TimedRun? {
    TimedRun(TimedRun.firedrill, "vault", "points", tool.repository, environment: secrets)
  }

  /// Returns restic with its own compression `auto`, which uses zstd's fastest levels.
  static func restic(in folder: String) -> BackupTool {
    BackupTool(
      name: "restic", repository: "\(folder)/restic",
      create: { TimedRun("restic", "-q", "--no-cache", "-r", $0.repository, "init", environment: secrets) },
      backUp: { tool, tree, _ in
        TimedRun(
          "restic", "-q", "--no-cache", "-r", tool.repository, "backup", tree, environment: secrets,
          durable: tool.repository)
      },
      restore: { tool, _, target in
        TimedRun(
          "restic", "-q", "--no-cache", "-r", tool.repository, "restore", "latest", "--target", target,
          environment: secrets, durable: parent(of: target))
      },
      verify: {
        TimedRun(
          "restic", "-q", "--no-cache", "-r", $0.repository, "check", "--read-data", environment: secrets)
      })
  }

  /// Returns borg with zstd's level 1 and, if requested, the same average block size.
  static func borg(in folder: String, sameBlocks: Bool = false) -> BackupTool {
    BackupTool(
      name: "borg", repository: "\(folder)/borg",
      create: { TimedRun("borg", "init", "-e", "repokey", $0.repository, environment: secrets) },
      backUp: { tool, tree, name in
        let chunker = sameBlocks ? "buzhash,14,18,16,4095" : "buzhash,19,23,21,4095"
        return TimedRun(
          "borg", "create", "--compression", "zstd,1", "--chunker-params", chunker,
          "\(tool.repository)::\(name)", tree,
          environment: secrets, durable: tool.repository)
      },
      restore: { tool, name, target in
        try? FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        return TimedRun(
          "borg", "extract", "\(tool.repository)::\(name)", environment: secrets, in: target, durable: target)
      },
      verify: { TimedRun("borg", "check", "--verify-data", $0.repository, environment: secrets) })
  }

  private static func parent(of path: String) -> String {
    URL(filePath: path).deletingLastPathComponent().path
  }
}
