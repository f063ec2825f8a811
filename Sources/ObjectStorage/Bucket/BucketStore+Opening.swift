import Storage
import Units

extension BucketStore {
  /// Probes a server and bucket, and makes a store there for a new vault.
  ///
  /// - Parameter certificates: A file of certificates to trust instead of the system's.
  public static func create(
    at address: BucketAddress, _ credentials: BucketCredentials, certificates: String?,
    _ surroundings: ClientSurroundings
  ) throws(BucketProblem) -> BucketStore {
    try create(
      BucketClient(
        address, credentials, CurlTransport(isLocal: address.isOnLoopback, certificates: certificates),
        surroundings))
  }

  /// Opens the store of a vault; `nil` when there is none.
  public static func open(
    at address: BucketAddress, _ credentials: BucketCredentials, certificates: String?,
    _ surroundings: ClientSurroundings
  ) throws(BucketProblem) -> BucketStore? {
    try open(
      BucketClient(
        address, credentials, CurlTransport(isLocal: address.isOnLoopback, certificates: certificates),
        surroundings))
  }

  package static func create(_ client: BucketClient) throws(BucketProblem) -> BucketStore {
    let traits = try BucketProbe(client).run()
    let answer = try client.send("PUT", client.address.fullName(ServerTraits.name), body: traits.encoded)
    guard answer.hasSucceeded else {
      throw BucketProblem(answer.response, client.address, doing: "write objects")
    }
    return BucketStore(client, traits)
  }

  package static func open(_ client: BucketClient) throws(BucketProblem) -> BucketStore? {
    let name = client.address.fullName(ServerTraits.name)
    var answer = try client.send("GET", name)
    if ErrorAnswer(answer.response.body)?.Code == "NoSuchKey" {
      // A delete marker over the record hides it from a plain read.
      let hidden = (try? client.versions(beginning: name, until: { $0 != name })) ?? []
      guard let version = hidden.last(where: { $0.Key == name }) else { return nil }
      answer = try client.send("GET", name, query: [(name: "versionId", value: version.VersionId)])
    }
    guard answer.hasSucceeded else {
      throw BucketProblem(answer.response, client.address, doing: "read objects")
    }
    guard let traits = ServerTraits(answer.response.body) else {
      throw BucketProblem(
        .damaged, client.address.description, "the record of the server's properties cannot be read",
        hint: "use a later firedrill, or remove '\(name)' and run 'vault init' again")
    }
    return BucketStore(client, traits)
  }
}
