// What needs attention, one row a cause, each with what to do next. A pure function of what is known.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/manager/load_verbs.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/pages/page.h"

namespace shardwright::ui {

struct Problem {
  enum class Severity { Notice, Warning, Severe };
  QString id;        // stable over refreshes
  Severity severity = Severity::Notice;
  QString what;      // the cause, as a sentence
  QString where;     // shard, range, key
  UnixSeconds since = 0;  // 0: not known
  QString command;   // to type
  QString action;    // the word on the button; empty: only the command
  Place place;       // where the action leads
  friend bool operator==(const Problem& a, const Problem& b) {
    return a.id == b.id && a.severity == b.severity && a.what == b.what && a.where == b.where && a.since == b.since && a.command == b.command &&
           a.action == b.action;
  }
};

// `load` may be none: then only what the catalog says.
std::vector<Problem> problemsOf(const ClusterFacts& facts, const LoadOverview* load, LoadMetric metric);

}  // namespace shardwright::ui
