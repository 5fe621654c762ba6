#include "ui/pages/query_answer.h"

#include <QApplication>
#include <QClipboard>
#include <QItemSelectionModel>
#include <QShortcut>
#include <algorithm>

#include "core/base/json.h"
#include "ui/theme/format.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/export_button.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int widestColumn = 320;

}  // namespace

QueryAnswerCard::QueryAnswerCard(Session& session, QWidget* parent) : Card(tr("Answer"), parent) {
  m_summary = new Text(Type::Body, Ink::Text2);
  m_summary->setObjectName(QStringLiteral("query.answer.summary"));
  m_partial = new Chip;
  m_partial->setObjectName(QStringLiteral("query.answer.partial"));
  m_partial->hide();
  m_export = new ExportButton(QStringLiteral("query.answer.export"), session, [this] { return exportJob(); });
  tools()->addWidget(m_summary);
  tools()->addWidget(m_partial);
  tools()->addWidget(m_export);
  m_table = new TableView(QStringLiteral("query.answer.rows"), tr("The rows of the answer, with the shard each comes from"));
  m_state = new StateView(QStringLiteral("query.answer.state"), m_table);
  body()->addWidget(m_state, 1);
  auto* const copy = new QShortcut(QKeySequence::Copy, m_table);
  copy->setContext(Qt::WidgetShortcut);
  connect(copy, &QShortcut::activated, this, &QueryAnswerCard::copyRow);
  connect(m_state, &StateView::retryAsked, this, &QueryAnswerCard::retryAsked);
  connect(m_state, &StateView::stopAsked, this, &QueryAnswerCard::stopAsked);
  drawTools();
}

QueryAnswerCard::~QueryAnswerCard() = default;

void QueryAnswerCard::showNothing(const QString& why) {
  m_answer.reset();
  m_state->showEmpty(why);
  drawTools();
}

void QueryAnswerCard::showWaiting() {
  m_answer.reset();
  m_state->showLoading(tr("Waiting for the shards"));
  drawTools();
}

void QueryAnswerCard::showError(const Error& error) {
  m_answer.reset();
  m_state->showError(error, 0, false);
  drawTools();
}

void QueryAnswerCard::showAnswer(std::shared_ptr<const QueryAnswer> answer, const QString& keyspace, const ShardingStrategy& strategy) {
  m_answer = std::move(answer);
  m_keyspace = keyspace;
  m_strategy = strategy;
  setRows();
  const QString missing = missingText(*m_answer);
  if (m_answer->rows.empty() && missing.isEmpty()) m_state->showEmpty(tr("No row answers the question"));
  else m_state->showContent(missing.isEmpty() ? QStringList() : QStringList{tr("rows may be missing, and every aggregate is of the rest. %1").arg(missing)});
  drawTools();
}

void QueryAnswerCard::setRows() {
  auto rows = std::make_unique<RowModel<AnswerLine>>(answerColumns(*m_answer), [](const AnswerLine& line) { return QString::number(line.number); });
  rows->setRows(answerLines(m_answer));
  m_table->setStretching(rows->columnCount() - 1);
  QItemSelectionModel* const choice = m_table->selectionModel();  // of the rows before; the view does not let go of it
  m_table->setModel(rows.get());
  delete choice;
  m_rows = std::move(rows);
  m_table->resizeColumnsToContents();
  QList<int> widths;
  for (int column = 0; column + 1 < m_rows->columnCount(); ++column) widths << std::min(widestColumn, m_table->columnWidth(column));
  m_table->setWidths(widths);
}

// As a line of a table, which spreadsheets and terminals take.
void QueryAnswerCard::copyRow() {
  const QModelIndex at = m_table->currentIndex();
  if (!at.isValid()) return;
  QStringList cells;
  for (int column = 0; column < m_rows->columnCount(); ++column) cells << m_rows->index(at.row(), column).data().toString();
  QApplication::clipboard()->setText(cells.join(QLatin1Char('\t')));
}

void QueryAnswerCard::drawTools() {
  const bool hasRows = m_answer && !m_answer->rows.empty();
  m_export->allow(hasRows, hasRows ? tr("Writes the answer to a file") : tr("There are no rows"));
  const bool partial = m_answer && m_answer->partial();
  m_partial->show(partial ? tr("PARTIAL") : QString(), Ink::Warn, QStringLiteral("partial"));
  const auto answering = m_answer ? std::ranges::count_if(m_answer->shards, [](const ShardShare& share) { return !share.missing; }) : 0;
  m_summary->setText(!m_answer ? QString()
                               : tr("%1 in %2 from %3").arg(rowsText(std::ssize(m_answer->rows)), durationText(m_answer->seconds), counted(answering, tr("shard"), tr("shards"))));
}

ExportJob QueryAnswerCard::exportJob() const {
  return {tr("query-%1").arg(m_keyspace), [answer = m_answer] { return answerCsv(*answer); },
          [answer = m_answer, strategy = *m_strategy] { return toJson(*answer, strategy).dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }};
}

}  // namespace shardwright::ui
