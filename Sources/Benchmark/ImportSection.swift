import Foundation

/// Measures the way from files that an architect has to an answer: imports, histories and templates.
func importFigures() -> [BenchmarkFigure] {
  let folder = BenchmarkFolder()
  return stateFigures(in: folder) + historyFigures(in: folder) + chainFigures(in: folder)
    + templateFigures(in: folder)
}

private let notMeasured = "not measured: firedrill was not built, or failed"

/// Runs firedrill where a missed objective is an answer too.
private func answer(_ words: String...) -> TimedRun? {
  TimedRun(words: ["/bin/sh", "-c", "\"$0\" \"$@\" || [ $? = 1 ]", TimedRun.firedrill] + words)
}

/// The import of a Terraform state of 20 MB: servers with their disks and attachments.
private func stateFigures(in folder: BenchmarkFolder) -> [BenchmarkFigure] {
  let path = "\(folder.path)/large.tfstate"
  guard
    (try? terraformState(bytes: 20_000_000).write(toFile: path, atomically: false, encoding: .utf8)) != nil,
    let run = answer("import", path, "--out", "\(folder.path)/large.yaml", "--force")
  else { return [BenchmarkFigure("import of a Terraform state of 20 MB", notMeasured)] }
  return [
    BenchmarkFigure("import of a Terraform state of 20 MB", run.wallSeconds, "s", below: 2),
    BenchmarkFigure(
      "import of a Terraform state of 20 MB: peak memory", run.peakMebibytes, "MiB", below: 300),
  ]
}

private func terraformState(bytes: Int) -> String {
  var resources: [String] = []
  var length = 0
  var number = 0
  let tags = (0..<12).map { "\"label-\($0)\": \"value \($0) of a system\"" }.joined(separator: ", ")
  while length < bytes {
    number += 1
    let text = """
      {"mode": "managed", "type": "aws_instance", "name": "server\(number)", "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]",
       "instances": [{"schema_version": 1, "attributes": {"id": "i-\(number)", "instance_type": "m5.large",
        "arn": "arn:aws:ec2:eu-west-1:1:instance/i-\(number)", "availability_zone": "eu-west-1a", "tags": {\(tags)},
        "root_block_device": [{"volume_id": "vol-r\(number)", "volume_size": 30, "device_name": "/dev/xvda"}]}}]},
      {"mode": "managed", "type": "aws_ebs_volume", "name": "disk\(number)", "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]",
       "instances": [{"schema_version": 0, "attributes": {"id": "vol-\(number)", "size": 100, "availability_zone": "eu-west-1a",
        "arn": "arn:aws:ec2:eu-west-1:1:volume/vol-\(number)", "tags": {\(tags)}}}]},
      {"mode": "managed", "type": "aws_volume_attachment", "name": "at\(number)", "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]",
       "instances": [{"schema_version": 0, "attributes": {"device_name": "/dev/sdf", "instance_id": "i-\(number)", "volume_id": "vol-\(number)"}}]}
      """
    length += text.utf8.count + 2
    resources.append(text)
  }
  return
    "{\"version\": 4, \"terraform_version\": \"1.9.0\", \"serial\": 1, \"lineage\": \"l\", \"resources\": [\(resources.joined(separator: ",\n"))]}"
}

/// The analysis of 100,000 hourly snapshots, as restic lists them.
private func historyFigures(in folder: BenchmarkFolder) -> [BenchmarkFigure] {
  let path = "\(folder.path)/snapshots.json"
  let times = ISO8601DateFormatter()
  let snapshots = (0..<100_000).map { hour -> String in
    let time = times.string(from: Date(timeIntervalSince1970: 1_400_000_000 + Double(hour) * 3_600))
    let id = String(repeating: "0", count: 58) + String(100_000 + hour)
    return
      "{\"time\":\"\(time)\",\"tree\":\"\(id)\",\"paths\":[\"/srv\"],\"hostname\":\"host\",\"username\":\"root\",\"id\":\"\(id)\",\"short_id\":\"\(100_000 + hour)\"}"
  }
  let text = "[\(snapshots.joined(separator: ","))]"
  guard (try? text.write(toFile: path, atomically: false, encoding: .utf8)) != nil,
    let run = answer("history", path)
  else { return [BenchmarkFigure("history of 100,000 points", notMeasured)] }
  return [BenchmarkFigure("history of 100,000 points", run.wallSeconds, "s", below: 1)]
}

/// The chain of the README: a state and an iostat file, to a scenario, to a report.
private func chainFigures(in folder: BenchmarkFolder) -> [BenchmarkFigure] {
  let (state, iostat) = ("\(folder.path)/terraform.tfstate", "\(folder.path)/iostat.json")
  let scenario = "\(folder.path)/mine.yaml"
  let report = """
    {"disk": [{"disk_device": "xvda", "tps": 9.0, "kB_read/s": 0.0, "kB_wrtn/s": 100.0, "kB_read": 0, "kB_wrtn": 6000}]}
    """
  let reports = Array(repeating: report, count: 60).joined(separator: ",")
  let files = [
    (state, terraformState(bytes: 3_000)),
    (iostat, "{\"sysstat\": {\"hosts\": [{\"nodename\": \"h\", \"statistics\": [\(reports)]}]}}"),
  ]
  for (path, text) in files { try? text.write(toFile: path, atomically: false, encoding: .utf8) }
  guard let made = answer("import", state, iostat, "--out", scenario),
    let run = answer("run", scenario, "--out", "\(folder.path)/chain")
  else { return [BenchmarkFigure("import of a state and an iostat file, then run", notMeasured)] }
  return [
    BenchmarkFigure(
      "import of a state and an iostat file, then run", made.wallSeconds + run.wallSeconds, "s", below: 60)
  ]
}

private func templateFigures(in folder: BenchmarkFolder) -> [BenchmarkFigure] {
  ["web-shop", "database", "file-server", "kubernetes", "branch-office"].map { template in
    let scenario = "\(folder.path)/\(template).yaml"
    guard answer("init", scenario, "--template", template) != nil,
      let run = answer("run", scenario, "--out", "\(folder.path)/\(template)")
    else { return BenchmarkFigure("run of the template \(template)", notMeasured) }
    return BenchmarkFigure("run of the template \(template)", run.wallSeconds, "s", below: 10)
  }
}
