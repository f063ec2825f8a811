import Documents

/// The path from the root of a report to one of its values, with the values on it.
struct ReportPath {
  struct Step {
    /// The member's key, or `*` for an item of a list.
    let key: String
    /// The name or index of the item.
    let name: String
    let value: JSON
  }

  let root: JSON
  private(set) var steps: [Step] = []

  /// Parses a path such as `strategies.nightly.disasters.fire.rpo.achieved.p95`: keys, and names or indices
  /// of list items.
  ///
  /// - Throws: where the path leads out of the report, with the names that there are.
  init(_ path: String, in root: JSON) throws(InputError) {
    self.root = root
    var rest = path
    var value = root
    while !rest.isEmpty {
      let choices = Self.choices(of: value)
      // Names may have points: the longest that fits is meant.
      let fitting = choices.filter { rest == $0.name || rest.hasPrefix($0.name + ".") }
      guard let step = fitting.max(by: { $0.name.count < $1.name.count }) else {
        let word = String(rest.prefix { $0 != "." })
        throw InputError(
          Diagnostic(
            file: path, message: "the report has no '\(word)' here",
            hint: choices.map(\.name).suggestion(for: word, noun: "names here")))
      }
      steps.append(step)
      value = step.value
      rest = String(rest.dropFirst(step.name.count + 1))
    }
  }

  private static func choices(of value: JSON) -> [Step] {
    switch value {
    case .object(let members): members.map { Step(key: $0.0, name: $0.0, value: $0.1) }
    case .array(let items):
      choices(among: items)
    default: []
    }
  }

  /// Returns the steps to list items, by name where names are distinct, else by index.
  private static func choices(among items: [JSON]) -> [Step] {
    let names = items.map { $0["name"]?.text ?? $0["disaster"]?.text }
    return items.enumerated().map { place, item in
      let name = names[place].flatMap { name in names.count { $0 == name } == 1 ? name : nil }
      return Step(key: "*", name: name ?? "\(place)", value: item)
    }
  }

  var value: JSON { steps.last?.value ?? root }
  /// The keys, without the names of list items.
  var keys: [String] { steps.map(\.key) }

  /// Returns the value `distance` steps before the end.
  func parent(_ distance: Int = 1) -> JSON {
    let place = steps.count - 1 - distance
    return place < 0 ? root : steps[place].value
  }

  /// Returns the nearest value on the path with this key.
  func nearest(_ key: String) -> JSON? {
    (steps.map(\.value).reversed() + [root]).first { $0[key] != nil }
  }

  /// Returns the item of a list on the path, such as the strategy.
  func item(of list: String) -> JSON? {
    guard let place = steps.firstIndex(where: { $0.key == list }), steps.indices.contains(place + 1) else {
      return nil
    }
    return steps[place + 1].value
  }

  /// Whether the path ends with these keys; `*` matches any.
  func ends(with pattern: [String]) -> Bool {
    keys.count >= pattern.count
      && zip(keys.suffix(pattern.count), pattern).allSatisfy { $1 == "*" || $0 == $1 }
  }
}
