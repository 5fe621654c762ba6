// RangeModel: the ranges of a map as a table. It keeps no rows of its own: a row is the number of a range in the scene that
// the picture draws, so 1,000,000 ranges cost 8 bytes each, and the row of a range is found at once - which RowModel, with a
// text for each row, cannot give. Sorting and filtering order those numbers, above IndexSorter::atOnce on a worker. The
// model is never reset; what is chosen stays at its range as long as that begins where it did.
#pragma once

#include <QAbstractTableModel>
#include <memory>
#include <optional>
#include <vector>

#include "ui/models/cell.h"
#include "ui/models/index_sorter.h"
#include "ui/widgets/map_scene.h"

namespace shardwright::ui {

class RangeModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Bounds, Shard, Rows, Bytes, Accesses, Share, State, Before, columnTotal };

  explicit RangeModel(QObject* parent = nullptr);

  void show(std::shared_ptr<const MapScene> scene);  // the ranges that it does not hide
  const std::shared_ptr<const MapScene>& scene() const { return m_scene; }
  std::size_t rangeAt(int row) const { return m_order[static_cast<std::size_t>(row)]; }
  std::optional<int> rowOf(std::size_t range) const;  // none: it is hidden
  bool isSorting() const { return m_sorter->isSorting(); }

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_order.size()); }
  int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : columnTotal; }
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;

 Q_SIGNALS:
  void arranged();  // another scene or order is shown

 private:
  using Order = IndexSorter::Order;
  void arrange(std::shared_ptr<const MapScene> scene);
  void take(std::shared_ptr<const MapScene> scene, Order order);
  std::optional<std::uint32_t> heir(const MapScene& scene, int row) const;
  void rebase(std::shared_ptr<const MapScene> scene, Order order);
  Cell cell(std::size_t range, int column) const;
  Cell stateCell(std::size_t range) const;

  std::shared_ptr<const MapScene> m_scene;
  Order m_order;                 // ranges, in the order shown
  std::vector<int> m_rows;       // by range; -1: hidden
  int m_sortColumn = -1;
  Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
  IndexSorter* m_sorter;
};

}  // namespace shardwright::ui
