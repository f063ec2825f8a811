import Assessment
import Rehearsals
import Units

/// The part of a scenario that a report covers, and the changes made for it.
struct Coverage {
  private let report: Report

  init(_ report: Report) { self.report = report }

  /// Whether every strategy, disaster and instant of the unchanged scenario was rehearsed.
  var isWhole: Bool { report.provenance.arguments.count <= 1 && parts.isEmpty }

  /// A sentence for readers who see the report alone; `nil` when it covers everything.
  var sentence: Prose? {
    guard !isWhole else { return nil }
    let covered: Prose =
      parts.isEmpty
      ? "This report covers every strategy and disaster of the scenario"
      : "This report covers only \(parts.listed) of the scenario"
    let changed = changes
    return "\(strong: "Not the whole scenario as its file states it.") "
      + (changed.isEmpty ? covered : covered + ", changed by \(changed.listed)") + "."
  }

  private var parts: [Prose] {
    let strategies = report.strategies.map(\.strategy.name)
    let disasters = report.disasters.map(\.name)
    var parts: [Prose] = []
    if strategies.count < report.scenario.strategies.count {
      parts.append(
        "\(strategies.count.grouped) of \(report.scenario.strategies.count.of("strategy", "strategies")) (\(Prose.names(strategies)))"
      )
    }
    if disasters.count < report.scenario.disasters.count {
      parts.append(
        "\(disasters.count.grouped) of \(report.scenario.disasters.count.of("disaster")) (\(Prose.names(disasters)))"
      )
    }
    if let instant = value(of: "--at") { parts.append("the instant \(name: instant)") }
    return parts
  }

  private var changes: [Prose] {
    let arguments = report.provenance.arguments
    return arguments.indices.dropLast().compactMap { place in
      guard ["--set", "--seed", "--scale"].contains(arguments[place]) else { return nil }
      return Prose(name: "\(arguments[place]) \(arguments[place + 1])")
    }
  }

  private func value(of option: String) -> String? {
    let arguments = report.provenance.arguments
    guard let place = arguments.firstIndex(of: option), place + 1 < arguments.count else { return nil }
    return arguments[place + 1]
  }
}

extension Provenance {
  /// Returns the stem of the report's files: the scenario's name, and the options of a filtered or changed
  /// run.
  ///
  /// Such a run never takes the place of the full report.
  public func fileStem(of scenario: String) -> String {
    let options = arguments.dropFirst().joined(separator: "-")
    guard !options.isEmpty else { return scenario }
    var slug = ""
    for scalar in options.unicodeScalars {
      let isPlain =
        "a"..."z" ~= scalar || "A"..."Z" ~= scalar || "0"..."9" ~= scalar || scalar == "." || scalar == "_"
      if isPlain { slug.unicodeScalars.append(scalar) } else if slug.last != "-" { slug += "-" }
    }
    while slug.last == "-" { slug.removeLast() }
    if slug.count > Self.slugMaximum || slug.isEmpty {
      slug = slug.prefix(Self.slugMaximum - 9) + "-" + options.fingerprint
    }
    return scenario + (slug.first == "-" ? slug : "-" + slug)
  }

  /// The limit on the length of the options. File systems allow names of 255 bytes, and a figure's name
  /// follows.
  private static var slugMaximum: Int { 120 }
}

extension String {
  /// Eight hexadecimal digits of the FNV-1a hash of the text.
  fileprivate var fingerprint: String {
    let hash = utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension Report {
  /// The stem of all files of the report.
  var fileStem: String { provenance.fileStem(of: scenario.name) }
}
