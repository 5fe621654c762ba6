// Picture: a page of the window drawn into a file, with real data and without a display. SVG and PDF are vectors.
#pragma once

#include <QObject>
#include <QSize>
#include <QTimer>

#include "core/base/result.h"
#include "ui/pages/page.h"

namespace shardwright::ui {

class MainWindow;

struct PictureRequest {
  Place place;
  QString file;          // .png, .svg or .pdf
  std::string keyspace;  // empty: the first
  QSize size{1440, 900};
  int scale = 1;         // of the pixels of a PNG
};

class Picture : public QObject {
  Q_OBJECT

 public:
  // Draws when the page has settled; gives up after a minute. The window must be shown and stay.
  Picture(MainWindow& window, PictureRequest request);

  static Done draw(MainWindow& window, const PictureRequest& request);

 Q_SIGNALS:
  void finished(const shardwright::Done& outcome);

 private:
  void look();
  void end(const Done& outcome);

  MainWindow& m_window;
  PictureRequest m_request;
  QTimer m_limit, m_rest;
  bool m_ended = false;
};

}  // namespace shardwright::ui
