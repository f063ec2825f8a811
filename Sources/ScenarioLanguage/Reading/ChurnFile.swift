import Documents
import Estate
import Units

/// A measured churn file: CSV with the columns `end_seconds,read_bytes,written_bytes`, a row per window of time.
///
/// Windows are as uneven as they were measured. A row that ends when the one before it ends belongs to the same window.
package enum ChurnFile {
  package static let header = "end_seconds,read_bytes,written_bytes"
  static let sizeMaximum = 64 << 20
  /// The limit on reported errors. Further ones are usually the same error repeated.
  private static let errorsMaximum = 10

  /// Reads a file; throws every error in it, up to ten.
  package static func read(_ path: String) throws(InputError) -> [ChurnWindow] {
    try windows(in: SourceFile.read(path, limit: sizeMaximum))
  }

  package static func windows(in source: SourceText) throws(InputError) -> [ChurnWindow] {
    guard String(source.line(1)) == header else {
      throw InputError(
        Diagnostic(
          at: Place(source, line: 1, column: 1), message: "this is not the header of a churn file",
          hint: "the first line must be '\(header)'"))
    }
    var windows: [ChurnWindow] = []
    var diagnostics: [Diagnostic] = []
    for number in 2...max(2, source.lineCount) where !source.line(number).isEmpty {
      do throws(InputError) {
        try append(Row(source, line: number).window(after: windows.last?.end ?? .zero), to: &windows)
      } catch {
        diagnostics += error.diagnostics
        if diagnostics.count >= errorsMaximum { break }
      }
    }
    if windows.isEmpty && diagnostics.isEmpty {
      diagnostics.append(
        Diagnostic(
          at: Place(source, line: 1, column: 1), message: "there is a header only, and no window",
          hint: "add rows such as '1800,4096,8192'"))
    }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
    return windows
  }

  private static func append(_ window: ChurnWindow, to windows: inout [ChurnWindow]) {
    if let last = windows.indices.last, windows[last].end == window.end {
      windows[last].written += window.written
      windows[last].read += window.read
    } else {
      windows.append(window)
    }
  }
}

/// A line of a churn file, split at its commas.
private struct Row {
  private let fields: [(text: String, place: Place)]
  private let line: Place

  init(_ source: SourceText, line number: Int) {
    let scalars = source.line(number)
    line = Place(source, line: number, column: 1)
    fields = scalars.split(separator: ",", omittingEmptySubsequences: false).map { field in
      let column = scalars.distance(from: scalars.startIndex, to: field.startIndex) + 1
      return (String(field), Place(source, line: number, column: column))
    }
  }

  func window(after previous: Duration) throws(InputError) -> ChurnWindow {
    guard fields.count == 3 else {
      throw error(
        at: line, "\(fields.count) columns where there should be 3",
        hint: "write 'end_seconds,read_bytes,written_bytes' as in '1800,4096,8192'")
    }
    let end = try seconds(0)
    let (read, written) = (try bytes(1), try bytes(2))
    guard end > .zero else {
      throw error(
        at: fields[0].place, "a window ends after the start at 0 s", hint: "write its end in seconds")
    }
    guard end >= previous else {
      throw error(
        at: fields[0].place, "time runs backwards: the window before ends at \(Self.seconds(previous)) s",
        hint: "sort the rows by end_seconds")
    }
    return ChurnWindow(end: end, written: written, read: read)
  }

  /// Reads seconds with up to nine decimals, up to ten years.
  private func seconds(_ column: Int) throws(InputError) -> Duration {
    let halves = fields[column].text.split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = try digits(halves[0], column), halves.count <= 2 else { throw notANumber(column) }
    var fraction: Int64 = 0
    if halves.count == 2 {
      guard let digits = try digits(halves[1], column), halves[1].utf8.count <= 9 else {
        throw notANumber(column)
      }
      fraction = (halves[1].utf8.count..<9).reduce(digits) { value, _ in value * 10 }
    }
    guard whole <= 3_653 * 86_400 else { throw tooLarge(column, most: "ten years") }
    return .seconds(whole) + .nanoseconds(fraction)
  }

  /// Reads whole bytes, up to 1 PiB a window.
  private func bytes(_ column: Int) throws(InputError) -> ByteCount {
    guard let count = try digits(Substring(fields[column].text), column) else { throw notANumber(column) }
    guard count <= 1 << 50 else { throw tooLarge(column, most: "1 PiB") }
    return ByteCount(count)
  }

  private func digits(_ text: Substring, _ column: Int) throws(InputError) -> Int64? {
    if text.first == "-", text.dropFirst().allSatisfy(\.isNumber) {
      throw error(
        at: fields[column].place, "'\(fields[column].text)' is negative",
        hint: "write a number of zero or more")
    }
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(text) ?? .max
  }

  private func notANumber(_ column: Int) -> InputError {
    error(
      at: fields[column].place, "'\(fields[column].text)' is not a number",
      hint: column == 0
        ? "write seconds in digits, with at most nine behind the point"
        : "write whole bytes in digits, without a unit")
  }

  private func tooLarge(_ column: Int, most: String) -> InputError {
    error(
      at: fields[column].place, "\(fields[column].text) is too large",
      hint: "at most \(most) is meant to stand here")
  }

  private func error(at place: Place, _ message: String, hint: String) -> InputError {
    InputError(Diagnostic(at: place, message: message, hint: hint))
  }

  private static func seconds(_ time: Duration) -> String {
    let fraction = String(time.nanoseconds % 1_000_000_000 + 1_000_000_000).dropFirst()
    let trimmed = fraction.reversed().drop { $0 == "0" }.reversed()
    return "\(time.nanoseconds / 1_000_000_000)" + (trimmed.isEmpty ? "" : "." + String(trimmed))
  }
}
