import ObjectStorage
import Storage
import Testing
import Units

/// The examples of "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API Reference.
@Suite("Signatures of requests") struct SignatureTests {
  private let signer = RequestSigner(
    BucketCredentials(
      accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    region: "us-east-1")

  private func signature(
    _ method: String, _ path: String, _ query: [(name: String, value: String)] = [],
    _ headers: [(name: String, value: String)] = [], body: String? = nil
  ) -> String {
    let signed = signer.headers(
      method, host: "examplebucket.s3.amazonaws.com", path: path, query: query, headers: headers,
      body: body.map { Bytes(utf8: $0) }, at: CivilTime(year: 2013, month: 5, day: 24).instant)
    return String(signed.last?.value.suffix(64) ?? "")
  }

  @Test func aReadOfARangeHasThePublishedSignature() {
    #expect(
      signature("GET", "/test.txt", [], [("Range", "bytes=0-9")])
        == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
  }

  @Test func aPutHasThePublishedSignature() {
    let headers = [
      (name: "Date", value: "Fri, 24 May 2013 00:00:00 GMT"),
      (name: "x-amz-storage-class", value: "REDUCED_REDUNDANCY"),
    ]
    #expect(
      signature("PUT", "/test$file.text", [], headers, body: "Welcome to Amazon S3.")
        == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
  }

  @Test func aParameterWithoutAValueHasThePublishedSignature() {
    #expect(
      signature("GET", "/", [("lifecycle", "")])
        == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
  }

  @Test func aListHasThePublishedSignature() {
    #expect(
      signature("GET", "/", [("prefix", "J"), ("max-keys", "2")])
        == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
  }

  @Test func everyHeaderOfALockIsSigned() {
    let headers = [
      (name: "x-amz-object-lock-mode", value: "COMPLIANCE"), (name: "if-none-match", value: "*"),
    ]
    let signed = signer.headers(
      "PUT", host: "h", path: "/a", query: [], headers: headers, body: Bytes(), at: .epoch)
    #expect(
      signed.last?.value.contains(
        "SignedHeaders=host;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-object-lock-mode,") == true)
  }

  @Test func theTokenOfATemporaryKeyIsSentAndSigned() {
    let signer = RequestSigner(
      BucketCredentials(accessKey: "a", secretKey: "s", sessionToken: "token"), region: "r")
    let signed = signer.headers(
      "GET", host: "h", path: "/", query: [], headers: [], body: nil, at: .epoch)
    #expect(signed.contains { $0.name == "x-amz-security-token" && $0.value == "token" })
    #expect(signed.last?.value.contains("x-amz-date;x-amz-security-token,") == true)
  }
}
