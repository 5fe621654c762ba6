// RowModel: a table of plain rows. A page makes the rows anew whenever it likes and hands them over; the model finds out
// what came, went and changed, so that selection, scroll position and open editors stay. It is never reset.
//
//   struct ShardRow { QString name; std::int64_t bytes; friend bool operator==(const ShardRow&, const ShardRow&) = default; };
//   RowModel<ShardRow> model({{"Shard", {}, [](const ShardRow& r) { return Cell{r.name}; }, lessBy<ShardRow>(&ShardRow::name)},
//                             {"Bytes", "Size on disk", [](const ShardRow& r) { return Cell{bytesText(r.bytes), CellKind::Figure}; },
//                              lessBy<ShardRow>(&ShardRow::bytes)}},
//                            [](const ShardRow& r) { return r.name; });
//   model.setRows(rows);
//
// Rows have stable ids, each once. Sorting and filtering make an order of row numbers over the rows, which are never
// touched; above IndexSorter::atOnce rows a worker does it. The window's thread; the rows are immutable and shared with
// workers. Cost of setRows: linear. The signals are fine grained for few changes; for many the whole order is exchanged.
#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <vector>

#include "ui/models/cell.h"
#include "ui/models/index_sorter.h"

namespace shardwright::ui {

template <class Row>
struct Column {
  QString title;
  QString tip;                                            // what it means, with its unit
  std::function<Cell(const Row&)> cell;
  std::function<bool(const Row&, const Row&)> less = {};  // none: cannot be sorted by it
  bool right = false;                                     // header over figures
};

// Orders rows by a member or by what a function makes of a row.
template <class Row, class Projection>
std::function<bool(const Row&, const Row&)> lessBy(Projection projection) {
  return [projection](const Row& a, const Row& b) { return std::invoke(projection, a) < std::invoke(projection, b); };
}

template <class Row>
class RowModel : public QAbstractTableModel {
 public:
  using Rows = std::vector<Row>;
  using Order = IndexSorter::Order;

  RowModel(std::vector<Column<Row>> columns, std::function<QString(const Row&)> id, QObject* parent = nullptr)
      : QAbstractTableModel(parent), m_columns(std::move(columns)), m_id(std::move(id)), m_sorter(new IndexSorter(this)) {}

  void setRows(Rows rows) { arrange(std::make_shared<const Rows>(std::move(rows))); }
  void setFilter(std::function<bool(const Row&)> keep) {  // none: all
    m_keep = std::move(keep);
    arrange(m_rows);
  }

  const Row& row(int shown) const { return (*m_rows)[m_order[static_cast<std::size_t>(shown)]]; }
  const Row* rowOf(const QModelIndex& index) const { return index.isValid() && index.row() < rowCount() ? &row(index.row()) : nullptr; }
  QModelIndex indexOf(const QString& id) const {
    for (int at = 0; at < rowCount(); ++at)
      if (m_id(row(at)) == id) return index(at, 0);
    return {};
  }
  std::size_t size() const { return m_rows->size(); }  // before the filter
  bool isSorting() const { return m_sorter->isSorting(); }

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_order.size()); }
  int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_columns.size()); }

  QVariant data(const QModelIndex& index, int role) const override {
    const Row* const at = rowOf(index);
    if (at == nullptr) return {};
    if (role == rowIdRole) return m_id(*at);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::TextAlignmentRole && role != cellRole) return {};
    Cell cell = m_columns[static_cast<std::size_t>(index.column())].cell(*at);
    switch (role) {
      case Qt::DisplayRole: return cell.text;
      case Qt::ToolTipRole: return cell.tip.isEmpty() ? QVariant() : cell.tip;
      case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (cell.kind == CellKind::Figure ? Qt::AlignRight : Qt::AlignLeft)));
      default: return QVariant::fromValue(std::move(cell));
    }
  }

  QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const Column<Row>& column = m_columns[static_cast<std::size_t>(section)];
    switch (role) {
      case Qt::DisplayRole: return column.title;
      case Qt::ToolTipRole: return column.tip.isEmpty() ? QVariant() : column.tip;
      case Qt::TextAlignmentRole: return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (column.right ? Qt::AlignRight : Qt::AlignLeft)));
      default: return {};
    }
  }

  void sort(int column, Qt::SortOrder order) override {
    m_sortColumn = column;
    m_sortOrder = order;
    arrange(m_rows);
  }

 private:
  using Shared = std::shared_ptr<const Rows>;

  // A new order over `rows`, by the filter and the column chosen, taken over when it is made.
  void arrange(Shared rows) {
    std::function<bool(const Row&, const Row&)> less;
    if (m_sortColumn >= 0 && m_sortColumn < columnCount()) less = m_columns[static_cast<std::size_t>(m_sortColumn)].less;
    auto make = [rows, keep = m_keep, less, down = m_sortOrder == Qt::DescendingOrder](std::stop_token stop) {
      Order order;
      order.reserve(rows->size());
      for (std::uint32_t at = 0; at < rows->size(); ++at)
        if (!keep || keep((*rows)[at])) order.push_back(at);
      if (!less || stop.stop_requested()) return order;
      std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return down ? less((*rows)[b], (*rows)[a]) : less((*rows)[a], (*rows)[b]);
      });
      return order;
    };
    m_sorter->make(rows->size(), std::move(make), [this, rows](Order order) { take(rows, std::move(order)); });
  }

  // From (m_rows, m_order) to (rows, order) by removing, permuting, inserting, and saying what changed.
  void take(Shared rows, Order order) {
    QHash<QString, std::uint32_t> places;  // id -> row number among `rows`
    places.reserve(static_cast<qsizetype>(order.size()));
    for (const std::uint32_t at : order) places.insert(m_id((*rows)[at]), at);

    removeVanished(places);
    const auto [kept, changed] = rebase(rows, places);
    arrangeKept(order, kept);
    insertNew(order, kept);
    if (changed && !m_order.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
  }

  // With many gaps a signal for each costs more than moving all of them to the end first.
  void removeVanished(const QHash<QString, std::uint32_t>& places) {
    Order staying, going;
    std::size_t gaps = 0;
    bool inGap = false;
    for (const std::uint32_t at : m_order) {
      const bool stays = places.contains(m_id((*m_rows)[at]));
      (stays ? staying : going).push_back(at);
      if (!stays && !inGap) ++gaps;
      inGap = !stays;
    }
    if (going.empty()) return;
    if (gaps > fewGaps) {
      Order together = staying;
      together.insert(together.end(), going.begin(), going.end());
      reorder(std::move(together));
    }
    for (std::size_t end = m_order.size(); end > 0;) {
      if (places.contains(m_id((*m_rows)[m_order[end - 1]]))) {
        --end;
        continue;
      }
      std::size_t begin = end - 1;
      while (begin > 0 && !places.contains(m_id((*m_rows)[m_order[begin - 1]]))) --begin;
      beginRemoveRows({}, static_cast<int>(begin), static_cast<int>(end) - 1);
      m_order.erase(m_order.begin() + static_cast<std::ptrdiff_t>(begin), m_order.begin() + static_cast<std::ptrdiff_t>(end));
      endRemoveRows();
      end = begin;
    }
  }

  struct Rebased {
    std::vector<char> kept;  // beside the new rows: shown before
    bool changed = false;
  };
  // The rows that stay, by their numbers among the new rows.
  Rebased rebase(const Shared& rows, const QHash<QString, std::uint32_t>& places) {
    Rebased out{std::vector<char>(rows->size(), 0), false};
    for (std::uint32_t& at : m_order) {
      const std::uint32_t place = places.value(m_id((*m_rows)[at]));
      out.changed = out.changed || !((*m_rows)[at] == (*rows)[place]);
      out.kept[place] = 1;
      at = place;
    }
    m_rows = rows;
    return out;
  }

  void arrangeKept(const Order& order, const std::vector<char>& kept) {
    Order wanted;
    wanted.reserve(m_order.size());
    for (const std::uint32_t at : order)
      if (kept[at] != 0) wanted.push_back(at);
    reorder(std::move(wanted));
  }

  // `wanted`: the rows shown, in another order.
  void reorder(Order wanted) {
    if (wanted == m_order) return;
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    if (!before.isEmpty()) {
      std::vector<int> shownAt(m_rows->size(), -1);
      for (std::size_t at = 0; at < wanted.size(); ++at) shownAt[wanted[at]] = static_cast<int>(at);
      for (const QModelIndex& old : before) after << index(shownAt[m_order[static_cast<std::size_t>(old.row())]], old.column());
    }
    m_order = std::move(wanted);
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
  }

  void insertNew(const Order& order, const std::vector<char>& kept) {
    std::size_t gaps = 0;
    for (std::size_t at = 0; at < order.size(); ++at)
      if (kept[order[at]] == 0 && (at == 0 || kept[order[at - 1]] != 0)) ++gaps;
    if (gaps > fewGaps) {
      beginInsertRows({}, rowCount(), static_cast<int>(order.size()) - 1);
      for (const std::uint32_t at : order)
        if (kept[at] == 0) m_order.push_back(at);
      endInsertRows();
      reorder(order);
      return;
    }
    for (std::size_t at = 0; at < order.size();) {
      if (kept[order[at]] != 0) {
        ++at;
        continue;
      }
      std::size_t end = at + 1;
      while (end < order.size() && kept[order[end]] == 0) ++end;
      beginInsertRows({}, static_cast<int>(at), static_cast<int>(end) - 1);
      m_order.insert(m_order.begin() + static_cast<std::ptrdiff_t>(at), order.begin() + static_cast<std::ptrdiff_t>(at),
                     order.begin() + static_cast<std::ptrdiff_t>(end));
      endInsertRows();
      at = end;
    }
  }

  static constexpr std::size_t fewGaps = 64;

  std::vector<Column<Row>> m_columns;
  std::function<QString(const Row&)> m_id;
  std::function<bool(const Row&)> m_keep;
  int m_sortColumn = -1;
  Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
  Shared m_rows = std::make_shared<const Rows>();
  Order m_order;  // row numbers, in the order shown
  IndexSorter* m_sorter;
};

}  // namespace shardwright::ui
