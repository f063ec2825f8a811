/// The user's options beside the files.
public struct ImportOptions: Sendable {
  /// The devices of measurements and their volumes.
  public var devices: [(device: String, volume: String)] = []
  /// Values of `${VARIABLES}` in Kubernetes objects.
  public var variables: [(name: String, value: String)] = []
  /// The stem of churn files; `nil` replaces measurements by a mean rate in the scenario.
  public var churnStem: String?

  public init() {}
}
