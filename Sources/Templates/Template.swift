/// A template of a system: three services at one of two sites, the relevant disasters, and four strategies.
public struct Template: Sendable {
  /// The template's name on the command line.
  public let name: String
  /// A line that describes the template.
  public let summary: String
  /// The proposed sizes, rates and objectives.
  public let proposal: Answers
  let estate: EstateSketch
  let disasters: [Line]
  let strategies: [StrategySketch]

  /// All templates, in the order of a listing.
  public static let all: [Template] = [.webShop, .database, .fileServer, .kubernetes, .branchOffice]

  /// Returns the template of this name.
  public static func named(_ name: String) -> Template? { all.first { $0.name == name } }
}

/// A line of a scenario with its comment.
struct Line: Sendable, ExpressibleByStringLiteral {
  let text: String
  let comment: String

  init(_ text: String, _ comment: String = "") {
    self.text = text
    self.comment = comment
  }

  init(stringLiteral text: String) { self.init(text) }

  /// Returns the line as text.
  func written(indentation: Int) -> String {
    String(repeating: " ", count: indentation) + text + (comment.isEmpty ? "" : " # \(comment)")
  }
}

/// The sites of a template with their equipment.
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
  /// The workload, by the name of its shape.
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
