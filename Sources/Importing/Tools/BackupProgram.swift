/// The programs that make backups, as named in commands.
enum BackupProgram {
  private static let known = [
    "borgmatic", "resticprofile", "autorestic", "pgbackrest", "barman", "sanoid", "syncoid", "btrbk",
    "snapper",
    "zfs-auto-snapshot", "rsnapshot", "duplicity", "duply", "rdiff-backup", "restic", "borg", "kopia",
    "velero",
    "rclone", "rsync", "mysqldump", "mariadb-backup", "xtrabackup", "pg_dumpall", "pg_dump", "pg_basebackup",
    "mongodump", "wal-g", "vzdump", "proxmox-backup-client", "bacula", "amdump", "tar",
  ]
  /// The words of maintenance commands, which make no backups.
  private static let chores = [
    ("restic", ["forget", "prune", "check", "unlock", "copy", "snapshots"]),
    ("borg", ["prune", "check", "compact", "list", "break-lock"]),
    ("pgbackrest", ["expire", "check", "verify", "archive-push", "info"]),
    ("barman", ["cron", "check", "delete", "recover", "list-backup"]), ("btrbk", ["clean", "list", "stats"]),
    ("borgmatic", ["prune", "check", "compact", "list"]), ("snapper", ["cleanup", "list"]),
  ]

  /// Returns the tool with which a command makes a backup; `nil` for other commands. A script named `backup`
  /// counts as a tool.
  static func making(_ command: String) -> String? {
    let words = command.split { " \t;&|()'\"".contains($0) }.map {
      String($0.split(separator: "/").last ?? "").lowercased()
    }
    for tool in known where words.contains(tool) {
      guard let chores = chores.first(where: { $0.0 == tool })?.1 else { return tool }
      let makes = words.contains { ["backup", "create", "run", "snapshot"].contains($0) }
      return !makes && words.contains(where: chores.contains) ? nil : tool
    }
    let lower = command.lowercased()
    return lower.contains("backup") || lower.contains("snapshot") || lower.contains("bkp") ? "backup" : nil
  }

  /// Returns the tool in the name of a unit or script, such as `pgbackrest` of `pgbackrest-full@main`.
  static func named(in name: String) -> String? {
    let lower = name.lowercased()
    let parts = lower.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    return known.first { tool in
      tool.contains { $0 == "-" || $0 == "_" } ? lower.contains(tool) : parts.contains(tool)
    }
  }
}
