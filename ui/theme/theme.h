// Theme: the one place where colours, type, spacing and icons of the window are decided. Every painter asks it; no colour
// is written anywhere else. The tokens are those of the design: meaning and measure, never the identity of a shard.
//
// One object a program, of the window's thread. It follows the lightness of the system's palette unless told otherwise, and
// says so with changed(); widgets that keep nothing coloured need only repaint, which QApplication::setPalette causes.
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPalette>
#include <array>

namespace shardwright::ui {

enum class Ink {
  Background,  // page
  Surface,     // cards, rail, bars
  Sunken,      // group rows, empty parts of bars
  Border,      // 1 px lines
  Text, Text2, Text3,  // first, second, third reading
  Accent, AccentWeak, OnAccent,  // selection, the one primary action of a page
  Ok, Warn, Danger,              // state, always with symbol and word
  Move, Split, Removed,          // the diff of a plan
};
inline constexpr int inkCount = 16;

enum class Type { Body, Strong, Title, Section, Figure, Caption, CaptionStrong, Mono };

// The grid of 4, and the sizes that repeat, in logical pixels.
namespace grid {
inline constexpr int hair = 1, xs = 4, s = 8, m = 12, l = 16, xl = 20;
inline constexpr int radius = 8, smallRadius = 5;
inline constexpr int row = 30, tallRow = 44;   // tables, 44 with a second line
inline constexpr int control = 30, icon = 16;  // height of buttons and fields
}  // namespace grid

class Theme : public QObject {
  Q_OBJECT

 public:
  enum class Mode { System, Light, Dark };

  static Theme& instance();  // made on first use, which must be after the application's object

  // Gives the application this style, palette and font. Once, before the first widget.
  void install();

  Mode mode() const { return m_mode; }
  void setMode(Mode mode);
  bool isDark() const { return m_dark; }

  QColor colour(Ink ink) const { return colour(ink, m_dark); }
  static QColor colour(Ink ink, bool dark);
  // `share` of `ink` over `ground`: washes that stay opaque.
  QColor mixed(Ink ink, Ink ground, double share) const;
  QColor disabledIcon() const { return mixed(Ink::Text3, Ink::Surface, 0.75); }  // still to be made out: 3:1 on the surface
  // Heat from 0 (dark) to 1 (bright): cividis, the same in both modes. No data is a hatch, never a colour of this map.
  static QColor heat(double share);

  QFont font(Type type) const;
  QPalette palette() const;

  // An icon of resources/icons, drawn in the ink that is asked for, whatever the mode at that time.
  QIcon icon(const QString& name, Ink ink = Ink::Text2) const;

 Q_SIGNALS:
  void changed();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  Theme();
  void follow();

  Mode m_mode = Mode::System;
  bool m_systemDark = false;
  bool m_dark = false;
  QString m_sans, m_mono;
};

inline QColor inked(Ink ink) { return Theme::instance().colour(ink); }
inline QFont typeface(Type type) { return Theme::instance().font(type); }

}  // namespace shardwright::ui
