// A plan as a file: the document (JSON), something to read (PDF: the page, then every move, shard and risk in full), or the
// page as a picture (SVG).
#pragma once

#include <QPicture>
#include <QSize>
#include <QString>

#include "core/manager/plan_reading.h"

class QWidget;

namespace shardwright::ui {

// The page as it is on the screen, as drawing commands: recorded on the window's thread, written anywhere.
struct PlanPaper {
  QPicture picture;
  QSize size;
};
PlanPaper recordPaper(QWidget& page);

// `ending`: json, pdf, svg. Unavailable: the file cannot be written.
Done writePlan(const PlanSheet& sheet, const PlanPaper& paper, const QString& file, const QString& ending);

}  // namespace shardwright::ui
