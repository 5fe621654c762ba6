// QueryForm: the fields of a query, with what is wrong beside the field it is about.
#pragma once

#include <QGridLayout>
#include <map>

#include "ui/pages/query_draft.h"
#include "ui/widgets/card.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;

namespace shardwright::ui {

class Text;

class QueryForm : public Card {
  Q_OBJECT

 public:
  explicit QueryForm(QWidget* parent = nullptr);

  QueryDraft draft() const;  // without its keyspace
  void setDraft(const QueryDraft& draft);
  void setKeyspace(const Keyspace& keyspace);  // its tables, its type of key
  void showProblems(const std::map<DraftField, QString>& problems);
  void showProblem(const QString& sentence);  // of the query as a whole; empty: none
  void setRecent(const std::vector<QueryDraft>& recent, const std::vector<QueryDraft>& examples);
  void focusFirst();

 Q_SIGNALS:
  void edited();
  void submitted();  // Return in a field
  void recalled(const shardwright::ui::QueryDraft& draft);

 private:
  struct Field {
    QWidget *label, *control;
    QLineEdit* line;
    Text* problem;
  };
  QWidget* makeKinds();
  QWidget* makeSpan();
  QWidget* makeOrder();
  QWidget* makeTools();
  QLineEdit* makeLine(const QString& name, const QString& what, const QString& hint);
  Field addRow(QGridLayout& grid, int row, const QString& label, QWidget* control, QLineEdit* line);
  void setKind(QueryDraft::Kind kind);
  void showRow(const Field& field, bool isShown);

  QueryDraft::Kind m_kind = QueryDraft::Kind::Key;
  QPushButton* m_kinds[3];
  QPushButton* m_recent;
  QComboBox* m_table;
  Field m_key, m_span, m_columns, m_aggregates, m_groupBy, m_order, m_limits;
  QLineEdit *m_from, *m_until, *m_orderBy, *m_limit, *m_deadline;
  QCheckBox *m_descending, *m_partial;
  Text* m_problem;
};

}  // namespace shardwright::ui
