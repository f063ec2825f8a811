import Assessment
import Units

extension ReportContent {
  /// The three answers with their evidence: which strategy meets the objectives, which always recovers, and
  /// which costs least in total.
  var answers: [Prose] {
    guard report.drillCount > 0 else { return ["No drill was rehearsed."] }
    return [meeting, recovering, leastCost].compactMap { $0 }
  }

  private var scope: String {
    Coverage(report).isWhole ? "every disaster" : "every disaster that was rehearsed"
  }

  private var meeting: Prose {
    let level = comparison.level.asPercent
    let goal = "both objectives in at least \(level) of the drills against \(scope)"
    if let best = comparison.cheapestAtLevel {
      return "Cheapest that meets \(goal): \(strong: best.strategy), \(price(best)) (\(evidence(best)))."
    }
    let fit = comparison.standings.filter { $0.meets(at: comparison.level) }.map(\.strategy)
    if !fit.isEmpty { return "Meets \(goal): \(Prose.names(fit))." }
    guard let near = comparison.nearestToLevel else { return "No strategy meets \(goal)." }
    return "No strategy meets \(goal); \(strong: near.strategy) comes nearest (\(evidence(near)))."
  }

  private var recovering: Prose {
    if let best = comparison.cheapestRecovering {
      return "Cheapest that recovers in every drill: \(strong: best.strategy), \(price(best)) "
        + "(\(met(best)); none is unrecoverable)."
    }
    let safe = comparison.standings.filter(\.alwaysRecovers).map(\.strategy)
    if !safe.isEmpty { return "Recovers in every drill: \(Prose.names(safe))." }
    let least = comparison.standings.filter { $0.drills > 0 }.min {
      $0.unrecoverableDrills < $1.unrecoverableDrills
    }
    guard let least else { return "No strategy recovers in every drill." }
    return "No strategy recovers in every drill; \(strong: least.strategy) fails in the fewest, "
      + "\(least.unrecoverableDrills.grouped) of \(least.drills.grouped)."
  }

  /// The strategy with the least total cost; `nil` without penalties or rates.
  private var leastCost: Prose? {
    guard let best = comparison.leastWithLoss,
      case .money(let loss)? = best.expectedLoss,
      case .money(let sum)? = best.costWithLoss
    else { return nil }
    return "Least cost including expected loss: \(strong: best.strategy), \(sum.forReading) a year "
      + "(\(best.cost.forReading) for protection and \(loss.forReading) of expected loss; \(met(best)))."
  }

  private func price(_ standing: Comparison.Standing) -> String {
    "\(standing.cost.forReading) a year"
  }

  private func met(_ standing: Comparison.Standing) -> String {
    "\(standing.metDrills.grouped) of \(standing.drills.of("drill")) met both objectives"
  }

  private func evidence(_ standing: Comparison.Standing) -> Prose {
    guard let weakest = standing.weakest else { return Prose(met(standing)) }
    let share: Prose =
      weakest.met == weakest.drills
      ? "" : "; least against \(name: weakest.disaster), \(weakest.met.shareWording(of: weakest.drills))"
    let lost =
      standing.unrecoverableDrills == 0
      ? "" : "; unrecoverable in \(standing.unrecoverableDrills.of("drill"))"
    return "\(met(standing))" + share + "\(lost)"
  }
}
