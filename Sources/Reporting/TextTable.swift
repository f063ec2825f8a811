/// A table in plain text, with columns of one width each.
enum TextTable {
  /// Returns the lines of a table. The last column is not padded.
  static func lines(_ head: [String], _ rows: [[String]]) -> [String] {
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    return ([head] + rows).map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = column + 1 < row.count ? widths[column] + 2 - cell.count : 0
        line += cell + String(repeating: " ", count: padding)
      }
      return line
    }
  }
}
