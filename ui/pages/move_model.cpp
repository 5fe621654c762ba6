#include "ui/pages/move_model.h"

#include <QCoreApplication>
#include <algorithm>

#include "ui/theme/format.h"
#include "ui/widgets/move_delegate.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("MoveModel", words); }

bool anyStep(const MoveLine& line, Step::State state) {
  return std::ranges::any_of(line.steps, [state](const Step& step) { return step.state == state; });
}

Cell whatCell(const MoveLine& line) {
  Cell cell{line.what, CellKind::Mono};
  cell.second = line.route;
  cell.tip = line.id + QStringLiteral(": ") + line.what + QLatin1Char('\n') + line.route;
  return cell;
}

Cell wayCell(const MoveLine& line) {
  const QString steps = stepsInWords(line.steps);
  Cell cell{line.reason.isEmpty() ? steps : steps + QStringLiteral("; ") + line.reason};
  cell.tip = QString(cell.text).replace(QStringLiteral(", "), QStringLiteral("\n")).replace(QStringLiteral("; "), QStringLiteral("\n"));
  return cell;
}

Cell progressCell(const MoveLine& line) {
  Cell cell{percentText(line.share) + QStringLiteral(", ") + line.progress};
  cell.tip = line.progress;
  return cell;
}

MoveCell drawn(const MoveLine& line, bool way) {
  if (!way) return {.steps = {}, .reason = {}, .failed = false, .share = line.share, .ink = line.ink, .words = line.progress};
  return {.steps = line.steps,
          .reason = line.reason,
          .failed = line.ink == Ink::Danger && anyStep(line, Step::State::Failed),
          .share = line.share,
          .ink = anyStep(line, Step::State::Waiting) ? Ink::Warn : Ink::Text3,
          .words = {}};
}

// The order of each is said, although it is none: GCC 12 fails on the member's own initialiser here.
std::vector<Column<MoveLine>> columns() {
  return {{tr("Move"), tr("What moves, from where, to where"), whatCell, {}},
          {tr("Phase"), tr("The steps of a move, and why it waits"), wayCell, {}},
          {tr("Progress"), tr("Rows on the target, of those to be moved"), progressCell, {}}};
}

}  // namespace

MoveModel::MoveModel(QObject* parent) : RowModel(columns(), [](const MoveLine& line) { return line.id; }, parent) {}

QVariant MoveModel::data(const QModelIndex& index, int role) const {
  if (role != moveCellRole) return RowModel::data(index, role);
  const MoveLine* const line = rowOf(index);
  return line == nullptr ? QVariant() : QVariant::fromValue(drawn(*line, index.column() == wayColumn));
}

}  // namespace shardwright::ui
