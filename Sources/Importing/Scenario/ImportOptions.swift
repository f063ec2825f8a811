/// What the user says beside the files.
public struct ImportOptions: Sendable {
  /// Devices of measurements, and the volumes that they are.
  public var devices: [(device: String, volume: String)] = []
  /// Values of `${VARIABLES}` in Kubernetes objects.
  public var variables: [(name: String, value: String)] = []
  /// The stem by which churn files are named; `nil` keeps measurements inside the scenario as a mean rate.
  public var churnStem: String?

  public init() {}
}
