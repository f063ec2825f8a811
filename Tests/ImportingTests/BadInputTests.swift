import Documents
import Importing
import ScenarioLanguage
import Testing

/// Files that cannot be right: each is told with its place, the reason and the mend.
@Suite struct BadInputTests {
  @Test(arguments: [
    ("hello\nworld\n", "0: this is no format that can be imported"),
    ("{\"a\": 1}", "0: this is no format that can be imported"),
    ("key: value\n", "0: this is no format that can be imported"),
    ("   \n", "0: there is nothing in this file"),
    ("{\"version\": 4, \"resources\": [\n  {\"mode\": \"mana", "2: the JSON ends in the middle"),
    ("{\"version\": 4,\n\"resources\": [1, ]}", "2: a value is expected here"),
    ("{\"version\": 4\n\"serial\": 1}", "2: a comma or a closing brace is missing"),
    ("apiVersion: v1\nkind: List\nitems: [\n", "4: this is not YAML: "),
    (
      "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n   other: b\n", "5: this is not YAML: "
    ),
    (
      "apiVersion: velero.io/v1\nkind: Schedule\nspec:\n  schedule: {{ .Values.schedule | quote }}\n",
      "4: this is a template: nobody resolves '{{ .Values.schedule | quote }}'; import what the tool renders"
    ),
    (
      "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: a }\nspec: { resources: { requests: { storage: 8Gx } } }\n",
      "4: '8Gx' is no size of Kubernetes; write its unit"
    ),
    (
      "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: a }\nspec: { resources: { requests: { storage: 8 } } }\n",
      "4: the size '8' has no unit, so it means bytes; write its unit, for example '8Gi'"
    ),
    (
      "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: a }\nspec: { resources: { requests: { storage: 500m } } }\n",
      "4: the size '500m' means thousandths of a byte; write '500Mi' for mebibytes"
    ),
    (
      "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: a }\nspec: { resources: { requests: { storage: 8g } } }\n",
      "4: '8g' is no size of Kubernetes; write its unit"
    ),
    (
      "apiVersion: velero.io/v1\nkind: Schedule\nmetadata: { name: a }\nspec: { schedule: 'CRON_TZ=Europe/Berln 0 3 * * *' }\n",
      "4: 'Europe/Berln' is not a time zone"
    ),
    (
      "{\"policy\": {\"id\": \"p\", \"name\": \"n\", \"trigger\": {\"properties\": {\"pattern\": [\n\"FREQ=DAILY;BYHOUR=25;BYMINUTE=00\"]}},\n\"operation_definition\": {\"max_backups\": 2}}}",
      "2: the schedule 'FREQ=DAILY;BYHOUR=25;BYMINUTE=00' cannot be read: '25' is not a value of BYHOUR; write"
    ),
    (
      "{\"policy\": {\"id\": \"p\", \"name\": \"n\", \"trigger\": {\"properties\": {\"pattern\": [\n\"FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31\"]}},\n\"operation_definition\": {\"max_backups\": 2}}}",
      "2: the schedule 'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31' never fires; write"
    ),
    (
      "{\"policy\": {\"id\": \"p\", \"name\": \"n\", \"trigger\": {\"properties\": {\"pattern\": []}},\n\"operation_definition\": {\"max_backups\": 2}}}",
      "1: the policy 'n' has no pattern, so it never fires; add"
    ),
    (
      "{\"version\": 4, \"terraform_version\": \"1.9.0\", \"serial\": 1, \"resources\": []}",
      "1: this file holds no resources; import the state after 'terraform apply'"
    ),
    (
      "{\"version\": 3, \"terraform_version\": \"0.11\", \"modules\": []}",
      "1: this is a Terraform state of version 3"
    ),
    (
      "{\"BackupPlan\": {\"BackupPlanName\": \"p\", \"Rules\": [\n{\"RuleName\": \"r\", \"ScheduleExpression\": \"0 5 * * *\"}]}}",
      "2: '0 5 * * *' is no schedule of AWS"
    ),
  ])
  func whatIsWrongIsToldWithItsPlaceAndMend(text: String, error: String) throws {
    let told = try #require(firstError(text))
    #expect(told.contains(error), "\(told)")
    #expect(!told.hasSuffix("; "))
  }

  @Test func aPlanThatDeletesWhatItImportsIsRefused() throws {
    func plan(_ actions: String) -> String {
      """
      {"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {}}, "resource_changes": [
       {"address": "aws_db_instance.main", "mode": "managed", "type": "aws_db_instance", "name": "main",
        "change": {"actions": [\(actions)]}}]}
      """
    }
    let deleted = try #require(firstError(plan("\"delete\"")))
    #expect(
      deleted.hasPrefix("3: the plan deletes 'aws_db_instance.main', and its data with it"), "\(deleted)")
    let replaced = try #require(firstError(plan("\"delete\", \"create\"")))
    #expect(replaced.contains("deletes and replaces"), "\(replaced)")
    #expect(firstError(plan("\"update\"")) == nil)
  }

  @Test func theErrorsOfAllFilesAreToldAtOnce() throws {
    let files = [
      (name: "a.json", bytes: Array("{".utf8)), (name: "b", bytes: Array("nothing\n".utf8)),
      (name: "c", bytes: Array("0 1 * * * restic backup /\n".utf8)),
    ]
    let error = try #require(throws: InputError.self) { try Importer.findings(in: files) }
    #expect(error.diagnostics.map(\.file) == ["a.json", "b"])
  }

  @Test func aliasesCannotGrowAFileBeyondMeasure() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let references = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(references)]\n"
    }
    #expect(firstError(text)?.contains("grows beyond measure") == true)
  }

  /// Names, comments and titles come from strangers' files.
  @Test func hostileTextStaysTextInTheScenario() throws {
    let text = """
      {"version": 4, "terraform_version": "1", "resources": [{"mode": "managed", "type": "aws_ebs_volume", "name": "x",
       "instances": [{"attributes": {"id": "v", "size": 5, "availability_zone": "a b: {\\n  - [", "tags": {"Name": "x\\n  y: {\\u2028 # \\u0000: &a *b"}}}]}]}
      """
    let findings = try Findings(text, named: "we\nird \": name.json")
    let imported = Importer.scenario(from: findings, title: "\"quoted\\ \n: title")
    _ = try ScenarioFile(SourceText(name: "x.yaml", text: imported.textWithoutFiles))
  }
}
