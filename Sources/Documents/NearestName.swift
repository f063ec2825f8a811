extension Collection<String> {
  /// Returns the most likely meaning of a misspelt name; `nil` when none is near. The first of equals wins.
  package func nearest(to misspelt: String) -> String? {
    let limit = Swift.max(2, misspelt.count / 3)
    var best: (name: String, distance: Int)?
    for name in self where abs(name.count - misspelt.count) <= limit || name.sharesStem(with: misspelt) {
      let edits = name.lowercased().editDistance(to: misspelt.lowercased())
      let distance = name.sharesStem(with: misspelt) ? Swift.min(edits, 2) : edits
      if distance <= limit && distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// Returns a hint such as `did you mean 'rate'?`, with all names when they are few.
  package func suggestion(for misspelt: String, noun: String) -> String {
    let guess = nearest(to: misspelt).map { "did you mean '\($0)'? " } ?? ""
    if isEmpty { return "\(guess)there are no \(noun)" }
    let shown = prefix(24).joined(separator: ", ")
    return "\(guess)the \(noun) are: \(shown)\(count > 24 ? ", ..." : "")"
  }
}

extension String {
  /// Whether one of two names begins or ends with the other, such as `rate` and `writeRate`.
  fileprivate func sharesStem(with other: String) -> Bool {
    let (short, long) =
      count < other.count ? (lowercased(), other.lowercased()) : (other.lowercased(), lowercased())
    return short.count >= 3 && (long.hasPrefix(short) || long.hasSuffix(short))
  }

  /// Returns the optimal string alignment distance of two words: the fewest insertions, deletions,
  /// substitutions and swaps. Complexity: O(n m).
  package func editDistance(to other: String) -> Int {
    let (a, b) = (Array(unicodeScalars.prefix(64)), Array(other.unicodeScalars.prefix(64)))
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in b.indices {
        row[j + 1] = Swift.min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          row[j + 1] = Swift.min(row[j + 1], beforeLast[j - 1] + 1)
        }
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
