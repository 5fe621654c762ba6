// IndexSorter: puts the row numbers of a big table into order on a worker, so that the window's thread never sorts more than
// a screenful of work. Small tables are sorted at once. A newer request makes an older one worthless.
#pragma once

#include <QObject>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace shardwright::ui {

class IndexSorter : public QObject {
  Q_OBJECT

 public:
  using Order = std::vector<std::uint32_t>;
  using Make = std::function<Order(std::stop_token)>;  // touches only what it owns
  using Take = std::function<void(Order)>;             // on the window's thread

  explicit IndexSorter(QObject* parent) : QObject(parent) {}
  ~IndexSorter() override;

  void make(std::size_t rows, Make make, Take take);
  bool isSorting() const { return m_current != nullptr; }

  static constexpr std::size_t atOnce = 20'000;  // rows

 private:
  struct Ticket {
    std::stop_source stop;
  };
  std::shared_ptr<Ticket> m_current;
};

}  // namespace shardwright::ui
