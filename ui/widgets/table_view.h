// TableView: a table in our dress - rows of 30 px (44 with a second line), figures right aligned and tabular, states as
// chips, nothing but a line between rows. It draws what the models of ui/models answer to cellRole.
// Choosing a row is chosen(); Enter or a double click is opened(). Both give the row's stable id.
#pragma once

#include <QTableView>

namespace shardwright::ui {

class TableView : public QTableView {
  Q_OBJECT

 public:
  // `name`: page.area.thing; `what`: what the table lists, for people who do not see it.
  TableView(const QString& name, const QString& what, QWidget* parent = nullptr);

  void setRowHeight(int height);                     // grid::row or grid::tallRow
  void setStretching(int column) { m_stretching = column; }
  void setWidths(const QList<int>& widths);          // of the columns from the left; 0: leave it
  void showAllRows(int atMost);                      // as high as its rows, up to so many: a list in a card
  QString chosenId() const;
  void choose(const QString& id);                    // quietly: no chosen() for it

  void setModel(QAbstractItemModel* model) override;

 Q_SIGNALS:
  void chosen(const QString& id);  // empty: nothing
  void opened(const QString& id);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void fit();
  int m_stretching = 0;
  int m_shownRows = 0;
  bool m_quiet = false;
};

}  // namespace shardwright::ui
