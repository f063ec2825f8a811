import Units

/// A self-contained SVG 1.1 figure for light and dark display, with a title and a description for blind
/// readers.
struct SVG {
  let width: Int
  let height: Int
  private let title: String
  private let description: String
  private let identifier: String
  private var elements: [String] = []

  /// - Parameter identifier: tells the figures of one page apart.
  init(_ identifier: String, width: Int, height: Int, title: String, description: String) {
    self.identifier = identifier
    self.width = width
    self.height = height
    self.title = title
    self.description = description
  }

  var text: String {
    let head =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" role=\"img\" "
      + "aria-labelledby=\"\(identifier)-title \(identifier)-desc\" class=\"figure\" font-family=\"system-ui, sans-serif\" "
      + "font-size=\"13\">"
    return
      ([
        head, "<title id=\"\(identifier)-title\">\(title.xmlEscaped)</title>",
        "<desc id=\"\(identifier)-desc\">\(description.xmlEscaped)</desc>", "<style>\(Self.style)</style>",
        "<rect class=\"ground\" width=\"\(width)\" height=\"\(height)\"/>",
      ] + elements + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  /// The style. Text and background follow the reader's preference. The data colours are distinguishable in
  /// both and with colour blindness (Okabe and Ito, "Color Universal Design", 2008).
  private static let style =
    ".figure .ground{fill:#fff}.figure .ink{fill:#1b1f24}.figure .faint{fill:#57606a}.figure .line{stroke:#d0d7de}"
    + ".figure .mark{stroke:#1b1f24}.figure .lost{fill:#a3180f}.figure .halo{stroke:#fff;stroke-width:3;paint-order:stroke}"
    + "@media(prefers-color-scheme:dark){.figure .ground{fill:#14181d}.figure .ink{fill:#e6edf3}"
    + ".figure .faint{fill:#9aa4af}.figure .line{stroke:#30363d}.figure .mark{stroke:#e6edf3}.figure .lost{fill:#ff9c92}.figure .halo{stroke:#14181d}}"

  mutating func add(_ element: String) { elements.append(element) }

  enum Anchor: String {
    case start
    case middle
    case end
  }

  mutating func label(
    _ text: String, x: Double, y: Double, _ anchor: Anchor = .start, style: String = "ink", size: Int? = nil
  ) {
    let size = size.map { " font-size=\"\($0)\"" } ?? ""
    add(
      "<text class=\"\(style)\" x=\"\(x.short)\" y=\"\(y.short)\" text-anchor=\"\(anchor.rawValue)\"\(size)>"
        + "\(text.xmlEscaped)</text>")
  }

  mutating func line(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), style: String = "line",
    dashes: String? = nil
  ) {
    let dashes = dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    add(
      "<line class=\"\(style)\" x1=\"\(from.x.short)\" y1=\"\(from.y.short)\" x2=\"\(to.x.short)\" "
        + "y2=\"\(to.y.short)\"\(dashes)/>")
  }

  /// Draws a rectangle with an optional tooltip.
  mutating func bar(x: Double, y: Double, width: Double, height: Double, colour: String, hint: String? = nil)
  {
    let hint = hint.map { "<title>\($0.xmlEscaped)</title>" } ?? ""
    add(
      "<rect x=\"\(x.short)\" y=\"\(y.short)\" width=\"\(max(0.6, width).short)\" height=\"\(height.short)\" "
        + "fill=\"\(colour)\">\(hint)</rect>")
  }
}

/// The colours for data (Okabe and Ito), in the order of their use.
enum Palette {
  static let colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c8c8c"]
  static let blue = colours[0]
  static let orange = colours[1]
  static let vermilion = colours[5]

  /// Returns the colour of a strategy. Families also differ in shape, so that colour is not the only
  /// distinction.
  static func colour(_ place: Int) -> String { colours[place % colours.count] }
}

extension Double {
  /// The number to a tenth, as SVG accepts it.
  var short: String {
    let tenths = Int64((self * 10).rounded())
    return tenths % 10 == 0
      ? "\(tenths / 10)" : decimal(tenths.magnitude, places: 1, isNegative: tenths < 0)
  }
}

extension String {
  /// The text escaped for XML and HTML, in elements and quoted attributes. Characters that XML forbids are
  /// replaced.
  var xmlEscaped: String {
    var escaped = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
      case "\t", "\n", "\r": escaped.append(scalar)
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": escaped.append("\u{FFFD}")
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
