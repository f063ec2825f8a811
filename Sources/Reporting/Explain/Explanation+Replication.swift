import Documents
import Units

extension Explanation {
  static func meanLag(_ path: ReportPath) -> [String] {
    [
      "The mean over time of the age of the state that a failover would have brought back, as the source claims it. Between two "
        + "events of the source the age grows as time does, so that the mean is exact: nothing is sampled."
    ]
  }

  static func peakLag(_ path: ReportPath) -> [String] {
    [
      "The greatest age of the state that a failover would have brought back, as the source claims it; unrecoverable while there "
        + "was nothing to fail over to. A source may claim too much, never too little: the trials compare."
    ] + course(path)
  }

  static func timeInRPO(_ path: ReportPath) -> [String] {
    let course = path.parent()
    let violations = course["rpo_violations"]
    return [
      "The share of the time in which the claimed lag did not exceed the RPO objective of "
        + "\(time(path.root["objectives"]?["rpo_ns"]))."
    ]
      + (violations == nil
        ? ["The least of all drills."]
        : [
          "Violations: \((violations?["count"]?.number ?? 0).grouped), \(time(violations?["total_ns"])) in all, at most "
            + "\(time(violations?["longest_ns"])), from \(course["start"]?.text ?? "") to \(course["end"]?.text ?? "")."
        ])
  }

  static func spells(_ path: ReportPath) -> [String] {
    let meanings = [
      "rpo_violations":
        "Times in which the claimed lag exceeded the RPO objective, or there was nothing to fail over to.",
      "unprotected":
        "Times in which a failover would not have brought back what the mode promises: the peer given up, the "
        + "buffer overflowed, or a resynchronisation under way.",
      "degraded":
        "Times in which writes were acknowledged under less than the mode promises while the peer answers.",
    ]
    let key = path.keys.last { meanings[$0] != nil } ?? ""
    return [
      meanings[key] ?? "",
      "How often, for how long in all, and for how long at most; exact to the nanosecond.",
    ]
  }

  static func conflicts(_ path: ReportPath) -> [String] {
    [
      "Where both sites serve, two clients can write one page without knowing of each other: within the time that the way between "
        + "the sites takes, or while it is cut. The newer version stays at both sites, by a Lamport clock; the other gives way, and "
        + "is counted here, at the site whose version it was, once.",
      "What gave way is not among the lost writes: of two versions made apart one would have gone without any disaster.",
    ] + (path.keys.last == "conflicts_max" ? ["The most in one drill, over all groups."] : [])
  }

  static func addedWait(_ path: ReportPath) -> [String] {
    let overhead = path.nearest("added_wait")
    return [
      "For each write of the window: its wait for the acknowledgement under the strategy, less that of the very same write where "
        + "nothing protects production. The workload is drawn once for all (common random numbers), so the difference is the "
        + "strategy's doing alone.",
      "Pairs: \((overhead?["writes"]?.number ?? 0).of("write")). Mean wait without protection "
        + "\(time(overhead?["bare_wait"]?["mean_ns"])), under the strategy \(time(overhead?["protected_wait"]?["mean_ns"])).",
    ]
  }

  static func trials(_ path: ReportPath) -> [String] {
    let trials = path.nearest("understated") ?? path.value
    return [
      "At instants spread over the window the copy was promoted on a branch of the run, and its bytes compared with everything "
        + "that had been acknowledged: the true lag. It exceeded the claim in \((trials["understated"]?.number ?? 0).grouped) of "
        + "\((trials["count"]?.number ?? 0).of("trial"))."
    ]
  }

  private static func course(_ path: ReportPath) -> [String] {
    guard let course = path.nearest("rpo_violations"), let step = course["lag"]?["step_ns"] else { return [] }
    return [
      "From \(course["start"]?.text ?? "") to \(course["end"]?.text ?? ""); the series beside it has the peak of each "
        + "\(time(step))."
    ]
  }

  private static func time(_ value: JSON?) -> String {
    value?.number.map { Duration(nanoseconds: $0).forReading } ?? "none"
  }
}
