import ArgumentParser
import Units

/// Options that change the scenario before it is checked.
struct ScenarioChanges: ParsableArguments {
  @Option(help: "The seed of all random numbers.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp("Divide sizes and rates by k.", valueName: "k"), transform: Scale.init(option:))
  var scale: Scale?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Replace one value: a path of keys, '=', and YAML. May be repeated.", valueName: "key=value"))
  var settings: [String] = []

  /// The changes as settings, those with an option of their own last.
  var all: [String] {
    settings + [seed.map { "seed=\($0)" }, scale.map { "scale=\($0)" }].compactMap { $0 }
  }

  /// The arguments as typed.
  var arguments: [String] {
    var arguments = settings.flatMap { ["--set", $0] }
    if let seed { arguments += ["--seed", "\(seed)"] }
    if let scale { arguments += ["--scale", "\(scale.denominator)"] }
    return arguments
  }
}

/// The options that select drills. A selected drill has the same result as in a full run.
struct RehearsedPart: ParsableArguments {
  @Option(help: ArgumentHelp("Only this strategy.", valueName: "name"))
  var strategy: String?

  @Option(help: ArgumentHelp("Only this disaster.", valueName: "name"))
  var disaster: String?

  @Option(
    name: .customLong("at"),
    help: ArgumentHelp("Only at this instant, as in '...-drills.csv'.", valueName: "instant"),
    transform: Instant.init(option:))
  var instant: Instant?

  /// The arguments as typed.
  var arguments: [String] {
    [("--strategy", strategy), ("--disaster", disaster), ("--at", instant?.description)].flatMap {
      option, value in value.map { [option, $0] } ?? []
    }
  }
}

extension Scale {
  /// Parses a scale such as `4096` or `1/4096`.
  fileprivate init(option text: String) throws {
    try self.init(quantity: text.contains("/") ? text : "1/\(text)")
  }
}

extension Instant {
  fileprivate init(option text: String) throws { try self.init(quantity: text) }
}

extension Quantity {
  /// Converts an error in a quantity to a usage error.
  init(quantity text: String) throws {
    do {
      try self.init(parsing: text)
    } catch {
      throw ValidationError("\(error.problem); \(error.hint).")
    }
  }
}
