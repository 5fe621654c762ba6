#include "ui/widgets/key_text.h"

#include <QCoreApplication>

#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("keys", words); }

// A hash is told by its first digits: zeros at its end say nothing.
QString withoutZeros(QString hex) {
  qsizetype length = hex.size();
  while (length > 4 && hex[length - 1] == QLatin1Char('0')) --length;
  return hex.left(length);
}

QString elided(const QString& text, int characters) {
  return text.size() <= characters ? text : text.left(characters - 1) + QChar(0x2026);
}

QString side(const ShardingStrategy& strategy, const std::optional<Token>& token, int characters) {
  if (!token) return tr("end");
  return characters == 0 ? boundText(strategy, *token) : shortBound(strategy, *token, characters);
}

}  // namespace

QString boundText(const ShardingStrategy& strategy, const Token& token) {
  if (token.isBeginning()) return tr("beginning");
  if (strategy.keepsOrder() && strategy.keyType() == KeyType::Int)
    if (const auto key = strategy.keyOf(token)) return countText(key->asInt());
  return text(strategy.formatToken(token));
}

QString shortBound(const ShardingStrategy& strategy, const Token& token, int characters) {
  if (strategy.kind() == StrategyKind::Hash && !token.isBeginning()) {
    const QString hex = text(strategy.formatToken(token)), told = withoutZeros(hex);
    return told.left(6) + (told.size() < hex.size() || told.size() > 6 ? QString(QChar(0x2026)) : QString());
  }
  return elided(boundText(strategy, token), characters);
}

QString rangeText(const ShardingStrategy& strategy, const TokenRange& range) {
  return boundText(strategy, range.from) + QStringLiteral(" – ") + side(strategy, range.until, 0);
}

QString shortRange(const ShardingStrategy& strategy, const TokenRange& range) {
  return shortBound(strategy, range.from) + QStringLiteral(" – ") + side(strategy, range.until, 14);
}

QString rangeArgument(const ShardingStrategy& strategy, const TokenRange& range) {
  const QString from = range.from.isBeginning() ? QString() : text(strategy.formatToken(range.from));
  return from + QStringLiteral("..") + (range.until ? text(strategy.formatToken(*range.until)) : QString());
}

QString plainTip(const QString& words) {
  return words.isEmpty() ? QString() : QStringLiteral("<p style='white-space:pre'>") + words.toHtmlEscaped() + QStringLiteral("</p>");
}

}  // namespace shardwright::ui
