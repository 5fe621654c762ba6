// Latest: work for a picture that is thrown away when a newer one is wanted. One piece runs on a worker at a time; while it
// does, only the newest wish waits. So a wheel that turns fast costs no queue, and what is shown is never older than what
// was shown before.
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <stop_token>

namespace shardwright::ui {

class Latest : public QObject {
  Q_OBJECT

 public:
  // Runs on a worker, touches only what it owns, and returns what is then run on the window's thread.
  using Deliver = std::function<void()>;
  using Work = std::function<Deliver(std::stop_token)>;

  explicit Latest(QObject* parent) : QObject(parent) {}
  ~Latest() override;

  void ask(Work work);     // after the one that runs; instead of one that waits
  void askNow(Work work);  // the one that runs is of no use any more
  bool isBusy() const { return m_running != nullptr; }

 private:
  void begin(Work work);
  struct Ticket {
    std::stop_source stop;
  };
  std::shared_ptr<Ticket> m_running;
  Work m_waiting;
};

}  // namespace shardwright::ui
