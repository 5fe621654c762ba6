// NavigationRail: the pages there are, as icon and word; Ctrl+1 to Ctrl+9 reach them from everywhere.
#pragma once

#include <QAbstractButton>
#include <QWidget>
#include <vector>

#include "ui/pages/page_list.h"

namespace shardwright::ui {

class RailButton;

class NavigationRail : public QWidget {
  Q_OBJECT

 public:
  explicit NavigationRail(const std::vector<PageInfo>& pages, QWidget* parent = nullptr);
  void mark(const QString& page);  // that of the rail from which `page` opens
  void showBadges(const ClusterFacts& facts);
  void setNarrow(bool narrow);     // icons alone, words in tooltips

 Q_SIGNALS:
  void chosen(const QString& page);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const std::vector<PageInfo>& m_pages;
  std::vector<RailButton*> m_buttons;
  QWidget* m_name;
};

class RailButton : public QAbstractButton {
  Q_OBJECT

 public:
  RailButton(const PageInfo& info, int number);
  const PageInfo& info() const { return m_info; }
  void setBadge(const QString& badge);
  void setNarrow(bool narrow);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const PageInfo& m_info;
  QString m_badge;
  bool m_narrow = false;
};

}  // namespace shardwright::ui
