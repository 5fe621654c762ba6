// Palette: a field and a list over the window, Ctrl+K: go to anything by a few letters of its name. Up and Down choose,
// Enter goes, Esc or a click elsewhere closes.
#pragma once

#include <QFrame>
#include <QPointer>

#include "ui/bridge/session.h"
#include "ui/models/row_model.h"
#include "ui/shell/search.h"

class QLineEdit;

namespace shardwright::ui {

class TableView;
class Text;

class Palette : public QFrame {
  Q_OBJECT

 public:
  Palette(Session& session, QWidget* window);
  void open();  // over the window, empty, with the focus

 Q_SIGNALS:
  void chosen(const shardwright::ui::Hit& hit);

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void look();
  void close(bool backToWhereItWas);
  void step(int rows);
  void take();

  Session& m_session;
  QLineEdit* m_field;
  RowModel<Hit> m_hits;
  TableView* m_list;
  Text* m_none;
  QPointer<QWidget> m_before;  // had the focus
};

}  // namespace shardwright::ui
