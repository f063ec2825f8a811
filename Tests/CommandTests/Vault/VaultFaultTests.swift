import Foundation
import Testing

/// Faults that users of the vault met, each with the kind that it stands for.
@Suite struct VaultFaultTests {
  private func shell(_ site: VaultFixture, _ script: String) throws -> Command {
    let head = """
      F='\(Command.executable.path)'; V='\(site.vault)'; S='\(site.source)'
      export FIREDRILL_PASSPHRASE='a passphrase'; cd '\(site.scratch.path)'
      """
    return try Command(running: URL(filePath: "/bin/bash"), ["-c", "\(head)\n\(script)"])
  }

  @Test func aNewVaultIsWhole() throws {
    let site = try VaultFixture()
    try site.expect(0, "verify")
    try site.expect(0, "verify", "--all")
    try FileManager.default.removeItem(atPath: "\(site.vault)/config/vault")
    try site.expect(1, "verify")
  }

  @Test func aLogThatCompressesManyTimesIsBackedUpAndRestored() throws {
    let site = try VaultFixture()
    let line = Data("10.0.0.1 - - [29/Nov/2026:12:00:00 +0000] \"GET /item/1 HTTP/1.1\" 200 50000\n".utf8)
    var log = Data()
    var number = 0
    while log.count < 70 << 20 {
      log += line + Data("\(number)\n".utf8)
      number += 1
    }
    try site.write(log, to: "access.log")
    try site.expect(0, "backup", site.source)
    let target = try site.restore()
    #expect(try Data(contentsOf: URL(filePath: "\(target)/access.log")) == log)
  }

  // MARK: Excludes

  @Test func everyFormOfAPatternIsKnownAndOneThatLeavesNothingOutIsTold() throws {
    let site = try VaultFixture()
    for name in ["cache/1", "a/cache/2", "logs/x.log", "logs/deep/y.log", "logs/deep/er/z.log", "b/cached"] {
      try site.write(Data(name.utf8), to: name)
    }
    let cases: [(pattern: String, left: [String])] = [
      ("cache", ["a", "b", "b/cached", "logs"]), ("cache/", ["a", "b", "b/cached", "logs"]),
      ("/cache/", ["a", "a/cache", "b"]), ("./cache", ["a", "a/cache", "b"]),
      ("\(site.source)/cache", ["a", "a/cache", "b"]), ("**/*.log", ["logs", "logs/deep", "logs/deep/er"]),
      ("logs/**/*.log", ["logs", "logs/deep", "logs/deep/er"]), ("logs/**", ["logs"]),
      ("[bl]*", ["a", "cache", "cache/1"]), ("ca[!x]?e", ["a", "b/cached"]), ("*/*/er", ["logs/deep"]),
    ]
    for (pattern, left) in cases {
      try site.expect(0, "backup", site.source, "--exclude", pattern)
      let listed = Set(
        try site.expect(0, "list", "latest").output.split(separator: "\n").map {
          String($0.split(separator: " ").last ?? "")
        })
      #expect(listed.isSuperset(of: left), "\(pattern): \(listed)")
      let out = ["cache/1", "a/cache/2", "logs/deep/er/z.log", "b/cached"].filter { !listed.contains($0) }
      #expect(!out.isEmpty, "\(pattern) leaves something out: \(listed)")
    }
    let none = try site.expect(0, "backup", site.source, "--exclude", "nowhere")
    #expect(none.errors.contains("'nowhere' left nothing out"))
    for pattern in ["", "[", "!cache", "..", "a/../b", "**", "/", "a\\", "[z-a]", "[[:none:]]", site.source] {
      let refused = try site.expect(2, "backup", site.source, "--exclude", pattern)
      #expect(refused.errors.contains("hint: "), "\(pattern): \(refused.errors)")
    }
  }

  @Test func patternsComeFromAFileAndCachesAreKnownByTheirTag() throws {
    let site = try VaultFixture()
    try site.write(Data("x".utf8), to: "keep")
    try site.write(Data("x".utf8), to: "drop.tmp")
    try site.write(Data("Signature: 8a477f597d28d172789f06886806bc55\n".utf8), to: "c/CACHEDIR.TAG")
    try site.write(Data("x".utf8), to: "c/big")
    let file = try site.scratch.write("# temporary\n\n*.tmp  \n", to: "patterns")
    try site.expect(0, "backup", site.source, "--exclude-from", file, "--exclude-caches")
    let names = try site.expect(0, "list", "latest").output.split(separator: "\n").compactMap {
      $0.split(separator: " ").last
    }
    #expect(names == ["c", "c/CACHEDIR.TAG", "keep"])
  }

  // MARK: Fidelity

  @Test func attributesOfNamesWhosePathIsLongerThanThePlatformTakesComeBack() throws {
    let site = try VaultFixture()
    let command = try shell(
      site,
      """
      python3 - "$S" <<'E' || exit 9
      import os, sys
      os.chdir(sys.argv[1])
      for i in range(150):
          n = 'd' * (200 if i < 22 else 3); os.mkdir(n); os.chdir(n)
          if i % 10 == 0: os.setxattr('.', 'user.level', str(i).encode())
      open('f', 'w').write('deep'); os.setxattr('f', 'user.k', b'v')
      E
      ulimit -n 100; $F vault backup $V $S && $F vault restore $V latest out || exit 8
      python3 - out <<'E'
      import os, sys
      os.chdir(sys.argv[1])
      for i in range(150):
          os.chdir('d' * (200 if i < 22 else 3))
          if i % 10 == 0: assert os.getxattr('.', 'user.level') == str(i).encode(), i
      assert os.getxattr('f', 'user.k') == b'v' and open('f').read() == 'deep'
      print('well')
      E
      """)
    #expect(command.output.hasSuffix("well\n"), "\(command.status) \(command.errors)")
  }

  @Test func roomThatAFileHadComesBackAndHolesStayHoles() throws {
    let site = try VaultFixture()
    let command = try shell(
      site,
      """
      dd if=/dev/zero of=$S/swap bs=1M count=8 status=none; fallocate -l 4M $S/preallocated; truncate -s 8M $S/sparse
      (head -c 1M /dev/zero; echo x; head -c 1M /dev/zero) >$S/mixed
      $F vault backup $V $S && $F vault restore $V latest out || exit 9
      for f in swap preallocated sparse mixed; do cmp $S/$f out/$f || exit 8; echo $(du -k $S/$f out/$f | cut -f1); done
      """)
    let rooms = command.output.split(separator: "\n").suffix(4).map { $0.split(separator: " ") }
    #expect(rooms.count == 4 && rooms.allSatisfy { $0.count == 2 && $0[0] == $0[1] }, "\(command.output)")
  }

  @Test func filesThatDoNotSayHowLongTheyAreComeBackWithTheirContents() throws {
    let site = try VaultFixture()
    try #require(FileManager.default.fileExists(atPath: "/proc/sys/kernel/random"))
    try site.expect(0, "backup", "/proc/sys/kernel/random")
    let target = try site.restore()
    #expect(try String(contentsOfFile: "\(target)/poolsize", encoding: .utf8).contains("256"))
  }

  /// Root reads everything, so another user's eyes are needed.
  @Test(.enabled(if: geteuid() == 0))
  func everyNameOfAnUnreadableFileIsMissedAndTheRestoreIsNoSuccess() throws {
    let site = try VaultFixture()
    let command = try shell(
      site,
      """
      D=$(mktemp -d); chmod 777 $D; cp $F $D/firedrill; chmod 755 $D/firedrill
      setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "
        cd $D; mkdir s; echo x >s/a; ln s/a s/z; echo ok >s/ok; chmod 0 s/a
        ./firedrill vault init v --scrypt-rounds 1024 >/dev/null; ./firedrill vault backup v s; echo backup \\$?
        ./firedrill vault restore v latest r; echo restore \\$?; ls r" 2>&1; rm -rf $D
      """)
    #expect(command.output.contains("backup 3") && command.output.contains("restore 3"), "\(command.output)")
    for name in ["a", "z"] {
      #expect(command.output.contains("warning: \(name): the backup could not read it"), "\(command.output)")
    }
  }

  // MARK: Prune

  @Test func aFileThatIsNoVaultsIsUnknownAndNoDamage() throws {
    let site = try VaultFixture()
    try site.write(noise(1_000, seed: 1), to: "file")
    try site.expect(0, "backup", site.source)
    for name in ["packs/stray", "notes.txt"] {
      try Data("stray".utf8).write(to: URL(filePath: "\(site.vault)/\(name)"))
    }
    let verified = try site.expect(0, "verify", "--all")
    #expect(verified.errors.contains("packs/stray: warning: unknown"))
    #expect(verified.output.contains("nothing is damaged"))
    #expect(try site.json("verify")["unknown"] as? [String] == ["notes.txt", "packs/stray"])
    try site.expect(0, "prune", "--keep", "1")
    #expect(FileManager.default.fileExists(atPath: "\(site.vault)/packs/stray"), "it is not ours to remove")
  }

  @Test func filesOfTheYear2400AreBackedUpAndStopNoPrune() throws {
    let site = try VaultFixture()
    try site.write(noise(1_000, seed: 1), to: "file")
    let leftover = "\(site.vault)/.part-0"
    try Data("left".utf8).write(to: URL(filePath: leftover))
    let times = [timespec](repeating: timespec(tv_sec: 13_569_465_600, tv_nsec: 0), count: 2)
    for path in ["\(site.source)/file", leftover] {
      let result = utimensat(AT_FDCWD, path, times, 0)
      try #require(result == 0)
    }
    let before = try inventory(of: site.source)
    try site.expect(0, "backup", site.source)
    #expect(try site.expect(0, "list", "latest").output.contains("13569465600 s"))
    try site.expect(0, "prune", "--keep", "1")
    let target = "\(site.scratch.path)/target"
    try site.expect(0, "restore", "latest", target)
    #expect(try inventory(of: target) == before)
  }

  @Test func theLastPointOfASourceGoesOnlyOnRequest() throws {
    let site = try VaultFixture()
    try site.write(noise(1_000, seed: 1), to: "file")
    try site.expect(0, "backup", site.source)
    try site.expect(0, "backup", site.source)
    try site.expect(0, "prune", "--keep-within", "1 ms")
    #expect(try site.expect(0, "points").output.split(separator: "\n").count == 1)
    try site.expect(0, "forget", "latest")
    #expect(try site.expect(0, "points").output == "no points\n")
    try site.expect(0, "verify", "--all")
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(site.vault)/packs").isEmpty)
  }

  /// A name with a control character, and one that is spelt like it; a tree and an image of one path.
  @Test func sourcesThatDifferHaveTheirOwnPoints() throws {
    let site = try VaultFixture()
    let command = try shell(
      site,
      """
      mkdir $'nl\\nd' 'nl\\x0ad' t; echo one >$'nl\\nd/a'; echo two >'nl\\x0ad/a'
      for s in $'nl\\nd' 'nl\\x0ad' t; do $F vault backup $V "$s" >/dev/null || exit 9; done
      rmdir t; echo image >t; $F vault backup $V t >/dev/null; $F vault prune $V --keep 1 | grep -c ^keep
      """)
    #expect(command.output == "4\n", "\(command.output)\(command.errors)")
  }

  @Test func aKilledBackupKeepsNoPruneFromFreeingSpace() throws {
    let site = try VaultFixture()
    try site.write(noise(4 << 20, seed: 1), to: "a")
    try site.expect(0, "backup", site.source)
    for signal in ["KILL", "HUP"] {
      let killed = try shell(
        site,
        """
        # On a busy machine a backup may end before the signal: then the next try.
        for try in 1 2 3 4 5; do
          head -c 300M /dev/urandom >$S/b; $F vault backup $V $S & P=$!; before=$(du -sm $V | cut -f1)
          until [ $(du -sm $V | cut -f1) -gt $((before + 30)) ]; do :; done
          kill -\(signal) $P; wait $P; code=$?; rm $S/b
          [ $code -eq 0 ] || exit 0
          $F vault backup $V $S || exit 9
        done; exit 8
        """)
      #expect(killed.status == 0)
      try site.expect(0, "prune", "--keep", "1")
      let left = try shell(site, "du -sm $V | cut -f1").output
      #expect(Int(left.dropLast()) ?? 99 < 12, "SIG\(signal): \(left) MiB are left")
      try site.expect(0, "verify", "--all")
    }
    #expect(try site.expect(0, "unlock").output == "withdrew 0 claims\n")
  }

  @Test(.enabled(if: geteuid() == 0)) func aPruneRunsOnAFullDisk() throws {
    let site = try VaultFixture()
    let command = try shell(
      site,
      """
      mkdir m; mount -t tmpfs -o size=40m tmpfs m || exit 77; trap 'umount m' EXIT
      $F vault init m/v --scrypt-rounds 1024
      for i in 1 2; do head -c 12000000 /dev/urandom >$S/a; $F vault backup m/v $S || exit 9; done
      dd if=/dev/zero of=m/fill bs=1k status=none
      $F vault prune m/v --keep 1 || exit 8; du -sm m/v | cut -f1; $F vault verify m/v --all && $F vault points m/v
      """)
    if command.status == 77 { return }
    #expect(command.status == 0, "\(command.output)\(command.errors)")
    #expect(command.output.contains("nothing is damaged"), "\(command.output)")
  }

  // MARK: Input

  @Test func thePassphraseMayComeThroughAPipe() throws {
    let site = try VaultFixture()
    let command = try shell(
      site,
      """
      unset FIREDRILL_PASSPHRASE
      $F vault points $V --passphrase-file <(echo a passphrase) && echo a passphrase | $F vault points $V --passphrase-file -
      """)
    #expect(command.status == 0 && command.output == "no points\nno points\n", "\(command.errors)")
  }

  @Test func standardInputIsBackedUpUnderAName() throws {
    let site = try VaultFixture()
    let command = try shell(
      site,
      """
      seq 1 200000 | $F vault backup $V - --stdin-name dump.sql && $F vault restore $V latest out && seq 1 200000 | cmp - out
      """)
    #expect(command.status == 0 && command.output.contains("point"), "\(command.errors)")
    #expect(try site.expect(0, "points").output.contains(":dump.sql"))
  }
}
