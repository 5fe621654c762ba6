#include "ui/widgets/shard_fields.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <algorithm>

#include "ui/theme/format.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr ShardState states[] = {ShardState::Active, ShardState::Draining, ShardState::ReadOnly};

// Bytes as a person would type them: whole units where it is exactly so.
QString sizeText(std::int64_t bytes) {
  constexpr std::pair<std::int64_t, const char*> units[] = {{std::int64_t{1} << 40, "TiB"}, {std::int64_t{1} << 30, "GiB"}, {std::int64_t{1} << 20, "MiB"}, {std::int64_t{1} << 10, "KiB"}};
  for (const auto& [unit, name] : units)
    if (bytes >= unit && bytes % unit == 0) return QString::number(bytes / unit) + QString::fromLatin1(name);
  return QString::number(bytes);
}

}  // namespace

ShardFields::ShardFields(const QString& name, Kind kind, QWidget* parent) : QWidget(parent), m_kind(kind) {
  setObjectName(name);
  auto* const all = new QGridLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setHorizontalSpacing(grid::m);
  all->setVerticalSpacing(grid::xs);
  if (kind == Kind::New) {
    addLine(*all, QStringLiteral("name"), tr("Name"), tr("s4"));
    addLine(*all, QStringLiteral("url"), tr("Address"), tr("sqlite:///path/file.db"));
  }
  addLine(*all, QStringLiteral("capacity"), tr("Capacity"), tr("not declared; 80GB"));
  addLine(*all, QStringLiteral("weight"), tr("Weight"), tr("1"));
  addLine(*all, QStringLiteral("zone"), tr("Zone"), tr("none"));
  if (kind == Kind::Existing) {
    m_state = new QComboBox;
    m_state->setObjectName(name + QStringLiteral(".state"));
    m_state->setAccessibleName(tr("State"));
    for (const ShardState state : states) m_state->addItem(text(shardStateName(state)));
    place(*all, tr("State"), m_state, nullptr);
    connect(m_state, &QComboBox::activated, this, &ShardFields::read);
  }
}

// A new shard's fields stand under each other; the few of an existing one in two columns.
void ShardFields::place(QGridLayout& all, const QString& label, QWidget* field, QWidget* problem) {
  const int columns = m_kind == Kind::New ? 1 : 2;
  const int row = 2 * (m_placed / columns), column = 2 * (m_placed % columns);
  ++m_placed;
  all.addWidget(new Text(Type::Body, Ink::Text2, label), row, column);
  all.addWidget(field, row, column + 1);
  all.setColumnStretch(column + 1, 1);
  if (problem != nullptr) all.addWidget(problem, row + 1, column + 1);
}

QLineEdit* ShardFields::addLine(QGridLayout& all, const QString& setting, const QString& label, const QString& hint) {
  auto* const line = new QLineEdit;
  line->setObjectName(objectName() + QLatin1Char('.') + setting);
  line->setAccessibleName(label);
  line->setPlaceholderText(hint);
  auto* const problem = new Text(Type::Caption, Ink::Danger);
  problem->setObjectName(line->objectName() + QStringLiteral(".problem"));
  problem->setWordWrap(true);
  problem->hide();
  place(all, label, line, problem);
  m_lines[setting] = line;
  m_problems[setting] = problem;
  connect(line, &QLineEdit::textEdited, this, &ShardFields::read);
  connect(line, &QLineEdit::returnPressed, this, &ShardFields::submitted);
  return line;
}

QString ShardFields::value(const QString& setting) const {
  if (setting == QStringLiteral("state")) return m_state->currentText();
  return m_lines.at(setting)->text().trimmed();
}

void ShardFields::show(const Shard& shard) {
  m_before = shard;
  if (m_kind == Kind::New) {
    m_lines[QStringLiteral("name")]->setText(text(shard.id.text()));
    m_lines[QStringLiteral("url")]->setText(text(shard.url));
  } else {
    m_state->setCurrentText(text(shardStateName(shard.state)));
  }
  m_lines[QStringLiteral("capacity")]->setText(shard.capacity ? sizeText(*shard.capacity) : QString());
  m_lines[QStringLiteral("weight")]->setText(QString::number(shard.weight));
  m_lines[QStringLiteral("zone")]->setText(text(shard.zone));
  for (const auto& [setting, problem] : m_problems) problem->hide();
  m_shard = m_kind == Kind::Existing ? std::optional(shard) : std::nullopt;
}

void ShardFields::setEnabledFields(bool enabled) {
  for (const auto& [setting, line] : m_lines) line->setEnabled(enabled);
  if (m_state != nullptr) m_state->setEnabled(enabled);
}

void ShardFields::setAddress(const QString& url) {
  m_lines[QStringLiteral("url")]->setText(url);
  read();
}

void ShardFields::complain(const QString& setting, const QString& sentence) {
  Text* const problem = m_problems.at(setting);
  problem->setText(sentence);
  problem->setVisible(!sentence.isEmpty());
  m_lines.at(setting)->setAccessibleDescription(sentence);
}

// What is empty is not wrong yet; it only keeps the shard from being complete.
void ShardFields::read() {
  Shard shard = m_before;
  bool whole = true;
  const auto set = [&](const QString& setting, const QString& typed) {
    const Done done = applySettings(shard, {{setting.toStdString(), typed.toStdString()}});
    complain(setting, done ? QString() : asSentence(done.error().message()));
    whole = whole && done.has_value();
  };
  for (const QString& setting : {QStringLiteral("capacity"), QStringLiteral("zone")}) set(setting, value(setting));
  if (value(QStringLiteral("weight")).isEmpty()) {
    shard.weight = 1;
    complain(QStringLiteral("weight"), {});
  } else {
    set(QStringLiteral("weight"), value(QStringLiteral("weight")));
  }
  if (m_kind == Kind::Existing) {
    shard.state = states[std::max(0, m_state->currentIndex())];
  } else {
    const QString name = value(QStringLiteral("name"));
    shard.id = ShardId(name.toStdString());
    const Done named = name.isEmpty() ? Done() : checkName("shard", name.toStdString());
    const bool taken = std::ranges::find(m_taken, shard.id) != m_taken.end();
    complain(QStringLiteral("name"), !named ? asSentence(named.error().message()) : taken ? tr("There is a shard %1 already.").arg(name) : QString());
    whole = whole && named && !taken && !name.isEmpty();
    if (value(QStringLiteral("url")).isEmpty()) {
      complain(QStringLiteral("url"), {});
      whole = false;
    } else {
      set(QStringLiteral("url"), value(QStringLiteral("url")));
    }
  }
  m_shard = whole ? std::optional(shard) : std::nullopt;
  Q_EMIT edited();
}

ShardSettings ShardFields::changes() const {
  ShardSettings changes;
  if (!m_shard) return changes;
  if (m_shard->capacity != m_before.capacity) changes.emplace_back("capacity", value(QStringLiteral("capacity")).toStdString());
  if (m_shard->weight != m_before.weight) changes.emplace_back("weight", value(QStringLiteral("weight")).isEmpty() ? "1" : value(QStringLiteral("weight")).toStdString());
  if (m_shard->zone != m_before.zone) changes.emplace_back("zone", m_shard->zone);
  if (m_shard->state != m_before.state) changes.emplace_back("state", std::string(shardStateName(m_shard->state)));
  return changes;
}

}  // namespace shardwright::ui
