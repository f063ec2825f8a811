import Documents
import Units

/// A scenario file with all texts that were read for it.
public struct ScenarioFile: Sendable {
  public let scenario: Scenario
  /// The path as given.
  public let path: String
  /// Every value that the scenario states, in the order of the file.
  public let values: [Value]
  /// The defaults of omitted keys, as they would be written; their line is 0.
  public let defaults: [Value]
  /// The scenario file, the options that changed it, and the files that it names. Together they decide the
  /// run.
  public let inputs: [Input]

  /// The former names of keys that the file or its settings still use.
  public let formerKeys: [Caution]

  /// The document with its settings applied.
  package let root: Node

  /// A value and its place.
  public struct Value: Hashable, Sendable {
    /// The keys and list positions from the root, joined by points.
    public let path: String
    public let text: String
    /// The line, from 1.
    public let line: Int
  }

  /// A text that went into the scenario.
  public struct Input: Hashable, Sendable {
    /// The path or option.
    public let name: String
    public let text: String
  }

  /// The largest size of a scenario file. Scenarios have some hundred lines, so a larger file is a mistake.
  package static let sizeMaximum = 1 << 20

  /// Reads and checks a scenario file.
  ///
  /// - Parameter settings: `KEY=VALUE` each, in order: values that take the place of what the file says.
  /// - Throws: every error of the file at once, each with its place.
  public init(path: String, settings: [String] = []) throws(InputError) {
    try self.init(SourceFile.read(path, limit: Self.sizeMaximum), settings: settings)
  }

  /// Reads and checks a scenario from a text in memory.
  package init(_ source: SourceText, settings: [String] = []) throws(InputError) {
    let document = try YAMLDocument(source)
    var root = document.root.withoutExtensions
    let shape = Shape<Scenario>.scenario
    var former = FormerKeys()
    root = former.replaced(in: root, shape.schema)
    try Self.apply(settings, to: &root, &former)
    root = ChoicePaths.replacingFormerKeys(in: root, &former)
    let names = ScenarioNames(root)
    var reading = Reading(names: names.byKind)
    reading.report(
      document.diagnostics + former.diagnostics + names.diagnostics + ChoicePaths(root).diagnostics)
    var read = shape.read(root, &reading)
    if root["scale"] == nil, let scale = read?.sufficientScale {
      read?.scale = scale
      reading.note(defaultOf: "scale", "\(scale)")
    }
    if let read, reading.diagnostics.isEmpty {
      reading.report(ScenarioChecks(read, root: root).diagnostics)
    }
    guard var scenario = read, reading.diagnostics.isEmpty else { throw InputError(reading.diagnostics) }
    scenario.name = Self.name(ofFile: source.name)
    self.scenario = scenario
    path = source.name
    values = root.values(below: "")
    defaults = reading.defaults.map { Value(path: $0.path, text: $0.text, line: 0) }
    self.root = root
    formerKeys = former.cautions
    inputs =
      [Input(name: source.name, text: source.text)] + settings.map { Input(name: "--set", text: $0) }
      + reading.inputs.map { Input(name: $0.name, text: $0.text) }
  }

  /// The JSON Schema of a scenario file (draft 2020-12), for editors.
  public static var schema: String {
    Shape<Scenario>.scenario.schema.document(title: "firedrill scenario", extensions: "^x-").text() + "\n"
  }

  /// The reference of all keys of a scenario file: an article in Markdown, generated from their declarations.
  public static var reference: String {
    """
    # Keys of a scenario

    Every key of a scenario file, with its value, bounds, default and an example.

    ## Overview

    `firedrill schema --markdown` prints this page from the declarations that also read the file and make its JSON
    Schema. A heading is the path of a mapping; `NAME` stands for a name of your choice, `[]` for each item of a list.
    The default `none` means that the key may be omitted; its meaning says what applies then.

    ### Units

    | quantity | units | example |
    |---|---|---|
    | duration | `w`, `d`, `h`, `min`, `s`, `ms`, `us`, `ns`, or ISO 8601 | `1 h 30 min`, `PT15M` |
    | size | `B`, `kB`, `MB`, `GB`, `TB`, `PB`, `KiB`, `MiB`, `GiB`, `TiB`, `PiB` | `4 GiB` |
    | rate | a size or `bit`, `kbit`, `Mbit`, `Gbit` by `s`, `min`, `h` or `d` | `1 Gbit/s`, `30 GiB/d` |
    | share | `%`, or a plain number | `30 %`, `0.3` |
    | distance | `m`, `km` | `120 km` |
    | instant | a day, or a time in UTC | `2026-03-02`, `2026-03-02T00:00:00Z` |
    | price | the currency may stand in front | `0.023`, `EUR 0.023` |

    ## Keys


    """ + SchemaReference.text(of: Shape<Scenario>.scenario.schema)
  }

  /// Returns the line of a strategy's declaration; the first line when there is none.
  package func line(ofStrategy name: String) -> Int {
    (values.first { $0.path.hasPrefix("strategies.\(name).") }?.line).map { max(1, $0 - 1) } ?? 1
  }

  private static func apply(
    _ settings: [String], to root: inout Node, _ former: inout FormerKeys
  ) throws(InputError) {
    let schema = Shape<Scenario>.scenario.schema
    var diagnostics: [Diagnostic] = []
    for setting in settings {
      do throws(InputError) {
        var setting = try Setting(setting)
        setting.replaceFormerKeys(of: schema, &former)
        try setting.apply(to: &root, schema: schema)
      } catch {
        diagnostics += error.diagnostics
      }
    }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
  }
}

extension ScenarioFile {
  /// The name of the scenario in a file: its name without folder and extension; `stdin` for standard input.
  public static func name(ofFile path: String) -> String {
    if path == "-" { return "stdin" }
    let file = path.split(separator: "/").last ?? ""
    let stem = file.lastIndex(of: ".").map { file[..<$0] } ?? file
    return stem.isEmpty ? String(file) : String(stem)
  }
}

extension Node {
  /// The document without its top-level keys that begin with `x-`: they hold values for anchors, and nothing reads them.
  fileprivate var withoutExtensions: Node {
    guard case .mapping(let pairs) = content else { return self }
    var node = self
    node.content = .mapping(pairs.filter { !$0.key.hasPrefix("x-") })
    return node
  }

  /// The single values of a document, each with its path.
  fileprivate func values(below path: String) -> [ScenarioFile.Value] {
    func deeper(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
    switch content {
    case .scalar(let text, _): return [ScenarioFile.Value(path: path, text: text, line: place.line)]
    case .sequence(let items):
      return items.enumerated().flatMap { $0.element.values(below: deeper("\($0.offset)")) }
    case .mapping(let pairs): return pairs.flatMap { $0.value.values(below: deeper($0.key)) }
    }
  }
}
