#include "ui/widgets/test_steps.h"

#include <QDateTime>
#include <QVBoxLayout>
#include <mutex>

#include "core/base/text.h"
#include "core/manager/shard_manager.h"
#include "ui/theme/format.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int lookEvery = 60;  // milliseconds

struct Sign {
  QString icon, word;
  Ink ink;
};

Sign signOf(ShardTestStep::Outcome outcome) {
  switch (outcome) {
    case ShardTestStep::Outcome::Passed: return {QStringLiteral("ok"), TestSteps::tr("passed"), Ink::Ok};
    case ShardTestStep::Outcome::Warned: return {QStringLiteral("warning"), TestSteps::tr("warning"), Ink::Warn};
    case ShardTestStep::Outcome::Failed: return {QStringLiteral("failed"), TestSteps::tr("failed"), Ink::Danger};
    case ShardTestStep::Outcome::Skipped: break;
  }
  return {QStringLiteral("skipped"), TestSteps::tr("skipped"), Ink::Text3};
}

}  // namespace

// Between the worker that tries and the window that shows.
struct TestSteps::Told {
  std::mutex mutex;
  std::vector<ShardTestStep> steps;
};

TestSteps::TestSteps(const QString& name, Session& session, QWidget* parent) : QWidget(parent), m_session(session), m_request(session) {
  setObjectName(name);
  setAccessibleName(tr("Steps of the test"));
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::s);
  m_rows = new QVBoxLayout;
  m_rows->setSpacing(grid::s);
  all->addLayout(m_rows);
  m_waiting = new Text(Type::Body, Ink::Text2);
  m_waiting->setWordWrap(true);
  m_waiting->hide();
  all->addWidget(m_waiting);
  m_hint = new Text(Type::Body, Ink::Text3,
                    tr("Test tries the address, the database, which one it is, its rights and settings, its tables and its map, one after the other. It changes nothing."));
  m_hint->setWordWrap(true);
  all->addWidget(m_hint);
  all->addStretch();
  m_poll.setInterval(lookEvery);
  connect(&m_poll, &QTimer::timeout, this, &TestSteps::look);
}

TestSteps::~TestSteps() = default;

void TestSteps::clear() {
  m_hint->show();
  m_request.drop();
  m_poll.stop();
  m_waiting->hide();
  m_shown.clear();
  while (QLayoutItem* const item = m_rows->takeAt(0)) {
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
  }
  Q_EMIT changed();
}

void TestSteps::start(const Shard& shard) {
  clear();
  m_hint->hide();
  m_told = std::make_shared<Told>();
  m_began = QDateTime::currentMSecsSinceEpoch();
  m_request.start(
      Lane::Own, tr("Test shard %1").arg(text(shard.id.text())),
      [told = m_told, shard](ShardManager& manager, Job& job) -> Result<bool> {
        const auto tell = [&](const ShardTestStep& step) {
          const std::lock_guard lock(told->mutex);
          told->steps.push_back(step);
        };
        return ShardTest::passed(manager.shards().test(shard, tell, job.token()));
      },
      [this](const Result<bool>& outcome) {
        look();
        m_poll.stop();
        m_waiting->setVisible(!outcome.has_value());
        if (!outcome) m_waiting->setText(asSentence(outcome.error().message()));
        Q_EMIT changed();
      });
  m_poll.start();
  showWaiting();
  Q_EMIT changed();
}

void TestSteps::stop() {
  if (!isRunning()) return;
  look();
  m_request.drop();
  m_poll.stop();
  m_waiting->setText(tr("Stopped. The step under way ends by itself."));
  Q_EMIT changed();
}

void TestSteps::look() {
  std::vector<ShardTestStep> steps;
  {
    const std::lock_guard lock(m_told->mutex);
    steps = m_told->steps;
  }
  const bool news = steps.size() > m_shown.size();
  for (std::size_t at = m_shown.size(); at < steps.size(); ++at) addRow(steps[at]);
  m_shown = std::move(steps);
  if (m_request.isRunning()) showWaiting();
  if (news) Q_EMIT changed();
}

void TestSteps::showWaiting() {
  const double seconds = static_cast<double>(QDateTime::currentMSecsSinceEpoch() - m_began) / 1000;
  m_waiting->setText(tr("Waiting for the database since %1").arg(durationText(seconds)));
  m_waiting->setVisible(seconds > 0.2);
}

void TestSteps::addRow(const ShardTestStep& step) {
  const Sign sign = signOf(step.outcome);
  auto* const row = new QWidget;
  row->setObjectName(objectName() + QStringLiteral(".%1").arg(m_rows->count() + 1));
  auto* const line = new QHBoxLayout(row);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::s);
  line->addWidget(new Symbol(sign.icon, sign.ink), 0, Qt::AlignTop);
  auto* const words = new QVBoxLayout;
  words->setSpacing(1);
  auto* const head = new QHBoxLayout;
  head->setSpacing(grid::s);
  head->addWidget(new Text(Type::Strong, Ink::Text, asTitle(step.name)));
  head->addWidget(new Text(Type::Caption, sign.ink, sign.word));
  head->addStretch();
  if (step.outcome != ShardTestStep::Outcome::Skipped) head->addWidget(new Text(Type::Caption, Ink::Text2, durationText(step.seconds)));
  words->addLayout(head);
  const auto addLine = [&](const std::string& sentence, Ink ink) {
    auto* const told = new Text(Type::Body, ink, asSentence(sentence));
    told->setWordWrap(true);
    told->setTextInteractionFlags(Qt::TextSelectableByMouse);
    words->addWidget(told);
  };
  addLine(step.sentence, Ink::Text2);
  for (const std::string& remedy : step.remedies) addLine(remedy, Ink::Text);
  line->addLayout(words, 1);
  row->setAccessibleName(tr("%1: %2").arg(asTitle(step.name), sign.word));
  row->setAccessibleDescription(asSentence(step.sentence));
  m_rows->addWidget(row);
}

}  // namespace shardwright::ui
