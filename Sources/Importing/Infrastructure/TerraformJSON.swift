import Documents

/// Terraform's state (version 4), and the output of `terraform show -json` for a state or plan.
enum TerraformJSON {
  static func recognises(_ document: Datum) -> Bool {
    document["terraform_version"] != nil || document["format_version"] != nil && document["values"] != nil
      || document["planned_values"] != nil || document["lineage"] != nil && document["serial"] != nil
  }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    if let version = document["version"]?.integer, document["modules"] != nil || version < 4 {
      throw document.tape.text.failure(
        offset: document["version"]?.offset ?? document.offset,
        "this is a Terraform state of version \(version)",
        hint: "let Terraform 0.12 or newer write it anew, or import the output of 'terraform show -json'")
    }
    try checkDeletions(document)
    let resources = resources(of: document)
    guard !resources.isEmpty || document["resource_changes"]?.items.isEmpty == false else {
      throw document.tape.text.failure(
        offset: document.offset, "this file holds no resources",
        hint: "import the state after 'terraform apply', or the output of 'terraform show -json' for a plan")
    }
    var reader = TerraformReader(document.tape.text)
    for resource in resources { try reader.read(resource) }
    return reader.finished()
  }

  /// Rejects a plan that deletes a disk or database, because nothing would remain to protect.
  private static func checkDeletions(_ document: Datum) throws(InputError) {
    var diagnostics: [Diagnostic] = []
    for change in document["resource_changes"]?.items ?? [] {
      guard change["mode"]?.text != "data", let type = change["type"]?.text,
        let loss = DeletedResources.loss(type),
        let actions = change["change", "actions"], actions.items.contains(where: { $0.text == "delete" })
      else { continue }
      let address = change["address"]?.text ?? type
      let replaces = actions.items.count > 1
      diagnostics +=
        document.tape.text.failure(
          offset: actions.offset,
          "the plan \(replaces ? "deletes and replaces" : "deletes") '\(address)', \(loss)",
          hint:
            "take the deletion out of the plan, or import the state: 'terraform show -json' without a plan file"
        ).diagnostics
    }
    if !diagnostics.isEmpty { throw InputError(diagnostics) }
  }

  /// Returns managed resources, including those of nested modules.
  private static func resources(of document: Datum) -> [TerraformResource] {
    if let root = (document["planned_values"] ?? document["values"])?["root_module"] {
      return resources(inModule: root, TerraformReferences(document))
    }
    var resources: [TerraformResource] = []
    for resource in document["resources"]?.items ?? [] where resource["mode"]?.text != "data" {
      guard let type = resource["type"]?.text, let name = resource["name"]?.text else { continue }
      let module = resource["module"]?.text.map { "\($0)." } ?? ""
      for instance in resource["instances"]?.items ?? [] {
        // A deposed object waits for its deletion.
        guard instance["deposed"] == nil, let values = instance["attributes"] ?? instance["attributes_flat"]
        else { continue }
        let key = instance["index_key"].map { "[\($0.text ?? "")]" } ?? ""
        resources.append(
          TerraformResource(type: type, address: "\(module)\(type).\(name)\(key)", values: values))
      }
    }
    return resources
  }

  private static func resources(inModule module: Datum, _ references: TerraformReferences)
    -> [TerraformResource]
  {
    let own = (module["resources"]?.items ?? []).compactMap { resource -> TerraformResource? in
      guard resource["mode"]?.text != "data", let type = resource["type"]?.text,
        let values = resource["values"]
      else { return nil }
      return TerraformResource(
        type: type, address: resource["address"]?.text ?? type, values: values, references: references)
    }
    return own + (module["child_modules"]?.items ?? []).flatMap { resources(inModule: $0, references) }
  }
}
