// ExportButton: writes what a page shows to a file, as CSV or JSON. The text is made and written on a worker; the activity
// list says how it went.
#pragma once

#include <QPushButton>
#include <functional>
#include <string>

#include "ui/bridge/session.h"

namespace shardwright::ui {

// What is to be written, as of the moment when it was asked for. The functions run on a worker and may hold immutable
// values only.
struct ExportJob {
  QString fileName;  // suggested, without its ending
  std::function<std::string()> csv, json;
};

class ExportButton : public QPushButton {
  Q_OBJECT

 public:
  ExportButton(const QString& name, Session& session, std::function<ExportJob()> prepare, QWidget* parent = nullptr);

  // Nothing to write: disabled with the reason.
  void allow(bool allowed, const QString& why);

 private:
  void ask(const QString& ending);
  void write(const QString& file, std::function<std::string()> make);

  Session& m_session;
  std::function<ExportJob()> m_prepare;
};

// One line of a CSV file (RFC 4180): what needs quotes gets them.
std::string csvLine(const std::vector<std::string>& cells);

}  // namespace shardwright::ui
