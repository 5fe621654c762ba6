#include "ui/theme/format.h"

#include <QLocale>
#include <QSet>
#include <QTimeZone>
#include <array>
#include <cmath>

#include "core/base/text.h"

namespace shardwright::ui {

namespace {

QString withUnit(double amount, int digits, const QString& unit) {
  return QString::number(amount, 'f', digits) + thinSpace + unit;
}

// Three figures at most: 1.23, 12.3, 123.
int digitsFor(double amount) { return amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0; }

bool isGap(const QString& text, qsizetype at) {
  if (text[at] != QLatin1Char(' ') || at == 0 || !text[at - 1].isDigit() || at + 3 >= text.size()) return false;
  for (qsizetype i = at + 1; i <= at + 3; ++i)
    if (!text[i].isDigit()) return false;
  return at + 4 == text.size() || !text[at + 4].isDigit();
}

}  // namespace

QString countText(std::int64_t n) {
  QString digits = QString::number(n);
  const qsizetype first = n < 0 ? 1 : 0;
  for (qsizetype at = digits.size() - 3; at > first; at -= 3) digits.insert(at, thinSpace);
  return digits;
}

QString shortCount(double n) {
  if (std::fabs(n) < 10'000) return countText(std::llround(n));
  constexpr std::array<const char*, 4> units = {"k", "M", "G", "T"};
  std::size_t unit = 0;
  double amount = n / 1000;
  for (; std::fabs(amount) >= 999.5 && unit + 1 < units.size(); ++unit) amount /= 1000;
  return withUnit(amount, std::min(1, digitsFor(std::fabs(amount))), QString::fromLatin1(units[unit]));
}

QString bytesText(std::int64_t bytes) {
  if (std::llabs(bytes) < 1024) return countText(bytes) + thinSpace + QStringLiteral("B");
  constexpr std::array<const char*, 5> units = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  double amount = static_cast<double>(bytes) / 1024;
  for (; std::fabs(amount) >= 999.5 && unit + 1 < units.size(); ++unit) amount /= 1024;
  return withUnit(amount, std::min(1, digitsFor(std::fabs(amount))), QString::fromLatin1(units[unit]));
}

QString counted(std::int64_t n, const QString& one, const QString& many) { return countText(n) + QLatin1Char(' ') + (n == 1 ? one : many); }

QString percentText(double share, int digits) { return withUnit(share * 100, digits, QStringLiteral("%")); }

QString factorText(double factor) { return QString::number(factor, 'f', 2); }

QString durationText(double seconds) { return said(formatDuration(seconds)); }

QString rateText(double perSecond, const QString& unit) { return shortCount(perSecond) + thinSpace + unit; }

QString timeText(UnixSeconds when) {
  const QDateTime time = QDateTime::fromSecsSinceEpoch(when);
  const QDate today = QDate::currentDate();
  const QLocale locale;
  if (time.date() == today) return time.toString(QStringLiteral("HH:mm"));
  const qint64 days = time.date().daysTo(today);
  if (days > 0 && days < 7) return locale.toString(time, QStringLiteral("ddd HH:mm"));
  return locale.toString(time, time.date().year() == today.year() ? QStringLiteral("d MMM HH:mm") : QStringLiteral("d MMM yyyy"));
}

QString fullTimeText(UnixSeconds when) {
  const QDateTime time = QDateTime::fromSecsSinceEpoch(when);
  const double hours = time.offsetFromUtc() / 3600.0;
  const QString offset = hours == 0 ? QStringLiteral("UTC") : QStringLiteral("UTC%1%2").arg(hours > 0 ? "+" : "").arg(hours);
  const QString zone = time.timeZoneAbbreviation();
  const QString named = zone.isEmpty() || zone == offset ? offset : QStringLiteral("%1 (%2)").arg(zone, offset);
  return time.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss ")) + named;
}

QString agoText(UnixSeconds when, UnixSeconds now) {
  const UnixSeconds age = now - when;
  if (age < 2) return QStringLiteral("just now");
  if (age < 120) return QStringLiteral("%1 s ago").arg(age);
  if (age < 7200) return QStringLiteral("%1 min ago").arg(age / 60);
  if (age < 172'800) return QStringLiteral("%1 h ago").arg(age / 3600);
  return QStringLiteral("%1 days ago").arg(age / 86'400);
}

QString untilText(UnixSeconds when, UnixSeconds now) {
  if (when <= now) return {};
  return QStringLiteral("in ") + durationText(static_cast<double>(when - now));
}

QString said(std::string_view sentence) {
  QString out = text(sentence);
  for (qsizetype at = 0; at < out.size(); ++at)
    if (isGap(out, at)) out[at] = thinSpace;
  return out;
}

QString asSentence(std::string_view sentence) {
  static const QSet<QString> beginners = {"a", "all", "an", "every", "it", "its", "no", "nobody", "none", "nothing", "one", "only", "some", "that", "the", "there",
                                          "these", "this", "too", "what", "write"};
  QString out = said(sentence);
  if (beginners.contains(out.section(QLatin1Char(' '), 0, 0))) out[0] = out[0].toUpper();
  return out;
}

QString asTitle(std::string_view words) {
  QString out = said(words);
  if (!out.isEmpty()) out[0] = out[0].toUpper();
  return out;
}

}  // namespace shardwright::ui
