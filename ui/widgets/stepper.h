// Stepper: the way of a move as steps - done, current, waiting, failed, skipped - each by symbol, word and ink. Layout and
// painting are plain functions, which tables' delegates and tests use.
#pragma once

#include <QFont>
#include <QPainter>
#include <QString>
#include <functional>
#include <vector>

#include "ui/theme/theme.h"

namespace shardwright::ui {

struct Step {
  enum class State { ToCome, Done, Current, Waiting, Failed, Skipped };
  QString title;
  State state = State::ToCome;
  friend bool operator==(const Step&, const Step&) = default;
};

QString stepIcon(Step::State state);
QString stepWord(Step::State state);  // done, under way, waiting, failed, skipped, to come
Ink stepInk(Step::State state);
// Copy: under way, 2 of 7. For people who do not see it.
QString stepsInWords(const std::vector<Step>& steps);

struct StepPlace {
  double left = 0, width = 0;  // pixels
  bool named = false;          // its word is drawn; where there is no room only the telling ones have theirs
};
// Where each step lies within `width`. `wordWidth`: of a step's word in the font of the steps.
std::vector<StepPlace> stepPlaces(const std::vector<Step>& steps, double width, const std::function<double(const Step&)>& wordWidth);

void paintSteps(QPainter& painter, const QRectF& rect, const std::vector<Step>& steps);
double stepsWidth(const std::vector<Step>& steps);  // with every word

}  // namespace shardwright::ui
