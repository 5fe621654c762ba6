#include "ui/bridge/session.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QPointer>
#include <QProcess>
#include <mutex>

#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr int factsEvery = 2'000;   // milliseconds
constexpr int loadEvery = 30'000;

Error errorOf(const QProcess& process, QByteArray said) {
  if (process.exitStatus() == QProcess::CrashExit) return unavailable("the command line ended unexpectedly.");
  std::string sentence = said.trimmed().toStdString();
  if (sentence.empty()) sentence = "the command line ended with exit " + std::to_string(process.exitCode()) + ".";
  return process.exitCode() == 3 ? refused(std::move(sentence)) : unavailable(std::move(sentence));
}

}  // namespace

// How answers get from the workers to the window's thread. Closed before the session dies; a thread that was left behind
// then posts into nothing.
class Session::Mailbox {
 public:
  explicit Mailbox(QObject* receiver) : m_receiver(receiver) {}
  void post(std::function<void()> letter) {
    const std::lock_guard lock(m_mutex);
    if (m_receiver != nullptr) QMetaObject::invokeMethod(m_receiver, std::move(letter), Qt::QueuedConnection);
  }
  void close() {
    const std::lock_guard lock(m_mutex);
    m_receiver = nullptr;
  }

 private:
  std::mutex m_mutex;
  QObject* m_receiver;
};

Session::Session(Options options) : m_options(std::move(options)), m_mailbox(std::make_shared<Mailbox>(this)) {
  if (m_options.program.isEmpty()) m_options.program = QCoreApplication::applicationDirPath() + QStringLiteral("/shardwright");
  ShardManager::Options opening;
  opening.catalog = m_options.catalog;
  opening.actor = m_options.actor;
  opening.clock = m_options.clock;
  m_workers = std::make_unique<Workers>([opening] { return ShardManager::open(opening); });

  m_facts = std::make_unique<Source<ClusterFacts>>(
      *this, Lane::Catalog, QString(),
      [](ShardManager& manager, Job&, const std::shared_ptr<const ClusterFacts>& before) { return readClusterFacts(manager, before.get()); });
  m_facts->setInterval(factsEvery);
  m_load = std::make_unique<Source<LoadOverview>>(*this, Lane::Shards, QString(), nullptr);
  connect(m_facts.get(), &SourceBase::changed, this, &Session::chooseKeyspace);
  connect(&m_selection, &Selection::keyspaceChanged, this, &Session::readLoad);
  m_facts->refresh();
}

Session::~Session() {
  m_mailbox->close();
  m_facts.reset();
  m_load.reset();
  m_workers.reset();
}

QString Session::clusterName() const {
  const QFileInfo file(QString::fromStdString(m_options.catalog));
  return file.completeBaseName() == QStringLiteral("catalog") ? file.absoluteDir().dirName() : file.completeBaseName();
}

// The first keyspace, until a person chooses; another one when theirs is gone.
void Session::chooseKeyspace() {
  const auto& facts = m_facts->value();
  if (!facts || facts->keyspace(m_selection.keyspace()) != nullptr) return;
  m_selection.setKeyspace(facts->keyspaces.empty() ? KeyspaceName() : facts->keyspaces.front().keyspace.name);
}

void Session::readLoad() {
  const KeyspaceName keyspace = m_selection.keyspace();
  if (keyspace.empty()) return;
  m_load->setInterval(0);
  // The first answer comes from samples alone, so that the page has something to show before any shard is opened.
  m_load->readInstead([keyspace](ShardManager& manager, Job& job, const std::shared_ptr<const LoadOverview>& before) {
    return manager.load().overview(keyspace, before ? LoadFrom::Databases : LoadFrom::Samples, LoadReportOptions{}.threshold, job.token());
  });
  m_load->refresh();
  m_load->setInterval(loadEvery);
}

std::shared_ptr<Job> Session::begin(Lane lane, const QString& title, Erased work) {
  auto job = std::make_shared<Job>();
  const int entry = title.isEmpty() ? 0 : m_activity.begin(title, job);
  m_workers->submit(lane, job, [this, job, entry, mailbox = m_mailbox, work = std::move(work)](Result<ShardManager*> manager) {
    Outcome outcome = work(std::move(manager), *job);
    mailbox->post([this, job, entry, outcome = std::move(outcome)] {
      if (entry != 0) m_activity.end(entry, outcome.error);
      if (job->isWanted()) outcome.deliver();
    });
  });
  return job;
}

void Session::launch(const QString& title, const Command& command, QObject* context, std::function<void(Result<QString>)> then) {
  auto* const process = new QProcess(this);
  const int entry = m_activity.begin(title, std::make_shared<Job>());
  const QPointer<QObject> waiting(context);
  const auto end = [this, process, entry, waiting, then = std::move(then)](Result<QString> answer) {
    process->disconnect(this);
    process->deleteLater();
    m_activity.end(entry, answer ? std::nullopt : std::optional(answer.error()));
    m_facts->refresh();
    if (waiting) then(std::move(answer));
  };
  connect(process, &QProcess::finished, this, [process, end] {
    if (process->exitStatus() == QProcess::NormalExit && process->exitCode() == 0) end(text(process->readAllStandardOutput().toStdString()));
    else end(errorOf(*process, process->readAllStandardError()));
  });
  connect(process, &QProcess::errorOccurred, this, [this, end](QProcess::ProcessError problem) {
    if (problem == QProcess::FailedToStart) end(unavailable("the command line " + m_options.program.toStdString() + " cannot be started."));
  });
  // Whoever acts in this window acts in the process, too.
  process->start(m_options.program, command.arguments());
}

void Session::refreshAll() {
  m_facts->refresh();
  if (!m_selection.keyspace().empty()) m_load->refresh();
}

}  // namespace shardwright::ui
