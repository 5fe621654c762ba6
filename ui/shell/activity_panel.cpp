#include "ui/shell/activity_panel.h"

#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/table_view.h"

namespace shardwright::ui {

namespace {

Cell stateCell(const ActivityEntry& entry) {
  Cell cell{activityStateName(entry.state), CellKind::Chip};
  switch (entry.state) {
    case ActivityEntry::State::Running: cell.icon = QStringLiteral("running"); cell.ink = Ink::Accent; break;
    case ActivityEntry::State::Finished: cell.icon = QStringLiteral("ok"); cell.ink = Ink::Ok; break;
    case ActivityEntry::State::Failed: cell.icon = QStringLiteral("failed"); cell.ink = Ink::Danger; break;
    case ActivityEntry::State::Stopped: cell.icon = QStringLiteral("stop"); cell.ink = Ink::Text2; break;
  }
  return cell;
}

Cell progressCell(const ActivityEntry& entry) {
  Cell cell;
  cell.ink = Ink::Text2;
  cell.text = entry.state == ActivityEntry::State::Failed ? entry.message : said(entry.progress.words);
  cell.tip = cell.text;
  if (entry.state == ActivityEntry::State::Running && entry.progress.total > 0) {
    cell.kind = CellKind::Bar;
    cell.ink = Ink::Accent;
    cell.share = static_cast<double>(entry.progress.done) / static_cast<double>(entry.progress.total);
    cell.text = percentText(*cell.share) + QLatin1Char(' ') + cell.text;
  }
  return cell;
}

std::vector<Column<ActivityEntry>> columns() {
  return {
      {ActivityPanel::tr("What"), {}, [](const ActivityEntry& e) { return Cell{e.title}; }, lessBy<ActivityEntry>(&ActivityEntry::title)},
      {ActivityPanel::tr("State"), {}, stateCell, lessBy<ActivityEntry>(&ActivityEntry::state)},
      {ActivityPanel::tr("Progress"), {}, progressCell},
      {ActivityPanel::tr("Began"), ActivityPanel::tr("Local time"),
       [](const ActivityEntry& e) { return Cell{.text = timeText(e.began), .kind = CellKind::Figure, .ink = Ink::Text2, .tip = fullTimeText(e.began)}; },
       lessBy<ActivityEntry>(&ActivityEntry::id), true},
  };
}

}  // namespace

ActivityPanel::ActivityPanel(Activity& activity, QWidget* parent)
    : QWidget(parent), m_activity(activity), m_model(columns(), [](const ActivityEntry& e) { return QString::number(e.id); }) {
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(grid::xl, 0, grid::xl, grid::m);
  auto* const card = new Card(tr("Activity"));
  m_stop = plainButton(QStringLiteral("shell.activity.stop"), tr("Stop"));
  card->tools()->addWidget(m_stop);
  m_table = new TableView(QStringLiteral("shell.activity.table"), tr("What this window has had done"));
  m_table->setModel(&m_model);
  m_table->setWidths({260, 110, 0, 90});
  m_table->setStretching(2);
  card->body()->addWidget(m_table);
  all->addWidget(card);
  connect(&m_activity, &Activity::changed, this, &ActivityPanel::draw);
  connect(m_table, &TableView::chosen, this, &ActivityPanel::draw);
  connect(m_stop, &QPushButton::clicked, this, [this] { m_activity.stop(m_table->chosenId().toInt()); });
  draw();
}

void ActivityPanel::draw() {
  m_model.setRows(m_activity.entries());
  const ActivityEntry* const chosen = m_model.rowOf(m_model.indexOf(m_table->chosenId()));
  allow(m_stop, chosen != nullptr && chosen->state == ActivityEntry::State::Running, tr("Stops what is chosen, as soon as it can be stopped safely."));
}

}  // namespace shardwright::ui
