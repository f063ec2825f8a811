/// Places labels beside points without overlaps, as far as there is room.
struct LabelPlacement {
  private struct Box {
    let x: Double
    let y: Double
    let width: Double
    let height: Double

    func overlaps(_ other: Box) -> Bool {
      x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
    }
  }

  private var taken: [Box]
  private let left: Double
  private let right: Double
  private let bottom: Double

  private static let height = 14.0
  /// The mean width of a character in a label.
  private static let characterWidth = 6.6
  private static let gap = 10.0

  /// - Parameters:
  ///   - points: which no label may cover.
  ///   - left: labels begin behind.
  ///   - right: labels end before.
  ///   - bottom: labels stand above.
  init(around points: [(x: Double, y: Double)], left: Double, right: Double, bottom: Double) {
    taken = points.map { Box(x: $0.x - 7, y: $0.y - 7, width: 14, height: 14) }
    self.left = left
    self.right = right
    self.bottom = bottom
  }

  /// Returns the place of a point's label. Places to the right are preferred, then to the left, then ever
  /// further above and below.
  mutating func place(_ text: String, of point: (x: Double, y: Double)) -> (x: Double, baseline: Double) {
    let width = Double(text.count) * Self.characterWidth
    var choices: [Box] = []
    for step in 0..<12 {
      for shift in step == 0 ? [0.0] : [Double(step) * Self.height, -Double(step) * Self.height] {
        for x in [point.x + Self.gap, point.x - Self.gap - width] {
          choices.append(
            Box(x: x, y: point.y - Self.height / 2 + shift, width: width, height: Self.height))
        }
      }
    }
    let fits = choices.first { box in
      box.x >= left && box.x + box.width <= right && box.y >= 20 && box.y + box.height <= bottom
        && !taken.contains { $0.overlaps(box) }
    }
    let box = fits ?? choices[0]
    taken.append(box)
    return (box.x, box.y + Self.height - 3.5)
  }
}
