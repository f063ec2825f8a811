/// A file of sections and 'key = value' lines. pgBackRest, barman, sanoid, systemd and simple TOML files have
/// this form.
struct INI: Sendable {
  struct Entry: Sendable {
    let key: String
    /// The value without quotes and comments.
    let value: String
    let line: Int
    /// Whether the value goes on in the next line: behind a backslash of systemd, or in a list of TOML.
    fileprivate let isOpen: Bool

    /// - Parameter text: the end of the line as written, with quotes.
    fileprivate init(key: String, value: String, line: Int, endingWith text: String) {
      (self.key, self.value, self.line) = (key, value, line)
      isOpen = text.hasSuffix("\\") || value.hasPrefix("[") && !value.hasSuffix("]")
    }

    /// The texts of a list such as `["a", "b,c"]`, or the value alone.
    var items: [String] {
      guard value.hasPrefix("["), value.hasSuffix("]") else { return [value] }
      var items = [""]
      var quote: Character?
      for character in value.dropFirst().dropLast() {
        if character == quote {
          quote = nil
        } else if quote == nil, character == "\"" || character == "'" {
          quote = character
        } else if quote == nil, character == "," {
          items.append("")
        } else {
          items[items.count - 1].append(character)
        }
      }
      return items.map(\.trimmingBlanks).filter { !$0.isEmpty }
    }

    fileprivate func continued(by text: String) -> Entry {
      let start = value.hasSuffix("\\") ? String(value.dropLast()) : value
      return Entry(
        key: key, value: "\(start.trimmingBlanks) \(INI.withoutComment(text))", line: line,
        endingWith: text)
    }
  }

  struct Section: Sendable {
    let name: String
    let line: Int
    var entries: [Entry]

    subscript(key: String) -> Entry? { entries.last { $0.key == key } }

    func all(_ key: String) -> [Entry] { entries.filter { $0.key == key } }
  }

  let text: InputText
  private(set) var sections: [Section] = []

  /// Parses a text. Entries before the first section are in an unnamed section.
  init(_ text: InputText) {
    self.text = text
    var section = Section(name: "", line: 1, entries: [])
    for (number, line) in text.lines {
      let trimmed = line.trimmingBlanks
      if trimmed.isEmpty || "#;".contains(trimmed.first ?? "#") { continue }
      if let last = section.entries.last, last.isOpen {
        section.entries[section.entries.count - 1] = last.continued(by: trimmed)
        continue
      }
      if trimmed.first == "[", let end = trimmed.firstIndex(of: "]") {
        if !section.entries.isEmpty || !section.name.isEmpty { sections.append(section) }
        let name = trimmed[trimmed.index(after: trimmed.startIndex)..<end]
        section = Section(name: String(name).withoutQuotes, line: number, entries: [])
        continue
      }
      // Python's parser, which barman uses, allows a colon too.
      guard let mark = trimmed.firstIndex(where: { $0 == "=" || $0 == ":" }) else { continue }
      let value = String(trimmed[trimmed.index(after: mark)...]).trimmingBlanks
      section.entries.append(
        Entry(
          key: String(trimmed[..<mark]).trimmingBlanks.withoutQuotes, value: Self.value(value), line: number,
          endingWith: trimmed))
    }
    if !section.entries.isEmpty || !section.name.isEmpty { sections.append(section) }
  }

  subscript(name: String) -> Section? { sections.first { $0.name == name } }

  /// Returns the text without a comment and surrounding quotes.
  fileprivate static func value(_ text: String) -> String {
    if let quote = text.first, quote == "\"" || quote == "'", let end = text.dropFirst().firstIndex(of: quote)
    {
      return String(text[text.index(after: text.startIndex)..<end])
    }
    return withoutComment(text)
  }

  fileprivate static func withoutComment(_ text: String) -> String {
    guard let comment = text.ranges(of: " #").first ?? text.ranges(of: "\t#").first else { return text }
    return String(text[..<comment.lowerBound]).trimmingBlanks
  }

  /// An entry with its section and file.
  struct Found {
    let entry: Entry
    let section: Section
    let ini: INI

    var value: String { entry.value }
    var origin: Origin { ini.origin(entry, in: section) }
  }

  /// Returns the entry of a section, else of the global section of this file or of another one.
  func entry(_ key: String, in section: Section, global name: String, beside others: [INI]) -> Found? {
    if let entry = section[key] { return Found(entry: entry, section: section, ini: self) }
    for ini in [self] + others {
      if let global = ini[name], let entry = global[key] {
        return Found(entry: entry, section: global, ini: ini)
      }
    }
    return nil
  }

  func origin(_ entry: Entry, in section: Section) -> Origin {
    text.origin(line: entry.line, section.name.isEmpty ? entry.key : "[\(section.name)] \(entry.key)")
  }
}

extension StringProtocol {
  var trimmingBlanks: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }

  /// The words separated by blanks.
  var words: [String] {
    let parts: [SubSequence] = split { $0 == " " || $0 == "\t" }
    return parts.map { String($0) }
  }

  var withoutQuotes: String {
    guard count >= 2, let first, first == last, first == "\"" || first == "'" else { return String(self) }
    return String(dropFirst().dropLast())
  }
}
