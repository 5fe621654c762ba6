// Tile: one figure of a page in large type, with what it is above it and what to think of it below.
#pragma once

#include "ui/theme/theme.h"
#include "ui/widgets/card.h"

namespace shardwright::ui {

class Text;
class Symbol;

class Tile : public Card {
  Q_OBJECT

 public:
  Tile(const QString& name, const QString& label, const QString& tip, QWidget* parent = nullptr);
  // `icon`, in the same ink as the note: state is never told by colour alone.
  void show(const QString& figure, const QString& note, Ink ink = Ink::Text3, const QString& icon = {});

 private:
  QString m_label;
  Text *m_figure, *m_note;
  Symbol* m_symbol;
};

}  // namespace shardwright::ui
