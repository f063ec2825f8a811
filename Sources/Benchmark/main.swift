import Foundation

// `firedrill-benchmark [SECTION...]` prints every figure beside its target; without a section, all of them.
// Exit code 0: every target met; 1: one missed; 2: no such section.

let sections: [(name: String, figures: () -> [BenchmarkFigure])] = [
  ("kernel", kernelFigures),
  ("branch", branchFigures),
  ("database", databaseFigures),
  ("replication", replicationFigures),
  ("scenario", scenarioFigures),
  ("resolution", resolutionFigures),
  ("vault", vaultFigures),
  ("prediction", predictionFigures),
  ("verdict", verdictFigures),
  ("decision", decisionFigures),
  ("import", importFigures),
  ("retention", retentionFigures),
]

let asked = CommandLine.arguments.dropFirst().filter { $0 != "all" }
let known = sections.map(\.name)
if let stranger = asked.first(where: { !known.contains($0) }) {
  print("error: there is no section '\(stranger)'; use \(known.joined(separator: ", ")) or all")
  exit(2)
}
var isEveryTargetMet = true
for section in sections where asked.isEmpty || asked.contains(section.name) {
  for figure in section.figures() {
    print("\(section.name): \(figure.line)")
    isEveryTargetMet = isEveryTargetMet && figure.isMet != false
  }
}
exit(isEveryTargetMet ? 0 : 1)
