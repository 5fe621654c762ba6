// Session: one open catalog, as the window has it. Pages ask it for what is known (sources), have things done (Request,
// change), and learn how the same is typed (command). Everything here belongs to the window's thread, and nothing blocks.
#pragma once

#include <QObject>
#include <QString>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "core/base/result.h"
#include "ui/bridge/activity.h"
#include "ui/bridge/command.h"
#include "ui/bridge/job.h"
#include "ui/bridge/selection.h"
#include "ui/bridge/workers.h"

namespace shardwright {
struct LoadOverview;
}

namespace shardwright::ui {

struct ClusterFacts;
template <class T>
class Source;

class Session : public QObject {
  Q_OBJECT

 public:
  struct Options {
    std::string catalog;               // file
    std::optional<std::string> actor;  // who acts; none: the user of the operating system
    QString program;                   // the command line, which executes plans; empty: beside this executable
    WallClock clock = systemSeconds;
  };

  explicit Session(Options options);
  ~Session() override;

  const std::string& catalogFile() const { return m_options.catalog; }
  QString clusterName() const;  // the catalog's file or folder, as people call it
  UnixSeconds now() const { return m_options.clock(); }

  // What the catalog says, every two seconds.
  Source<ClusterFacts>& facts() { return *m_facts; }
  // How loaded the chosen keyspace is: at once from the samples there are, then measured, then every half minute.
  Source<LoadOverview>& load() { return *m_load; }
  Selection& selection() { return m_selection; }
  Activity& activity() { return m_activity; }

  Command command(QStringList words) const {
    return {QString::fromStdString(m_options.catalog), std::move(words), QString::fromStdString(m_options.actor.value_or(std::string()))};
  }

  // Runs `work` - Result<T>(ShardManager&, Job&) - on a lane, and hands its answer to `then` on the window's thread, unless
  // the job was dropped meanwhile. Pages use a Request, which drops by itself. `title`: empty stays off the activity list.
  template <class Work, class Then>
  std::shared_ptr<Job> start(Lane lane, const QString& title, Work work, Then then);

  // Has the command line do it in a process of its own, which this window's end does not touch: executing plans. Answers
  // what it printed, or its sentence as the error.
  void launch(const QString& title, const Command& command, QObject* context, std::function<void(Result<QString>)> then);

  void refreshAll();  // F5

 private:
  struct Outcome {
    std::function<void()> deliver;
    std::optional<Error> error;
  };
  using Erased = std::function<Outcome(Result<ShardManager*>, Job&)>;
  std::shared_ptr<Job> begin(Lane lane, const QString& title, Erased work);
  void chooseKeyspace();
  void readLoad();

  class Mailbox;
  Options m_options;
  Selection m_selection;
  Activity m_activity;
  std::shared_ptr<Mailbox> m_mailbox;
  std::unique_ptr<Workers> m_workers;
  std::unique_ptr<Source<ClusterFacts>> m_facts;
  std::unique_ptr<Source<LoadOverview>> m_load;
};

// Request: one question of a page. Asking again drops what was asked before; when the request dies, the answer finds
// nobody. So an answer reaches a page only if the page still lives and still wants it.
class Request {
 public:
  explicit Request(Session& session) : m_session(session) {}
  ~Request() { drop(); }
  Request(const Request&) = delete;

  template <class Work, class Then>
  void start(Lane lane, const QString& title, Work work, Then then) {
    drop();
    m_job = m_session.start(lane, title, std::move(work), [this, then = std::move(then)](auto answer) mutable {
      m_job.reset();
      then(std::move(answer));
    });
  }

  bool isRunning() const { return m_job != nullptr; }
  const std::shared_ptr<Job>& job() const { return m_job; }
  void stop() {  // the answer will be Cancelled
    if (m_job) m_job->stop();
  }
  void drop() {
    if (!m_job) return;
    m_job->stop();
    m_job->drop();
    m_job.reset();
  }

 private:
  Session& m_session;
  std::shared_ptr<Job> m_job;
};

template <class Work, class Then>
std::shared_ptr<Job> Session::start(Lane lane, const QString& title, Work work, Then then) {
  using Answer = std::invoke_result_t<Work&, ShardManager&, Job&>;
  return begin(lane, title, [work = std::move(work), then = std::move(then)](Result<ShardManager*> manager, Job& job) mutable {
    auto answer = std::make_shared<Answer>(manager ? work(**manager, job) : Answer(manager.error()));
    std::optional<Error> error;
    if (!*answer) error = answer->error();
    return Outcome{[answer, then = std::move(then)]() mutable { then(std::move(*answer)); }, std::move(error)};
  });
}

}  // namespace shardwright::ui
