// Bar: a strip of the window on the surface, with a line towards the page.
#pragma once

#include <QWidget>

namespace shardwright::ui {

class Bar : public QWidget {
  Q_OBJECT

 public:
  enum class Line { Below, Above };
  Bar(const QString& name, Line line, int height);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Line m_line;
};

}  // namespace shardwright::ui
