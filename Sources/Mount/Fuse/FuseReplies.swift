import CFuse
import Glibc
import Posix
import Units

/// The seconds for which the kernel may keep names and attributes. Points never change.
private let validity = 86_400.0

/// Returns the tree of a request's session.
private func vaultTree(_ request: fuse_req_t?) -> VaultTree {
  guard let data = fuse_req_userdata(request) else { preconditionFailure("a session has a tree") }
  return Unmanaged<VaultTree>.fromOpaque(data).takeUnretainedValue()
}

/// Answers a request by `body`, or with the error that it throws.
private func answer(_ request: fuse_req_t?, _ body: (VaultTree) throws(MountError) -> Void) {
  do throws(MountError) { try body(vaultTree(request)) } catch { _ = fuse_reply_err(request, error.code) }
}

private func bytes(_ name: UnsafePointer<CChar>?) -> [UInt8] {
  guard let name else { return [] }
  return Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
}

/// Replies with bytes of a list or value, or with their number when none are asked for.
private func reply(_ request: fuse_req_t?, _ bytes: [UInt8], upTo size: Int) {
  if size == 0 {
    _ = fuse_reply_xattr(request, bytes.count)
  } else if bytes.count > size {
    _ = fuse_reply_err(request, ERANGE)
  } else {
    reply(request, bytes)
  }
}

private func reply(_ request: fuse_req_t?, _ bytes: [UInt8]) {
  bytes.withUnsafeBytes { raw in
    _ = fuse_reply_buf(request, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
  }
}

extension FileStatus {
  /// The attributes in the system's form.
  fileprivate var stat: Glibc.stat {
    var status = Glibc.stat()
    status.st_ino = .init(inode)
    status.st_mode = type.modeBits | permissions
    status.st_nlink = .init(links)
    status.st_uid = owner
    status.st_gid = group
    status.st_rdev = .init(device)
    status.st_size = .init(size.bytes)
    status.st_blksize = .init(Self.blockSize.bytes)
    status.st_blocks = .init(allocated.bytes / 512)
    status.st_mtim = timespec(modified)
    status.st_atim = timespec(modified)
    status.st_ctim = timespec(changed)
    return status
  }

  fileprivate var entry: fuse_entry_param {
    var entry = fuse_entry_param()
    entry.ino = inode
    entry.attr = stat
    entry.attr_timeout = validity
    entry.entry_timeout = validity
    return entry
  }
}

extension timespec {
  fileprivate init(_ time: FileTime) {
    self.init(tv_sec: .init(time.seconds), tv_nsec: .init(time.nanoseconds))
  }
}

/// The requests that a mount answers. A file system without operations that change something is read-only.
///
/// Inodes are never forgotten, because their numbers need no memory.
enum FuseReplies {
  static var operations: fuse_lowlevel_ops {
    var operations = fuse_lowlevel_ops()
    operations.`init` = { _, connection in
      // Lets the kernel check access lists as it does on other file systems.
      let wanted = UInt32(FUSE_CAP_POSIX_ACL) | UInt32(FUSE_CAP_CACHE_SYMLINKS)
      guard let connection else { return }
      connection.pointee.want |= connection.pointee.capable & wanted
    }
    operations.forget = { request, _, _ in fuse_reply_none(request) }
    operations.forget_multi = { request, _, _ in fuse_reply_none(request) }
    addNames(&operations)
    addAttributes(&operations)
    addContents(&operations)
    return operations
  }

  private static func addNames(_ operations: inout fuse_lowlevel_ops) {
    operations.lookup = { request, directory, name in
      answer(request) { tree throws(MountError) in
        var entry = fuse_entry_param()
        entry.entry_timeout = validity
        do throws(MountError) {
          entry = try tree.status(of: bytes(name), in: directory).entry
        } catch {
          // Inode 0 lets the kernel remember that there is no such name.
          guard error == .notFound else { throw error }
        }
        _ = fuse_reply_entry(request, &entry)
      }
    }
    operations.opendir = { request, directory, file in
      answer(request) { tree throws(MountError) in
        try tree.open(directory: directory)
        file?.pointee.cache_readdir = 1
        file?.pointee.keep_cache = 1
        _ = fuse_reply_open(request, file)
      }
    }
    operations.readdir = { request, directory, size, offset, _ in
      FuseReplies.list(request, directory, size, offset, withStatus: false)
    }
    operations.readdirplus = { request, directory, size, offset, _ in
      FuseReplies.list(request, directory, size, offset, withStatus: true)
    }
    operations.readlink = { request, link in
      answer(request) { tree throws(MountError) in
        let target = try tree.target(ofLink: link)
        _ = (target + [0]).withUnsafeBytes { raw in
          fuse_reply_readlink(request, raw.baseAddress?.assumingMemoryBound(to: CChar.self))
        }
      }
    }
  }

  private static func addAttributes(_ operations: inout fuse_lowlevel_ops) {
    operations.getattr = { request, inode, _ in
      answer(request) { tree throws(MountError) in
        var status = try tree.status(of: inode).stat
        _ = fuse_reply_attr(request, &status, validity)
      }
    }
    operations.listxattr = { request, inode, size in
      answer(request) { tree throws(MountError) in
        reply(request, try tree.extendedNames(of: inode).flatMap { $0 + [0] }, upTo: size)
      }
    }
    operations.getxattr = { request, inode, name, size in
      answer(request) { tree throws(MountError) in
        reply(request, try tree.extendedValue(bytes(name), of: inode), upTo: size)
      }
    }
    operations.statfs = { request, _ in
      answer(request) { tree throws(MountError) in
        let sizes = try tree.sizes()
        var status = statvfs()
        status.f_bsize = .init(FileStatus.blockSize.bytes)
        status.f_frsize = .init(FileStatus.blockSize.bytes)
        status.f_blocks = .init(
          (sizes.used.bytes + FileStatus.blockSize.bytes - 1) / FileStatus.blockSize.bytes)
        status.f_files = .init(sizes.inodes)
        status.f_namemax = 255
        _ = fuse_reply_statfs(request, &status)
      }
    }
  }

  private static func addContents(_ operations: inout fuse_lowlevel_ops) {
    operations.open = { request, _, file in
      file?.pointee.keep_cache = 1
      _ = fuse_reply_open(request, file)
    }
    operations.read = { request, inode, size, offset, _ in
      answer(request) { tree throws(MountError) in
        reply(request, try tree.read(inode, at: Int(offset), count: size))
      }
    }
    operations.lseek = { request, inode, offset, whence, _ in
      answer(request) { tree throws(MountError) in
        // 3 and 4 are SEEK_DATA and SEEK_HOLE; the kernel answers the others itself.
        guard whence == 3 || whence == 4 else { throw .invalid }
        _ = fuse_reply_lseek(request, .init(try tree.seek(inode, toData: whence == 3, from: Int(offset))))
      }
    }
  }

  /// Replies with as many names of a directory as there is room for. The offset is the position of the next.
  private static func list(
    _ request: fuse_req_t?, _ directory: UInt64, _ size: Int, _ offset: off_t, withStatus: Bool
  ) {
    answer(request) { tree throws(MountError) in
      var buffer = [CChar](repeating: 0, count: size)
      var used = 0
      var position = Int(offset)
      while let item = try tree.item(at: position, of: directory, withStatus: withStatus) {
        let count = add(item, request, &buffer, used, next: off_t(position + 1), withStatus)
        guard used + count <= size else { break }
        used += count
        position += 1
      }
      _ = fuse_reply_buf(request, buffer, used)
    }
  }

  /// Adds a name to a buffer; returns the size that it needs, even if that is more than is left.
  private static func add(
    _ item: DirectoryItem, _ request: fuse_req_t?, _ buffer: inout [CChar], _ used: Int, next: off_t,
    _ withStatus: Bool
  ) -> Int {
    var entry = fuse_entry_param()
    if let status = item.status {
      entry = status.entry
    } else {
      // Without an inode the kernel takes the type alone, and asks for the rest when it is needed.
      entry.attr.st_ino = .init(item.inode)
      entry.attr.st_mode = item.type.modeBits
    }
    return buffer.withUnsafeMutableBufferPointer { buffer in
      let rest = UnsafeMutableBufferPointer(rebasing: buffer[used...])
      return (item.name + [0]).withUnsafeBytes { raw in
        let name = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
        return withStatus
          ? fuse_add_direntry_plus(request, rest.baseAddress, rest.count, name, &entry, next)
          : fuse_add_direntry(request, rest.baseAddress, rest.count, name, &entry.attr, next)
      }
    }
  }
}
