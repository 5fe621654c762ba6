#include "ui/widgets/export_button.h"

#include <QFileDialog>
#include <QMenu>
#include <QSaveFile>

#include "ui/theme/style.h"
#include "ui/theme/theme.h"
#include "ui/widgets/buttons.h"

namespace shardwright::ui {

namespace {

Result<std::int64_t> writeFile(const std::string& file, const std::string& content) {
  QSaveFile out(QString::fromStdString(file));
  const auto size = static_cast<qint64>(content.size());
  if (!out.open(QIODevice::WriteOnly) || out.write(content.data(), size) != size || !out.commit())
    return unavailable(file + " cannot be written: " + out.errorString().toStdString() + ".");
  return size;
}

}  // namespace

std::string csvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char sign : cell) line += sign == '"' ? std::string("\"\"") : std::string(1, sign);
    line += '"';
  }
  return line + "\r\n";
}

ExportButton::ExportButton(const QString& name, Session& session, std::function<ExportJob()> prepare, QWidget* parent)
    : QPushButton(tr("Export"), parent), m_session(session), m_prepare(std::move(prepare)) {
  setObjectName(name);
  setAccessibleName(tr("Export"));
  setAutoDefault(false);
  setButtonRole(*this, ButtonRole::Plain);
  setIcon(Theme::instance().icon(QStringLiteral("export")));
  auto* const menu = new QMenu(this);
  menu->setObjectName(name + QStringLiteral(".menu"));
  for (const QString& ending : {QStringLiteral("csv"), QStringLiteral("json")}) {
    QAction* const action = menu->addAction(tr("As %1…").arg(ending.toUpper()));
    action->setObjectName(name + QLatin1Char('.') + ending);
    connect(action, &QAction::triggered, this, [this, ending] { ask(ending); });
  }
  connect(this, &QPushButton::clicked, this, [this, menu] { menu->popup(mapToGlobal(QPoint(0, height() + 2))); });
}

void ExportButton::allow(bool allowed, const QString& why) { ui::allow(this, allowed, why); }

void ExportButton::ask(const QString& ending) {
  const ExportJob job = m_prepare();
  auto* const dialog = new QFileDialog(window(), tr("Export"), job.fileName + QLatin1Char('.') + ending);
  dialog->setObjectName(objectName() + QStringLiteral(".file"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(ending);
  dialog->setNameFilter(tr("%1 files (*.%2)").arg(ending.toUpper(), ending));
  dialog->selectFile(job.fileName + QLatin1Char('.') + ending);
  const auto make = ending == QStringLiteral("csv") ? job.csv : job.json;
  connect(dialog, &QFileDialog::fileSelected, this, [this, make](const QString& file) { write(file, make); });
  dialog->open();
}

void ExportButton::write(const QString& file, std::function<std::string()> make) {
  m_session.start(
      Lane::Own, tr("Write %1").arg(file),
      [file = file.toStdString(), make = std::move(make)](ShardManager&, Job&) { return writeFile(file, make()); },
      [](const Result<std::int64_t>&) {});  // the activity list says it
}

}  // namespace shardwright::ui
