// Card: a surface with a rounded border, a heading and room for controls beside it. What a page is made of.
#pragma once

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace shardwright::ui {

class Card : public QFrame {
  Q_OBJECT

 public:
  explicit Card(const QString& heading = {}, QWidget* parent = nullptr);

  void setHeading(const QString& heading);
  QHBoxLayout* tools() { return m_tools; }  // right of the heading
  QVBoxLayout* body() { return m_body; }    // under it

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QLabel* m_heading;
  QHBoxLayout* m_tools;
  QVBoxLayout* m_body;
};

}  // namespace shardwright::ui
