#include "ui/pages/audit_detail.h"

#include <QPushButton>

#include "core/base/text.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

// Hashes and keys may be long without a blank to break at.
QString breakable(const QString& word, int every) {
  QString out;
  for (qsizetype at = 0; at < word.size(); at += every) out += word.mid(at, every) + QChar(0x200b);
  return out;
}

constexpr int hashPart = 16;

}  // namespace

AuditDetail::AuditDetail(QWidget* parent) : Card(tr("Event"), parent) {
  setFixedWidth(300);
  m_when = addField(tr("When"));
  m_who = addField(tr("Who"));
  m_where = addField(tr("From where"));
  m_about = addField(tr("About"));
  m_detail = addField(tr("Detail"));
  m_hash = addField(tr("Hash"), true);
  m_before = addField(tr("Hash of the event before it"), true);
  m_open = plainButton(QStringLiteral("audit.event.open"), tr("Open the plan"));
  body()->addSpacing(grid::s);
  body()->addWidget(m_open, 0, Qt::AlignLeft);
  body()->addStretch();
  connect(m_open, &QPushButton::clicked, this, &AuditDetail::openAsked);
}

Text* AuditDetail::addField(const QString& label, bool mono) {
  body()->addWidget(new Text(Type::Caption, Ink::Text3, label));
  auto* const value = new Text(mono ? Type::Mono : Type::Body);
  value->setWordWrap(true);
  value->setTextInteractionFlags(Qt::TextSelectableByMouse);
  value->setAccessibleName(label);
  body()->addWidget(value);
  return value;
}

void AuditDetail::show(const AuditRow& row) {
  const AuditEvent& event = *row.event;
  setHeading(tr("Event %1: %2").arg(countText(event.sequence), eventWords(event.event)));
  m_when->setText(fullTimeText(event.at));
  m_who->setText(event.token == 0 ? whoText(event) : tr("%1, by an executor").arg(whoText(event)));
  m_who->setToolTip(tr("The name that was given, and the user of the operating system"));
  m_where->setText(tr("%1, process %2").arg(text(printable(event.host, 80))).arg(event.pid));
  m_about->setText(text(printable(event.subject, 200)));
  m_detail->setText(event.detail == "{}" ? tr("none") : detailLines(event));
  m_hash->setText(breakable(text(printable(event.hash, 100)), hashPart));
  m_before->setText(breakable(text(printable(event.previousHash, 100)), hashPart));
  m_open->setVisible(row.isPlan);
  QWidget::show();
}

}  // namespace shardwright::ui
