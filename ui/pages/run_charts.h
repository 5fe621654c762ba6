// The charts of a run: rows a second under the throttle, and changes that wait, on one axis of time, with what happened as
// marks. Plain pictures from a reading and the history of readings.
#pragma once

#include "ui/bridge/run_history.h"
#include "ui/widgets/chart_panel.h"

namespace shardwright::ui {

ChartPicture ratesPicture(const RunReading& reading, const RunHistory& history);
ChartPicture waitingPicture(const RunReading& reading, const RunHistory& history);
QString throttleWord(std::int64_t rowsPerSecond);  // 100 k rows/s; no limit

}  // namespace shardwright::ui
