import Documents
import Units

/// The output of `fio --output-format=json`. With '--status-interval' the last of several documents counts.
enum FioJSON {
  static func recognises(_ document: Datum) -> Bool {
    document["fio version"] != nil && (document["jobs"] ?? document["client_stats"]) != nil
  }

  static func read(_ documents: [Datum]) throws(InputError) -> Findings {
    var findings = Findings()
    guard let last = documents.last(where: recognises) else { return findings }
    var (read, written, milliseconds) = (0.0, 0.0, 0.0)
    let jobs =
      (last["jobs"] ?? last["client_stats"])?.items.filter { $0["jobname"]?.text != "All clients" } ?? []
    for job in jobs {
      // Before version 3 'io_bytes' counted KiB.
      let unit = job["write", "io_kbytes"] == nil ? 1_024.0 : 1
      read += (job["read", "io_bytes"]?.number ?? 0) * unit
      written += (job["write", "io_bytes"]?.number ?? 0) * unit
      for kind in ["read", "write"] { milliseconds = max(milliseconds, job[kind, "runtime"]?.number ?? 0) }
      if let error = job["error"]?.integer, error != 0 {
        findings.note("the fio job '\(job["jobname"]?.text ?? "")' ended with error \(error)", job.origin())
      }
    }
    guard written > 0, milliseconds > 0 else {
      throw last.tape.text.failure(
        offset: last.offset, "no job of this file wrote anything",
        hint: "import a job with 'rw=write', 'rw=randwrite' or a mix")
    }
    var builder = LoadBuilder()
    let name = jobs.first?["jobname"]?.text ?? "fio"
    builder.add(name, seconds: milliseconds / 1_000, read: read, written: written, last.origin("jobs"))
    findings.append(builder.findings())
    findings.note("fio measures what a device can do, not what production writes", last.origin("jobs"))
    let options = jobs.first?["job options"] ?? last["global options"]
    describe(options, of: last, in: &findings)
    return findings
  }

  /// Describes the job's pattern and block size.
  private static func describe(_ options: Datum?, of document: Datum, in findings: inout Findings) {
    guard !findings.loads.isEmpty else { return }
    let pattern = options?["rw"]?.text ?? document["global options", "rw"]?.text
    switch pattern {
    case "write"?, "rw"?, "readwrite"?: findings.loads[0].sequentialShare = .one
    case "randwrite"?, "randrw"?: findings.loads[0].sequentialShare = .zero
    default: break
    }
    let block = options?["bs"]?.text ?? document["global options", "bs"]?.text
    findings.loads[0].writeSize = block.flatMap(SizeText.binary)
  }
}
