import Documents

/// The output of `sadf -d`: a line for each device and interval, with fields separated by semicolons.
enum SadfText {
  static func recognises(_ text: InputText) -> Bool {
    text.lines.prefix(10).contains { $0.text.hasPrefix("# hostname;interval;timestamp;") }
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    var builder = LoadBuilder()
    var columns: [String]?
    for (number, line) in text.lines {
      if line.hasPrefix("#") {
        let names = line.drop { $0 == "#" || $0 == " " }.split(separator: ";").map(String.init)
        columns = names.contains("DEV") ? names : nil
        continue
      }
      let fields = line.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
      guard let columns, fields.count == columns.count else { continue }
      func field(_ name: String) -> String? { columns.firstIndex(of: name).map { fields[$0] } }
      func value(_ name: String) -> Double? {
        field(name).flatMap { Double($0.replacing(",", with: ".")) }
      }
      guard let device = field("DEV"), let seconds = value("interval") else {
        throw text.failure(line: number, "this line has no interval", hint: "call 'sadf -d FILE -- -d'")
      }
      let values = SysstatValues(value: value)
      builder.add(
        device, seconds: seconds, read: values.read(over: seconds), written: values.written(over: seconds),
        text.origin(line: number, device))
    }
    let findings = builder.findings()
    guard !findings.loads.isEmpty else {
      throw text.failure(
        line: 1, "this file holds no disks", hint: "call 'sadf -d FILE -- -d': the last '-d' asks for disks")
    }
    return findings
  }
}
