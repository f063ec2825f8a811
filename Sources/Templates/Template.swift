/// A system to start from: three services in one of two sites, the disasters that matter, and four strategies.
public struct Template: Sendable {
  /// The name by which a command line calls the template.
  public let name: String
  /// One line that says what the template describes.
  public let summary: String
  /// Sizes, rates and objectives that the template proposes.
  public let proposal: Answers
  let estate: EstateSketch
  let disasters: [Line]
  let strategies: [StrategySketch]

  /// All templates, in the order of a listing.
  public static let all: [Template] = [.webShop, .database, .fileServer, .kubernetes, .branchOffice]

  /// Returns the template of this name.
  public static func named(_ name: String) -> Template? { all.first { $0.name == name } }
}

/// A line of a scenario with the comment behind it.
struct Line: Sendable, ExpressibleByStringLiteral {
  let text: String
  let comment: String

  init(_ text: String, _ comment: String = "") {
    self.text = text
    self.comment = comment
  }

  init(stringLiteral text: String) { self.init(text) }

  /// The line as it is written.
  func written(indentation: Int) -> String {
    String(repeating: " ", count: indentation) + text + (comment.isEmpty ? "" : " # \(comment)")
  }
}

/// The sites of a template and what stands there.
struct EstateSketch: Sendable {
  var production = "main"
  var other = "second"
  var link = "rate: 1 Gbit/s, latency: 4 ms"
  var services: [ServiceSketch]
}

/// A service of a template, on a host of its own.
struct ServiceSketch: Sendable {
  let name: String
  let volumes: [VolumeSketch]
  var dependencies: [String] = []
  var size = "medium"
}

/// A volume of a service.
struct VolumeSketch: Sendable {
  let name: String
  let dataPercent: Int64
  let writesPercent: Int64
  /// The shape of what is written.
  let workload: String

  init(_ name: String, data: Int64, writes: Int64, _ workload: String) {
    self.name = name
    dataPercent = data
    writesPercent = writes
    self.workload = workload
  }
}

/// A strategy of a template.
struct StrategySketch: Sendable {
  let name: String
  let lines: [Line]

  init(_ name: String, _ lines: Line...) {
    self.name = name
    self.lines = lines
  }
}
