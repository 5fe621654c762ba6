#include "ui/pages/overview_page.h"

#include <QComboBox>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/manager/load_verbs.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/pages/problem_list.h"
#include "ui/theme/format.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/load_bars.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/tile.h"

namespace shardwright::ui {

namespace {

constexpr int roomForTable = 900;  // height of the page from which on the shards are shown as a table, too
constexpr int tableRows = 16, barsAtMost = 560;

QString amountText(std::int64_t amount, LoadMetric metric) {
  switch (metric) {
    case LoadMetric::Bytes: return bytesText(amount);
    case LoadMetric::Rows: return OverviewPage::tr("%1 rows").arg(shortCount(static_cast<double>(amount)));
    case LoadMetric::Ops: return OverviewPage::tr("%1 accesses").arg(shortCount(static_cast<double>(amount)));
  }
  return {};
}

QString wordOf(LoadMetric metric) {
  switch (metric) {
    case LoadMetric::Bytes: return OverviewPage::tr("bytes");
    case LoadMetric::Rows: return OverviewPage::tr("rows");
    case LoadMetric::Ops: return OverviewPage::tr("accesses");
  }
  return {};
}

// Why it is out of balance. A key is named where there is room for its type, in the list of problems.
QString causeOf(const LoadOverview& load, const LoadReport& report, const ShardId& worst) {
  if (const HotSpot* const spot = hotSpotBehind(load, report.metric, worst))
    return spot->kind == HotSpot::Kind::Key ? OverviewPage::tr("one key draws %1 of its accesses").arg(percentText(spot->shardShare))
                                            : OverviewPage::tr("one range draws %1 of its accesses").arg(percentText(spot->shardShare));
  if (report.cause == LoadCause::OneKey) return OverviewPage::tr("one key draws most of what is too much");
  return said(report.because);
}

// One sentence, with the number and the cause.
QString verdictOf(const LoadOverview& load, const LoadReport& report) {
  if (report.cause == LoadCause::NotMeasured || report.shards.empty()) return asSentence(report.sentence);
  const ShardBurden& worst = report.shards.front();
  const QString factor = factorText(worst.ratio.value_or(1)) + thinSpace + QStringLiteral("×");
  if (report.cause == LoadCause::Balanced)
    return OverviewPage::tr("Balanced: the fullest shard, %1, carries %2 its fair share of %3.").arg(text(worst.shard.text()), factor, wordOf(report.metric));
  return OverviewPage::tr("Unbalanced: %1 carries %2 its fair share of %3; %4.").arg(text(worst.shard.text()), factor, wordOf(report.metric), causeOf(load, report, worst.shard));
}

QString forecastWords(ForecastKind kind) {
  QString words = text(forecastKindName(kind)).replace(QLatin1Char('-'), QLatin1Char(' '));
  words[0] = words[0].toUpper();
  return words;
}

QString tipOf(const ShardBurden& burden) {
  const auto count = [](std::int64_t n) { return countText(n); };
  return OverviewPage::tr("%1\n%2 of its fair share\nrows %3 · bytes %4\nreads %5 · writes %6 · ranges %7")
      .arg(text(burden.shard.text()), orDash(burden.ratio, [](double r) { return factorText(r) + thinSpace + QStringLiteral("×"); }),
           orDash(burden.rows, count), orDash(burden.bytes, bytesText), orDash(burden.reads, count), orDash(burden.writes, count))
      .arg(burden.ranges);
}

}  // namespace

OverviewPage::OverviewPage(Session& session, Navigator& navigator) : Page(session, navigator), m_lines(holdingColumns(), [](const ShardHolding& line) { return text(line.shard.text()); }) {
  auto* const content = new QWidget;
  auto* const all = new QVBoxLayout(content);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  all->addWidget(m_header);
  all->addWidget(makeTiles());
  all->addWidget(makeBars(), 8);
  all->addWidget(makeProblems());
  all->addWidget(makeShards());
  all->addStretch(1);
  // A low window scrolls; nothing is squeezed.
  auto* const scroll = new QScrollArea;
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(content);
  m_state = new StateView(QStringLiteral("overview.state"), scroll);
  auto* const outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_state);

  connect(&session.facts(), &SourceBase::changed, this, &OverviewPage::draw);
  connect(&session.load(), &SourceBase::changed, this, &OverviewPage::draw);
  connect(&session.selection(), &Selection::changed, this, &OverviewPage::drawChosen);
  connect(m_state, &StateView::retryAsked, this, [this] { this->session().refreshAll(); });
  connect(m_state, &StateView::stopAsked, this, [this] { this->session().load().stop(); });
  draw();
}

QWidget* OverviewPage::makeTiles() {
  auto* const tiles = new QWidget;
  auto* const line = new QHBoxLayout(tiles);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::m);
  m_highest = new Tile(QStringLiteral("overview.tiles.highest"), tr("Fullest shard"), tr("What the shard with the highest load carries, in the metric chosen below."));
  m_balance = new Tile(QStringLiteral("overview.tiles.balance"), tr("Balance, highest / fair"), tr("How many times its fair share the fullest shard carries; 1 is even."));
  m_data = new Tile(QStringLiteral("overview.tiles.data"), tr("Data"), tr("Bytes and rows of the keyspace over all shards."));
  m_days = new Tile(QStringLiteral("overview.tiles.days"), tr("Days to capacity"), tr("When the first shard is 80 % full, from how it has grown; with the 80 % interval."));
  m_hot = new Tile(QStringLiteral("overview.tiles.hot"), tr("Hot spots"), tr("Ranges and single keys that draw so many accesses that their shard suffers."));
  for (Tile* tile : {m_highest, m_balance, m_data, m_days, m_hot}) line->addWidget(tile, 1);
  return tiles;
}

QWidget* OverviewPage::makeBars() {
  auto* const card = new Card(tr("Load per shard"));
  card->setMaximumHeight(barsAtMost);
  m_generated = new Chip;
  m_generated->setToolTip(tr("Some of the samples are made up for the demonstration."));
  m_generated->hide();
  m_metric = new QComboBox;
  m_metric->setObjectName(QStringLiteral("overview.load.metric"));
  m_metric->setAccessibleName(tr("Metric"));
  m_metric->addItem(tr("Bytes"));
  m_metric->addItem(tr("Rows"));
  m_metric->addItem(tr("Accesses"));
  card->tools()->addWidget(m_generated);
  card->tools()->addWidget(m_metric);
  m_bars = new LoadBars(QStringLiteral("overview.load.bars"));
  card->body()->addWidget(m_bars, 1);
  connect(m_metric, &QComboBox::currentIndexChanged, this, &OverviewPage::draw);
  connect(m_bars, &LoadBars::chosen, this, &OverviewPage::choose);
  connect(m_bars, &LoadBars::opened, this, [this](const ShardId& shard) {
    choose(shard);
    navigator().go({QStringLiteral("map"), {}, {}});
  });
  return card;
}

QWidget* OverviewPage::makeProblems() {
  auto* const card = new Card(tr("What needs attention"));
  m_problems = new ProblemList(QStringLiteral("overview.problems"));
  card->body()->addWidget(m_problems);
  connect(m_problems, &ProblemList::acted, this, [this](const Problem& problem) { navigator().go(problem.place); });
  return card;
}

QWidget* OverviewPage::makeShards() {
  auto* const card = new Card(tr("Shards"));
  m_table = new TableView(QStringLiteral("overview.shards.table"), tr("The shards and what they hold of the keyspace"));
  m_table->setModel(&m_lines);
  m_table->setStretching(0);
  m_table->showAllRows(tableRows);
  card->body()->addWidget(m_table, 1);
  connect(m_table, &TableView::chosen, this, [this](const QString& id) {
    this->session().selection().setShards(id.isEmpty() ? std::set<ShardId>() : std::set<ShardId>{ShardId(id.toStdString())});
  });
  m_shardsCard = card;
  card->hide();
  return card;
}

void OverviewPage::resizeEvent(QResizeEvent* event) {
  Page::resizeEvent(event);
  m_shardsCard->setVisible(height() >= roomForTable);
  const int each = std::max(100, width() / 11);
  m_table->setWidths({0, each, each, each, each, each, each, each, each});
}

bool OverviewPage::isSettled() const { return m_state->isSettled(); }

QVariantMap OverviewPage::state() const { return {{QStringLiteral("metric"), m_metric->currentIndex()}}; }

void OverviewPage::restore(const QVariantMap& state) { m_metric->setCurrentIndex(std::clamp(state.value(QStringLiteral("metric")).toInt(), 0, 2)); }

LoadMetric OverviewPage::metric() const { return static_cast<LoadMetric>(m_metric->currentIndex()); }

void OverviewPage::draw() {
  const auto& facts = session().facts();
  const auto& load = session().load();
  if (!facts.value()) {
    m_state->follow(facts, false, tr("Reading the catalog"));
  } else if (facts.value()->keyspaces.empty()) {
    m_state->showEmpty(tr("No keyspace yet. Add shards, then: shardwright keyspace create NAME ..."));
  } else if (m_state->follow(load, load.value() != nullptr, tr("Measuring the load of %1").arg(text(session().selection().keyspace().text())))) {
    const LoadReport& report = load.value()->report(metric());
    drawVerdict(*load.value(), report);
    drawTiles(*load.value(), report);
    drawBars(*load.value(), report);
    QStringList missing;
    for (const std::string& sentence : load.value()->notMeasured) missing << said(sentence);
    if (!missing.isEmpty()) m_state->showContent(missing);
    m_problems->show(problemsOf(*facts.value(), load.value().get(), metric()), tr("Nothing. %1").arg(asSentence(report.sentence)));
  }
  Q_EMIT changed();
}

void OverviewPage::drawVerdict(const LoadOverview& load, const LoadReport& report) {
  const QString source = load.from == LoadFrom::Databases ? tr("Counted in the databases %1").arg(agoText(session().load().at(), session().now()))
                         : report.at == 0                ? tr("Being measured")
                                                         : tr("From the sample of %1; being measured").arg(timeText(report.at));
  m_header->say(verdictOf(load, report), tr("%1 · %2 in %3 on %4 · band ±%5")
                                       .arg(source, text(report.keyspace.text()), counted(static_cast<std::int64_t>(load.map->rangeCount()), tr("range"), tr("ranges")),
                                            counted(static_cast<std::int64_t>(report.shards.size()), tr("shard"), tr("shards")), percentText(report.threshold)));
}

void OverviewPage::drawTiles(const LoadOverview& load, const LoadReport& report) {
  const ShardBurden* const first = report.shards.empty() || !report.shards.front().ratio ? nullptr : &report.shards.front();
  const bool outside = first != nullptr && first->outside;
  if (first != nullptr && first->amount) {
    m_highest->show(amountText(*first->amount, report.metric), text(first->shard.text()), outside ? Ink::Danger : Ink::Text3,
                    outside ? QStringLiteral("rising") : QString());
    m_balance->show(factorText(*first->ratio), tr("limit %1").arg(factorText(1 + report.threshold)), outside ? Ink::Warn : Ink::Ok,
                    outside ? QStringLiteral("rising") : QStringLiteral("ok"));
  } else {
    m_highest->show(dash, tr("not measured"));
    m_balance->show(dash, tr("not measured"));
  }
  const LoadReport& bytes = load.report(LoadMetric::Bytes);
  const LoadReport& rows = load.report(LoadMetric::Rows);
  m_data->show(orDash(bytes.total, bytesText),
               tr("%1 rows").arg(orDash(rows.total, [](std::int64_t n) { return shortCount(static_cast<double>(n)); })));
  const ShardForecast* const soonest = load.forecast.shards.empty() ? nullptr : &load.forecast.shards.front();
  if (soonest != nullptr && soonest->days) {
    const QString high = soonest->daysHigh ? QString::number(*soonest->daysHigh, 'f', 0) : QStringLiteral("∞");
    m_days->show(QString::number(*soonest->days, 'f', 0), tr("%1: %2 – %3 (80 %)").arg(text(soonest->shard.text())).arg(soonest->daysLow.value_or(0), 0, 'f', 0).arg(high),
                 *soonest->days < 30 ? Ink::Warn : Ink::Text3, *soonest->days < 30 ? QStringLiteral("notice") : QString());
  } else {
    m_days->show(dash, forecastWords(soonest == nullptr ? ForecastKind::TooLittleData : soonest->kind));
  }
  if (!load.hot.measured) m_hot->show(dash, tr("accesses are not measured"));
  else if (load.hot.spots.empty()) m_hot->show(QStringLiteral("0"), tr("none in the last day"), Ink::Ok, QStringLiteral("ok"));
  else
    m_hot->show(QString::number(load.hot.spots.size()), tr("%1 on %2").arg(percentText(load.hot.spots.front().shardShare), text(load.hot.spots.front().shard.text())),
                Ink::Danger, QStringLiteral("rising"));
}

void OverviewPage::drawBars(const LoadOverview& load, const LoadReport& report) {
  std::vector<LoadBar> bars;
  for (const ShardBurden& burden : report.shards) {
    const std::string* const silence = silenceOf(load, burden.shard);
    const QString amount = burden.amount ? amountText(*burden.amount, report.metric) : tr("not measured");
    const QString figure = silence != nullptr && burden.amount ? tr("last %1").arg(amount) : amount;
    const QString tip = silence == nullptr ? tipOf(burden) : tipOf(burden) + QLatin1Char('\n') + asSentence(*silence);
    bars.push_back({burden.shard, burden.ratio, burden.outside, silence != nullptr, figure, tip});
  }
  std::ranges::sort(bars, {}, &LoadBar::shard);
  m_lines.setRows(shardHoldings(report));
  const QString mean = report.mean ? tr("mean %1,\nband ±%2").arg(amountText(std::llround(*report.mean), report.metric), percentText(report.threshold)) : QString();
  m_bars->show(std::move(bars), report.threshold, mean);
  drawChosen();
  m_generated->show(report.generated ? tr("generated samples") : QString(), Ink::Warn, QStringLiteral("info"));
}

void OverviewPage::drawChosen() {
  const auto& shards = session().selection().shards();
  m_bars->choose(shards);
  m_table->choose(shards.size() == 1 ? text(shards.begin()->text()) : QString());
}

void OverviewPage::choose(const ShardId& shard) {
  auto chosen = session().selection().shards();
  const bool alone = chosen.size() == 1 && chosen.contains(shard);
  session().selection().setShards(alone ? std::set<ShardId>() : std::set<ShardId>{shard});
}

}  // namespace shardwright::ui
