// ThrottleControl: how many rows a second a run may copy - a slider on a logarithmic scale, a number, presets - and beside
// it what was asked and what is in force. A change counts once it is let go of.
#pragma once

#include <QWidget>
#include <cstdint>
#include <optional>

class QPushButton;
class QSlider;
class QSpinBox;

namespace shardwright::ui {

class Text;

// Positions of the slider: from 0, which is the lowest rate, to `throttleTop`, which is no limit. Equal steps are equal factors.
inline constexpr int throttleTop = 200;
inline constexpr std::int64_t lowestThrottle = 10, highestThrottle = 10'000'000;  // rows a second
std::int64_t throttleAt(int position);      // 0: no limit
int throttlePosition(std::int64_t rate);    // 0 or less: no limit

class ThrottleControl : public QWidget {
  Q_OBJECT

 public:
  explicit ThrottleControl(const QString& name, QWidget* parent = nullptr);
  // `rate`: asked, or else in force; none: nobody knows. `words`: asked 100 k rows/s, in force 88 k rows/s.
  void show(std::optional<std::int64_t> rate, const QString& words);
  void allow(bool allowed, const QString& why);

 Q_SIGNALS:
  void asked(qint64 rowsPerSecond);  // 0: no limit
  void considered(qint64 rowsPerSecond);  // while it is being moved

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void consider(std::int64_t rate);
  void change(std::int64_t rate);
  void ask(std::int64_t rate);

  QSlider* m_slider;
  QSpinBox* m_number;
  QList<QPushButton*> m_presets;
  Text *m_words, *m_why;
  std::optional<std::int64_t> m_shown;
};

}  // namespace shardwright::ui
