#include "ui/models/range_model.h"

#include <algorithm>
#include <numeric>

#include "ui/theme/format.h"
#include "ui/widgets/key_text.h"

namespace shardwright::ui {

namespace {

using Less = std::function<bool(std::uint32_t, std::uint32_t)>;

Less lessOf(const MapScene& scene, int column) {
  const auto by = [](auto value) { return Less([value](std::uint32_t a, std::uint32_t b) { return value(a) < value(b); }); };
  switch (column) {
    case RangeModel::Bounds: return by([](std::uint32_t range) { return range; });
    case RangeModel::Shard: return by([&scene](std::uint32_t range) { return scene.lane(range); });  // lanes are in the order of names
    case RangeModel::Rows: return by([&scene](std::uint32_t range) { return scene.rowsOf(range); });
    case RangeModel::Bytes: return by([&scene](std::uint32_t range) { return scene.bytesOf(range); });
    case RangeModel::Accesses: return by([&scene](std::uint32_t range) { return scene.accessesOf(range); });
    case RangeModel::Share: return by([&scene](std::uint32_t range) { return scene.amountOf(range); });
    case RangeModel::State: return by([&scene](std::uint32_t range) { return scene.marks(range); });
    default: return {};
  }
}

IndexSorter::Order orderOf(const MapScene& scene, int column, bool down, std::stop_token stop) {
  IndexSorter::Order order;
  order.reserve(scene.shown());
  for (std::uint32_t range = 0; range < scene.ranges(); ++range)
    if (scene.isShown(range)) order.push_back(range);
  const Less less = lessOf(scene, column);
  if (!less || stop.stop_requested()) return order;
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return down ? less(b, a) : less(a, b); });
  return order;
}

Cell figure(const std::optional<std::int64_t>& amount, QString (*format)(std::int64_t)) {
  Cell cell{orDash(amount, format), CellKind::Figure};
  if (!amount) {
    cell.ink = Ink::Text3;
    cell.tip = RangeModel::tr("not measured");
  }
  return cell;
}

}  // namespace

RangeModel::RangeModel(QObject* parent) : QAbstractTableModel(parent), m_sorter(new IndexSorter(this)) {}

void RangeModel::show(std::shared_ptr<const MapScene> scene) { arrange(std::move(scene)); }

void RangeModel::sort(int column, Qt::SortOrder order) {
  m_sortColumn = column;
  m_sortOrder = order;
  if (m_scene) arrange(m_scene);
}

std::optional<int> RangeModel::rowOf(std::size_t range) const {
  if (range >= m_rows.size() || m_rows[range] < 0) return std::nullopt;
  return m_rows[range];
}

void RangeModel::arrange(std::shared_ptr<const MapScene> scene) {
  const std::size_t ranges = scene->ranges();
  m_sorter->make(
      ranges, [scene, column = m_sortColumn, down = m_sortOrder == Qt::DescendingOrder](std::stop_token stop) { return orderOf(*scene, column, down, stop); },
      [this, scene](Order order) { take(scene, std::move(order)); });
}

// The range of `scene` that begins where `row` begins now.
std::optional<std::uint32_t> RangeModel::heir(const MapScene& scene, int row) const {
  const Token from = m_scene->map().tokens(rangeAt(row)).from;
  const std::size_t range = scene.map().indexOf(from);
  if (scene.map().tokens(range).from != from || !scene.isShown(range)) return std::nullopt;
  return static_cast<std::uint32_t>(range);
}

// Rows that somebody holds, by selection or focus, and that stay, go to the front; so none of them is among those that come or
// go at the end, and then all are put in order. Few signals, however many ranges there are.
void RangeModel::take(std::shared_ptr<const MapScene> scene, Order order) {
  const std::size_t wanted = order.size();
  std::vector<char> heldNow(m_scene ? m_scene->ranges() : 0, 0), heldThen(scene->ranges(), 0);
  for (const QModelIndex& held : persistentIndexList())
    if (const auto range = heir(*scene, held.row())) heldNow[rangeAt(held.row())] = heldThen[*range] = 1;
  const auto toFront = [](Order all, const std::vector<char>& held) {
    std::stable_partition(all.begin(), all.end(), [&](std::uint32_t range) { return held[range] != 0; });
    return all;
  };
  if (wanted < m_order.size()) {
    rebase(m_scene, toFront(m_order, heldNow));
    beginRemoveRows({}, static_cast<int>(wanted), rowCount() - 1);
    m_order.resize(wanted);
    endRemoveRows();
  }
  if (wanted > m_order.size()) {
    Order first = toFront(order, heldThen);
    Order rest(first.begin() + static_cast<std::ptrdiff_t>(m_order.size()), first.end());
    first.resize(m_order.size());
    rebase(scene, std::move(first));
    beginInsertRows({}, rowCount(), static_cast<int>(wanted) - 1);
    m_order.insert(m_order.end(), rest.begin(), rest.end());
    endInsertRows();
  }
  rebase(std::move(scene), std::move(order));
  m_rows.assign(m_scene->ranges(), -1);
  for (std::size_t row = 0; row < m_order.size(); ++row) m_rows[m_order[row]] = static_cast<int>(row);
  Q_EMIT arranged();
}

void RangeModel::rebase(std::shared_ptr<const MapScene> scene, Order order) {
  if (scene == m_scene && order == m_order) return;
  if (m_order.empty()) {
    m_scene = std::move(scene);
    return;
  }
  Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
  const QModelIndexList before = persistentIndexList();
  std::vector<int> rows(before.isEmpty() ? 0 : scene->ranges(), -1);
  if (!before.isEmpty())
    for (std::size_t row = 0; row < order.size(); ++row) rows[order[row]] = static_cast<int>(row);
  QModelIndexList after;
  for (const QModelIndex& old : before) {
    const auto range = heir(*scene, old.row());
    after << (range && rows[*range] >= 0 ? index(rows[*range], old.column()) : QModelIndex());
  }
  m_scene = std::move(scene);
  m_order = std::move(order);
  changePersistentIndexList(before, after);
  Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

Cell RangeModel::stateCell(std::size_t range) const {
  const std::uint8_t marks = m_scene->marks(range);
  Cell cell{{}, CellKind::Chip};
  cell.tip = m_scene->problemOf(range);
  const auto say = [&](const QString& words, const QString& icon, Ink ink) {
    cell.text = words;
    cell.icon = icon;
    cell.ink = ink;
  };
  if ((marks & mark::Moving) != 0) say(tr("moving"), QStringLiteral("move"), Ink::Move);
  else if ((marks & mark::Nobody) != 0) say(tr("nobody's"), QStringLiteral("empty"), Ink::Warn);
  else if ((marks & mark::Draining) != 0) say(tr("draining"), QStringLiteral("drain"), Ink::Warn);
  else if ((marks & mark::Problem) != 0) say(tr("hot"), QStringLiteral("rising"), Ink::Danger);
  else if ((marks & mark::Changed) != 0) say(tr("new owner"), QStringLiteral("move"), Ink::Move);
  return cell;
}

Cell RangeModel::cell(std::size_t range, int column) const {
  const ShardingStrategy& strategy = m_scene->map().strategy();
  switch (column) {
    case Bounds: {
      const TokenRange tokens = m_scene->map().tokens(range);
      Cell cell{shortRange(strategy, tokens), CellKind::Mono};
      cell.tip = rangeText(strategy, tokens);
      return cell;
    }
    case Shard: {
      Cell cell{m_scene->lanes()[m_scene->lane(range)].name};
      if ((m_scene->marks(range) & mark::Nobody) != 0) cell.ink = Ink::Text3;
      return cell;
    }
    case Rows: return figure(m_scene->rowsOf(range), countText);
    case Bytes: return figure(m_scene->bytesOf(range), bytesText);
    case Accesses: return figure(m_scene->accessesOf(range), countText);
    case Share: {
      const auto share = m_scene->shareOf(range);
      Cell cell{orDash(share, [](double part) { return percentText(part, part < 0.0995 ? 1 : 0); }), CellKind::Bar};
      cell.share = m_scene->partOfMost(range);
      return cell;
    }
    case State: return stateCell(range);
    default: return Cell{m_scene->beforeOf(range)};
  }
}

QVariant RangeModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const std::size_t range = rangeAt(index.row());
  if (role == rowIdRole) return rangeArgument(m_scene->map().strategy(), m_scene->map().tokens(range));
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::TextAlignmentRole && role != cellRole) return {};
  Cell made = cell(range, index.column());
  switch (role) {
    case Qt::DisplayRole: return made.text;
    case Qt::ToolTipRole: return made.tip.isEmpty() ? QVariant() : plainTip(made.tip);
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (made.kind == CellKind::Figure ? Qt::AlignRight : Qt::AlignLeft)));
    default: return QVariant::fromValue(std::move(made));
  }
}

QVariant RangeModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnTotal) return {};
  const bool right = section == Rows || section == Bytes || section == Accesses;
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft)));
  const QString titles[] = {tr("Range"), tr("Shard"), tr("Rows"), tr("Bytes"), tr("Accesses"), tr("Share"), tr("State"), tr("Before")};
  const QString tips[] = {tr("From (included) until (excluded): keys, or the tokens of a hash"),
                          tr("The shard that owns the range"),
                          tr("Rows in the range, as counted last"),
                          tr("Size of its rows"),
                          tr("Reads and writes in the last day"),
                          tr("Part of the whole keyspace, in the metric of the colours; the bar is full for the heaviest range"),
                          tr("Whether a plan moves it, and what is wrong with it"),
                          tr("The shard that owned it in the version compared with")};
  if (role == Qt::DisplayRole) return titles[section];
  if (role == Qt::ToolTipRole) return tips[section];
  return {};
}

}  // namespace shardwright::ui
