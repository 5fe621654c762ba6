// Token ranges over a line of few tokens, held against the sets of tokens they stand for.
#include <QtTest>

#include <vector>

#include "core/domain/token.h"

using namespace shardwright;

namespace {

const std::vector<Token> line = {
    Token::beginning(), Token{std::string(1, '\0')}, Token{"a"}, Token{"ab"}, Token{"b"}, Token{"\x7f"}, Token{"\x80"},
    Token{"\xff"}};

std::vector<TokenRange> everyRange() {
  std::vector<TokenRange> ranges;
  for (std::size_t i = 0; i < line.size(); ++i) {
    ranges.push_back({line[i], std::nullopt});
    for (std::size_t j = i + 1; j < line.size(); ++j) ranges.push_back({line[i], line[j]});
  }
  return ranges;
}

std::vector<bool> membersOf(const TokenRange& range) {
  std::vector<bool> members;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto from = std::find(line.begin(), line.end(), range.from) - line.begin();
    const auto until = range.until ? std::find(line.begin(), line.end(), *range.until) - line.begin()
                                   : static_cast<std::ptrdiff_t>(line.size());
    members.push_back(static_cast<std::ptrdiff_t>(i) >= from && static_cast<std::ptrdiff_t>(i) < until);
  }
  return members;
}

}  // namespace

class TestTokenRange : public QObject {
  Q_OBJECT
 private slots:
  void tokensCompareAsUnsignedBytes() {
    for (std::size_t i = 1; i < line.size(); ++i) QVERIFY(line[i - 1] < line[i]);
  }

  void rangesContainAndOverlapAsTheirTokensDo() {
    for (const TokenRange& a : everyRange()) {
      const auto inA = membersOf(a);
      for (std::size_t i = 0; i < line.size(); ++i) QCOMPARE(a.contains(line[i]), bool(inA[i]));
      for (const TokenRange& b : everyRange()) {
        const auto inB = membersOf(b);
        bool common = false, all = true;
        for (std::size_t i = 0; i < line.size(); ++i) {
          common = common || (inA[i] && inB[i]);
          all = all && (inA[i] || !inB[i]);
        }
        QCOMPARE(a.overlaps(b), common);
        // A range to the end holds tokens beyond the last of this line.
        QCOMPARE(a.contains(b), all && (!a.until || b.until));
      }
    }
  }

  void onlyTheLineFromBeginningToEndIsWhole() {
    for (const TokenRange& range : everyRange())
      QCOMPARE(range.isWholeLine(), range == (TokenRange{Token::beginning(), std::nullopt}));
  }
};

QTEST_APPLESS_MAIN(TestTokenRange)
#include "tst_token_range.moc"
