import Units

/// The formulas of backup windows, holds, couriers and instant restores.
extension Explanation {
  /// Returns the parts of the loss that a strategy's windows, holds and couriers add.
  static func shippingLoss(_ path: ReportPath) -> [String] {
    let parts = [
      (
        ".window.",
        "A backup in a window takes the time of its copy and of the pauses between the windows that the copy needs; the next one begins "
          + "at the first slot after that. Without a first backup before the strikes, or where one may fail at the window's end, there is no estimate."
      ),
      (".hold", "A held copy is older by the hold."),
      (
        ".courier.",
        "A copy by courier counts when it has arrived: + the longest time between two departures + the time to write the media + the transit."
      ),
    ]
    return parts.filter { key, _ in !settings(path) { $0.isBackup(key) }.isEmpty }.map(\.1)
  }

  /// Returns the parts of the recovery time that couriers and instant restores change.
  static func shippingTime(_ path: ReportPath) -> [String] {
    let courier =
      "Media are called for when the decision is taken and come back beside the provisioning, where no vault on the network has a "
      + "usable point that is as new; where such points are tried first and may not be clean, the return follows their restore."
    let instant =
      "With 'instant' the RTO ends at the first service: only 'firstRead' of the used bytes is moved before the applications start. "
      + "Where data must be scanned, everything is restored first."
    return (settings(path) { $0.isBackup(".courier.") }.isEmpty ? [] : [courier])
      + (settings(path) { $0.contains(".recovery.instant.") }.isEmpty ? [] : [instant])
  }

  static func fullSpeed(_ path: ReportPath) -> [String] {
    [
      "Full speed = the instant at which the restore in the background has all data in place - the start of the outage. The estimate "
        + "is that of the RTO with all used bytes moved after the first ones.",
      "The pages that applications read on demand meanwhile were read from the vault by the restore engine and compared with the "
        + "restored volumes. From the scenario:",
    ] + settings(path) { $0.contains(".recovery.instant.") }
  }
}

extension String {
  /// Whether a setting is one of a backup, with this part of its key.
  func isBackup(_ part: String) -> Bool { contains(".backups.") && (contains(part) || hasSuffix(part)) }
}
