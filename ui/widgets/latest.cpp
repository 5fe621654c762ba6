#include "ui/widgets/latest.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <utility>

namespace shardwright::ui {

Latest::~Latest() {
  if (m_running) m_running->stop.request_stop();
}

void Latest::ask(Work work) {
  if (m_running) m_waiting = std::move(work);
  else begin(std::move(work));
}

void Latest::askNow(Work work) {
  if (m_running) m_running->stop.request_stop();
  m_waiting = nullptr;
  begin(std::move(work));
}

void Latest::begin(Work work) {
  m_running = std::make_shared<Ticket>();
  const QPointer<Latest> self(this);
  QThreadPool::globalInstance()->start([self, ticket = m_running, work = std::move(work)] {
    auto deliver = std::make_shared<Deliver>(work(ticket->stop.get_token()));
    // The application's object takes the letter: whether we still live, only our own thread can tell.
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [self, ticket, deliver] {
          if (!self || self->m_running != ticket) return;
          self->m_running.reset();
          if (self->m_waiting) self->begin(std::exchange(self->m_waiting, nullptr));
          if (*deliver) (*deliver)();
        },
        Qt::QueuedConnection);
  });
}

}  // namespace shardwright::ui
