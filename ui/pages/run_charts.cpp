#include "ui/pages/run_charts.h"

#include <QCoreApplication>
#include <algorithm>

#include "ui/bridge/run_choices.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr double leastSpan = 10;  // seconds

QString tr(const char* words) { return QCoreApplication::translate("RunCharts", words); }

ChartLine lineOf(const QString& name, Ink ink, const std::vector<TimedValue>& values) {
  ChartLine line{name, ink, {}};
  line.points.reserve(values.size());
  for (const TimedValue& value : values) line.points.push_back({value.at, value.value});
  return line;
}

QString markText(const RunNote& note) {
  switch (note.kind) {
    case RunNote::Kind::Began: return tr("begun");
    case RunNote::Kind::Opened: return tr("cut-over %1").arg(text(note.move.text()));
    case RunNote::Kind::WentBack: return tr("back %1").arg(text(note.move.text()));
    case RunNote::Kind::Aborted: return tr("dropped %1").arg(text(note.move.text()));
    case RunNote::Kind::Asked: return said(note.words);
    case RunNote::Kind::Failed: return tr("failed");
  }
  return {};
}

Ink markInk(RunNote::Kind kind) {
  switch (kind) {
    case RunNote::Kind::Opened: return Ink::Ok;
    case RunNote::Kind::Failed:
    case RunNote::Kind::Aborted: return Ink::Danger;
    case RunNote::Kind::Asked: return Ink::Warn;
    case RunNote::Kind::Began:
    case RunNote::Kind::WentBack: break;
  }
  return Ink::Text3;
}

ChartPicture pictureOf(const QString& unit, ChartLine line, const RunReading& reading, const RunHistory& history) {
  ChartPicture picture;
  picture.unit = unit;
  picture.lines.push_back(std::move(line));
  for (const RunNote& note : reading.past->notes)
    if (static_cast<double>(note.at) >= history.since() - 1) picture.marks.push_back({std::max(static_cast<double>(note.at), history.since()), markText(note), markInk(note.kind)});
  picture.span = std::pair(history.since(), std::max(history.until(), history.since() + leastSpan));
  return picture;
}

}  // namespace

QString throttleWord(std::int64_t rowsPerSecond) {
  return rowsPerSecond == 0 ? tr("no limit") : rateText(static_cast<double>(rowsPerSecond), tr("rows/s"));
}

// The throttle is of each move: as many of them as copy now may go that fast together.
ChartPicture ratesPicture(const RunReading& reading, const RunHistory& history) {
  ChartPicture picture = pictureOf(tr("rows/s"), lineOf(tr("Rows copied"), Ink::Accent, history.rates()), reading, history);
  const std::int64_t inForce = throttleOf(reading).inForce.value_or(0);
  if (inForce == 0) return picture;
  const auto copying = std::ranges::count_if(reading.status.moves, [](const MoveStatus& move) { return phaseOf(move) == Phase::Copy; });
  picture.limit = static_cast<double>(inForce * std::max<std::int64_t>(1, copying));
  picture.limitText = tr("throttle %1").arg(throttleWord(static_cast<std::int64_t>(*picture.limit)));
  return picture;
}

ChartPicture waitingPicture(const RunReading& reading, const RunHistory& history) {
  return pictureOf(tr("changes"), lineOf(tr("Changes waiting"), Ink::Move, history.waiting()), reading, history);
}

}  // namespace shardwright::ui
