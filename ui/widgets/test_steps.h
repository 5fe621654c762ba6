// TestSteps: tries one shard step by step and shows each step as it ends - symbol, word, duration, what was found, and
// what to do where something is missing.
#pragma once

#include <QTimer>
#include <QWidget>
#include <memory>
#include <vector>

#include "core/manager/shard_test.h"
#include "ui/bridge/session.h"

class QVBoxLayout;

namespace shardwright::ui {

class TestSteps : public QWidget {
  Q_OBJECT

 public:
  TestSteps(const QString& name, Session& session, QWidget* parent = nullptr);
  ~TestSteps() override;

  void start(const Shard& shard);
  void stop();
  void clear();
  bool isRunning() const { return m_request.isRunning(); }
  const std::vector<ShardTestStep>& steps() const { return m_shown; }

 Q_SIGNALS:
  void changed();  // began, another step, ended

 private:
  struct Told;
  void look();
  void addRow(const ShardTestStep& step);
  void showWaiting();

  Session& m_session;
  Request m_request;
  std::shared_ptr<Told> m_told;
  std::vector<ShardTestStep> m_shown;
  QTimer m_poll;
  qint64 m_began = 0;
  QVBoxLayout* m_rows;
  class Text *m_waiting, *m_hint;
};

}  // namespace shardwright::ui
