#include "ui/pages/plan_facts.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QPushButton>

#include "ui/models/plan_standing.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/tally_line.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int shownDigits = 12;

QString grouped(const QString& digits) {
  QString out;
  for (int at = 0; at < digits.size(); at += 4) out += (at > 0 ? QStringLiteral(" ") : QString()) + digits.mid(at, 4);
  return out;
}

TallyItem mapItem(const PlanLine& line) {
  const QString pinned = PlanFacts::tr("pinned to map v%1").arg(line.record.baseVersion);
  if (line.isStale()) return {PlanFacts::tr("%1, v%2 is in force").arg(pinned).arg(line.currentVersion), QStringLiteral("warning"), Ink::Warn};
  if (line.waits()) return {PlanFacts::tr("%1, still current").arg(pinned), QStringLiteral("ok"), Ink::Ok};
  return {pinned, {}, Ink::Text2};
}

std::vector<TallyItem> factsOf(const PlanSheet& sheet, UnixSeconds now) {
  const PlanRecord& record = sheet.line.record;
  std::vector<TallyItem> items{mapItem(sheet.line),
                               {PlanFacts::tr("%1, made by %2 %3").arg(goalText(record.goal), text(record.author), timeText(record.createdAt)), QStringLiteral("person"), Ink::Text2}};
  if (const auto& approval = sheet.line.approval) {
    QString words = PlanFacts::tr("approved by %1 %2").arg(text(approval->approver), timeText(approval->at));
    const bool expired = sheet.line.isExpired(now);
    if (record.state == PlanState::Approved) words += expired ? PlanFacts::tr(", expired %1").arg(timeText(approval->expires)) : PlanFacts::tr(", ends %1").arg(untilText(approval->expires, now));
    items.push_back({words, expired ? QStringLiteral("clock") : QStringLiteral("approvals"), expired ? Ink::Warn : Ink::Text2});
  }
  return items;
}

}  // namespace

PlanFacts::PlanFacts(QWidget* parent) : QWidget(parent) {
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::s);
  auto* const line = new QHBoxLayout;
  line->setSpacing(grid::xs);
  m_short = new Text(Type::Mono, Ink::Text2);
  m_short->setObjectName(QStringLiteral("plan.facts.fingerprint"));
  m_copy = iconButton(QStringLiteral("plan.facts.copy"), QStringLiteral("copy"), tr("Copy the whole fingerprint"));
  m_copy->setFixedSize(24, 24);
  m_line = new TallyLine(QStringLiteral("plan.facts.line"));
  line->addWidget(m_short);
  line->addWidget(m_copy);
  line->addSpacing(grid::s);
  line->addWidget(m_line, 1);
  all->addLayout(line);
  m_notice = new QWidget;
  auto* const notice = new QHBoxLayout(m_notice);
  notice->setContentsMargins(0, 0, 0, 0);
  notice->setSpacing(grid::s);
  m_symbol = new Symbol;
  m_words = new Text(Type::Strong, Ink::Warn);
  m_words->setObjectName(QStringLiteral("plan.facts.notice"));
  m_words->setWordWrap(true);
  m_rebase = primaryButton(QStringLiteral("plan.facts.rebase"), tr("Rebase"));
  m_rebase->setAccessibleDescription(tr("Makes the same moves again on the map in force, as a new draft"));
  notice->addWidget(m_symbol);
  notice->addWidget(m_words, 1);
  notice->addWidget(m_rebase);
  m_notice->hide();
  all->addWidget(m_notice);
  connect(m_copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_fingerprint); });
  connect(m_rebase, &QPushButton::clicked, this, &PlanFacts::rebaseAsked);
}

PlanFacts::Notice PlanFacts::noticeOf(const PlanSheet& sheet, UnixSeconds now) {
  const PlanRecord& record = sheet.line.record;
  if (sheet.line.isStale()) {
    const std::size_t changes = sheet.drift ? sheet.drift->changes : 0, touching = sheet.drift ? sheet.drift->touching : 0;
    const QString what = touching == 0 ? tr("none of the %1 changes since touches it").arg(changes) : touching == 1 ? tr("1 change since touches it") : tr("%1 changes since touch it").arg(touching);
    return {QStringLiteral("warning"), tr("Stale and of no use: it was made for map v%1, and v%2 is in force; %3.").arg(record.baseVersion).arg(sheet.line.currentVersion).arg(what), Ink::Warn, true};
  }
  if (sheet.line.isExpired(now)) return {QStringLiteral("clock"), tr("The approval expired at %1: ask for it again.").arg(timeText(sheet.line.approval->expires))};
  switch (record.state) {
    case PlanState::Draft:
      if (!sheet.rights.approve) return {QStringLiteral("person"), asSentence(sheet.rights.approve.error().message()) + QLatin1Char('.'), Ink::Text2};
      return {};
    case PlanState::Approved:
      if (!sheet.rights.run) return {QStringLiteral("warning"), asSentence(sheet.rights.run.error().message())};
      return {};
    case PlanState::Rejected: return {QStringLiteral("close"), tr("Rejected: %1").arg(said(record.reason)), Ink::Danger};
    case PlanState::Failed: return {QStringLiteral("failed"), tr("Failed: %1").arg(said(record.reason)), Ink::Danger};
    case PlanState::Withdrawn: return {QStringLiteral("skipped"), record.reason == "withdrawn" ? tr("Withdrawn by its author.") : tr("Withdrawn: %1").arg(said(record.reason)), Ink::Text2};
    default: return {};
  }
}

void PlanFacts::show(const PlanSheet& sheet, UnixSeconds now) {
  m_fingerprint = text(sheet.line.record.fingerprint);
  m_short->setText(grouped(m_fingerprint.left(shownDigits)));
  m_short->setToolTip(tr("Fingerprint of the plan, by which it is approved:\n%1").arg(m_fingerprint));
  m_line->show(factsOf(sheet, now));
  const Notice notice = noticeOf(sheet, now);
  m_notice->setVisible(!notice.words.isEmpty());
  m_symbol->show(notice.icon, notice.ink);
  m_words->setInk(notice.ink);
  m_words->setText(notice.words);
  m_rebase->setVisible(notice.rebase);
}

void PlanFacts::setWorking(bool working) { allow(m_rebase, !working, working ? tr("It is being made again.") : QString()); }

}  // namespace shardwright::ui
