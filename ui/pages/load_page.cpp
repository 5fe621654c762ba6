#include "ui/pages/load_page.h"

#include <QComboBox>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/heat_legend.h"
#include "ui/widgets/latest.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr UnixSeconds hour = 3600, day = 24 * hour;
constexpr std::array<UnixSeconds, 4> reaches = {hour, 6 * hour, day, 7 * day};
constexpr int samplesEvery = 30'000;  // milliseconds

QComboBox* combo(const QString& name, const QString& what, const QStringList& items) {
  auto* const box = new QComboBox;
  box->setObjectName(name);
  box->setAccessibleName(what);
  box->setToolTip(what);
  box->addItems(items);
  box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  return box;
}

}  // namespace

LoadPage::LoadPage(Session& session, Navigator& navigator)
    : Page(session, navigator), m_samples(session, Lane::Catalog, QString(), nullptr), m_builder(new Latest(this)), m_sampleRequest(session) {
  auto* const content = new QWidget;
  auto* const all = new QVBoxLayout(content);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  m_generated = m_header->chip();
  m_generated->setObjectName(QStringLiteral("load.generated"));
  all->addWidget(m_header);
  makeActions();
  auto* const row = new QHBoxLayout;
  row->setSpacing(grid::m);
  row->addWidget(makePicture(), 7);
  row->addWidget(makeHotList(), 3);
  all->addLayout(row, 1);
  m_state = new StateView(QStringLiteral("load.state"), content);
  auto* const outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_state);

  connect(&session.facts(), &SourceBase::changed, this, &LoadPage::draw);
  connect(&session.load(), &SourceBase::changed, this, &LoadPage::draw);
  connect(&m_samples, &SourceBase::changed, this, &LoadPage::draw);
  connect(&session.selection(), &Selection::keyspaceChanged, this, &LoadPage::draw);
  connect(&session.selection(), &Selection::changed, this, &LoadPage::follow);
  connect(m_state, &StateView::retryAsked, this, [this] {
    m_samples.refresh();
    this->session().refreshAll();
  });
  connect(m_state, &StateView::stopAsked, this, [this] { m_samples.stop(); });
  connect(m_state, &StateView::actionAsked, this, &LoadPage::sampleNow);
  m_sampleTick.setInterval(500);
  connect(&m_sampleTick, &QTimer::timeout, this, &LoadPage::drawSampling);
  draw();
}

LoadPage::~LoadPage() = default;

QLayout* LoadPage::makeControls() {
  m_axis = combo(QStringLiteral("load.picture.axis"), tr("What stands beside time"), {tr("Keys"), tr("Shards")});
  m_metric = combo(QStringLiteral("load.picture.metric"), tr("What the colours show"), {tr("Accesses/s"), tr("Reads/s"), tr("Writes/s"), tr("Rows"), tr("Bytes")});
  m_merge = combo(QStringLiteral("load.picture.merge"), tr("What a pixel shows that covers many ranges"), {tr("Highest"), tr("Mean")});
  m_reach = combo(QStringLiteral("load.picture.time"), tr("How far back time reaches"), {tr("Last hour"), tr("Last 6 h"), tr("Last 24 h"), tr("Last 7 days")});
  m_reach->setCurrentIndex(2);
  m_follow = plainButton(QStringLiteral("load.picture.follow"), tr("Follow now"));
  m_follow->setCheckable(true);
  m_follow->setChecked(true);
  m_follow->setToolTip(tr("Time moves on with the present, until it is moved by hand"));
  m_zoomOut = iconButton(QStringLiteral("load.picture.out"), QStringLiteral("zoom-out"), tr("Smaller (-)"));
  m_zoomIn = iconButton(QStringLiteral("load.picture.in"), QStringLiteral("zoom-in"), tr("Larger (+)"));
  m_fit = iconButton(QStringLiteral("load.picture.fit"), QStringLiteral("fit"), tr("All keys (0)"));
  auto* const tools = new QHBoxLayout;
  tools->setSpacing(grid::s);
  for (QWidget* each : std::initializer_list<QWidget*>{m_axis, m_metric, m_merge, m_reach, m_follow}) tools->addWidget(each);
  tools->addStretch();
  return tools;
}

QWidget* LoadPage::makePicture() {
  auto* const card = new Card;
  m_view = new HeatView(QStringLiteral("load.picture"));
  m_legend = new HeatLegend(QStringLiteral("load.legend"));
  m_density = new ElidedText(Type::Caption, Ink::Text3);
  m_density->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  auto* const controls = makeControls();
  auto* const foot = new QHBoxLayout;
  foot->setSpacing(grid::s);
  foot->addWidget(m_legend);
  foot->addWidget(m_density, 1);
  for (QWidget* each : {m_zoomOut, m_zoomIn, m_fit}) foot->addWidget(each);
  card->body()->addLayout(controls);
  card->body()->addWidget(m_view, 1);
  card->body()->addLayout(foot);
  connectPicture();
  return card;
}

void LoadPage::connectPicture() {
  for (QComboBox* box : {m_axis, m_metric}) connect(box, &QComboBox::currentIndexChanged, this, &LoadPage::build);
  connect(m_merge, &QComboBox::currentIndexChanged, this, [this](int at) { m_view->setMerge(at == 0 ? HeatStore::Merge::Max : HeatStore::Merge::Mean); });
  connect(m_reach, &QComboBox::currentIndexChanged, this, [this] {
    m_follow->setChecked(true);
    followNow();
  });
  connect(m_follow, &QPushButton::toggled, this, &LoadPage::followNow);
  connect(m_view, &HeatView::timeMoved, this, [this] { m_follow->setChecked(false); });
  connect(m_view, &HeatView::drawn, this, &Page::changed);
  connect(m_view, &HeatView::drawn, this, &LoadPage::drawTitle);
  connect(m_view, &HeatView::chosenChanged, this, &LoadPage::choose);
  connect(m_zoomIn, &QPushButton::clicked, this, [this] { m_view->zoomBy(0.5); });
  connect(m_zoomOut, &QPushButton::clicked, this, [this] { m_view->zoomBy(2); });
  connect(m_fit, &QPushButton::clicked, m_view, &HeatView::zoomOut);
}

bool LoadPage::isSettled() const {
  if (!m_state->isSettled()) return false;
  if (!m_grid) return true;
  return !m_builder->isBusy() && (!m_view->isVisible() || m_view->isDrawn());
}

void LoadPage::refresh() { m_samples.refresh(); }

void LoadPage::shown(bool shown) {
  m_samples.setInterval(shown ? samplesEvery : 0);
  if (shown && !m_samplesOf.empty()) m_samples.refresh();
}

void LoadPage::readSamples() {
  const KeyspaceName& keyspace = session().selection().keyspace();
  if (m_samplesOf == keyspace) return;
  m_samplesOf = keyspace;
  m_grid.reset();
  m_building.reset();
  m_samples.readInstead([keyspace, clock = &session()](ShardManager& manager, Job&, const std::shared_ptr<const Samples>&) {
    return manager.load().samples(keyspace, clock->now() - reaches.back());
  });
}

void LoadPage::draw() {
  const auto& facts = session().facts();
  const KeyspaceFacts* const keyspace = facts.value() ? facts.value()->keyspace(session().selection().keyspace()) : nullptr;
  if (!facts.value()) {
    m_state->follow(facts, false, tr("Reading the catalog"));
  } else if (keyspace == nullptr) {
    m_state->showEmpty(tr("No keyspace yet, so there is no load. Add shards, then: shardwright keyspace create NAME ..."));
  } else {
    readSamples();
    const bool known = m_samples.value() != nullptr;
    if (known && m_samples.value()->empty() && !m_samples.error() && !m_samples.isAsking()) {
      m_state->showEmpty(tr("No samples of the last 7 days. Count rows and bytes now, or bring a trace: shardwright load import %1 FILE").arg(text(m_samplesOf.text())),
                         m_sampleRequest.isRunning() ? QString() : tr("Sample now"));
    } else if (m_state->follow(m_samples, known, tr("Reading the samples of %1").arg(text(m_samplesOf.text())))) {
      build();
    }
  }
  drawHotSpots();
  drawSampling();
  Q_EMIT changed();
}

void LoadPage::build() {
  const auto& facts = session().facts().value();
  const KeyspaceFacts* const keyspace = facts ? facts->keyspace(session().selection().keyspace()) : nullptr;
  if (keyspace == nullptr || !m_samples.value() || m_samplesOf != keyspace->keyspace.name) return;
  LoadGridInput input{m_samples.value(), keyspace->map, m_axis->currentIndex() == 0 ? LoadGridInput::Axis::Keys : LoadGridInput::Axis::Shards,
                      static_cast<HeatMetric>(m_metric->currentIndex())};
  if (m_building && *m_building == input) return followNow();
  m_building = input;
  m_builder->askNow([this, input = std::move(input)](std::stop_token stop) mutable -> Latest::Deliver {
    auto grid = LoadGrid::make(std::move(input), stop);
    return [this, grid = std::move(grid)] {
      if (grid) take(grid);
    };
  });
}

void LoadPage::take(std::shared_ptr<const LoadGrid> grid) {
  m_grid = std::move(grid);
  drawLegend();
  followNow();
  m_view->show(m_grid);
  drawHotSpots();
  follow();
  drawTitle();
  Q_EMIT changed();
}

void LoadPage::followNow() {
  if (!m_follow->isChecked()) return;
  const auto now = static_cast<double>(session().now());
  // A picture moves by whole pixels of time, not with every look into the catalog.
  const auto reach = static_cast<double>(reaches[static_cast<std::size_t>(m_reach->currentIndex())]);
  const double step = std::max(15.0, reach / 1000);
  if (m_view->window().time.width() == reach && now - m_view->window().time.until < step && now >= m_view->window().time.until - step) return;
  m_view->setTime({now - reach, now});
}

void LoadPage::drawLegend() {
  const HeatMetric metric = m_grid->input().metric;
  const HeatScale& shown = m_grid->fitting();
  m_view->setScale(shown);
  const auto figure = [metric](double value) {
    if (metric == HeatMetric::Bytes) return bytesText(std::llround(value));
    return value > 0 && value < 10 ? QString::number(value, 'g', 2) : shortCount(value);
  };
  m_legend->show(shown, (m_grid->isKeys() ? tr("%1 a range%2") : tr("%1 a shard%2")).arg(heatUnit(metric), shown.isLog ? tr(", log") : QString()), figure,
                 {{tr("not measured"), HeatLegend::Swatch::Fill::NotMeasured}}, metric == HeatMetric::Bytes);
}

QVariantMap LoadPage::state() const {
  return {{QStringLiteral("axis"), m_axis->currentIndex()}, {QStringLiteral("metric"), m_metric->currentIndex()},
          {QStringLiteral("merge"), m_merge->currentIndex()}, {QStringLiteral("time"), m_reach->currentIndex()}};
}

void LoadPage::restore(const QVariantMap& state) {
  if (state.isEmpty()) return;
  const auto put = [&state](QComboBox* box, const QString& name) { box->setCurrentIndex(std::clamp(state.value(name).toInt(), 0, box->count() - 1)); };
  put(m_axis, QStringLiteral("axis"));
  put(m_metric, QStringLiteral("metric"));
  put(m_merge, QStringLiteral("merge"));
  put(m_reach, QStringLiteral("time"));
}

}  // namespace shardwright::ui
