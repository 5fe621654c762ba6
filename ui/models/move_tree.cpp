#include "ui/models/move_tree.h"

#include <algorithm>

#include "ui/models/range_text.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr quintptr groupLevel = 0;  // of a leaf: its group's row + 1

QString wavesText(int first, int last) {
  if (first == 0) return {};
  return first == last ? MoveTree::tr("wave %1").arg(first) : MoveTree::tr("wave %1–%2").arg(first).arg(last);
}

}  // namespace

void MoveTree::show(std::shared_ptr<const MigrationPlan> plan, std::shared_ptr<const ShardMap> base) {
  if (plan == m_plan && base == m_base) return;
  m_plan = std::move(plan);
  m_base = std::move(base);
  arrange();
}

void MoveTree::setGrouping(Grouping grouping) {
  if (grouping == m_grouping) return;
  m_grouping = grouping;
  arrange();
}

void MoveTree::setFilter(const QString& words) {
  const QStringList wanted = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  if (wanted == m_words) return;
  m_words = wanted;
  arrange();
}

bool MoveTree::keeps(const PlannedMove& move) const {
  if (m_words.isEmpty()) return true;
  // Thin spaces are for the eye: a person types 18204000.
  const QString all = (subjectText(m_base->strategy(), move).remove(thinSpace) + QLatin1Char(' ') + text(move.source.text()) + QLatin1Char(' ') +
                       text(move.target.text()) + QLatin1Char(' ') + text(move.reason));
  return std::ranges::all_of(m_words, [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

MoveTree::Group& MoveTree::group(const QString& id, const QString& title) {
  const auto found = std::ranges::find(m_groups, id, &Group::id);
  if (found != m_groups.end()) return *found;
  Group made;
  made.id = id;
  made.title = title;
  m_groups.push_back(std::move(made));
  return m_groups.back();
}

void MoveTree::arrange() {
  beginResetModel();
  m_groups.clear();
  m_shown = 0;
  if (m_plan) {
    for (std::size_t at = 0; at < m_plan->moves.size(); ++at) {
      const PlannedMove& move = m_plan->moves[at];
      if (!keeps(move)) continue;
      const QString pair = text(move.source.text()) + QStringLiteral(" → ") + text(move.target.text());
      Group& in = m_grouping == Grouping::Pair ? group(pair, pair) : group(QStringLiteral("wave %1").arg(move.wave), tr("Wave %1").arg(move.wave));
      in.leaves.push_back({Leaf::Kind::Move, at});
      ++in.moves;
      in.rows += move.rows;
      in.bytes += move.bytes;
      in.firstWave = in.firstWave == 0 ? move.wave : std::min(in.firstWave, move.wave);
      in.lastWave = std::max(in.lastWave, move.wave);
      ++m_shown;
    }
    if (m_grouping == Grouping::Pair) std::ranges::stable_sort(m_groups, std::ranges::greater(), &Group::bytes);
    else std::ranges::stable_sort(m_groups, {}, &Group::firstWave);
    addBounds();
  }
  endResetModel();
}

// A split stands before the first move that begins or ends at it; bounds of no move have a group of their own.
void MoveTree::addBounds() {
  if (!m_words.isEmpty()) return;
  const auto home = [&](const Token& bound) -> std::pair<Group*, std::size_t> {
    for (Group& candidate : m_groups)
      for (std::size_t at = 0; at < candidate.leaves.size(); ++at) {
        if (candidate.leaves[at].kind != Leaf::Kind::Move) continue;
        const PlannedMove& move = m_plan->moves[candidate.leaves[at].at];
        if (!move.pin && (move.range.from == bound || move.range.until == bound)) return {&candidate, at};
      }
    return {&group(QStringLiteral("bounds"), tr("Bounds")), 0};
  };
  for (std::size_t at = 0; at < m_plan->splits.size(); ++at) {
    const auto [in, before] = home(m_plan->splits[at]);
    if (in->id == QStringLiteral("bounds")) in->leaves.push_back({Leaf::Kind::Split, at});
    else in->leaves.insert(in->leaves.begin() + static_cast<std::ptrdiff_t>(before), {Leaf::Kind::Split, at});
  }
  if (m_plan->merges.empty()) return;
  Group& bounds = group(QStringLiteral("bounds"), tr("Bounds"));
  for (std::size_t at = 0; at < m_plan->merges.size(); ++at) bounds.leaves.push_back({Leaf::Kind::Merge, at});
}

QModelIndex MoveTree::indexOf(const MoveId& move) const {
  for (std::size_t in = 0; in < m_groups.size(); ++in)
    for (std::size_t at = 0; at < m_groups[in].leaves.size(); ++at) {
      const Leaf& leaf = m_groups[in].leaves[at];
      if (leaf.kind == Leaf::Kind::Move && m_plan->moves[leaf.at].id == move) return createIndex(static_cast<int>(at), 0, in + 1);
    }
  return {};
}

std::vector<MoveId> MoveTree::movesAt(const QModelIndex& index) const {
  std::vector<MoveId> moves;
  if (!index.isValid()) return moves;
  const auto add = [&](const Leaf& leaf) {
    if (leaf.kind == Leaf::Kind::Move) moves.push_back(m_plan->moves[leaf.at].id);
  };
  const auto row = static_cast<std::size_t>(index.row());
  if (index.internalId() == groupLevel)
    for (const Leaf& leaf : m_groups[row].leaves) add(leaf);
  else
    add(m_groups[index.internalId() - 1].leaves[row]);
  return moves;
}

QModelIndex MoveTree::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return parent.isValid() ? createIndex(row, column, static_cast<quintptr>(parent.row()) + 1) : createIndex(row, column, groupLevel);
}

QModelIndex MoveTree::parent(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == groupLevel) return {};
  return createIndex(static_cast<int>(index.internalId()) - 1, 0, groupLevel);
}

int MoveTree::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(m_groups.size());
  if (parent.internalId() != groupLevel || parent.column() != 0) return 0;
  return static_cast<int>(m_groups[static_cast<std::size_t>(parent.row())].leaves.size());
}

Cell MoveTree::groupCell(const Group& group, int column) const {
  switch (column) {
    case What: return {.text = group.title, .strong = true};
    case Why: {
      const auto splits = static_cast<int>(std::ranges::count(group.leaves, Leaf::Kind::Split, &Leaf::kind));
      const auto merges = static_cast<int>(std::ranges::count(group.leaves, Leaf::Kind::Merge, &Leaf::kind));
      QStringList counts;
      if (splits > 0) counts << (splits == 1 ? tr("1 split") : tr("%1 splits").arg(splits));
      if (merges > 0) counts << (merges == 1 ? tr("1 merge") : tr("%1 merges").arg(merges));
      if (group.moves > 0) counts << (group.moves == 1 ? tr("1 move") : tr("%1 moves").arg(group.moves));
      return {.text = counts.join(QStringLiteral(", ")), .ink = Ink::Text2};
    }
    case Bytes: return {.text = group.moves > 0 ? bytesText(group.bytes) : QString(), .kind = CellKind::Figure, .strong = true};
    case Rows: return {.text = group.moves > 0 ? countText(group.rows) : QString(), .kind = CellKind::Figure, .strong = true};
    case Wave: return {.text = m_grouping == Grouping::Wave ? QString() : wavesText(group.firstWave, group.lastWave), .ink = Ink::Text2};
    default: return {};
  }
}

Cell MoveTree::moveCell(const PlannedMove& move, int column) const {
  switch (column) {
    case What: {
      Cell cell{.text = subjectText(m_base->strategy(), move), .kind = CellKind::Mono, .icon = move.pin ? QStringLiteral("isolate") : QStringLiteral("move"), .ink = Ink::Move};
      cell.tip = tr("%1: %2\n%3 → %4").arg(text(move.id.text()), wholeSubjectText(m_base->strategy(), move), text(move.source.text()), text(move.target.text()));
      return cell;
    }
    case Why: return {.text = said(move.reason), .ink = Ink::Text2, .tip = said(move.reason)};
    case Bytes: return {.text = bytesText(move.bytes), .kind = CellKind::Figure};
    case Rows: return {.text = countText(move.rows), .kind = CellKind::Figure};
    case Wave:
      if (m_grouping == Grouping::Wave) return {.text = text(move.source.text()) + QStringLiteral(" → ") + text(move.target.text()), .ink = Ink::Text2};
      return {.text = QString::number(move.wave), .ink = Ink::Text2};
    default: return {};
  }
}

Cell MoveTree::leafCell(const Group&, const Leaf& leaf, int column) const {
  if (leaf.kind == Leaf::Kind::Move) return moveCell(m_plan->moves[leaf.at], column);
  const bool split = leaf.kind == Leaf::Kind::Split;
  const Token& at = split ? m_plan->splits[leaf.at] : m_plan->merges[leaf.at];
  if (column == What)
    return {.text = tokenText(m_base->strategy(), at), .kind = CellKind::Mono, .icon = split ? QStringLiteral("split") : QStringLiteral("merge"), .ink = Ink::Split};
  if (column == Why)
    return {.text = split ? tr("Split here, before the first move") : tr("The bound goes, after the last move"), .ink = Ink::Text2};
  return {};
}

Cell MoveTree::cellAt(const QModelIndex& index) const {
  const auto row = static_cast<std::size_t>(index.row());
  if (index.internalId() == groupLevel) return groupCell(m_groups[row], index.column());
  const Group& in = m_groups[index.internalId() - 1];
  return leafCell(in, in.leaves[row], index.column());
}

QString MoveTree::idAt(const QModelIndex& index) const {
  const auto row = static_cast<std::size_t>(index.row());
  if (index.internalId() == groupLevel) return m_groups[row].id;
  const Leaf& leaf = m_groups[index.internalId() - 1].leaves[row];
  if (leaf.kind == Leaf::Kind::Move) return text(m_plan->moves[leaf.at].id.text());
  return (leaf.kind == Leaf::Kind::Split ? QStringLiteral("split %1") : QStringLiteral("merge %1")).arg(leaf.at);
}

QVariant MoveTree::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  switch (role) {
    case rowIdRole: return idAt(index);
    case Qt::DisplayRole: return cellAt(index).text;
    case Qt::ToolTipRole: {
      const QString tip = cellAt(index).tip;
      return tip.isEmpty() ? QVariant() : tip;
    }
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (index.column() == Bytes || index.column() == Rows ? Qt::AlignRight : Qt::AlignLeft)));
    case cellRole: return QVariant::fromValue(cellAt(index));
    default: return {};
  }
}

QVariant MoveTree::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (section == Bytes || section == Rows ? Qt::AlignRight : Qt::AlignLeft)));
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case What: return tr("Range");
    case Why: return tr("Why");
    case Bytes: return tr("Bytes");
    case Rows: return tr("Rows");
    case Wave: return m_grouping == Grouping::Wave ? tr("From → to") : tr("Wave");
    default: return {};
  }
}

}  // namespace shardwright::ui
