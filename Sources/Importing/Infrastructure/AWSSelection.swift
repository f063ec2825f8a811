/// The objects of an AWS Backup selection, in the forms of the API, CloudFormation and Terraform.
///
/// `ListOfTags` are alternatives, and `Conditions` must all hold. `NotResources` are left out. Source: AWS Backup Developer
/// Guide, "BackupSelection", of 2026-11.
struct AWSSelection {
  var resources: [String] = []
  var alternatives: [Tag] = []
  var conditions: [TagCondition] = []
  var exclusions: [String] = []

  /// Reads `BackupSelection` of the API and CloudFormation.
  init(_ selection: Datum?) {
    func names(_ key: String) -> [String] {
      (selection[key]?.list ?? []).flatMap { Self.names($0) }
    }
    resources = names("Resources")
    exclusions = names("NotResources")
    alternatives = (selection["ListOfTags"]?.items ?? []).compactMap { tag in
      zip(tag["ConditionKey"]?.text, tag["ConditionValue"]?.text).map { Tag(key: $0.0, value: $0.1) }
    }
    for (word, isNegated) in Self.words {
      for condition in selection["Conditions", word.api]?.items ?? [] {
        add(condition["ConditionKey"]?.text, condition["ConditionValue"]?.text, isNegated)
      }
    }
  }

  /// Returns the objects that a value names: an ARN, and the object of a template in `Ref`, `GetAtt` and `Sub`.
  private static func names(_ value: Datum) -> [String] {
    if let name = value["Ref"]?.text ?? value["Fn::GetAtt"]?.list.first?.text { return [name] }
    guard let text = value.text ?? value["Fn::Sub"]?.list.first?.text else { return [] }
    // YAML's short forms are plain text: 'Volume.Arn' of GetAtt, and '${Volume}' within an ARN of Sub.
    var names = [text]
    if !text.contains(":"), let dot = text.firstIndex(of: ".") { names.append(String(text[..<dot])) }
    for part in text.split(separator: "$").dropFirst() where part.hasPrefix("{") && !part.contains("::") {
      names.append(String(part.dropFirst().prefix { $0 != "}" && $0 != "." }))
    }
    return names
  }

  /// Reads `aws_backup_selection` of Terraform.
  init(_ resource: TerraformResource) {
    resources = resource.links("resources")
    exclusions = resource.links("not_resources")
    alternatives = resource.blocks("selection_tag").compactMap { tag in
      zip(tag["key"]?.text, tag["value"]?.text).map { Tag(key: $0.0, value: $0.1) }
    }
    for block in resource.blocks("condition") {
      for (word, isNegated) in Self.words {
        for condition in block[word.terraform]?.list ?? [] {
          add(condition["key"]?.text, condition["value"]?.text, isNegated)
        }
      }
    }
  }

  private static let words: [(word: (api: String, terraform: String), isNegated: Bool)] = [
    (("StringEquals", "string_equals"), false), (("StringLike", "string_like"), false),
    (("StringNotEquals", "string_not_equals"), true), (("StringNotLike", "string_not_like"), true),
  ]

  private mutating func add(_ key: String?, _ value: String?, _ isNegated: Bool) {
    guard let key, let value else { return }
    let prefix = "aws:ResourceTag/"
    let name = key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : key
    conditions.append(TagCondition(key: name, pattern: value, isNegated: isNegated))
  }

  /// The alternatives of the selection; empty when it selects nothing.
  var selections: [Policy.Selection] {
    if !conditions.isEmpty {
      let named: [Policy.Selection] = [.matching(resources.isEmpty ? ["*"] : resources, conditions)]
      return named + (alternatives.isEmpty ? [] : [.tagged(alternatives)])
    }
    return (resources.isEmpty ? [] : [.objects(resources)])
      + (alternatives.isEmpty ? [] : [.tagged(alternatives)])
  }
}
