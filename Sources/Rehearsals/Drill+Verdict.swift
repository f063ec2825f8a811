import ScenarioLanguage

extension Drill {
  public func rpoVerdict(_ objectives: Objectives) -> Verdict {
    Verdict(of: achievedRPO, atLeast: achievedRPOAtLeast, against: objectives.rpo)
  }

  public func rtoVerdict(_ objectives: Objectives) -> Verdict {
    Verdict(of: achievedRTO, atLeast: achievedRTO, against: objectives.rto)
  }

  /// Returns the worst of the two verdicts and that on the tiers.
  public func verdict(_ objectives: Objectives) -> Verdict {
    max(rpoVerdict(objectives), rtoVerdict(objectives), tierVerdict(objectives))
  }
}
