import Glibc
import Posix

/// The words of the command line. Names of files may hold bytes that are not UTF-8, which a string cannot.
enum RawArguments {
  /// The words after the program's name, in the form that `FilePath` turns back into bytes.
  static let all: [String] = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
    CommandLine.unsafeArgv[index].map { word in
      let bytes = UnsafeBufferPointer(start: word, count: strlen(word)).map { UInt8(bitPattern: $0) }
      return FilePath.text(ofBytes: bytes)
    }
  }
}
