import Documents
import Units

/// btrbk.conf, with snapshots and targets by volume and subvolume.
enum BtrbkConf {
  static func recognises(_ text: InputText) -> Bool {
    let keys = text.lines.prefix(300).map { $0.text.words.first ?? "" }
    return keys.contains("subvolume")
      && keys.contains {
        ["volume", "snapshot_dir", "snapshot_preserve", "snapshot_preserve_min", "target"].contains($0)
      }
  }

  /// The options of a section with their lines; a section inherits those of the sections around it.
  private typealias Options = [String: (value: String, line: Int)]

  private struct Subvolume {
    let name: String
    let volume: String
    let line: Int
    var options: Options
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    var global: Options = [:]
    var volume: Options = [:]
    var (path, isInVolume) = ("", false)
    var subvolumes: [Subvolume] = []
    var isInSubvolume = false
    for (number, line) in text.lines {
      let words = line.words
      guard let key = words.first, !key.hasPrefix("#") else { continue }
      let value = words.dropFirst().prefix { !$0.hasPrefix("#") }.joined(separator: " ")
      switch key {
      case "volume":
        (volume, path, isInVolume, isInSubvolume) = (global, value, true, false)
      case "subvolume":
        isInSubvolume = true
        subvolumes.append(
          Subvolume(name: value, volume: path, line: number, options: isInVolume ? volume : global))
      default:
        let option = (value: key == "target" ? value.words.last ?? value : value, line: number)
        // Indentation means nothing: a section lasts until the next one.
        if isInSubvolume {
          subvolumes[subvolumes.count - 1].options[key] = option
        } else if isInVolume {
          volume[key] = option
        } else {
          global[key] = option
        }
      }
    }
    var findings = Findings()
    for subvolume in subvolumes {
      for (key, option) in subvolume.options.sorted(by: { $0.value.line < $1.value.line }) {
        try check(key, option.value, line: option.line, text)
      }
      let policy = policy(subvolume, text, &findings)
      findings.policies.append(policy)
      if policy.copy != nil { findings.policies.append(copies(of: policy, subvolume.options)) }
    }
    return findings
  }

  /// Checks the words of retention. btrbk refuses 'no' as the minimum of snapshots.
  private static func check(_ key: String, _ value: String, line: Int, _ text: InputText) throws(InputError) {
    func isWindow(_ word: String) -> Bool {
      word.last.map { "hdwmy".contains($0) } == true && word.count > 1
        && (word.dropLast() == "*" || word.dropLast().allSatisfy(\.isNumber))
    }
    let isMinimum = key.hasSuffix("_preserve_min")
    let isRight =
      switch key {
      case "snapshot_preserve_min", "target_preserve_min":
        ["all", "latest"].contains(value) || isWindow(value) && !value.hasPrefix("*")
          || value == "no" && key.hasPrefix("target")
      case "snapshot_preserve", "target_preserve": value == "no" || value.words.allSatisfy(isWindow)
      default: true
      }
    guard !isRight else { return }
    throw text.failure(
      line: line, at: value, "'\(value)' is no value of \(key)",
      hint: isMinimum ? "write 'all', 'latest' or a window such as '2d'" : "write for example '14d 8w *m'")
  }

  /// Returns the policy of the backups at the target, which receives every snapshot.
  private static func copies(of policy: Policy, _ options: Options) -> Policy {
    var copies = policy
    copies.name += "-target"
    copies.isSnapshot = false
    copies.retention = kept("target", options)
    return copies
  }

  private static func policy(
    _ subvolume: Subvolume, _ text: InputText, _ findings: inout Findings
  ) -> Policy {
    let values = subvolume.options
    let origin = text.origin(line: subvolume.line, "subvolume \(subvolume.name)")
    let parent = subvolume.volume.split(separator: "/").last.map { "\($0)-" } ?? ""
    var policy = Policy(
      name: parent + subvolume.name, tool: "btrbk", schedules: [], retention: Retention(),
      selections: [.objects([subvolume.name])], isSnapshot: true, origin: origin)
    policy.retention = kept("snapshot", values)
    policy.copy = values["target"]?.value
    if policy.copy == nil {
      findings.gap("'\(subvolume.name)' has no target: its snapshots are lost with the disk", origin)
    }
    return policy
  }

  /// Returns the retention of snapshots or of a target.
  private static func kept(_ kind: String, _ values: Options) -> Retention {
    // The newest backup stays even with 'no'.
    let written = values["\(kind)_preserve_min"]?.value ?? "all"
    let minimum = written == "no" ? "latest" : written
    let preserve = values["\(kind)_preserve"]?.value
    guard minimum != "all" else {
      var retention = Retention()
      retention.isPermanent = true
      let dead = preserve.map { "\(kind)_preserve \($0) does nothing while " } ?? ""
      retention.comments = ["\(dead)\(kind)_preserve_min is 'all', its default: nothing is removed"]
      return retention
    }
    var retention = retention(minimum: minimum, preserve ?? "no")
    var words = ["preserve: \((preserve ?? "no").quotedForYAML)", "preserveMin: \(minimum.quotedForYAML)"]
    if let day = values["preserve_day_of_week"]?.value { words.append("preserveDayOfWeek: \(day)") }
    if let hour = values["preserve_hour_of_day"]?.value { words.append("preserveHourOfDay: \(hour)") }
    retention.dialect = "btrbk: { \(words.joined(separator: ", ")) }"
    return retention
  }

  /// Parses `48h 14d 8w 12m *y`. These are windows and not counts, so one more of each may remain.
  private static func retention(minimum: String, _ preserve: String) -> Retention {
    var retention = Retention()
    if minimum == "latest" { retention.count = 1 } else { retention.duration = KeepWords.span(minimum) }
    for word in preserve.words {
      let number = word.dropLast() == "*" ? 100_000 : Int(word.dropLast()) ?? 0
      switch word.last {
      case "h": retention.duration = max(retention.duration ?? .zero, .hours(Int64(min(number, 80_000))))
      case "d": retention.days = number
      case "w": retention.weeks = number
      case "m": retention.months = number
      case "y": retention.years = number
      default: break
      }
    }
    retention.dropZeros()
    if retention.isEmpty { retention.count = 1 }
    return retention
  }
}
