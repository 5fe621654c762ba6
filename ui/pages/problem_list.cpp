#include "ui/pages/problem_list.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int sinceWidth = 120;

// A line of the list, with a rule under it.
class Row : public QWidget {
 public:
  Row() { setFixedHeight(grid::row + grid::s); }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.fillRect(QRect(0, height() - 1, width(), 1), Theme::instance().mixed(Ink::Border, Ink::Surface, 0.6));
  }
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
}

void ProblemList::show(const std::vector<Problem>& problems, const QString& nothing) {
  m_nothing->setText(nothing);
  m_nothing->setVisible(problems.empty());
  if (problems == m_shown) return;
  m_shown = problems;
  while (QLayoutItem* const item = m_rows->takeAt(0)) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  for (std::size_t at = 0; at < problems.size(); ++at) m_rows->addWidget(makeRow(problems[at], at == 0));
}

QWidget* ProblemList::makeRow(const Problem& problem, bool first) {
  auto* const row = new Row;
  auto* const line = new QHBoxLayout(row);
  line->setContentsMargins(0, 0, 0, 1);
  line->setSpacing(grid::m);
  const Sign sign = signOf(problem.severity);
  auto* const symbol = new Symbol(sign.icon, sign.ink, 14);
  symbol->setToolTip(sign.word);
  symbol->setAccessibleName(sign.word);
  auto* const what = new ElidedText(Type::Strong, Ink::Text, problem.what);
  auto* const where = new ElidedText(Type::Body, Ink::Text2, problem.where);
  line->addWidget(symbol);
  line->addWidget(what, 3);
  line->addWidget(where, 3);
  auto* const since = new ElidedText(Type::Body, Ink::Text2, problem.since == 0 ? QString() : tr("since %1").arg(timeText(problem.since)));
  if (problem.since != 0) since->setToolTip(fullTimeText(problem.since));
  since->setFixedWidth(sinceWidth);
  line->addWidget(since);
  if (!problem.action.isEmpty()) {
    const QString name = objectName() + QLatin1Char('.') + problem.id;
    auto* const button = first ? primaryButton(name, problem.action) : plainButton(name, problem.action);
    button->setAccessibleDescription(problem.what);
    button->setToolTip(problem.command);
    connect(button, &QPushButton::clicked, this, [this, problem] { Q_EMIT acted(problem); });
    line->addWidget(button);
  }
  return row;
}

}  // namespace shardwright::ui
