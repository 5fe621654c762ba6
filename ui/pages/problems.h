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
  QString what;      // the cause in a few words, with the name and the number
  QString where;     // range, key, or what more there is to know
  bool whereIsCode = false;  // a key, a range or a command: set in the mono type
  QString detail;    // the whole sentence
  UnixSeconds since = 0;  // 0: not known
  QString command;   // to type
  QString action;    // the word on the button; empty: only the command
  Place place;       // where the action leads
};
bool operator==(const Problem& a, const Problem& b);  // as it is shown; what the builder is asked for follows from that

// `load` may be none: then only what the catalog says.
std::vector<Problem> problemsOf(const ClusterFacts& facts, const LoadOverview* load, LoadMetric metric);

// The hot spot that explains why `shard` carries too much of the metric; none: there is no single one.
const HotSpot* hotSpotBehind(const LoadOverview& load, LoadMetric metric, const ShardId& shard);

// Why the shard could not be read just now; none: it was. What is known of it then comes from samples.
const std::string* silenceOf(const LoadOverview& load, const ShardId& shard);

}  // namespace shardwright::ui
