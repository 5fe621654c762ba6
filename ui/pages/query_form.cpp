#include "ui/pages/query_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>

#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

QueryForm::QueryForm(QWidget* parent) : Card(tr("Question"), parent) {
  tools()->addWidget(makeTools());
  body()->addWidget(makeKinds());
  auto* const fields = new QGridLayout;
  fields->setHorizontalSpacing(grid::m);
  fields->setVerticalSpacing(grid::xs);
  fields->setColumnStretch(1, 1);
  int row = 0;
  const auto add = [&](const QString& label, QLineEdit* line) { return addRow(*fields, row++, label, line, line); };
  m_key = add(tr("Key"), makeLine(QStringLiteral("query.form.key"), tr("Key"), {}));
  m_aggregates = add(tr("Compute"), makeLine(QStringLiteral("query.form.aggregates"), tr("Aggregates"), tr("COUNT(*), SUM(c), AVG(c), MIN(c), MAX(c)")));
  m_groupBy = add(tr("Group by"), makeLine(QStringLiteral("query.form.group"), tr("Group by columns"), tr("no groups")));
  QWidget* const span = makeSpan();
  m_span = addRow(*fields, row++, tr("Keys from"), span, m_from);
  m_columns = add(tr("Columns"), makeLine(QStringLiteral("query.form.columns"), tr("Columns"), tr("all")));
  QWidget* const order = makeOrder();
  m_order = addRow(*fields, row++, tr("Order by"), order, m_orderBy);
  auto* const limits = new QWidget;
  auto* const line = new QHBoxLayout(limits);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::s);
  m_limit = makeLine(QStringLiteral("query.form.limit"), tr("At most so many rows"), tr("all"));
  m_deadline = makeLine(QStringLiteral("query.form.deadline"), tr("Seconds each shard has"), {});
  m_deadline->setMaximumWidth(64);
  line->addWidget(m_limit, 1);
  line->addWidget(new Text(Type::Body, Ink::Text2, tr("rows, each shard has")));
  line->addWidget(m_deadline);
  line->addWidget(new Text(Type::Body, Ink::Text2, tr("s")));
  m_limits = addRow(*fields, row++, tr("At most"), limits, m_limit);
  body()->addLayout(fields);
  m_partial = new QCheckBox(tr("Answer without the shards that fail, and mark it partial"));
  m_partial->setObjectName(QStringLiteral("query.form.partial"));
  m_partial->setAccessibleName(m_partial->text());
  body()->addWidget(m_partial);
  m_problem = new Text(Type::Caption, Ink::Danger);
  m_problem->setWordWrap(true);
  m_problem->hide();
  body()->addWidget(m_problem);
  body()->addStretch();
  connect(m_partial, &QCheckBox::toggled, this, &QueryForm::edited);
  setKind(QueryDraft::Kind::Key);
}

QWidget* QueryForm::makeTools() {
  auto* const tools = new QWidget;
  auto* const line = new QHBoxLayout(tools);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::s);
  m_table = new QComboBox;
  m_table->setObjectName(QStringLiteral("query.form.table"));
  m_table->setAccessibleName(tr("Table"));
  m_table->setToolTip(tr("The table of the keyspace"));
  m_recent = plainButton(QStringLiteral("query.form.recent"), tr("Recent"));
  m_recent->setIcon(Theme::instance().icon(QStringLiteral("clock")));
  m_recent->setToolTip(tr("Earlier questions to this cluster. Choosing one fills the form; it is not run."));
  auto* const menu = new QMenu(m_recent);
  menu->setObjectName(QStringLiteral("query.form.recent.menu"));
  connect(m_recent, &QPushButton::clicked, this, [this, menu] { menu->popup(m_recent->mapToGlobal(QPoint(0, m_recent->height() + 2))); });
  line->addWidget(m_table);
  line->addWidget(m_recent);
  connect(m_table, &QComboBox::activated, this, &QueryForm::edited);
  return tools;
}

QWidget* QueryForm::makeKinds() {
  auto* const kinds = new QWidget;
  auto* const line = new QHBoxLayout(kinds);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::xs);
  const std::pair<QString, QString> words[3] = {{QStringLiteral("key"), tr("One key")}, {QStringLiteral("range"), tr("Range")}, {QStringLiteral("aggregate"), tr("Aggregate")}};
  for (int at = 0; at < 3; ++at) {
    m_kinds[at] = plainButton(QStringLiteral("query.form.kind.") + words[at].first, words[at].second);
    m_kinds[at]->setCheckable(true);
    line->addWidget(m_kinds[at], 1);
    connect(m_kinds[at], &QPushButton::clicked, this, [this, at] {
      setKind(static_cast<QueryDraft::Kind>(at));
      Q_EMIT edited();
    });
  }
  return kinds;
}

QWidget* QueryForm::makeSpan() {
  auto* const span = new QWidget;
  auto* const line = new QHBoxLayout(span);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::s);
  m_from = makeLine(QStringLiteral("query.form.from"), tr("From key, included"), tr("the beginning"));
  m_until = makeLine(QStringLiteral("query.form.until"), tr("Until key, not included"), tr("the end"));
  line->addWidget(m_from, 1);
  line->addWidget(new Text(Type::Body, Ink::Text2, tr("until")));
  line->addWidget(m_until, 1);
  return span;
}

QWidget* QueryForm::makeOrder() {
  auto* const order = new QWidget;
  auto* const line = new QHBoxLayout(order);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::s);
  m_orderBy = makeLine(QStringLiteral("query.form.order"), tr("Order by column"), tr("no order"));
  m_descending = new QCheckBox(tr("descending"));
  m_descending->setObjectName(QStringLiteral("query.form.descending"));
  m_descending->setAccessibleName(tr("Descending"));
  connect(m_descending, &QCheckBox::toggled, this, &QueryForm::edited);
  line->addWidget(m_orderBy, 1);
  line->addWidget(m_descending);
  return order;
}

QLineEdit* QueryForm::makeLine(const QString& name, const QString& what, const QString& hint) {
  auto* const line = new QLineEdit;
  line->setObjectName(name);
  line->setAccessibleName(what);
  line->setPlaceholderText(hint);
  connect(line, &QLineEdit::textEdited, this, &QueryForm::edited);
  connect(line, &QLineEdit::returnPressed, this, &QueryForm::submitted);
  return line;
}

QueryForm::Field QueryForm::addRow(QGridLayout& fields, int row, const QString& label, QWidget* control, QLineEdit* line) {
  auto* const words = new Text(Type::Body, Ink::Text2, label);
  auto* const problem = new Text(Type::Caption, Ink::Danger);
  problem->setObjectName(line->objectName() + QStringLiteral(".problem"));
  problem->setWordWrap(true);
  problem->hide();
  fields.addWidget(words, 2 * row, 0);
  fields.addWidget(control, 2 * row, 1);
  fields.addWidget(problem, 2 * row + 1, 1);
  return {words, control, line, problem};
}

void QueryForm::showRow(const Field& field, bool isShown) {
  field.label->setVisible(isShown);
  field.control->setVisible(isShown);
  if (!isShown) field.problem->hide();
}

void QueryForm::setKind(QueryDraft::Kind kind) {
  m_kind = kind;
  for (int at = 0; at < 3; ++at) m_kinds[at]->setChecked(at == static_cast<int>(kind));
  showRow(m_key, kind == QueryDraft::Kind::Key);
  showRow(m_span, kind != QueryDraft::Kind::Key);
  for (const Field* field : {&m_aggregates, &m_groupBy}) showRow(*field, kind == QueryDraft::Kind::Aggregate);
  showRow(m_columns, kind != QueryDraft::Kind::Aggregate);
}

QueryDraft QueryForm::draft() const {
  QueryDraft draft;
  draft.table = m_table->currentText();
  draft.kind = m_kind;
  draft.key = m_key.line->text();
  draft.from = m_from->text();
  draft.until = m_until->text();
  draft.columns = m_columns.line->text();
  draft.aggregates = m_aggregates.line->text();
  draft.groupBy = m_groupBy.line->text();
  draft.orderBy = m_orderBy->text();
  draft.descending = m_descending->isChecked();
  draft.limit = m_limit->text();
  draft.deadline = m_deadline->text();
  draft.partialOk = m_partial->isChecked();
  return draft;
}

void QueryForm::setDraft(const QueryDraft& draft) {
  setKind(draft.kind);
  if (const int at = m_table->findText(draft.table); at >= 0) m_table->setCurrentIndex(at);
  m_key.line->setText(draft.key);
  m_from->setText(draft.from);
  m_until->setText(draft.until);
  m_columns.line->setText(draft.columns);
  m_aggregates.line->setText(draft.aggregates);
  m_groupBy.line->setText(draft.groupBy);
  m_orderBy->setText(draft.orderBy);
  m_limit->setText(draft.limit);
  m_deadline->setText(draft.deadline);
  const QSignalBlocker first(m_descending), second(m_partial);
  m_descending->setChecked(draft.descending);
  m_partial->setChecked(draft.partialOk);
}

void QueryForm::setKeyspace(const Keyspace& keyspace) {
  QStringList tables, shown;
  for (const TableRef& table : keyspace.tables) tables << text(table.name);
  for (int at = 0; at < m_table->count(); ++at) shown << m_table->itemText(at);
  if (tables != shown) {
    const QString chosen = m_table->currentText();
    m_table->clear();
    m_table->addItems(tables);
    m_table->setCurrentIndex(std::max(0, static_cast<int>(tables.indexOf(chosen))));
  }
  m_key.line->setPlaceholderText(tr("a key of type %1").arg(text(keyTypeName(keyspace.strategy.keyType))));
}

void QueryForm::showProblems(const std::map<DraftField, QString>& problems) {
  const std::pair<DraftField, const Field*> fields[] = {{DraftField::Key, &m_key},         {DraftField::From, &m_span},
                                                        {DraftField::Aggregates, &m_aggregates}, {DraftField::Limit, &m_limits}};
  for (const auto& [name, field] : fields) {
    const auto at = problems.find(name);
    field->problem->setText(at == problems.end() ? QString() : at->second);
    field->problem->setVisible(at != problems.end() && field->line->isVisibleTo(this));
    field->line->setAccessibleDescription(field->problem->text());
  }
  // The second field of a row shares its line.
  for (const auto& [name, field] : {std::pair(DraftField::Until, &m_span), std::pair(DraftField::Deadline, &m_limits)}) {
    const auto at = problems.find(name);
    if (at == problems.end() || !field->line->isVisibleTo(this)) continue;
    field->problem->setText(at->second);
    field->problem->show();
  }
}

void QueryForm::showProblem(const QString& sentence) {
  m_problem->setText(sentence);
  m_problem->setVisible(!sentence.isEmpty());
}

void QueryForm::setRecent(const std::vector<QueryDraft>& recent, const std::vector<QueryDraft>& examples) {
  auto* const menu = m_recent->findChild<QMenu*>();
  menu->clear();
  const auto add = [&](const QueryDraft& draft) {
    QString title = draftTitle(draft);
    title.truncate(80);
    QAction* const action = menu->addAction(title.replace(QLatin1Char('&'), QStringLiteral("&&")));
    connect(action, &QAction::triggered, this, [this, draft] { Q_EMIT recalled(draft); });
  };
  for (const QueryDraft& draft : recent) add(draft);
  if (!recent.empty() && !examples.empty()) menu->addSeparator();
  for (const QueryDraft& draft : examples) add(draft);
}

void QueryForm::focusFirst() {
  QLineEdit* const first = m_kind == QueryDraft::Kind::Key ? m_key.line : m_kind == QueryDraft::Kind::Range ? m_from : m_aggregates.line;
  first->setFocus();
}

}  // namespace shardwright::ui
