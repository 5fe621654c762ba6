// ShardFields: capacity, weight, zone and - where asked for - name, address and state of a shard, each with what is wrong
// with it beside it, as core says it.
#pragma once

#include <QWidget>
#include <map>
#include <optional>

#include "core/manager/shard_verbs.h"

class QComboBox;
class QGridLayout;
class QLineEdit;

namespace shardwright::ui {

class Text;

class ShardFields : public QWidget {
  Q_OBJECT

 public:
  enum class Kind { New, Existing };  // New: name and address too; Existing: the state
  ShardFields(const QString& name, Kind kind, QWidget* parent = nullptr);

  void show(const Shard& shard);
  // As typed, with what is wrong shown; none: something is wrong, or missing.
  std::optional<Shard> shard() const { return m_shard; }
  ShardSettings changes() const;  // against what was shown; of an existing shard
  bool isTouched() const { return !changes().empty(); }
  void setTaken(std::vector<ShardId> names) { m_taken = std::move(names); }  // New: of other shards
  void setEnabledFields(bool enabled);
  void setAddress(const QString& url);

 Q_SIGNALS:
  void edited();
  void submitted();  // Return

 private:
  void place(QGridLayout& grid, const QString& label, QWidget* field, QWidget* problem);
  QLineEdit* addLine(QGridLayout& grid, const QString& setting, const QString& label, const QString& hint);
  void read();
  void complain(const QString& setting, const QString& sentence);
  QString value(const QString& setting) const;

  Kind m_kind;
  Shard m_before;
  std::optional<Shard> m_shard;
  std::vector<ShardId> m_taken;
  std::map<QString, QLineEdit*> m_lines;
  std::map<QString, Text*> m_problems;
  QComboBox* m_state = nullptr;
  int m_placed = 0;  // fields
};

}  // namespace shardwright::ui
