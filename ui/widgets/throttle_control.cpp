#include "ui/widgets/throttle_control.h"

#include <QHBoxLayout>
#include <QEvent>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr std::array<std::int64_t, 4> presets = {1'000, 10'000, 100'000, 0};
constexpr int highestNumber = static_cast<int>(highestThrottle);

double span() { return std::log(static_cast<double>(highestThrottle) / static_cast<double>(lowestThrottle)); }

}  // namespace

std::int64_t throttleAt(int position) {
  if (position >= throttleTop) return 0;
  const double exact = static_cast<double>(lowestThrottle) * std::exp(span() * std::max(0, position) / (throttleTop - 1));
  // Two figures: what a hand on a slider means.
  const double unit = std::pow(10, std::floor(std::log10(exact)) - 1);
  return static_cast<std::int64_t>(std::llround(std::round(exact / unit) * unit));
}

int throttlePosition(std::int64_t rate) {
  if (rate <= 0) return throttleTop;
  const double share = std::log(static_cast<double>(std::clamp(rate, lowestThrottle, highestThrottle)) / static_cast<double>(lowestThrottle)) / span();
  return static_cast<int>(std::lround(share * (throttleTop - 1)));
}

ThrottleControl::ThrottleControl(const QString& name, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::s);
  m_words = new Text(Type::Body, Ink::Text2);
  m_words->setObjectName(name + QStringLiteral(".words"));
  m_words->setWordWrap(true);
  m_slider = new QSlider(Qt::Horizontal);
  m_slider->setObjectName(name + QStringLiteral(".slider"));
  m_slider->setAccessibleName(tr("Rows a second, logarithmic; the right end is no limit"));
  m_slider->setToolTip(m_slider->accessibleName());
  m_slider->setRange(0, throttleTop);
  m_slider->setPageStep(20);
  m_number = new QSpinBox;
  m_number->setObjectName(name + QStringLiteral(".number"));
  m_number->setAccessibleName(tr("Rows a second for each move; 0 is no limit"));
  m_number->setRange(0, highestNumber);
  m_number->setSpecialValueText(tr("no limit"));
  m_number->setSuffix(tr(" rows/s"));
  m_number->setGroupSeparatorShown(true);
  m_number->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
  m_number->setKeyboardTracking(false);
  // One frame, that of every other field; arrow keys still step.
  m_number->setFrame(false);
  m_number->setButtonSymbols(QAbstractSpinBox::NoButtons);
  auto* const line = new QHBoxLayout;
  line->setSpacing(grid::xs);
  for (const std::int64_t rate : presets) {
    const QString word = rate == 0 ? tr("No limit") : QString::number(rate / 1000) + thinSpace + QLatin1Char('k');
    auto* const button = plainButton(QStringLiteral("%1.preset%2").arg(name).arg(rate), word);
    button->setAccessibleName(rate == 0 ? word : rateText(static_cast<double>(rate), tr("rows/s")));
    connect(button, &QPushButton::clicked, this, [this, rate] { ask(rate); });
    line->addWidget(button);
    m_presets << button;
  }
  m_why = new Text(Type::Caption, Ink::Text3);
  m_why->setWordWrap(true);
  all->addWidget(m_words);
  all->addWidget(m_slider);
  all->addWidget(m_number);
  all->addLayout(line);
  all->addWidget(m_why);
  all->addStretch();
  connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
    consider(throttleAt(position));
    Q_EMIT considered(throttleAt(position));
    if (!m_slider->isSliderDown()) change(throttleAt(position));
  });
  connect(m_slider, &QSlider::sliderReleased, this, [this] { change(throttleAt(m_slider->value())); });
  connect(m_number, &QSpinBox::editingFinished, this, [this] { change(m_number->value()); });
  m_slider->installEventFilter(this);
  m_number->installEventFilter(this);
}

// A page that is scrolled under the pointer must not change how fast a run goes.
bool ThrottleControl::eventFilter(QObject* watched, QEvent* event) {
  auto* const field = qobject_cast<QWidget*>(watched);
  if (event->type() != QEvent::Wheel || field == nullptr || field->hasFocus()) return QWidget::eventFilter(watched, event);
  event->ignore();
  return true;
}

void ThrottleControl::show(std::optional<std::int64_t> rate, const QString& words) {
  m_words->setText(words);
  // Whoever is setting it now is not interrupted.
  if (m_slider->isSliderDown() || m_number->hasFocus() || rate == m_shown) return;
  m_shown = rate;
  consider(rate.value_or(0));
}

void ThrottleControl::allow(bool allowed, const QString& why) {
  m_slider->setEnabled(allowed);
  m_number->setEnabled(allowed);
  for (QPushButton* preset : m_presets) ui::allow(preset, allowed, allowed ? QString() : why);
  m_slider->setAccessibleDescription(why);
  m_number->setAccessibleDescription(why);
  m_why->setText(why);
  m_why->setVisible(!why.isEmpty());
}

void ThrottleControl::consider(std::int64_t rate) {
  const QSignalBlocker slider(m_slider), number(m_number);
  m_slider->setValue(throttlePosition(rate));
  m_number->setValue(static_cast<int>(std::min<std::int64_t>(rate, highestNumber)));
}

// Leaving a field that nobody has touched is no wish.
void ThrottleControl::change(std::int64_t rate) {
  if (rate != m_shown.value_or(0)) ask(rate);
}

void ThrottleControl::ask(std::int64_t rate) {
  if (m_shown == rate) return;
  m_shown = rate;
  consider(rate);
  Q_EMIT asked(rate);
}

}  // namespace shardwright::ui
