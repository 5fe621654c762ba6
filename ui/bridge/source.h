// Source: a value that is read from core again and again, and shared by whoever shows it: the latest good answer, since
// when it is so, what went wrong since, and whether an answer is awaited. Pages draw from it and never wait for it.
//
// The window's thread. The reading itself runs on a lane.
#pragma once

#include <QObject>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "ui/bridge/session.h"

namespace shardwright::ui {

class SourceBase : public QObject {
  Q_OBJECT

 public:
  void refresh();                     // asks; if an answer is awaited, once more when it has come
  void stop();                        // asks the reading to stop; the value stays
  void setInterval(int milliseconds); // asks so long after each answer; 0: only by refresh()
  int interval() const { return m_interval; }

  bool isAsking() const { return m_asking; }
  qint64 askingFor() const;           // milliseconds since it was asked; 0: not asking
  UnixSeconds at() const { return m_at; }                        // of the latest good answer; 0: none yet
  const std::optional<Error>& error() const { return m_error; }  // of the latest answer, if it was none
  bool isStale(UnixSeconds now) const;  // the latest good answer is older than three intervals, or the last one failed

 Q_SIGNALS:
  void changed();  // an answer came, or one is awaited

 protected:
  explicit SourceBase(Session& session) : m_session(session) {}
  virtual void ask() = 0;
  void answered(std::optional<Error> error);
  void forget();  // nothing is known any more, and what is awaited is of no use

  Session& m_session;
  Request m_request{m_session};

 private:
  QTimer m_timer;
  int m_interval = 0;
  bool m_asking = false, m_again = false;
  qint64 m_askedAt = 0;
  UnixSeconds m_at = 0;
  std::optional<Error> m_error;
};

template <class T>
class Source : public SourceBase {
 public:
  // `read` runs on the lane, with the value before it. `title`: how the activity list names it; empty: not at all.
  using Read = std::function<Result<T>(ShardManager&, Job&, const std::shared_ptr<const T>& before)>;

  Source(Session& session, Lane lane, QString title, Read read)
      : SourceBase(session), m_lane(lane), m_title(std::move(title)), m_read(std::move(read)) {}

  const std::shared_ptr<const T>& value() const { return m_value; }  // none: no good answer yet

  // Another question from now on: what was known is forgotten, and the new is asked for at once.
  void readInstead(Read read) {
    m_read = std::move(read);
    m_value.reset();
    forget();
    refresh();
  }

 private:
  void ask() override {
    m_request.start(
        m_lane, m_title, [read = m_read, before = m_value](ShardManager& manager, Job& job) { return read(manager, job, before); },
        [this](Result<T> answer) {
          std::optional<Error> error;
          if (answer) m_value = std::make_shared<const T>(*std::move(answer));
          else error = answer.error();
          answered(std::move(error));
        });
  }

  Lane m_lane;
  QString m_title;
  Read m_read;
  std::shared_ptr<const T> m_value;
};

}  // namespace shardwright::ui
