import Documents
import Units

extension Shape<Node> {
  /// Any value; the user of the value checks it.
  fileprivate static let anything = Shape(
    Schema(
      .scalar(
        types: ["string", "integer", "number", "boolean", "array", "object"], pattern: nil, values: [],
        bounds: nil))
  ) { node, _ in node }
}

extension Shape<DesignSpace.Axis> {
  /// Alternative values of the path that names the axis.
  fileprivate static let values = list(
    Shape<[Node]>.list(of: .anything, countMinimum: 1), isGroup: false
  ) { name, node in
    DesignSpace.Alternative(changes: [DesignSpace.Change(name, node)])
  }

  /// Alternative groups of values by their paths.
  fileprivate static let groups = list(
    Shape<[Node]>.list(of: groupOfValues, countMinimum: 1), isGroup: true
  ) { _, node in
    DesignSpace.Alternative(changes: node.entries.map { DesignSpace.Change($0.key, $0.value) })
  }

  private static func list(
    _ items: Shape<[Node]>, isGroup: Bool,
    _ alternative: @escaping @Sendable (String, Node) -> DesignSpace.Alternative
  ) -> Shape {
    Shape(items.schema) { node, reading in
      let name = reading.path.last ?? ""
      guard let items = items.read(node, &reading) else { return nil }
      return DesignSpace.Axis(
        name: name, place: node.place, alternatives: items.map { alternative(name, $0) },
        isGroup: isGroup)
    }
  }

  private static let groupOfValues = Shape<Node>(Shape<Node>.anything.schema) { node, reading in
    guard node.kindName == "a mapping" else {
      reading.report(
        "a mapping of paths to values is expected here, not \(node.kindName)",
        hint: "write for example '{ disasterRecovery.standby.kind: hotStandby, upkeep.staff: 8 h }'",
        at: node.place)
      return nil
    }
    return node
  }
}

extension Shape<[ScopeObjectives]> {
  static let scopes = mapping(
    "Objectives by how far a disruption reaches; a wider scope never has a shorter objective than a narrower one.",
    Field<Objectives?>(optional: "software", .objectives, "Deletion, viruses and bad updates."),
    Field<Objectives?>(optional: "hardware", .objectives, "Failures of servers, devices and links."),
    Field<Objectives?>(optional: "az", .objectives, "One site."),
    Field<Objectives?>(optional: "region", .objectives, "Natural disasters, which reach several sites.")
  ) { software, hardware, az, region throws(Misfit) in
    let all = zip(DisruptionScope.allCases, [software, hardware, az, region])
    let given = all.compactMap { scope, objectives in
      objectives.map { ScopeObjectives(scope: scope, objectives: $0) }
    }
    let nested = given.filter { $0.scope != .software }
    for (narrow, wide) in zip(nested, nested.dropFirst()) {
      let (near, far) = (narrow.objectives, wide.objectives)
      guard far.rpo >= near.rpo, far.rto >= near.rto else {
        let kind = far.rpo < near.rpo ? "rpo" : "rto"
        throw Misfit(
          at: wide.scope.rawValue,
          "the \(kind) objective against a loss of the \(wide.scope.rawValue) is shorter than against \(narrow.scope.rawValue)",
          hint: "whatever recovers from the wider disruption recovers from the narrower one; exchange the two"
        )
      }
    }
    return given
  }
}

extension Shape<DesignSpace> {
  static let designSpace = mapping(
    "The designs that 'firedrill plan' chooses from; 'run' ignores it.",
    Field<[Int]?>(
      optional: "from", .list(of: .reference(to: .strategy), countMinimum: 1),
      "The base strategies of the designs; by default all."),
    Field<Int?>(
      optional: "baseline", .reference(to: .strategy),
      "The strategy of today. The plan also names the design with the fewest changes to it."),
    Field<Ratio?>(
      optional: "level", .share,
      "The share of drills against each disaster that must meet the objectives; by default 'objectives.level'."
    ),
    Field<[ScopeObjectives]>(
      "objectives", .scopes, otherwise: [], "Objectives of single scopes, in place of the scenario's."),
    Field<[DesignSpace.Axis]>(
      "vary", .entries(of: .values, noun: "value to choose"), otherwise: [],
      "The values to choose from, by path inside a strategy or below links, devices, vaults, "
        + "hosts or services. 'none' omits the key. Strategies without the key are left unchanged "
        + "unless 'none' is an alternative."
    ),
    Field<[DesignSpace.Axis]>(
      "combine", .entries(of: .groups, noun: "group of values"), otherwise: [],
      "Groups of values that belong together. Each name has a list of mappings from paths to values.")
  ) { bases, baseline, level, objectives, values, groups throws(Misfit) in
    if let level, level < .percent(50) {
      throw Misfit(at: "level", "less than half of the drills would decide", hint: "write 50 % to 100 %")
    }
    return DesignSpace(
      bases: bases, baseline: baseline, level: level, objectives: objectives, axes: values + groups)
  }
}

extension ScenarioFile {
  /// The space of designs that the scenario declares; `nil` for none.
  public var designSpace: DesignSpace? {
    guard let node = root["choose"] else { return nil }
    var reading = Reading(names: ScenarioNames(root).byKind)
    return Shape<DesignSpace>.designSpace.read(node, &reading)
  }
}
