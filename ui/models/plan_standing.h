// How a plan stands, in the window's words: state as word, symbol and colour; tally, expiry, effects. Pure functions of what
// core says.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "core/manager/plan_reading.h"
#include "ui/widgets/tally_line.h"

namespace shardwright::ui {

struct PlanStanding {
  QString word, icon;
  Ink ink = Ink::Text2;
};
PlanStanding standingOf(const PlanLine& line, UnixSeconds now);
QString goalText(const std::string& goal);                     // Balance, Drain, ...
QString approvalsText(const PlanLine& line, UnixSeconds now);  // 1 / 1
QString expiryText(const PlanLine& line, UnixSeconds now);     // in 3 h 41 min; expired 15:00; a dash where nothing expires
bool needsSecondPerson(Environment environment);
QString environmentText(Environment environment);              // a production cluster, ...

// Splits, moves, unchanged ranges, bytes, rows, waves, highest shard before and after, what is proven.
std::vector<TallyItem> tallyOf(const MigrationPlan& plan, std::size_t unchanged);

// What happens if it runs: what moves, what users may notice, what cannot be undone after which phase. Three sentences.
QStringList effectsOf(const MigrationPlan& plan);
QStringList cleanUpEffectsOf(const MigrationPlan& plan);

}  // namespace shardwright::ui
