import Foundation
import Glibc
import ObjectStorage
import Storage
import Units

/// A real S3-compatible server on loopback: radosgw over one monitor and one storage daemon in memory.
///
/// The first use starts it for all tests of the process. A shell holds the daemons and ends them when this process ends,
/// in whatever way, because its standard input then closes.
public final class CephCluster: Sendable {
  public static let accessKey = "firedrill-key"
  public static let secretKey = "firedrill-secret"

  /// Whether the server's programs are installed.
  public static let isInstalled = ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph", "curl"]
    .allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }

  /// The word with which a test is skipped where they are not.
  public static let missing =
    "radosgw is not installed: apt-get install ceph-mon ceph-osd radosgw ceph-common"

  /// The running server; `nil` when it does not come up.
  public static let shared: CephCluster? = isInstalled ? try? CephCluster() : nil

  public let endpoint: String
  private let folder: String
  private let shell: Process
  private let input: Pipe

  /// The variables with which a command reaches the server.
  public var environment: [String: String] {
    [
      "AWS_ACCESS_KEY_ID": Self.accessKey, "AWS_SECRET_ACCESS_KEY": Self.secretKey,
      "AWS_REGION": "us-east-1", "XDG_STATE_HOME": "\(folder)/state",
    ]
  }

  private init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "ceph-\(getpid())")
    folder = url.path
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let ports = try (0..<2).map { _ in try Self.freePort() }
    endpoint = "http://127.0.0.1:\(ports[1])"
    try Self.configuration(folder, ports).write(
      toFile: "\(folder)/ceph.conf", atomically: true, encoding: .utf8)
    try Self.script.write(toFile: "\(folder)/up.sh", atomically: true, encoding: .utf8)
    shell = Process()
    input = Pipe()
    let output = Pipe()
    shell.executableURL = URL(filePath: "/bin/bash")
    shell.arguments = ["\(folder)/up.sh", folder, "\(ports[0])", endpoint]
    shell.standardInput = input
    shell.standardOutput = output
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    // The script's only line, once the server answers; its end without one is a failure.
    let line = output.fileHandleForReading.availableData
    guard String(decoding: line, as: UTF8.self).hasPrefix("ready") else {
      throw CocoaError(.featureUnsupported)
    }
  }

  private static func freePort() throws -> Int {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, length) == 0 ? getsockname(number, $0, &length) : -1
      }
    }
    guard result == 0 else { throw CocoaError(.fileReadUnknown) }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private static func configuration(_ folder: String, _ ports: [Int]) -> String {
    """
    [global]
    fsid = 5f3f2f5e-0d6b-4f0e-9a70-6d1d1a7c1a11
    mon host = [v2:127.0.0.1:\(ports[0])/0]
    public addr = 127.0.0.1
    cluster addr = 127.0.0.1
    ms bind ipv6 = false
    auth cluster required = none
    auth service required = none
    auth client required = none
    # radosgw asks for encryption, which needs authentication.
    ms mon client mode = crc
    ms client mode = crc
    run dir = \(folder)/run
    admin socket = \(folder)/run/$name.$pid.asok
    pid file = \(folder)/run/$name.$pid.pid
    log file = /dev/null
    mon cluster log file = /dev/null
    crash dir = \(folder)/run
    mon data = \(folder)/mon
    mon data avail crit = 1
    osd data = \(folder)/osd
    osd objectstore = memstore
    memstore device bytes = 4294967296
    osd crush chooseleaf type = 0
    osd pool default size = 1
    osd pool default min size = 1
    osd pool default pg num = 4
    mon allow pool size one = true
    mon max pg per osd = 1000
    [client.admin]
    rgw frontends = beast endpoint=127.0.0.1:\(ports[1])

    """
  }

  private static let script = #"""
    d=$1; port=$2; endpoint=$3
    c="-c $d/ceph.conf"
    daemons=()
    leave() { kill -9 "${daemons[@]}" 2>/dev/null; rm -rf "$d"; exit; }
    trap leave EXIT INT TERM HUP
    mkdir -p $d/mon $d/osd $d/run
    (
      set -e
      monmaptool --create --fsid 5f3f2f5e-0d6b-4f0e-9a70-6d1d1a7c1a11 --addv a "[v2:127.0.0.1:$port/0]" $d/monmap
      ceph-mon $c --mkfs -i a --monmap $d/monmap
    ) >/dev/null 2>&1 || exit 1
    ceph-mon $c -i a -f >/dev/null 2>&1 </dev/null & daemons+=($!)
    id=$(cat /proc/sys/kernel/random/uuid)
    timeout 60 ceph $c osd new $id >/dev/null </dev/null || exit 1
    ceph-osd $c -i 0 --mkfs --osd-uuid $id >/dev/null 2>&1 </dev/null || exit 1
    ceph-osd $c -i 0 -f >/dev/null 2>&1 </dev/null & daemons+=($!)
    timeout 60 radosgw-admin $c user create --uid=firedrill --display-name=firedrill \
      --access-key=firedrill-key --secret-key=firedrill-secret >/dev/null </dev/null || exit 1
    radosgw $c -n client.admin -f >/dev/null 2>&1 </dev/null & daemons+=($!)
    for try in $(seq 240); do
      curl -s -o /dev/null $endpoint/ && { echo ready; exec 1>&-; cat >/dev/null; exit; }
      sleep 0.25
    done
    """#

  /// Makes a bucket with a name of its own, and returns the name.
  public func makeBucket(locks hasLocks: Bool = false) throws -> String {
    let name = "b\(UInt64.random(in: 0...UInt64.max))"
    let headers = hasLocks ? [(name: "x-amz-bucket-object-lock-enabled", value: "true")] : []
    let answer = try client(of: name).send("PUT", headers: headers, body: Bytes())
    guard answer.hasSucceeded else { throw CocoaError(.fileWriteUnknown) }
    return name
  }

  /// Returns a client of a bucket, or of the folder that the path names below it.
  package func client(of path: String, _ transport: (any HTTPTransport)? = nil) throws -> BucketClient {
    BucketClient(
      try BucketAddress("s3://\(path)", endpoint: endpoint, region: nil),
      BucketCredentials(accessKey: Self.accessKey, secretKey: Self.secretKey),
      transport ?? CurlTransport(isLocal: true),
      ClientSurroundings(
        now: { Instant(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)) },
        pause: { usleep(UInt32($0.nanoseconds / 1_000)) }, chance: { UInt64.random(in: 0...UInt64.max) }))
  }
}
