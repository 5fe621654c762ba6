// Hex, big-endian integers and digests.
#include <QtTest>

#include "core/base/bytes.h"

using namespace shardwright;

class TestBytes : public QObject {
  Q_OBJECT
 private slots:
  void hexGoesBothWays() {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    QCOMPARE(fromHex(toHex(all)), std::optional(all));
    QCOMPARE(toHex("\x01\xaf"), std::string("01af"));
    QCOMPARE(fromHex("01AF"), std::optional(std::string("\x01\xaf")));
    for (const char* digits : {"0", "0g", "0x", " 0", "-1"}) QVERIFY2(!fromHex(digits), digits);
  }

  void bigEndianKeepsTheOrderOfNumbers() {
    std::string before;
    for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{256},
                                      std::uint64_t{1} << 63, UINT64_MAX}) {
      const std::string bytes = bigEndian64(value);
      QCOMPARE(readBigEndian64(bytes), std::optional(value));
      QVERIFY(before < bytes);
      before = bytes;
    }
    QVERIFY(!readBigEndian64("1234567"));
    QVERIFY(!readBigEndian64("123456789"));
  }

  // FIPS 180-2, appendix B.
  void sha256AgreesWithItsStandard() {
    QCOMPARE(sha256Hex("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(sha256Hex(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    Sha256 digest;
    for (int i = 0; i < 1'000; ++i) digest.add(std::string(1'000, 'a'));
    QCOMPARE(digest.hex(), std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
  }

  // RFC 1321, appendix A.5.
  void md5AgreesWithItsStandard() {
    const auto digest = md5("message digest");
    QCOMPARE(toHex({reinterpret_cast<const char*>(digest.data()), digest.size()}),
             std::string("f96b697d7cb7938d525a2f31aaf161d0"));
  }
};

QTEST_APPLESS_MAIN(TestBytes)
#include "tst_bytes.moc"
