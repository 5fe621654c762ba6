#include "ui/models/index_sorter.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

namespace shardwright::ui {

IndexSorter::~IndexSorter() {
  if (m_current) m_current->stop.request_stop();
}

void IndexSorter::make(std::size_t rows, Make make, Take take) {
  if (m_current) m_current->stop.request_stop();
  m_current.reset();
  if (rows <= atOnce) {
    take(make({}));
    return;
  }
  m_current = std::make_shared<Ticket>();
  const QPointer<IndexSorter> self(this);
  QThreadPool::globalInstance()->start([self, ticket = m_current, make = std::move(make), take = std::move(take)] {
    auto order = std::make_shared<Order>(make(ticket->stop.get_token()));
    // The application's object takes the letter: the sorter may be gone when it arrives, which only its own thread can tell.
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [self, ticket, order, take] {
          if (!self || self->m_current != ticket) return;
          self->m_current.reset();
          take(std::move(*order));
        },
        Qt::QueuedConnection);
  });
}

}  // namespace shardwright::ui
