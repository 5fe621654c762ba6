#include "ui/theme/theme.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <algorithm>
#include <cmath>

#include "ui/theme/icons.h"
#include "ui/theme/style.h"

// Outside every namespace, as the macro wants it.
static void loadIcons() { Q_INIT_RESOURCE(icons); }

namespace shardwright::ui {

namespace {

struct Token {
  Ink ink;
  QRgb light, dark;
};

constexpr std::array<Token, inkCount> tokens = {{
    {Ink::Background, 0xF4F5F8, 0x13161B},
    {Ink::Surface, 0xFFFFFF, 0x1A1E25},
    {Ink::Sunken, 0xEBEEF3, 0x0F1216},
    {Ink::Border, 0xD3D8E0, 0x323A46},
    {Ink::Text, 0x1A2230, 0xE9ECF1},
    {Ink::Text2, 0x475264, 0xB7C0CD},
    {Ink::Text3, 0x5F6B7D, 0x929DAD},
    {Ink::Accent, 0x1D5BC9, 0x82B1FF},
    {Ink::AccentWeak, 0xE1EBFC, 0x22324D},
    {Ink::OnAccent, 0xFFFFFF, 0x0B1A33},
    {Ink::Ok, 0x0A6E58, 0x52CBA9},
    {Ink::Warn, 0x8A5200, 0xF1B75F},
    {Ink::Danger, 0xB3261E, 0xFF8F86},
    {Ink::Move, 0x00687A, 0x5CC8DA},
    {Ink::Split, 0x6447B5, 0xB9A3FF},
    {Ink::Removed, 0xA8410C, 0xFF9E6B},
}};

// Cividis (Nuñez, Anderton, Renslow 2018) at 17 even places; between them it is straight enough for the eye.
constexpr std::array<QRgb, 17> cividis = {0x00224E, 0x002D67, 0x123570, 0x273F6D, 0x38486B, 0x47526B, 0x555B6C, 0x62656F, 0x6F6F73,
                                          0x7E7A78, 0x8D8578, 0x9D9075, 0xAE9C71, 0xC0A96A, 0xD2B65F, 0xE6C551, 0xFEE838};

QString firstInstalled(const QStringList& families, QFontDatabase::SystemFont otherwise) {
  for (const QString& family : families)
    if (QFontDatabase::hasFamily(family)) return family;
  return QFontDatabase::systemFont(otherwise).family();
}

QColor between(const QColor& a, const QColor& b, double share) {
  const auto mix = [share](int from, int to) { return static_cast<int>(std::lround(from + (to - from) * share)); };
  return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

}  // namespace

Theme& Theme::instance() {
  static Theme* const theme = new Theme;  // lives as long as the program: widgets may ask while they are destroyed
  return *theme;
}

Theme::Theme() {
  loadIcons();
  m_sans = firstInstalled({"Inter", "DejaVu Sans"}, QFontDatabase::GeneralFont);
  m_mono = firstInstalled({"DejaVu Sans Mono"}, QFontDatabase::FixedFont);
}

void Theme::install() {
  m_systemDark = QApplication::palette().color(QPalette::Window).lightness() < 128;
  qApp->installEventFilter(this);
  QApplication::setStyle(new Style);
  QApplication::setFont(font(Type::Body));
  m_dark = m_systemDark;
  QApplication::setPalette(palette());
}

void Theme::setMode(Mode mode) {
  m_mode = mode;
  follow();
}

void Theme::follow() {
  const bool dark = m_mode == Mode::System ? m_systemDark : m_mode == Mode::Dark;
  if (dark == m_dark) return;
  m_dark = dark;
  QApplication::setPalette(palette());
  Q_EMIT changed();
}

bool Theme::eventFilter(QObject* watched, QEvent* event) {
  if (watched == qApp && event->type() == QEvent::ThemeChange) {
    m_systemDark = QApplication::style()->standardPalette().color(QPalette::Window).lightness() < 128;
    follow();
  }
  return QObject::eventFilter(watched, event);
}

QColor Theme::colour(Ink ink, bool dark) {
  const Token& token = tokens[static_cast<std::size_t>(ink)];
  return QColor(dark ? token.dark : token.light);
}

QColor Theme::mixed(Ink ink, Ink ground, double share) const { return between(colour(ground), colour(ink), share); }

QColor Theme::heat(double share) {
  const double place = std::clamp(share, 0.0, 1.0) * (cividis.size() - 1);
  const auto index = std::min(static_cast<std::size_t>(place), cividis.size() - 2);
  return between(QColor(cividis[index]), QColor(cividis[index + 1]), place - static_cast<double>(index));
}

QFont Theme::font(Type type) const {
  QFont font(type == Type::Mono ? m_mono : m_sans);
  font.setPointSizeF(10);
  font.setStyleHint(type == Type::Mono ? QFont::Monospace : QFont::SansSerif);
  switch (type) {
    case Type::Body: break;
    case Type::Mono: font.setPointSizeF(9); break;
    case Type::Strong:
    case Type::Section: font.setWeight(QFont::DemiBold); break;
    case Type::Title: font.setPointSizeF(14); font.setWeight(QFont::DemiBold); break;
    case Type::Figure: font.setPointSizeF(16); font.setWeight(QFont::DemiBold); break;
    case Type::Caption: font.setPointSizeF(9); break;
    case Type::CaptionStrong: font.setPointSizeF(9); font.setWeight(QFont::DemiBold); break;
  }
  return font;
}

QPalette Theme::palette() const {
  QPalette palette;
  const auto set = [&](QPalette::ColorRole role, Ink ink) { palette.setColor(role, colour(ink)); };
  set(QPalette::Window, Ink::Background);
  set(QPalette::WindowText, Ink::Text);
  set(QPalette::Base, Ink::Surface);
  set(QPalette::AlternateBase, Ink::Sunken);
  set(QPalette::Text, Ink::Text);
  set(QPalette::Button, Ink::Surface);
  set(QPalette::ButtonText, Ink::Text);
  set(QPalette::BrightText, Ink::Danger);
  set(QPalette::PlaceholderText, Ink::Text3);
  set(QPalette::Highlight, Ink::Accent);
  set(QPalette::HighlightedText, Ink::OnAccent);
  set(QPalette::Link, Ink::Accent);
  set(QPalette::LinkVisited, Ink::Accent);
  set(QPalette::ToolTipBase, Ink::Surface);
  set(QPalette::ToolTipText, Ink::Text);
  set(QPalette::Light, Ink::Surface);
  set(QPalette::Midlight, Ink::Sunken);
  set(QPalette::Mid, Ink::Border);
  set(QPalette::Dark, Ink::Border);
  set(QPalette::Shadow, Ink::Border);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, colour(Ink::Text3));
  return palette;
}

QIcon Theme::icon(const QString& name, Ink ink) const { return QIcon(new IconEngine(name, ink)); }

}  // namespace shardwright::ui
