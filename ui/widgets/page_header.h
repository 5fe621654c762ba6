// PageHeader: the verdict of a page as a sentence, one line under it, and the page's actions at the right.
#pragma once

#include <QHBoxLayout>
#include <QWidget>

namespace shardwright::ui {

class Text;
class Chip;

class PageHeader : public QWidget {
  Q_OBJECT

 public:
  explicit PageHeader(QWidget* parent = nullptr);
  void say(const QString& title, const QString& subtitle = {});
  Chip* chip() { return m_chip; }             // beside the title; hidden until it shows something
  QHBoxLayout* actions() { return m_actions; }

 private:
  Text *m_title, *m_subtitle;
  Chip* m_chip;
  QHBoxLayout *m_actions, *m_first;
};

}  // namespace shardwright::ui
