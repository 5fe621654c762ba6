#include "ui/bridge/source.h"

#include <QDateTime>

namespace shardwright::ui {

void SourceBase::refresh() {
  if (m_asking) {
    m_again = true;
    return;
  }
  m_asking = true;
  m_askedAt = QDateTime::currentMSecsSinceEpoch();
  m_timer.stop();
  ask();
  Q_EMIT changed();
}

void SourceBase::stop() {
  m_again = false;
  m_request.stop();
}

void SourceBase::setInterval(int milliseconds) {
  m_interval = milliseconds;
  if (m_interval == 0) {
    m_timer.stop();
    return;
  }
  if (!m_timer.isSingleShot()) {
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &SourceBase::refresh);
  }
  if (!m_asking) m_timer.start(m_interval);
}

qint64 SourceBase::askingFor() const { return m_asking ? QDateTime::currentMSecsSinceEpoch() - m_askedAt : 0; }

bool SourceBase::isStale(UnixSeconds now) const {
  if (m_at == 0) return false;
  return m_error.has_value() || (m_interval > 0 && (now - m_at) * 1000 > 3LL * m_interval);
}

void SourceBase::answered(std::optional<Error> error) {
  m_asking = false;
  if (!error) m_at = systemSeconds();
  m_error = std::move(error);
  Q_EMIT changed();
  if (m_again) {
    m_again = false;
    refresh();
  } else if (m_interval > 0) {
    m_timer.start(m_interval);
  }
}

void SourceBase::forget() {
  m_request.drop();
  m_asking = m_again = false;
  m_at = 0;
  m_error.reset();
}

}  // namespace shardwright::ui
