import Foundation
import Testing

/// Shards on the schedulers that the help names, with two nodes of this machine; skipped where they are not installed.
@Suite(.serialized) struct ClusterTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(SmallScenario.withStandby, to: "shop.yaml")
  }

  private func shell(_ script: String) throws -> Command {
    try Command(running: URL(filePath: "/bin/sh"), ["-c", script], in: folder.path)
  }

  private var firedrill: String { "'\(Command.executable.path)'" }

  /// The reports of one machine, and those of the merged shards.
  private func expectTheBytesOfOneMachine() throws {
    let whole = try shell("\(firedrill) run shop.yaml --out whole")
    let merged = try shell("\(firedrill) merge shards/*.shard --out merged")
    #expect(whole.status == merged.status, "\(merged.errors)")
    let comparison = try shell("diff -r whole merged")
    #expect(comparison.status == 0, "\(comparison.output)")
  }

  @Test(.enabled(if: Slurm.isInstalled))
  func aSlurmJobArrayGivesTheBytesOfOneMachine() throws {
    let cluster = try Slurm(folder)
    defer { cluster.stop() }
    // A task that was killed in the middle leaves nothing behind that its successor could take for a shard.
    let task = "\(firedrill) run shop.yaml --jobs 1 --out shards --shard $SLURM_ARRAY_TASK_ID/4"
    try folder.write("#!/bin/sh\ntimeout -s KILL 0.05 \(task)\nexec \(task)\n", to: "task.sh")
    let submitted = try shell(
      "SLURM_CONF='\(cluster.configuration)' sbatch --array=1-4 --chdir='\(folder.path)' --output=%a.log task.sh"
    )
    try #require(submitted.status == 0, "\(submitted.errors)")
    try #require(try cluster.isIdle(within: 240), "the tasks did not end")
    try expectTheBytesOfOneMachine()
  }

  @Test(.enabled(if: Slurm.isCommand("mpirun")))
  func mpiRanksGiveTheBytesOfOneMachine() throws {
    let rank = "\"$((${OMPI_COMM_WORLD_RANK:-$PMI_RANK}+1))/2\""
    try folder.write(
      "#!/bin/sh\nexec \(firedrill) run shop.yaml --jobs 1 --out shards --shard \(rank)\n", to: "rank.sh")
    let ranks = try shell(
      "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun -np 2 sh rank.sh")
    try #require(ranks.status == 0, "\(ranks.errors)")
    try expectTheBytesOfOneMachine()
  }
}

/// A Slurm cluster of two nodes on the loopback interface; the daemons end with the test.
private final class Slurm {
  let configuration: String
  private let folder: ScratchFolder

  static func isCommand(_ name: String) -> Bool {
    ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }

  /// Only root may start the daemons.
  static var isInstalled: Bool {
    getuid() == 0 && ["slurmctld", "slurmd", "sbatch", "munged", "runuser"].allSatisfy(isCommand)
  }

  init(_ folder: ScratchFolder) throws {
    self.folder = folder
    configuration = "\(folder.path)/slurm.conf"
    try folder.write(Self.settings(in: folder.path), to: "slurm.conf")
    // A daemon keeps every file that it was started with, and this process waits until the last one is closed.
    let start = try shell(
      """
      mkdir -p ctld d.n1 d.n2
      exec > start.log 2>&1
      for number in $(ls /proc/self/fd); do
        [ "$number" -gt 2 ] && eval "exec $number>&-"
      done
      munge -n > /dev/null || { install -d -o munge -g munge -m 0755 /run/munge && \
        runuser -u munge -- /usr/sbin/munged --pid-file=/run/munge/firedrill-test.pid; }
      slurmctld && slurmd -N n1 && slurmd -N n2
      """)
    try #require(start.status == 0, "start.log says why the daemons do not start")
    let isReady = try waits(for: 30) {
      try self.shell("timeout 5 sinfo -h -t idle -o %D").output.hasPrefix("2")
    }
    try #require(isReady, "the nodes are not idle")
  }

  private func shell(_ script: String) throws -> Command {
    try Command(
      running: URL(filePath: "/bin/bash"),
      ["-c", "export SLURM_CONF='\(configuration)' PATH=\"$PATH:/usr/sbin:/sbin\"\n\(script)"],
      in: folder.path)
  }

  private func waits(for seconds: Int, _ condition: () throws -> Bool) throws -> Bool {
    for _ in 0..<(2 * seconds) {
      if try condition() { return true }
      usleep(500_000)
    }
    return false
  }

  func isIdle(within seconds: Int) throws -> Bool {
    try waits(for: seconds) {
      let queue = try self.shell("timeout 5 squeue -h")
      return queue.status == 0 && queue.output.isEmpty
    }
  }

  /// Ends the daemons by their own files of process numbers; they block the other signals, as the threads of a test do.
  func stop() {
    _ = try? shell(
      """
      for file in d.n1.pid d.n2.pid ctld.pid; do
        [ -f "$file" ] && kill -KILL "$(cat "$file")"
      done
      cd /run/munge && [ -f firedrill-test.pid ] && kill -KILL "$(cat firedrill-test.pid)" && \
        rm -f firedrill-test.pid munge.socket.2 munge.socket.2.lock
      """)
  }

  private static func settings(in folder: String) -> String {
    """
    ClusterName=firedrill
    SlurmctldHost=localhost(127.0.0.1)
    SlurmUser=root
    SlurmctldPort=16817
    AuthType=auth/munge
    CredType=cred/munge
    StateSaveLocation=\(folder)/ctld
    SlurmdSpoolDir=\(folder)/d.%n
    SlurmctldPidFile=\(folder)/ctld.pid
    SlurmdPidFile=\(folder)/d.%n.pid
    SlurmctldLogFile=\(folder)/ctld.log
    SlurmdLogFile=\(folder)/d.%n.log
    ProctrackType=proctrack/linuxproc
    TaskPlugin=task/none
    JobAcctGatherType=jobacct_gather/none
    AccountingStorageType=accounting_storage/none
    MpiDefault=none
    SelectType=select/cons_tres
    SelectTypeParameters=CR_Core
    ReturnToService=2
    SlurmdTimeout=15
    KillWait=5
    MailProg=/bin/true
    SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
    NodeName=n[1-2] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[17001-17002] CPUs=1 RealMemory=1000
    PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP

    """
  }
}
