import Documents
import ScenarioLanguage

extension ScenarioFile {
  /// Returns the index of an option's name, or of the only name when the option is omitted.
  func place(
    of name: String?, among names: [String], _ noun: String, option: String
  ) throws(InputError) -> Int {
    guard let name else {
      if names.count == 1 { return 0 }
      throw InputError(
        Diagnostic(
          file: option, message: "\(path) has \(names.count) \(noun)",
          hint: "name one of \(names.joined(separator: ", "))"))
    }
    guard let place = names.firstIndex(of: name) else {
      throw InputError(
        Diagnostic(
          file: option, message: "\(path) has no '\(name)'", hint: names.suggestion(for: name, noun: noun)))
    }
    return place
  }
}
