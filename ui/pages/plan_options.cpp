#include "ui/pages/plan_options.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/text.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/goal_choice.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

enum Part { Shards, What, Range, Key, At, To, Metrics, Threshold, MaxBytes, MaxMoves };

struct Goal {
  const char *name, *icon, *title, *about;
  QList<Part> parts;
};

const QList<Goal>& goals() {
  static const QList<Goal> all{
      {"balance", "load", QT_TRANSLATE_NOOP("plan", "Balance"), QT_TRANSLATE_NOOP("plan", "Evens out the load with the fewest bytes moved."), {Metrics, Threshold, MaxBytes, MaxMoves}},
      {"drain", "drain", QT_TRANSLATE_NOOP("plan", "Drain"), QT_TRANSLATE_NOOP("plan", "Empties shards, so that they can be taken away."), {Shards, Metrics, Threshold, MaxBytes, MaxMoves}},
      {"add", "plus", QT_TRANSLATE_NOOP("plan", "Add"), QT_TRANSLATE_NOOP("plan", "Gives new shards their part of the load."), {Shards, Metrics, Threshold, MaxBytes, MaxMoves}},
      {"move", "move", QT_TRANSLATE_NOOP("plan", "Move"), QT_TRANSLATE_NOOP("plan", "Takes one range or one key to another shard."), {What, Range, Key, To}},
      {"split", "split", QT_TRANSLATE_NOOP("plan", "Split"), QT_TRANSLATE_NOOP("plan", "Cuts a range in two; no row moves."), {Range, At}},
      {"merge", "merge", QT_TRANSLATE_NOOP("plan", "Merge"), QT_TRANSLATE_NOOP("plan", "Joins neighbouring ranges on one shard."), {Range, To}},
      {"isolate", "isolate", QT_TRANSLATE_NOOP("plan", "Isolate"), QT_TRANSLATE_NOOP("plan", "Puts one hot key on a shard of its own choice, as a pin."), {Key, To}},
  };
  return all;
}

QString word(const char* words) { return QCoreApplication::translate("plan", words); }

constexpr const char* metricNames[3] = {"bytes", "rows", "ops"};

}  // namespace

PlanOptionsForm::PlanOptionsForm(QWidget* parent) : QWidget(parent) {
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  all->addWidget(makeGoals());
  m_about = new Text(Type::Body, Ink::Text2);
  m_about->setWordWrap(true);
  all->addWidget(m_about);
  m_form = new QFormLayout;
  m_form->setHorizontalSpacing(grid::m);
  m_form->setVerticalSpacing(grid::s);
  m_form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
  m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  all->addLayout(m_form);
  all->addStretch();
  makeFields();
  follow();
}

QWidget* PlanOptionsForm::makeGoals() {
  auto* const box = new QWidget;
  auto* const lines = new QGridLayout(box);
  lines->setContentsMargins(0, 0, 0, 0);
  lines->setSpacing(grid::xs);
  m_goals = new QButtonGroup(this);
  for (int at = 0; at < goals().size(); ++at) {
    const Goal& goal = goals()[at];
    auto* const choice = new GoalChoice(QStringLiteral("plans.builder.goal.") + QLatin1String(goal.name), QLatin1String(goal.icon), word(goal.title));
    choice->setToolTip(word(goal.about));
    choice->setAccessibleDescription(word(goal.about));
    m_goals->addButton(choice, at);
    lines->addWidget(choice, at / 4, at % 4);
  }
  m_goals->button(0)->setChecked(true);
  connect(m_goals, &QButtonGroup::idToggled, this, [this](int, bool checked) {
    if (checked) follow();
  });
  return box;
}

QWidget* PlanOptionsForm::row(const QString& label, QWidget* field, const QString& thing) {
  field->setObjectName(QStringLiteral("plans.builder.") + thing);
  field->setAccessibleName(label);
  auto* const words = new Text(Type::Body, Ink::Text2, label);
  words->setBuddy(field);
  m_form->addRow(words, field);
  return field;
}

void PlanOptionsForm::makeFields() {
  m_shards = new QListWidget;
  m_shards->setMaximumHeight(112);
  row(tr("Shards"), m_shards, QStringLiteral("shards"));
  m_what = new QComboBox;
  m_what->addItems({tr("A range"), tr("One key")});
  row(tr("What"), m_what, QStringLiteral("what"));
  m_range = new QLineEdit;
  m_range->setPlaceholderText(tr("A..B, from included until excluded"));
  row(tr("Range"), m_range, QStringLiteral("range"));
  m_key = new QLineEdit;
  row(tr("Key"), m_key, QStringLiteral("key"));
  m_at = new QLineEdit;
  m_at->setPlaceholderText(tr("where the load halves"));
  row(tr("At"), m_at, QStringLiteral("at"));
  m_to = new QComboBox;
  m_to->addItem(tr("The shard with the most room"));
  row(tr("To"), m_to, QStringLiteral("to"));
  m_metricRow = new QWidget;
  auto* const metrics = new QHBoxLayout(m_metricRow);
  metrics->setContentsMargins(0, 0, 0, 0);
  metrics->setSpacing(grid::m);
  const QString names[3] = {tr("Bytes"), tr("Rows"), tr("Accesses")};
  for (int at = 0; at < 3; ++at) {
    m_metrics[at] = new QCheckBox(names[at]);
    m_metrics[at]->setObjectName(QStringLiteral("plans.builder.metric.") + QLatin1String(metricNames[at]));
    m_metrics[at]->setAccessibleName(tr("Balance %1").arg(names[at]));
    m_metrics[at]->setChecked(at < 2);
    metrics->addWidget(m_metrics[at]);
    connect(m_metrics[at], &QCheckBox::toggled, this, &PlanOptionsForm::follow);
  }
  metrics->addStretch();
  row(tr("Balance"), m_metricRow, QStringLiteral("metrics"));
  m_threshold = new QDoubleSpinBox;
  m_threshold->setRange(0, 1000);
  m_threshold->setDecimals(1);
  m_threshold->setSuffix(QString(thinSpace) + QLatin1Char('%'));
  m_threshold->setValue(5);
  m_threshold->setToolTip(tr("How far above its proven bound the highest utilisation may stay; the fewest bytes that reach it are moved."));
  row(tr("Threshold"), m_threshold, QStringLiteral("threshold"));
  m_maxBytes = new QLineEdit;
  m_maxBytes->setPlaceholderText(tr("no limit; such as 20 GB"));
  row(tr("At most"), m_maxBytes, QStringLiteral("maxBytes"));
  m_maxMoves = new QSpinBox;
  m_maxMoves->setRange(0, 1'000'000);
  m_maxMoves->setSpecialValueText(tr("no limit"));
  m_maxMoves->setSuffix(tr(" moves"));
  row(tr("At most"), m_maxMoves, QStringLiteral("maxMoves"));

  connect(m_shards, &QListWidget::itemChanged, this, &PlanOptionsForm::follow);
  for (QComboBox* box : {m_what, m_to}) connect(box, &QComboBox::currentIndexChanged, this, &PlanOptionsForm::follow);
  for (QLineEdit* field : {m_range, m_key, m_at, m_maxBytes}) connect(field, &QLineEdit::textChanged, this, &PlanOptionsForm::follow);
  connect(m_threshold, &QDoubleSpinBox::valueChanged, this, &PlanOptionsForm::follow);
  connect(m_maxMoves, &QSpinBox::valueChanged, this, &PlanOptionsForm::follow);
}

QString PlanOptionsForm::goal() const { return QLatin1String(goals()[std::max(0, m_goals->checkedId())].name); }

// Shows what the goal takes, and says that something changed.
void PlanOptionsForm::follow() {
  if (m_quiet) return;
  const Goal& goal = goals()[std::max(0, m_goals->checkedId())];
  m_about->setText(word(goal.about));
  const bool key = m_what->currentIndex() == 1;
  for (int part = Shards; part <= MaxMoves; ++part) {
    bool wanted = goal.parts.contains(static_cast<Part>(part));
    if (goal.parts.contains(What)) wanted = wanted && !(part == Range && key) && !(part == Key && !key);
    m_form->setRowVisible(part, wanted);
  }
  if (goal.parts.contains(Range) && m_range->text().isEmpty() && !m_suggested.isEmpty()) {
    m_range->setText(std::exchange(m_suggested, {}));
    return;
  }
  Q_EMIT changed();
}

void PlanOptionsForm::showShards(const std::vector<Shard>& shards) {
  QStringList names, known;
  for (const Shard& shard : shards) names << text(shard.id.text());
  for (int at = 0; at < m_shards->count(); ++at) known << m_shards->item(at)->text();
  if (names == known) return;
  const PlanRequest kept = request();
  const QString to = m_to->currentIndex() > 0 ? m_to->currentText() : QString();
  m_quiet = true;
  m_shards->clear();
  for (const QString& name : names) {
    auto* const item = new QListWidgetItem(name, m_shards);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
    const bool chosen = std::ranges::find(m_wanted, name.toStdString()) != m_wanted.end() || std::ranges::find(kept.shards, name.toStdString()) != kept.shards.end();
    item->setCheckState(chosen ? Qt::Checked : Qt::Unchecked);
  }
  while (m_to->count() > 1) m_to->removeItem(1);
  m_to->addItems(names);
  m_to->setCurrentIndex(std::max(0, m_to->findText(to)));
  m_quiet = false;
  follow();
}

void PlanOptionsForm::fill(const PlanRequest& request) {
  m_quiet = true;
  for (int at = 0; at < goals().size(); ++at)
    if (request.goal == goals()[at].name) m_goals->button(at)->setChecked(true);
  m_wanted = request.shards;
  for (int at = 0; at < m_shards->count(); ++at) {
    const bool chosen = std::ranges::find(request.shards, m_shards->item(at)->text().toStdString()) != request.shards.end();
    m_shards->item(at)->setCheckState(chosen ? Qt::Checked : Qt::Unchecked);
  }
  m_what->setCurrentIndex(request.key ? 1 : 0);
  m_range->setText(text(request.range.value_or("")));
  m_key->setText(text(request.key.value_or("")));
  m_at->setText(request.at.empty() ? QString() : text(request.at.front()));
  m_to->setCurrentIndex(request.to ? std::max(0, m_to->findText(text(*request.to))) : 0);
  for (int at = 0; at < 3; ++at) {
    const bool named = std::ranges::find(request.metrics, metricNames[at]) != request.metrics.end();
    m_metrics[at]->setChecked(request.metrics.empty() ? at < 2 : named);
  }
  m_threshold->setValue(request.threshold * 100);
  m_maxBytes->setText(request.maxBytes ? QString::number(*request.maxBytes) : QString());
  m_maxMoves->setValue(static_cast<int>(request.maxMoves.value_or(0)));
  m_quiet = false;
  follow();
}

PlanRequest PlanOptionsForm::request() const {
  const Goal& goal = goals()[std::max(0, m_goals->checkedId())];
  const auto takes = [&](Part part) { return goal.parts.contains(part); };
  const auto written = [](const QLineEdit* field) { return field->text().trimmed().toStdString(); };
  const bool key = takes(What) ? m_what->currentIndex() == 1 : true;
  PlanRequest request;
  request.goal = goal.name;
  if (takes(Shards))
    for (int at = 0; at < m_shards->count(); ++at)
      if (m_shards->item(at)->checkState() == Qt::Checked) request.shards.push_back(m_shards->item(at)->text().toStdString());
  if (takes(Range) && !(takes(What) && key) && !written(m_range).empty()) request.range = written(m_range);
  if (takes(Key) && key && !written(m_key).empty()) request.key = written(m_key);
  if (takes(At) && !written(m_at).empty()) request.at = {written(m_at)};
  if (takes(To) && m_to->currentIndex() > 0) request.to = m_to->currentText().toStdString();
  if (takes(Metrics))
    for (int at = 0; at < 3; ++at)
      if (m_metrics[at]->isChecked()) request.metrics.emplace_back(metricNames[at]);
  if (takes(Threshold)) request.threshold = m_threshold->value() / 100;
  if (takes(MaxBytes) && !written(m_maxBytes).empty()) request.maxBytes = parseSize(written(m_maxBytes));
  if (takes(MaxMoves) && m_maxMoves->value() > 0) request.maxMoves = m_maxMoves->value();
  return request;
}

QString PlanOptionsForm::missing() const {
  const Goal& goal = goals()[std::max(0, m_goals->checkedId())];
  const PlanRequest asked = request();
  if (goal.parts.contains(Shards) && asked.shards.empty()) return tr("Choose the shards.");
  if (goal.parts.contains(Metrics) && asked.metrics.empty()) return tr("Choose what is balanced.");
  if (goal.parts.contains(What) && !asked.range && !asked.key) return m_what->currentIndex() == 1 ? tr("Write the key.") : tr("Write the range, or choose one on Shard map.");
  if (goal.parts.contains(Range) && !goal.parts.contains(What) && !asked.range) return tr("Write the range, or choose one on Shard map.");
  if (goal.parts.contains(Key) && !goal.parts.contains(What) && !asked.key) return tr("Write the key.");
  const QString size = m_maxBytes->text().trimmed();
  if (goal.parts.contains(MaxBytes) && !size.isEmpty() && !asked.maxBytes) return tr("\"%1\" is no size; write bytes, or a number with a unit such as 2 GB.").arg(size);
  return {};
}

QStringList createWords(const KeyspaceName& keyspace, const PlanRequest& request) {
  QStringList words{QStringLiteral("plan"), QStringLiteral("create"), text(keyspace.text()), QStringLiteral("--goal"), text(request.goal)};
  const auto add = [&](const char* option, const std::string& value) { words << QLatin1String(option) << text(value); };
  for (const std::string& shard : request.shards) add("--shard", shard);
  if (request.range) add("--range", *request.range);
  if (request.key) add("--key", *request.key);
  if (request.to) add("--to", *request.to);
  for (const std::string& at : request.at) add("--at", at);
  for (const std::string& metric : request.metrics) add("--metric", metric);
  if (request.threshold != PlanRequest{}.threshold) add("--threshold", QStringLiteral("%1%").arg(request.threshold * 100).toStdString());
  if (request.maxBytes) add("--max-bytes", std::to_string(*request.maxBytes));
  if (request.maxMoves) add("--max-moves", std::to_string(*request.maxMoves));
  return words;
}

}  // namespace shardwright::ui
