#include "ui/widgets/stepper.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <algorithm>
#include <functional>

#include "ui/theme/icons.h"

namespace shardwright::ui {

namespace {

constexpr double symbol = 12, beforeWord = 3, gap = 10;

bool isTelling(const Step& step) {
  return step.state == Step::State::Current || step.state == Step::State::Waiting || step.state == Step::State::Failed;
}

QFont fontOf(const Step& step) { return typeface(isTelling(step) ? Type::CaptionStrong : Type::Caption); }

double wordWidth(const Step& step) { return QFontMetricsF(fontOf(step)).horizontalAdvance(step.title); }

std::vector<StepPlace> placed(const std::vector<Step>& steps, const std::function<bool(const Step&)>& named,
                              const std::function<double(const Step&)>& wordWidth) {
  std::vector<StepPlace> places;
  double at = 0;
  for (const Step& step : steps) {
    const bool word = named(step);
    const double width = symbol + (word ? beforeWord + wordWidth(step) : 0);
    places.push_back({at, width, word});
    at += width + gap;
  }
  return places;
}

}  // namespace

QString stepIcon(Step::State state) {
  switch (state) {
    case Step::State::ToCome: return QStringLiteral("queued");
    case Step::State::Done: return QStringLiteral("ok");
    case Step::State::Current: return QStringLiteral("running");
    case Step::State::Waiting: return QStringLiteral("waiting");
    case Step::State::Failed: return QStringLiteral("failed");
    case Step::State::Skipped: return QStringLiteral("skipped");
  }
  return {};
}

QString stepWord(Step::State state) {
  const auto tr = [](const char* word) { return QCoreApplication::translate("Stepper", word); };
  switch (state) {
    case Step::State::ToCome: return tr("to come");
    case Step::State::Done: return tr("done");
    case Step::State::Current: return tr("under way");
    case Step::State::Waiting: return tr("waiting");
    case Step::State::Failed: return tr("failed");
    case Step::State::Skipped: return tr("skipped");
  }
  return {};
}

Ink stepInk(Step::State state) {
  switch (state) {
    case Step::State::Done: return Ink::Ok;
    case Step::State::Current: return Ink::Accent;
    case Step::State::Waiting: return Ink::Warn;
    case Step::State::Failed: return Ink::Danger;
    case Step::State::ToCome:
    case Step::State::Skipped: break;
  }
  return Ink::Text3;
}

QString stepsInWords(const std::vector<Step>& steps) {
  QStringList words;
  for (const Step& step : steps) words << step.title + QStringLiteral(": ") + stepWord(step.state);
  return words.join(QStringLiteral(", "));
}

std::vector<StepPlace> stepPlaces(const std::vector<Step>& steps, double width, const std::function<double(const Step&)>& wordWidth) {
  const auto everyWord = placed(steps, [](const Step&) { return true; }, wordWidth);
  if (everyWord.empty() || everyWord.back().left + everyWord.back().width <= width) return everyWord;
  return placed(steps, isTelling, wordWidth);
}

void paintSteps(QPainter& painter, const QRectF& rect, const std::vector<Step>& steps) {
  const auto places = stepPlaces(steps, rect.width(), wordWidth);
  for (std::size_t at = 0; at < steps.size(); ++at) {
    const Step& step = steps[at];
    const QColor colour = inked(stepInk(step.state));
    const double left = rect.left() + places[at].left;
    paintIcon(painter, QRectF(left, rect.center().y() - symbol / 2, symbol, symbol), stepIcon(step.state), colour);
    if (!places[at].named) continue;
    painter.setFont(fontOf(step));
    painter.setPen(colour);
    painter.drawText(QRectF(left + symbol + beforeWord, rect.top(), places[at].width, rect.height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, step.title);
  }
}

double stepsWidth(const std::vector<Step>& steps) {
  double width = 0;
  for (const Step& step : steps) width += symbol + beforeWord + wordWidth(step) + gap;
  return std::max(0.0, width - gap);
}

}  // namespace shardwright::ui
