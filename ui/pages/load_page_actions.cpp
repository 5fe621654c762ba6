// LoadPage: hot spots, choosing, plans, and sampling.
#include <QCoreApplication>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/pages/load_page.h"
#include "ui/pages/page_list.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/key_text.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("load", words); }

HotRow rowOf(const HotSpot& spot, const ShardMap& map) {
  HotRow row;
  row.isKey = spot.kind == HotSpot::Kind::Key && spot.key.has_value();
  row.name = row.isKey ? text(spot.key->toText()) : shortRange(map.strategy(), spot.range);
  row.id = (row.isKey ? QStringLiteral("key ") : QStringLiteral("range ")) + (row.isKey ? row.name : rangeArgument(map.strategy(), spot.range));
  row.pinned = row.isKey && map.pinOf(*spot.key) != nullptr;
  row.share = spot.shardShare;
  row.range = spot.range;
  row.shard = spot.shard;
  row.where = (row.isKey ? tr("%1 · one key · since %2") : tr("%1 · range · since %2")).arg(text(spot.shard.text()), timeText(spot.since));
  row.tip = plainTip(tr("%1\n%2 of the accesses of %3, %4 of the keyspace's\nsince %5, confidence %6")
                         .arg(row.isKey ? row.name : rangeText(map.strategy(), spot.range), percentText(spot.shardShare), text(spot.shard.text()), percentText(spot.share),
                              fullTimeText(spot.since), percentText(spot.confidence)));
  row.advice = said(spot.advice.substr(0, spot.advice.find(": shardwright")));
  if (row.isKey) {
    row.request.goal = row.pinned ? "move" : "isolate";
    row.request.key = spot.key->toText();
    row.action = row.pinned ? tr("Move key…") : tr("Isolate key…");
  } else {
    row.request.goal = "split";
    row.request.range = rangeArgument(map.strategy(), spot.range).toStdString();
    row.action = tr("Split and move…");
  }
  return row;
}

constexpr std::size_t mostCompared = 20'000;  // buckets of a slot whose exact values are looked at for a title

// The first bucket of a slot with this code, which there is: by halves.
std::size_t firstOf(const HeatStore& store, std::size_t slot, HeatCode code) {
  std::size_t first = 0, last = store.buckets();
  while (last - first > 1) {
    const std::size_t middle = first + (last - first) / 2;
    if (store.code(slot, first, middle, HeatStore::Merge::Max) == code) last = middle;
    else first = middle;
  }
  return first;
}

}  // namespace

std::vector<HotRow> hotRowsOf(const LoadOverview& load) {
  std::vector<HotRow> rows;
  for (const HotSpot& spot : load.hot.spots) rows.push_back(rowOf(spot, *load.map));
  return rows;
}

void LoadPage::makeActions() {
  m_sampling = new Text(Type::Caption, Ink::Text2);
  m_sampling->setObjectName(QStringLiteral("load.sample.progress"));
  m_sample = plainButton(QStringLiteral("load.actions.sample"), LoadPage::tr("Sample now"));
  m_stop = plainButton(QStringLiteral("load.actions.stop"), LoadPage::tr("Stop"));
  m_stop->hide();
  m_plan = primaryButton(QStringLiteral("load.actions.plan"), LoadPage::tr("Plan from selection…"));
  for (QWidget* each : std::initializer_list<QWidget*>{m_sampling, m_stop, m_sample, m_plan}) m_header->actions()->addWidget(each);
  connect(m_sample, &QPushButton::clicked, this, &LoadPage::sampleNow);
  connect(m_stop, &QPushButton::clicked, this, [this] { m_sampleRequest.stop(); });
  connect(m_plan, &QPushButton::clicked, this, &LoadPage::planSelection);
}

QWidget* LoadPage::makeHotList() {
  auto* const card = new Card(LoadPage::tr("Hot spots"));
  m_hot = new RowModel<HotRow>({{LoadPage::tr("What"), LoadPage::tr("A range or a single key, its shard, and since when"),
                                 [](const HotRow& row) {
                                   Cell cell{row.name, CellKind::Mono};
                                   cell.icon = row.isKey ? QStringLiteral("key") : QStringLiteral("rising");
                                   cell.ink = Ink::Danger;
                                   cell.second = row.where;
                                   cell.tip = row.tip;
                                   return cell;
                                 },
                                 lessBy<HotRow>(&HotRow::name)},
                                {LoadPage::tr("Share"), LoadPage::tr("Of the accesses of its shard"),
                                 [](const HotRow& row) { return Cell{percentText(row.share), CellKind::Figure}; }, lessBy<HotRow>(&HotRow::share), true}},
                               [](const HotRow& row) { return row.id; }, this);
  m_hotTable = new TableView(QStringLiteral("load.hot"), LoadPage::tr("Hot spots of the last day"));
  m_hotTable->setModel(m_hot);
  m_hotTable->setRowHeight(grid::tallRow);
  m_hotTable->setWidths({0, 74});
  m_hotNote = new Text(Type::Body, Ink::Text2);
  m_hotNote->setWordWrap(true);
  m_advice = new Text(Type::Caption, Ink::Text2);
  m_advice->setWordWrap(true);
  m_act = plainButton(QStringLiteral("load.hot.act"), LoadPage::tr("Split and move…"));
  m_command = new CommandStrip(QStringLiteral("load.command"));
  card->body()->addWidget(m_hotTable, 1);
  card->body()->addWidget(m_hotNote);
  card->body()->addWidget(m_advice);
  card->body()->addWidget(m_act, 0, Qt::AlignLeft);
  card->body()->addWidget(m_command);
  connect(m_hotTable, &TableView::chosen, this, &LoadPage::chooseSpot);
  connect(m_hotTable, &TableView::opened, this, [this] { planSpot(); });
  connect(m_hotTable, &QTableView::entered, this, [this](const QModelIndex& index) {
    const HotRow* const row = m_hot->rowOf(index);
    if (row != nullptr && m_grid) m_view->point(m_grid->isKeys() ? std::optional(m_grid->bucketOf(row->range.from)) : m_grid->bucketOf(row->shard));
  });
  connect(m_act, &QPushButton::clicked, this, &LoadPage::planSpot);
  return card;
}

void LoadPage::drawHotSpots() {
  const auto& load = session().load().value();
  const bool known = load && load->map && load->keyspace == session().selection().keyspace();
  std::vector<HotRow> rows;
  if (known) rows = hotRowsOf(*load);
  std::vector<std::size_t> marks;
  if (m_grid)
    for (const HotRow& row : rows) {
      const auto bucket = m_grid->isKeys() ? std::optional(m_grid->bucketOf(row.range.from)) : m_grid->bucketOf(row.shard);
      if (bucket) marks.push_back(*bucket);
    }
  m_view->setMarks(std::move(marks));
  m_hotTable->setVisible(!rows.empty());
  m_hotNote->setVisible(rows.empty());
  if (!known) m_hotNote->setText(LoadPage::tr("Being looked for."));
  else if (!load->hot.measured) m_hotNote->setText(LoadPage::tr("Accesses are not measured: no sample of the last day has them. A router or a trace brings them: shardwright load import"));
  else m_hotNote->setText(LoadPage::tr("None in the last day: no range and no key draws so many accesses that its shard suffers."));
  m_hot->setRows(std::move(rows));
  drawChosen();
}

const HotRow* LoadPage::chosenSpot() const { return m_hot->rowOf(m_hot->indexOf(m_hotTable->chosenId())); }

// A hot spot that is chosen is chosen in the picture, and on every page.
void LoadPage::chooseSpot(const QString&) {
  if (const HotRow* const row = chosenSpot()) {
    session().selection().setShards({row->shard});
    session().selection().setRanges({row->range});
    if (m_grid && m_grid->isKeys()) {
      const std::size_t bucket = m_grid->bucketOf(row->range.from);
      if (static_cast<double>(bucket) < m_view->window().buckets.from || static_cast<double>(bucket) >= m_view->window().buckets.until) m_view->zoomTo({bucket, bucket});
    }
  }
  drawChosen();
}

void LoadPage::follow() {
  if (!m_grid || m_grid->input().map->keyspace() != session().selection().keyspace()) return;
  std::vector<HeatView::Rows> rows;
  if (m_grid->isKeys()) {
    for (const TokenRange& range : session().selection().ranges()) {
      const std::size_t first = m_grid->bucketOf(range.from);
      std::size_t last = m_grid->buckets() - 1;
      if (range.until) {
        last = m_grid->bucketOf(*range.until);
        if (last > first && m_grid->tokens(last, last).from == *range.until) --last;
      }
      rows.push_back({first, last});
    }
  } else {
    for (const ShardId& shard : session().selection().shards())
      if (const auto bucket = m_grid->bucketOf(shard)) rows.push_back({*bucket, *bucket});
  }
  if (rows != m_view->chosen()) m_view->choose(rows);
  // The list follows what was chosen elsewhere.
  const HotRow* const chosen = chosenSpot();
  const auto& ranges = session().selection().ranges();
  if (chosen == nullptr || ranges.size() != 1 || ranges.front() != chosen->range) {
    QString id;
    for (int at = 0; at < m_hot->rowCount() && ranges.size() == 1; ++at)
      if (m_hot->row(at).range == ranges.front() && id.isEmpty()) id = m_hot->index(at, 0).data(rowIdRole).toString();
    m_hotTable->choose(id);
  }
  drawChosen();
}

void LoadPage::choose() {
  if (!m_grid) return;
  if (m_grid->isKeys()) {
    std::vector<TokenRange> ranges;
    for (const HeatView::Rows& rows : m_view->chosen()) ranges.push_back(m_grid->tokens(rows.first, rows.last));
    return session().selection().setRanges(std::move(ranges));
  }
  std::set<ShardId> shards;
  for (const HeatView::Rows& rows : m_view->chosen())
    for (std::size_t bucket = rows.first; bucket <= rows.last; ++bucket) shards.insert(m_grid->shard(bucket));
  session().selection().setShards(std::move(shards));
}

QString LoadPage::whyNoPlan() {
  if (session().selection().ranges().empty()) return LoadPage::tr("Choose keys in the picture first: a click, or Alt and dragging.");
  if (session().selection().ranges().size() > 1) return LoadPage::tr("A plan takes one stretch of the line; several are chosen.");
  if (pageInfo(QStringLiteral("plans")) == nullptr) return LoadPage::tr("This build has no page of plans.");
  return {};
}

void LoadPage::drawChosen() {
  const QString why = whyNoPlan();
  allow(m_plan, why.isEmpty(), why);
  const HotRow* const row = chosenSpot();
  m_act->setText(row != nullptr ? row->action : m_hot->rowCount() > 0 ? m_hot->row(0).action : LoadPage::tr("Split and move…"));
  m_act->setAccessibleName(m_act->text());
  const bool pages = pageInfo(QStringLiteral("plans")) != nullptr;
  allow(m_act, row != nullptr && pages, pages ? LoadPage::tr("Choose a hot spot in the list first.") : LoadPage::tr("This build has no page of plans."));
  m_act->setVisible(m_hot->rowCount() > 0);
  m_advice->setText(row != nullptr ? row->advice + QLatin1Char('.') : QString());
  m_advice->setVisible(row != nullptr);
  QStringList words{QStringLiteral("load"), QStringLiteral("sample"), text(session().selection().keyspace().text())};
  if (row != nullptr) {
    words = {QStringLiteral("plan"), QStringLiteral("create"), text(session().selection().keyspace().text()), QStringLiteral("--goal"), text(row->request.goal)};
    if (row->request.range) words << QStringLiteral("--range") << text(*row->request.range);
    if (row->request.key) words << QStringLiteral("--key") << text(*row->request.key);
  }
  m_command->show(session().command(words));
}

void LoadPage::planSpot() {
  const HotRow* const row = chosenSpot();
  if (row == nullptr || pageInfo(QStringLiteral("plans")) == nullptr) return;
  navigator().go({QStringLiteral("plans"), {}, row->request});
}

void LoadPage::planSelection() {
  if (!whyNoPlan().isEmpty() || !m_grid) return;
  PlanRequest request;
  request.goal = "move";
  request.range = rangeArgument(m_grid->input().map->strategy(), session().selection().ranges().front()).toStdString();
  navigator().go({QStringLiteral("plans"), {}, std::move(request)});
}

// Rows and bytes of every range, counted on its shard. Accesses cannot be counted after the fact.
void LoadPage::sampleNow() {
  const KeyspaceName keyspace = session().selection().keyspace();
  if (m_sampleRequest.isRunning() || keyspace.empty()) return;
  m_sampleError.clear();
  m_sampleTime.start();
  m_sampleTick.start();
  m_sampleRequest.start(
      Lane::Shards, LoadPage::tr("Sample %1").arg(text(keyspace.text())), [keyspace](ShardManager& manager, Job& job) { return manager.load().sample(keyspace, job.token()); },
      [this](Result<SampleTaken> answer) {
        m_sampleTick.stop();
        if (!answer && answer.error().code() != ErrorCode::Cancelled) m_sampleError = asSentence(answer.error().message());
        else if (answer && !answer->notMeasured.empty()) m_sampleError = asSentence(answer->notMeasured.front());
        else if (answer) m_sampleError = LoadPage::tr("Counted %1 rows, %2.").arg(countText(answer->rows), bytesText(answer->bytes));
        else m_sampleError = LoadPage::tr("Stopped; nothing was kept.");
        m_samples.refresh();
        session().load().refresh();
        drawSampling();
      });
  drawSampling();
}

void LoadPage::drawSampling() {
  const bool running = m_sampleRequest.isRunning();
  m_stop->setVisible(running);
  const QString keyspace = text(session().selection().keyspace().text());
  m_sampling->setText(running ? LoadPage::tr("Counting %1, %2").arg(keyspace, durationText(static_cast<double>(m_sampleTime.elapsed() / 1000))) : m_sampleError);
  m_sampling->setVisible(!m_sampling->text().isEmpty());
  allow(m_sample, !running && !keyspace.isEmpty(), running ? LoadPage::tr("It is being counted.") : LoadPage::tr("There is no keyspace."));
  if (!running) m_sample->setToolTip(LoadPage::tr("Count rows and bytes of every range on its shard, and keep that as a sample"));
}

std::optional<LoadPage::Hottest> LoadPage::hottestInSight() const {
  const HeatStore& store = m_grid->store();
  const AxisView& time = m_view->window().time;
  HeatCode most = measuredZero;
  std::vector<std::size_t> slots;  // that have a bucket of the highest code
  for (std::size_t slot = store.slotAfter(time.from); slot < store.slots().size() && static_cast<double>(store.slots()[slot].from) < time.until; ++slot) {
    const HeatCode code = store.code(slot, 0, m_grid->buckets(), HeatStore::Merge::Max);
    if (code < most || code < firstHeat) continue;
    if (code > most) slots.clear();
    most = code;
    slots.push_back(slot);
  }
  // A code stands for a step of values: the exact ones decide, on a long line those of the first that has it in a slot.
  std::optional<Hottest> hottest;
  for (const std::size_t slot : slots) {
    const std::size_t first = firstOf(store, slot, most), last = m_grid->buckets() <= mostCompared ? m_grid->buckets() : first + 1;
    for (std::size_t bucket = first; bucket < last; ++bucket) {
      if (store.code(slot, bucket, bucket + 1, HeatStore::Merge::Max) != most) continue;
      const double value = m_grid->value(slot, bucket).value_or(0);
      if (!hottest || value > hottest->value) hottest = Hottest{slot, bucket, value};
    }
  }
  return hottest;
}

// The hottest cell that is in sight, in one sentence.
void LoadPage::drawTitle() {
  if (!m_grid) return;
  const HeatStore& store = m_grid->store();
  const HeatMetric metric = m_grid->input().metric;
  const QString name = text(m_grid->input().map->keyspace().text());
  const auto hottest = hottestInSight();
  const QString samples = LoadPage::tr("%1 samples of the last 7 days").arg(m_grid->input().samples->size());
  if (hottest) {
    m_header->say(LoadPage::tr("%1: at most %2, %3 on %4").arg(name, heatText(metric, hottest->value), timeText(store.slots()[hottest->slot].until), m_grid->bucketText(hottest->bucket, true)),
                  LoadPage::tr("%1 · %2 %3").arg(samples, countText(static_cast<std::int64_t>(m_grid->buckets())), m_grid->isKeys() ? LoadPage::tr("ranges") : LoadPage::tr("shards")));
  } else {
    m_header->say(LoadPage::tr("%1: %2 are not measured in this time").arg(name, heatUnit(metric)), LoadPage::tr("%1; hatched is what none of them has measured").arg(samples));
  }
  const double perPixel = m_view->bucketsPerPixel();
  m_density->setText(perPixel > 1 ? LoadPage::tr("%1 ranges a pixel").arg(shortCount(perPixel)) : QString());
  m_generated->show(m_grid->hasGenerated() ? LoadPage::tr("generated samples") : QString(), Ink::Warn, QStringLiteral("info"));
  m_generated->setToolTip(LoadPage::tr("Some of these samples are made up for the demonstration."));
  m_generated->setVisible(m_grid->hasGenerated());
}

}  // namespace shardwright::ui
