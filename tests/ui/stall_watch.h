// StallWatch: the longest time for which the window's thread did not come back to its events. Lives on that thread.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>

namespace shardwright::test {

class StallWatch {
 public:
  StallWatch() {
    m_tick.setTimerType(Qt::PreciseTimer);
    m_since.start();
    QObject::connect(&m_tick, &QTimer::timeout, &m_tick, [this] { m_longest = std::max(m_longest, m_since.restart() - tickEvery); });
    m_tick.start(tickEvery);
  }
  qint64 longest() const { return m_longest; }  // milliseconds

 private:
  static constexpr int tickEvery = 5;
  QTimer m_tick;
  QElapsedTimer m_since;
  qint64 m_longest = 0;
};

}  // namespace shardwright::test
