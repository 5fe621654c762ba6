// The rows of the connections page: each shard as the catalog has it, with what was seen of it.
#pragma once

#include "core/domain/shard.h"
#include "ui/models/row_model.h"
#include "ui/pages/connections_health.h"

namespace shardwright::ui {

struct ConnectionRow {
  Shard shard;
  ShardHealth health;
  UnixSeconds waitingSince = 0;  // an answer is awaited for long; 0: not
  friend bool operator==(const ConnectionRow&, const ConnectionRow&) = default;
};

std::vector<Column<ConnectionRow>> connectionColumns();

QString engineOf(const Shard& shard);        // sqlite
QString addressOf(const Shard& shard);       // the URL; it holds no secret
Cell answerCell(const ConnectionRow& row);   // whether it answers, and since when not
QString answerSentence(const ConnectionRow& row);
QString searchText(const ConnectionRow& row);  // what a filter looks through

// The parts of keyspaces that a shard owns by the maps in force, as words; empty: it owns nothing.
struct ClusterFacts;
QStringList ownedBy(const ClusterFacts& facts, const ShardId& shard);

}  // namespace shardwright::ui
