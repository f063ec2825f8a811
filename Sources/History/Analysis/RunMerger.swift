import Units

/// Joins lists of one tool. A run in two lists counts once, and logs complete missing fields.
enum RunMerger {
  static func merge(_ lists: [BackupList]) -> [(tool: String, run: BackupRun)] {
    // Both tables are only looked up.
    var places: [String: Int] = [:]
    var details: [String: RunDetail] = [:]
    for list in lists { for detail in list.details { details[detail.name] = detail } }
    var merged: [(tool: String, run: BackupRun)] = []
    let mayRepeat = lists.count > 1
    for list in lists {
      for run in list.runs {
        let key = mayRepeat ? "\(list.tool)\n\(run.source)\n\(run.name)" : ""
        if mayRepeat, let place = places[key] {
          merged[place].run.complete(from: run)
        } else {
          if mayRepeat { places[key] = merged.count }
          merged.append((list.tool, run))
        }
      }
    }
    guard !details.isEmpty else { return merged }
    for place in merged.indices {
      guard let detail = details[String(merged[place].run.name.prefix(8))] else { continue }
      merged[place].run.complete(from: detail)
    }
    return merged
  }
}

extension BackupRun {
  fileprivate mutating func complete(from other: BackupRun) {
    end = end ?? other.end
    size = size ?? other.size
    added = added ?? other.added
    moved = moved ?? other.moved
    // A list from before the end of a run still says that it runs.
    if other.isFailed || !isUsable && !isFailed && other.isUsable { outcome = other.outcome }
  }

  fileprivate mutating func complete(from detail: RunDetail) {
    end = end ?? detail.duration.map { start + $0 }
    size = size ?? detail.size
    added = added ?? detail.added
    moved = moved ?? detail.added
  }
}
