#include "ui/pages/problem_list.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <algorithm>

#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int sinceWidth = 112;
constexpr std::size_t shownAtFirst = 6;

// A line of the list, with a rule above it.
class Row : public QWidget {
 public:
  explicit Row(bool first) : m_first(first) { setFixedHeight(grid::row + grid::s); }

 protected:
  void paintEvent(QPaintEvent*) override {
    if (m_first) return;
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), 1), Theme::instance().mixed(Ink::Border, Ink::Surface, 0.6));
  }

 private:
  bool m_first;
};

struct Sign {
  QString icon, word;
  Ink ink;
};

Sign signOf(Problem::Severity severity) {
  switch (severity) {
    case Problem::Severity::Severe: return {QStringLiteral("severe"), ProblemList::tr("Severe"), Ink::Danger};
    case Problem::Severity::Warning: return {QStringLiteral("notice"), ProblemList::tr("Warning"), Ink::Warn};
    case Problem::Severity::Notice: break;
  }
  return {QStringLiteral("hint"), ProblemList::tr("Notice"), Ink::Text3};
}

}  // namespace

ProblemList::ProblemList(const QString& name, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  m_nothing = new Text(Type::Body, Ink::Text2);
  m_nothing->setWordWrap(true);
  all->addWidget(m_nothing);
  m_rows = new QVBoxLayout;
  m_rows->setSpacing(0);
  all->addLayout(m_rows);
  m_more = plainButton(name + QStringLiteral(".more"), {});
  all->addWidget(m_more, 0, Qt::AlignLeft);
  connect(m_more, &QPushButton::clicked, this, [this] {
    m_all = true;
    draw();
  });
  m_more->hide();
}

void ProblemList::show(const std::vector<Problem>& problems, const QString& nothing) {
  m_nothing->setText(nothing);
  m_nothing->setVisible(problems.empty());
  if (problems == m_problems) return;
  m_problems = problems;
  draw();
}

void ProblemList::draw() {
  while (QLayoutItem* const item = m_rows->takeAt(0)) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  std::vector<QWidget*> actions;
  int widest = 0;
  const std::size_t count = m_all ? m_problems.size() : std::min(m_problems.size(), shownAtFirst);
  for (std::size_t at = 0; at < count; ++at) {
    m_rows->addWidget(makeRow(m_problems[at], at == 0, actions));
    widest = std::max(widest, actions.back()->sizeHint().width());
  }
  // One column of actions, so that what stands before them lines up.
  for (QWidget* action : actions) action->setFixedWidth(widest);
  m_more->setText(tr("Show all %1").arg(m_problems.size()));
  m_more->setAccessibleName(m_more->text());
  m_more->setVisible(count < m_problems.size());
}

QWidget* ProblemList::makeAction(const Problem& problem, bool first) {
  auto* const cell = new QWidget;
  auto* const line = new QHBoxLayout(cell);
  line->setContentsMargins(0, 0, 0, 0);
  line->addStretch();
  if (problem.action.isEmpty()) return cell;
  const QString name = objectName() + QLatin1Char('.') + problem.id;
  auto* const button = first ? primaryButton(name, problem.action) : plainButton(name, problem.action);
  button->setAccessibleDescription(problem.what);
  button->setToolTip(problem.command);
  connect(button, &QPushButton::clicked, this, [this, problem] { Q_EMIT acted(problem); });
  line->addWidget(button);
  return cell;
}

QWidget* ProblemList::makeRow(const Problem& problem, bool first, std::vector<QWidget*>& actions) {
  auto* const row = new Row(first);
  auto* const line = new QHBoxLayout(row);
  line->setContentsMargins(0, 1, 0, 0);
  line->setSpacing(grid::m);
  const Sign sign = signOf(problem.severity);
  auto* const symbol = new Symbol(sign.icon, sign.ink, 14);
  symbol->setToolTip(sign.word);
  symbol->setAccessibleName(sign.word);
  auto* const what = new ElidedText(Type::Strong, Ink::Text, problem.what);
  auto* const where = new ElidedText(problem.whereIsCode ? Type::Mono : Type::Body, Ink::Text2, problem.where);
  where->setElideMode(problem.whereIsCode ? Qt::ElideMiddle : Qt::ElideRight);
  const QString whole = problem.command.isEmpty() ? problem.detail : problem.detail + QLatin1Char('\n') + problem.command;
  row->setToolTip(whole.trimmed());
  line->addWidget(symbol);
  line->addWidget(what, 11);
  line->addWidget(where, 9);
  auto* const since = new ElidedText(Type::Body, Ink::Text2, problem.since == 0 ? QString() : tr("since %1").arg(timeText(problem.since)));
  if (problem.since != 0) since->setToolTip(fullTimeText(problem.since));
  since->setFixedWidth(sinceWidth);
  line->addWidget(since);
  actions.push_back(makeAction(problem, first));
  line->addWidget(actions.back());
  return row;
}

}  // namespace shardwright::ui
