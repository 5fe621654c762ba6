// How the window writes amounts and times, and how it shows the sentences of core: thin spaces between thousands, a unit
// always, local time with its zone in the tooltip.
#pragma once

#include <QDateTime>
#include <QString>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"

namespace shardwright::ui {

inline const QChar thinSpace(0x2009);  // between the groups of a number, and before its unit
inline const QString dash = QStringLiteral("\u2013");  // where there is no value

QString countText(std::int64_t n);             // 1 234 567
QString shortCount(double n);                  // 1.2 M, 41 k, 812
QString bytesText(std::int64_t bytes);         // 1.5 GiB
QString counted(std::int64_t n, const QString& one, const QString& many);  // 1 range, 64 ranges
QString percentText(double share, int digits = 0);  // 0.93 -> 93 %
QString factorText(double factor);             // 2.11
QString durationText(double seconds);          // 420 ms, 12 s, 3 min 20 s, 2 h 05 min
QString rateText(double perSecond, const QString& unit);  // 41.2 k rows/s

QString timeText(UnixSeconds when);            // 13:42 today, Tue 13:42 this week, 12 Nov 13:42, 12 Nov 2025
QString fullTimeText(UnixSeconds when);        // 2026-11-24 13:42:05 CET (UTC+1)
QString agoText(UnixSeconds when, UnixSeconds now);  // just now, 12 s ago, 3 min ago
QString untilText(UnixSeconds when, UnixSeconds now);  // in 3 h 41 min; empty: it is over

template <class T, class Format>
QString orDash(const std::optional<T>& value, Format format) {
  return value ? format(*value) : dash;
}

// A sentence or name of core as text for people: groups of digits get their thin spaces.
QString said(std::string_view sentence);
// said(), beginning with a capital unless it begins with a name, which is written as it is.
QString asSentence(std::string_view sentence);
QString asTitle(std::string_view words);  // of the program's own, never a name: said(), beginning with a capital

inline QString text(std::string_view utf8) { return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())); }

}  // namespace shardwright::ui
