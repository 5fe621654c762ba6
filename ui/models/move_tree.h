// MoveTree: the moves of a plan as a tree - source and target with their sums, under them the splits and moves - or by wave.
// A plan never changes, so the tree is made once a plan; filter and grouping make it again.
#pragma once

#include <QAbstractItemModel>
#include <memory>
#include <vector>

#include "core/map/shard_map.h"
#include "core/plan/plan.h"
#include "ui/models/cell.h"

namespace shardwright::ui {

class MoveTree : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum class Grouping { Pair, Wave };
  enum Column { What, Why, Bytes, Rows, Wave, ColumnCount };

  explicit MoveTree(QObject* parent = nullptr) : QAbstractItemModel(parent) {}

  void show(std::shared_ptr<const MigrationPlan> plan, std::shared_ptr<const ShardMap> base);
  void setGrouping(Grouping grouping);
  void setFilter(const QString& words);  // every word must occur in range, shards or reason; empty: all
  std::size_t shownMoves() const { return m_shown; }

  QModelIndex indexOf(const MoveId& move) const;
  std::vector<MoveId> movesAt(const QModelIndex& index) const;  // of a group all, of a split none

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& index) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& = {}) const override { return ColumnCount; }
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Leaf {
    enum class Kind { Move, Split, Merge } kind = Kind::Move;
    std::size_t at = 0;  // among the plan's moves, splits or merges
  };
  struct Group {
    QString title;
    std::vector<Leaf> leaves;
    std::size_t moves = 0;
    std::int64_t rows = 0, bytes = 0;
    int firstWave = 0, lastWave = 0;
    QString id;
  };
  void arrange();
  void addBounds();
  bool keeps(const PlannedMove& move) const;
  Group& group(const QString& id, const QString& title);
  Cell groupCell(const Group& group, int column) const;
  Cell leafCell(const Group& group, const Leaf& leaf, int column) const;
  Cell moveCell(const PlannedMove& move, int column) const;
  Cell cellAt(const QModelIndex& index) const;
  QString idAt(const QModelIndex& index) const;

  std::shared_ptr<const MigrationPlan> m_plan;
  std::shared_ptr<const ShardMap> m_base;
  Grouping m_grouping = Grouping::Pair;
  QStringList m_words;
  std::vector<Group> m_groups;
  std::size_t m_shown = 0;
};

}  // namespace shardwright::ui
