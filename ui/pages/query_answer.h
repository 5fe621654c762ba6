// QueryAnswerCard: what a query returned - the rows with their shard, marked where shards are missing - or why there is
// nothing to see.
#pragma once

#include <memory>

#include "ui/bridge/session.h"
#include "ui/pages/query_rows.h"
#include "ui/widgets/card.h"

namespace shardwright::ui {

class Chip;
class ExportButton;
class StateView;
class TableView;
class Text;
struct ExportJob;

class QueryAnswerCard : public Card {
  Q_OBJECT

 public:
  explicit QueryAnswerCard(Session& session, QWidget* parent = nullptr);
  ~QueryAnswerCard() override;

  void showNothing(const QString& why);
  void showWaiting();
  void showError(const Error& error);
  void showAnswer(std::shared_ptr<const QueryAnswer> answer, const QString& keyspace, const ShardingStrategy& strategy);

 Q_SIGNALS:
  void retryAsked();
  void stopAsked();

 private:
  void setRows();
  void copyRow();
  void drawTools();
  ExportJob exportJob() const;

  std::shared_ptr<const QueryAnswer> m_answer;  // none: there is none to see
  QString m_keyspace;
  std::optional<ShardingStrategy> m_strategy;
  std::unique_ptr<RowModel<AnswerLine>> m_rows;
  Text* m_summary;
  Chip* m_partial;
  ExportButton* m_export;
  TableView* m_table;
  StateView* m_state;
};

}  // namespace shardwright::ui
