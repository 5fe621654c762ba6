#include "ui/models/range_text.h"

#include <QCoreApplication>

#include "core/base/text.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("ranges", words); }

constexpr qsizetype shownDigits = 8;  // of a hash token

bool isNumber(const ShardingStrategy& strategy) { return strategy.keepsOrder() && strategy.keyType() == KeyType::Int; }

}  // namespace

QString tokenText(const ShardingStrategy& strategy, const Token& token) {
  const QString plain = text(printable(strategy.formatToken(token), 120));
  if (!strategy.keepsOrder() && plain.size() > shownDigits + 1) return plain.left(shownDigits) + QStringLiteral("…");
  if (!isNumber(strategy)) return plain;
  bool whole = false;
  const qlonglong number = plain.toLongLong(&whole);
  return whole ? countText(number) : plain;
}

QString tokenRangeText(const ShardingStrategy& strategy, const TokenRange& range) {
  const QString from = range.from.isBeginning() ? tr("beginning") : tokenText(strategy, range.from);
  const QString until = range.until ? tokenText(strategy, *range.until) : tr("end");
  return QStringLiteral("[%1, %2)").arg(from, until);
}

QString subjectText(const ShardingStrategy& strategy, const PlannedMove& move) {
  if (!move.pin) return tokenRangeText(strategy, move.range);
  const QString key = text(printable(move.pin->toText(), 120));
  bool whole = false;
  const qlonglong number = strategy.keyType() == KeyType::Int ? key.toLongLong(&whole) : 0;
  return tr("key %1").arg(whole ? countText(number) : key);
}

QString wholeSubjectText(const ShardingStrategy& strategy, const PlannedMove& move) {
  if (move.pin) return subjectText(strategy, move);
  const QString from = move.range.from.isBeginning() ? QString() : text(printable(strategy.formatToken(move.range.from)));
  return from + QStringLiteral("..") + (move.range.until ? text(printable(strategy.formatToken(*move.range.until))) : QString());
}

}  // namespace shardwright::ui
