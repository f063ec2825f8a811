import Estate
import Foundation
import Units

/// Measures the cost of trying a disaster on a branch. A world with a volume of 1 GiB of unshared real pages
/// is branched; one page is written and the branch dropped.
func branchFigures() -> [BenchmarkFigure] {
  let estate = MeasuredEstate(
    size: .gibibytes(1), used: .percent(100), writes: 2_000, flushInterval: .milliseconds(100))
  var world = estate.world
  var peakOfFew = peakMebibytes()
  let taken = (1...estate.schedule.writeCount).map { write in
    let next = estate.schedule.issueInstant(ofWrite: write)
    defer {
      world.run(through: next)
      if write == 20 { peakOfFew = peakMebibytes() }
    }
    return branch(world, through: next)
  }
  return [
    BenchmarkFigure(
      "world with 1 GiB volume: branch, write a page, drop", taken.median * 1e6, "us", below: 50),
    BenchmarkFigure(
      "peak memory, 2,000 branches one after the other over 20", peakMebibytes() / peakOfFew, "x", atMost: 1.3
    ),
  ]
}

/// Returns the peak memory of this process in mebibytes.
private func peakMebibytes() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_maxrss) / 1_024
}

/// Returns the processor seconds for one branch.
private func branch(_ world: World, through instant: Instant) -> Double {
  let start = processorSeconds()
  do {
    var branch = world
    branch.run(through: instant)
  }
  return processorSeconds() - start
}
