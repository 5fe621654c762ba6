#include "ui/pages/map_page.h"

#include <QComboBox>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/bridge/cluster_facts.h"
#include "ui/pages/map_facts.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/heat_legend.h"
#include "ui/widgets/key_text.h"
#include "ui/widgets/latest.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/range_table.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int changeColour = 3;  // in the combo of colours

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

MapPage::MapPage(Session& session, Navigator& navigator)
    : Page(session, navigator), m_builder(new Latest(this)), m_history(session, Lane::Catalog, QString(), nullptr), m_askShown(session),
      m_askBefore(session), m_write(session) {
  auto* const content = new QWidget;
  auto* const all = new QVBoxLayout(content);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(grid::m);
  m_header = new PageHeader;
  all->addWidget(m_header);
  makeActions();
  m_splitter = new QSplitter(Qt::Vertical);
  m_splitter->setObjectName(QStringLiteral("map.splitter"));
  m_splitter->setChildrenCollapsible(false);
  m_splitter->setHandleWidth(grid::m);
  m_splitter->addWidget(makePicture());
  m_splitter->addWidget(makeTable());
  m_splitter->setStretchFactor(0, 3);
  m_splitter->setStretchFactor(1, 2);
  m_splitter->setSizes({560, 440});
  all->addWidget(m_splitter, 1);
  m_state = new StateView(QStringLiteral("map.state"), content);
  auto* const outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_state);
  makeShortcuts();

  connect(&session.facts(), &SourceBase::changed, this, &MapPage::draw);
  connect(&session.load(), &SourceBase::changed, this, &MapPage::draw);
  connect(&m_history, &SourceBase::changed, this, &MapPage::drawVersions);
  connect(&session.selection(), &Selection::keyspaceChanged, this, &MapPage::keyspaceChanged);
  connect(&session.selection(), &Selection::changed, this, &MapPage::follow);
  connect(m_state, &StateView::retryAsked, this, [this] { this->session().refreshAll(); });
  connect(m_state, &StateView::stopAsked, this, [this] { this->session().load().stop(); });
  draw();
}

MapPage::~MapPage() = default;

QPushButton* MapPage::toggle(const QString& name, const QString& text, const QString& tip) {
  auto* const button = plainButton(name, text);
  button->setCheckable(true);
  button->setToolTip(tip);
  connect(button, &QPushButton::toggled, this, &MapPage::draw);
  return button;
}

QLayout* MapPage::makeControls() {
  m_mode = combo(QStringLiteral("map.picture.mode"), tr("How the map is drawn"), {tr("Band"), tr("Grid")});
  m_colour = combo(QStringLiteral("map.picture.colour"), tr("What the colours show"), {tr("Rows"), tr("Bytes"), tr("Accesses"), tr("Changes")});
  m_colour->setCurrentIndex(1);
  m_measure = combo(QStringLiteral("map.picture.scale"), tr("How wide a range is drawn: all alike, or by the keys it covers"), {tr("Ranges alike"), tr("By keys")});
  m_version = combo(QStringLiteral("map.history.version"), tr("Version of the map that is shown"), {});
  m_before = combo(QStringLiteral("map.history.before"), tr("Earlier version to compare with"), {});
  m_zoomOut = iconButton(QStringLiteral("map.picture.out"), QStringLiteral("zoom-out"), tr("Smaller (-)"));
  m_zoomIn = iconButton(QStringLiteral("map.picture.in"), QStringLiteral("zoom-in"), tr("Larger (+)"));
  m_fit = iconButton(QStringLiteral("map.picture.fit"), QStringLiteral("fit"), tr("Whole map (0)"));
  m_density = new Text(Type::Caption, Ink::Text3);
  m_generated = new Chip;
  m_generated->setObjectName(QStringLiteral("map.generated"));
  m_generated->hide();
  auto* const tools = new QHBoxLayout;
  tools->setSpacing(grid::s);
  for (QWidget* each : std::initializer_list<QWidget*>{m_mode, m_colour, m_measure, m_zoomOut, m_zoomIn, m_fit}) tools->addWidget(each);
  tools->addWidget(m_density);
  tools->addStretch();
  for (QWidget* each : std::initializer_list<QWidget*>{m_generated, m_version, m_before}) tools->addWidget(each);
  return tools;
}

QWidget* MapPage::makePicture() {
  auto* const card = new Card;
  m_view = new MapView(QStringLiteral("map.picture"));
  m_legend = new HeatLegend(QStringLiteral("map.legend"));
  m_choice = new ElidedText(Type::Caption, Ink::Text2);
  m_choice->setObjectName(QStringLiteral("map.choice"));
  auto* const foot = new QHBoxLayout;
  foot->setSpacing(grid::m);
  foot->addWidget(m_legend, 0, Qt::AlignTop);
  foot->addWidget(m_choice, 1);
  card->body()->addLayout(makeControls());
  card->body()->addWidget(m_view, 1);
  card->body()->addLayout(foot);
  connectPicture();
  return card;
}

void MapPage::connectPicture() {
  connect(m_mode, &QComboBox::currentIndexChanged, this, [this](int mode) { m_view->setMode(mode == 0 ? MapView::Mode::Band : MapView::Mode::Grid); });
  connect(m_colour, &QComboBox::currentIndexChanged, this, &MapPage::draw);
  connect(m_measure, &QComboBox::currentIndexChanged, this, &MapPage::draw);
  connect(m_version, &QComboBox::activated, this, [this](int at) { askVersion(m_version->itemData(at).toLongLong()); });
  connect(m_before, &QComboBox::activated, this, [this](int at) { askBefore(m_before->itemData(at).toLongLong()); });
  connect(m_zoomIn, &QPushButton::clicked, this, [this] { m_view->zoomBy(0.5); });
  connect(m_zoomOut, &QPushButton::clicked, this, [this] { m_view->zoomBy(2); });
  connect(m_fit, &QPushButton::clicked, m_view, &MapView::zoomOut);
  connect(m_view, &MapView::drawn, this, &Page::changed);
  connect(m_view, &MapView::viewChanged, this, &MapPage::drawZoom);
  connect(m_view, &MapView::chosenChanged, this, [this] { choose(m_view->chosen()); });
  connect(m_view, &MapView::laneChosen, this, &MapPage::chooseShard);
  connect(m_view, &MapView::menuAsked, this, [this](const QPoint& place, std::optional<std::size_t> range, std::optional<double> share) { showMenu(place, *range, share); });
}

QWidget* MapPage::makeTable() {
  auto* const card = new Card(tr("Ranges"));
  m_table = new RangeTable(QStringLiteral("map.ranges"));
  m_table->setMinimumHeight(90);
  m_listed = new Text(Type::Caption, Ink::Text3);
  m_onlyShard = toggle(QStringLiteral("map.filter.shard"), tr("Only this shard"), tr("Only ranges of the shards that are chosen"));
  m_onlyProblems = toggle(QStringLiteral("map.filter.problems"), tr("Only problems"), tr("Only ranges that are hot, belong to nobody or leave a shard that is drained"));
  m_onlyMoving = toggle(QStringLiteral("map.filter.moving"), tr("Only moving"), tr("Only ranges that a plan under way carries"));
  for (QWidget* each : std::initializer_list<QWidget*>{m_listed, m_onlyShard, m_onlyProblems, m_onlyMoving}) card->tools()->addWidget(each);
  card->body()->addWidget(m_table, 1);
  connect(m_table, &RangeTable::chosenChanged, this, [this] { choose(m_table->chosenRanges()); });
  connect(m_table, &RangeTable::hoveredChanged, m_view, &MapView::hover);
  connect(m_table, &RangeTable::hoveredChanged, this, &MapPage::drawChoice);
  connect(m_table, &RangeTable::rangeOpened, this, [this](std::size_t range) { m_view->zoomTo({range, range}); });
  connect(m_view, &MapView::hoveredChanged, m_table, &RangeTable::hover);
  connect(m_view, &MapView::hoveredChanged, this, &MapPage::drawChoice);
  return card;
}

const KeyspaceFacts* MapPage::keyspace() {
  const auto& facts = session().facts().value();
  return facts ? facts->keyspace(session().selection().keyspace()) : nullptr;
}

bool MapPage::isSettled() const {
  if (!m_state->isSettled()) return false;
  if (!m_building) return true;
  return m_scene != nullptr && !m_builder->isBusy() && !m_table->ranges().isSorting() && (!m_view->isVisible() || m_view->isDrawn());
}

void MapPage::keyspaceChanged() {
  m_older.reset();
  m_beforeMap.reset();
  m_askShown.drop();
  m_askBefore.drop();
  if (m_colourBefore >= 0) m_colour->setCurrentIndex(std::exchange(m_colourBefore, -1));
  draw();
  drawVersions();
}

void MapPage::draw() {
  const auto& facts = session().facts();
  if (!facts.value()) {
    m_state->follow(facts, false, tr("Reading the catalog"));
  } else if (keyspace() == nullptr) {
    m_state->showEmpty(tr("No keyspace yet, so there is no map. Add shards, then: shardwright keyspace create NAME ..."));
  } else if (m_state->follow(facts, true, {})) {
    readHistory();
    build(*keyspace());
  }
  Q_EMIT changed();
}

MapSceneInput MapPage::input(const KeyspaceFacts& facts) {
  const auto& load = session().load().value();
  const auto& cluster = *session().facts().value();
  MapSceneInput input;
  input.map = m_older ? m_older->map : facts.map;
  if (m_older) input.loads = m_older->loads;
  else if (load && load->map && load->map->keyspace() == facts.map->keyspace() && load->map->version() == facts.map->version())
    input.loads = std::shared_ptr<const RangeLoads>(load, &load->ranges);
  input.shards = cluster.shards;
  if (!m_older) {
    input.moving = movingRanges(cluster, facts.keyspace.name);
    if (load && input.loads) input.problems = hotRanges(*load);
  }
  input.before = m_beforeMap;
  input.colour = static_cast<MapColour>(m_colour->currentIndex());
  input.measure = m_measure->currentIndex() == 0 ? LineScale::Measure::Ranges : LineScale::Measure::Keys;
  input.onlyMoving = m_onlyMoving->isChecked();
  input.onlyProblems = m_onlyProblems->isChecked();
  if (m_onlyShard->isChecked()) input.onlyShards = session().selection().shards();
  return input;
}

// The scene is made on a worker, and again only if what it is made of has changed.
void MapPage::build(const KeyspaceFacts& facts) {
  MapSceneInput next = input(facts);
  if (m_building && *m_building == next) {
    drawTitle();
    return;
  }
  m_building = next;
  m_builder->askNow([this, next = std::move(next)](std::stop_token stop) mutable -> Latest::Deliver {
    auto scene = MapScene::make(std::move(next), stop);
    return [this, scene = std::move(scene)] {
      if (scene) take(scene);
    };
  });
}

void MapPage::take(std::shared_ptr<const MapScene> scene) {
  m_scene = std::move(scene);
  m_view->show(m_scene);
  m_table->show(m_scene);
  follow();
  drawLegend();
  drawTitle();
  drawZoom();
  Q_EMIT changed();
}

void MapPage::drawTitle() {
  const KeyspaceFacts* const facts = keyspace();
  if (!m_scene || facts == nullptr || m_scene->map().keyspace() != facts->keyspace.name) return;
  const MapSaying saying = sayingOf(*m_scene, *facts);
  m_header->say(saying.title, saying.subtitle);
  const auto count = [](std::size_t n) { return countText(static_cast<std::int64_t>(n)); };
  m_listed->setText(m_scene->shown() == m_scene->ranges() ? tr("%1 in all").arg(count(m_scene->ranges()))
                                                          : tr("%1 of %2").arg(count(m_scene->shown()), count(m_scene->ranges())));
  const bool generated = m_scene->input().loads && m_scene->input().loads->generated && m_scene->input().colour == MapColour::Accesses;
  m_generated->show(generated ? tr("generated samples") : QString(), Ink::Warn, QStringLiteral("info"));
  m_generated->setVisible(generated);
}

void MapPage::drawLegend() {
  using Fill = HeatLegend::Swatch::Fill;
  std::vector<HeatLegend::Swatch> swatches;
  const auto has = [this](std::uint8_t what) {
    for (std::size_t range = 0; range < m_scene->ranges(); ++range)
      if ((m_scene->marks(range) & what) != 0) return true;
    return false;
  };
  const bool changes = m_scene->input().colour == MapColour::Change;
  if (changes) swatches = {{tr("unchanged"), Fill::Solid, Ink::Text3, 0.3}, {tr("new owner"), Fill::Solid, Ink::Move, 1}};
  if (!m_scene->changes().empty()) swatches.push_back({tr("left"), Fill::Lost});
  if (!changes) swatches.push_back({tr("not measured"), Fill::NotMeasured});
  if (!m_scene->lanes().back().shard) swatches.push_back({tr("nobody's"), Fill::Nobody});
  if (!m_scene->input().moving.empty() && has(mark::Moving)) swatches.push_back({tr("moving"), Fill::Solid, Ink::Move, 1});
  if (changes) return m_legend->show(std::move(swatches));
  const MapColour colour = m_scene->input().colour;
  const QString unit = colour == MapColour::Rows ? tr("rows a range") : colour == MapColour::Bytes ? tr("a range") : tr("accesses a range, last day");
  m_legend->show(m_scene->heat(), unit,
                 [colour](double value) { return colour == MapColour::Bytes ? bytesText(static_cast<std::int64_t>(value)) : shortCount(value); }, std::move(swatches), colour == MapColour::Bytes);
}

void MapPage::drawZoom() {
  if (!m_scene) return;
  const double perPixel = m_view->rangesPerPixel();
  QString words;
  if (m_view->mode() == MapView::Mode::Grid) words = perPixel > 1 ? tr("hottest of %1 ranges a cell").arg(countText(std::llround(perPixel))) : tr("a range a cell");
  else if (perPixel > 1) words = tr("hottest of %1 ranges a pixel").arg(shortCount(perPixel));
  m_density->setText(words);
  const bool whole = m_view->view().width() >= m_scene->axis().total();
  allow(m_fit, m_view->mode() == MapView::Mode::Grid || !whole, tr("The whole map is shown"));
}

void MapPage::refresh() { m_history.refresh(); }

QVariantMap MapPage::state() const {
  return {{QStringLiteral("mode"), m_mode->currentIndex()},
          {QStringLiteral("colour"), m_colour->currentIndex()},
          {QStringLiteral("scale"), m_measure->currentIndex()},
          {QStringLiteral("moving"), m_onlyMoving->isChecked()},
          {QStringLiteral("problems"), m_onlyProblems->isChecked()},
          {QStringLiteral("splitter"), m_splitter->saveState()}};
}

void MapPage::restore(const QVariantMap& state) {
  if (state.isEmpty()) return;
  m_mode->setCurrentIndex(std::clamp(state.value(QStringLiteral("mode")).toInt(), 0, 1));
  m_colour->setCurrentIndex(std::clamp(state.value(QStringLiteral("colour")).toInt(), 0, changeColour - 1));
  m_measure->setCurrentIndex(std::clamp(state.value(QStringLiteral("scale")).toInt(), 0, 1));
  m_onlyMoving->setChecked(state.value(QStringLiteral("moving")).toBool());
  m_onlyProblems->setChecked(state.value(QStringLiteral("problems")).toBool());
  m_splitter->restoreState(state.value(QStringLiteral("splitter")).toByteArray());
}

}  // namespace shardwright::ui
