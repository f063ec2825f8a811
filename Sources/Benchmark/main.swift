import Foundation

// `firedrill-benchmark [--short] [SECTION...]` prints every figure beside its target as soon as it is measured; without
// a section, all of them. `--short` takes less data where a section has a short form, so its figures are rougher.
// Exit code 0: every target met; 1: one missed; 2: no such section.

/// Prints a figure as soon as it is measured.
typealias FigurePrinter = (BenchmarkFigure) -> Void

private func atEnd(_ figures: @escaping () -> [BenchmarkFigure]) -> (FigurePrinter) -> Void {
  { show in figures().forEach(show) }
}

let isShort = CommandLine.arguments.contains("--short")
let sections: [(name: String, measure: (FigurePrinter) -> Void)] = [
  ("kernel", atEnd(kernelFigures)),
  ("branch", atEnd(branchFigures)),
  ("database", atEnd(databaseFigures)),
  ("replication", atEnd(replicationFigures)),
  ("scenario", atEnd(scenarioFigures)),
  ("resolution", atEnd(resolutionFigures)),
  ("vault", { VaultBenchmark(isShort: isShort).run($0) }),
  ("prediction", atEnd(predictionFigures)),
  ("verdict", atEnd(verdictFigures)),
  ("decision", atEnd(decisionFigures)),
  ("import", atEnd(importFigures)),
  ("retention", atEnd(retentionFigures)),
]

let asked = CommandLine.arguments.dropFirst().filter { $0 != "all" && $0 != "--short" }
let known = sections.map(\.name)
if let stranger = asked.first(where: { !known.contains($0) }) {
  print("error: there is no section '\(stranger)'; use \(known.joined(separator: ", ")) or all")
  exit(2)
}
var isEveryTargetMet = true
for section in sections where asked.isEmpty || asked.contains(section.name) {
  section.measure { figure in
    print("\(section.name): \(figure.line)")
    fflush(nil)
    isEveryTargetMet = isEveryTargetMet && figure.isMet != false
  }
}
exit(isEveryTargetMet ? 0 : 1)
