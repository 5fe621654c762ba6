// The colours of a map's picture, taken from the theme at the moment it is asked for, so that a worker can draw with them.
#pragma once

#include <qrgb.h>

#include "ui/theme/theme.h"
#include "ui/widgets/map_scene.h"

namespace shardwright::ui {

struct MapInk {
  QRgb surface, empty, hatch, hole, lost, moving, pin;
  HeatPalette heat;
  int pixel = 1;  // device pixels of a logical one
};

inline MapInk mapInk(const MapScene& scene, int pixel) {
  const Theme& theme = Theme::instance();
  MapInk ink;
  ink.surface = inked(Ink::Surface).rgb();
  ink.empty = inked(Ink::Sunken).rgb();
  ink.hatch = theme.mixed(Ink::Text3, Ink::Sunken, 0.35).rgb();
  ink.hole = theme.mixed(Ink::Text3, Ink::Sunken, 0.7).rgb();
  ink.lost = theme.mixed(Ink::Removed, Ink::Surface, 0.8).rgb();
  ink.moving = inked(Ink::Move).rgb();
  ink.pin = inked(Ink::Text).rgb();
  ink.heat = heatPalette(scene.heat(), scene.heat(), ink.empty);
  if (scene.input().colour == MapColour::Change) {
    ink.heat[MapScene::stayed] = theme.mixed(Ink::Text3, Ink::Surface, 0.3).rgb();
    ink.heat[MapScene::changed] = ink.moving;
  }
  ink.pixel = pixel;
  return ink;
}

// What fills a pixel that no heat fills: stripes of one direction for what is not measured, crossed ones for what belongs to
// nobody, dense ones for what is gone. `x`, `y` in device pixels of the picture.
enum class Pattern { None, NotMeasured, Nobody, Lost };
inline QRgb patterned(const MapInk& ink, Pattern pattern, int x, int y) {
  const int period = (pattern == Pattern::Lost ? 4 : 7) * ink.pixel;
  const bool stripe = (x + y) % period < ink.pixel;
  switch (pattern) {
    case Pattern::NotMeasured: return stripe ? ink.hatch : ink.empty;
    case Pattern::Nobody: return stripe || (x - y + 10'000 * period) % period < ink.pixel ? ink.hole : ink.empty;
    case Pattern::Lost: return stripe ? ink.lost : ink.surface;
    case Pattern::None: break;
  }
  return ink.empty;
}

}  // namespace shardwright::ui
