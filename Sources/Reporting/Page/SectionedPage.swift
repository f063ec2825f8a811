import ScenarioLanguage
import Units

/// A titled document of sections from any source, the same in every format.
struct SectionedPage {
  let title: String
  /// The conclusions, each a sentence or two.
  let answers: [Prose]
  /// The question that the page answers, and how.
  let question: Prose
  /// A warning that the page covers a part only; `nil` where it covers all.
  var coverage: Prose?
  let sections: [Section]
}

/// The origin of a page, which its footer names.
public struct PageOrigin: Sendable {
  /// The version of firedrill.
  let version: String
  let seed: String
  let scale: String
  /// The SHA-256 of the scenario and the files that it names.
  let digest: String

  init(version: String, seed: String, scale: String, digest: String) {
    self.version = version
    self.seed = seed
    self.scale = scale
    self.digest = digest
  }

  public init(_ scenario: Scenario, version: String, digest: String) {
    self.init(version: version, seed: "\(scenario.seed)", scale: "\(scenario.scale)", digest: digest)
  }
}

extension SectionedPage {
  /// Returns the page as `STEM.md`, its figures beside it, and as one `STEM.html` that holds them.
  func files(stem: String, origin: PageOrigin) -> [ReportFile] {
    let figures = sections.flatMap(\.blocks).compactMap { block -> ReportFile? in
      guard case .drawing(_, let svg, let file?) = block else { return nil }
      return ReportFile(name: file, text: svg)
    }
    return [ReportFile(name: "\(stem).md", text: MarkdownPage(self, stem: stem).text)] + figures
      + [ReportFile(name: "\(stem).html", text: HTMLPage(self, origin: origin).text)]
  }
}
