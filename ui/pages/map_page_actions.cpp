// MapPage: choosing, its actions, and versions.
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QImage>
#include <QMenu>
#include <QPushButton>
#include <QSaveFile>
#include <QShortcut>
#include <algorithm>
#include <utility>

#include "core/base/json.h"
#include "core/manager/shard_manager.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/pages/map_facts.h"
#include "ui/pages/map_page.h"
#include "ui/pages/page_list.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/key_text.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/range_table.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr UnixSeconds day = 24 * 3600;
constexpr std::size_t mostSummed = 200'000;  // ranges whose rows are added up for a line of text

QAction* add(QMenu& menu, const QString& name, const QString& text) {
  QAction* const action = menu.addAction(text);
  action->setObjectName(name);
  return action;
}

Result<QString> writeFile(const QString& file, const std::string& content) {
  QSaveFile out(file);
  if (!out.open(QIODevice::WriteOnly) || out.write(content.data(), static_cast<qint64>(content.size())) < 0 || !out.commit())
    return unavailable("the file " + file.toStdString() + " cannot be written: " + out.errorString().toStdString());
  return file;
}

}  // namespace

void MapPage::makeActions() {
  m_plan = primaryButton(QStringLiteral("map.actions.plan"), tr("Plan from selection…"));
  m_split = plainButton(QStringLiteral("map.actions.split"), tr("Split here…"));
  m_copy = plainButton(QStringLiteral("map.actions.copy"), tr("Copy range"));
  m_export = plainButton(QStringLiteral("map.actions.export"), tr("Export"));
  auto* const menu = new QMenu(m_export);
  connect(add(*menu, QStringLiteral("map.export.picture"), tr("Picture (PNG)…")), &QAction::triggered, this, [this] { askFile(true); });
  connect(add(*menu, QStringLiteral("map.export.table"), tr("Ranges that are listed (CSV)…")), &QAction::triggered, this, [this] { askFile(false); });
  m_export->setMenu(menu);
  for (QPushButton* button : {m_copy, m_export, m_split, m_plan}) m_header->actions()->addWidget(button);
  connect(m_plan, &QPushButton::clicked, this, &MapPage::planMove);
  connect(m_split, &QPushButton::clicked, this, [this] { planSplit({}); });
  connect(m_copy, &QPushButton::clicked, this, [this] { copyChosen(false); });
}

void MapPage::makeShortcuts() {
  const auto on = [this](const QKeySequence& keys, auto does) {
    auto* const shortcut = new QShortcut(keys, this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, does);
  };
  on(QKeySequence(Qt::Key_G), [this] { m_mode->setCurrentIndex(1 - m_mode->currentIndex()); });
  on(QKeySequence(Qt::CTRL | Qt::Key_D), [this] { m_before->setFocus(); });
  on(QKeySequence(Qt::CTRL | Qt::Key_E), [this] { m_export->showMenu(); });
  on(QKeySequence::Copy, [this] { copyChosen(false); });
  on(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), [this] { copyChosen(true); });
}

void MapPage::open(const Place&) { follow(); }

// What is chosen anywhere, shown here.
void MapPage::follow() {
  if (!m_scene || m_scene->map().keyspace() != session().selection().keyspace()) return;
  MapView::Spans spans;
  for (const TokenRange& tokens : session().selection().ranges()) spans.push_back(m_scene->spanOf(tokens));
  spans = tidied(std::move(spans));
  if (spans != m_view->chosen()) m_view->choose(spans);
  m_table->choose(spans);
  std::set<std::uint32_t> lanes;
  for (const ShardId& shard : session().selection().shards())
    if (const auto lane = m_scene->laneOf(shard)) lanes.insert(*lane);
  m_view->chooseLanes(std::move(lanes));
  if (m_onlyShard->isChecked()) draw();
  drawChoice();
}

void MapPage::choose(const MapView::Spans& spans) {
  std::vector<TokenRange> ranges;
  for (const MapView::Span& span : spans) ranges.push_back(m_scene->tokensOf(span));
  session().selection().setRanges(std::move(ranges));
}

void MapPage::chooseShard(std::uint32_t lane) {
  const auto& shard = m_scene->lanes()[lane].shard;
  if (!shard) return;
  const auto& chosen = session().selection().shards();
  const bool alone = chosen.size() == 1 && chosen.contains(*shard);
  session().selection().setShards(alone ? std::set<ShardId>() : std::set<ShardId>{*shard});
}

std::optional<MapView::Span> MapPage::oneSpan() const {
  return m_scene && m_view->chosen().size() == 1 ? std::optional(m_view->chosen().front()) : std::nullopt;
}

QString MapPage::whyNoPlan() const {
  if (!m_scene || m_view->chosen().empty()) return tr("Choose a range in the picture or in the table first.");
  if (m_view->chosen().size() > 1) return tr("A plan takes one stretch of the line; several are chosen.");
  if (m_older) return tr("This version of the map is not in force. Go back to the one that is.");
  if (pageInfo(QStringLiteral("plans")) == nullptr) return tr("This build has no page of plans.");
  return {};
}

QString MapPage::spanText(const MapView::Span& span) const {
  const auto count = [](std::int64_t n) { return countText(n); };
  std::optional<std::int64_t> rows, bytes;
  double share = 0;
  if (span.last - span.first < mostSummed)
    for (std::size_t range = span.first; range <= span.last; ++range) {
      if (const auto more = m_scene->rowsOf(range)) rows = rows.value_or(0) + *more;
      if (const auto more = m_scene->bytesOf(range)) bytes = bytes.value_or(0) + *more;
      share += m_scene->shareOf(range).value_or(0);
    }
  const bool one = span.first == span.last;
  QStringList words{rangeText(m_scene->map().strategy(), m_scene->tokensOf(span))};
  words << (one ? m_scene->lanes()[m_scene->lane(span.first)].name : tr("%1 ranges").arg(countText(static_cast<std::int64_t>(span.last - span.first + 1))));
  words << tr("%1 rows").arg(orDash(rows, count)) << orDash(bytes, bytesText);
  if (share > 0) words << tr("%1 of the keyspace").arg(percentText(share, share < 0.0995 ? 1 : 0));
  if (one && !m_scene->problemOf(span.first).isEmpty()) words << m_scene->problemOf(span.first);
  const QString before = one ? m_scene->beforeOf(span.first) : QString();
  if (!before.isEmpty()) words << tr("was %1's").arg(before);
  return words.join(QStringLiteral(" · "));
}

// One line about what the pointer is over, or else about what is chosen; and what may be done with that.
void MapPage::drawChoice() {
  if (!m_scene) return;
  const auto over = m_view->hovered();
  const auto& chosen = m_view->chosen();
  QString words;
  if (over) words = spanText({*over, *over});
  else if (chosen.size() == 1) words = spanText(chosen.front());
  else if (chosen.size() > 1) words = tr("%1 stretches are chosen").arg(countText(static_cast<std::int64_t>(chosen.size())));
  else words = tr("Point at a range to read it, click to choose it; the wheel magnifies, dragging pans.");
  m_choice->setText(words);
  m_choice->setToolTip(plainTip(words));
  const QString why = whyNoPlan();
  allow(m_plan, why.isEmpty(), why);
  const bool single = why.isEmpty() && oneSpan()->first == oneSpan()->last;
  allow(m_split, single, why.isEmpty() ? tr("Choose one range to split; several are chosen.") : why);
  allow(m_copy, !chosen.empty(), tr("Choose a range first."));
  allow(m_export, true, {});
  allow(m_onlyShard, m_onlyShard->isChecked() || !session().selection().shards().empty(), tr("Choose a shard at the left edge of the picture first."));
}

void MapPage::plan(PlanRequest request) { navigator().go({QStringLiteral("plans"), {}, std::move(request)}); }

void MapPage::planMove() {
  const auto span = oneSpan();
  if (!span || !whyNoPlan().isEmpty()) return;
  PlanRequest request;
  request.goal = "move";
  request.range = rangeArgument(m_scene->map().strategy(), m_scene->tokensOf(*span)).toStdString();
  plan(std::move(request));
}

void MapPage::planSplit(const std::optional<Token>& at) {
  const auto span = oneSpan();
  if (!span || !whyNoPlan().isEmpty()) return;
  PlanRequest request;
  request.goal = "split";
  request.range = rangeArgument(m_scene->map().strategy(), m_scene->tokensOf(*span)).toStdString();
  if (at) request.at = {m_scene->map().strategy().formatToken(*at)};
  plan(std::move(request));
}

void MapPage::copyChosen(bool asJson) {
  if (!m_scene || m_view->chosen().empty()) return;
  const ShardingStrategy& strategy = m_scene->map().strategy();
  QStringList lines;
  Json list = Json::array();
  for (const MapView::Span& span : m_view->chosen()) {
    const TokenRange tokens = m_scene->tokensOf(span);
    lines << rangeArgument(strategy, tokens);
    list.push_back({{"from", tokens.from.isBeginning() ? Json() : strategy.tokenJson(tokens.from)}, {"until", tokens.until ? strategy.tokenJson(*tokens.until) : Json()}});
  }
  QApplication::clipboard()->setText(asJson ? text(list.dump()) : lines.join(QLatin1Char('\n')));
}

void MapPage::showMenu(const QPoint& place, std::size_t range, std::optional<double> share) {
  auto* const menu = new QMenu(this);
  menu->setObjectName(QStringLiteral("map.menu"));
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->setToolTipsVisible(true);
  const QString why = whyNoPlan();
  const auto offer = [&](const QString& name, const QString& words, const QString& reason, auto does) {
    QAction* const action = add(*menu, name, words);
    action->setEnabled(reason.isEmpty());
    action->setToolTip(plainTip(reason));
    connect(action, &QAction::triggered, this, does);
  };
  offer(QStringLiteral("map.menu.plan"), tr("Plan from selection…"), why, [this] { planMove(); });
  const bool single = oneSpan() && oneSpan()->first == oneSpan()->last;
  const auto at = single && share ? LineScale::tokenAt(m_scene->map(), range, *share) : std::nullopt;
  const QString where = at ? tr("Split at %1…").arg(boundText(m_scene->map().strategy(), *at)) : tr("Split here…");
  offer(QStringLiteral("map.menu.split"), where, !why.isEmpty() || single ? why : tr("Several ranges are chosen."), [this, at] { planSplit(at); });
  menu->addSeparator();
  offer(QStringLiteral("map.menu.copy"), tr("Copy range"), {}, [this] { copyChosen(false); });
  offer(QStringLiteral("map.menu.json"), tr("Copy as JSON"), {}, [this] { copyChosen(true); });
  offer(QStringLiteral("map.menu.zoom"), tr("Magnify"), {}, [this, range] { m_view->zoomTo(oneSpan().value_or(MapView::Span{range, range})); });
  offer(QStringLiteral("map.menu.shard"), tr("Choose its shard"), {}, [this, range] { chooseShard(m_scene->lane(range)); });
  menu->popup(place);
}

void MapPage::askFile(bool picture) {
  auto* const dialog = new QFileDialog(this, picture ? tr("Export the picture") : tr("Export the ranges"));
  dialog->setObjectName(QStringLiteral("map.export.file"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(picture ? QStringLiteral("png") : QStringLiteral("csv"));
  dialog->selectFile(text(session().selection().keyspace().text()) + (picture ? QStringLiteral("-map.png") : QStringLiteral("-ranges.csv")));
  connect(dialog, &QFileDialog::fileSelected, this, &MapPage::exportTo);
  dialog->open();
}

void MapPage::exportTo(const QString& file) {
  if (!m_scene) return;
  const auto written = [this](Result<QString> answer) {
    if (answer) Q_EMIT exported(*answer);
  };
  if (file.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive)) {
    m_write.start(
        Lane::Own, tr("Export %1").arg(file),
        [file, image = m_view->image(2)](ShardManager&, Job&) -> Result<QString> {
          if (!image.save(file)) return unavailable("the file " + file.toStdString() + " cannot be written.");
          return file;
        },
        written);
    return;
  }
  m_write.start(
      Lane::Own, tr("Export %1").arg(file), [file, scene = m_scene](ShardManager&, Job& job) { return writeFile(file, rangesAsCsv(*scene, job.token())); }, written);
}

void MapPage::readHistory() {
  const KeyspaceFacts& facts = *keyspace();
  if (m_historyOf != facts.keyspace.name) {
    m_historyOf = facts.keyspace.name;
    m_historyVersion = facts.map->version();
    m_history.readInstead([name = m_historyOf](ShardManager& manager, Job&, const std::shared_ptr<const History>&) { return manager.maps().history(name); });
  } else if (m_historyVersion != facts.map->version()) {
    m_historyVersion = facts.map->version();
    m_history.refresh();
  }
}

void MapPage::drawVersions() {
  const KeyspaceFacts* const facts = keyspace();
  if (facts == nullptr) return;
  const MapVersion shown = m_older ? m_older->map->version() : facts->map->version();
  const MapVersion before = m_beforeMap ? m_beforeMap->version() : 0;
  const QSignalBlocker quietVersion(m_version), quietBefore(m_before);
  m_version->clear();
  m_before->clear();
  m_before->addItem(tr("Compare with…"), 0);
  History versions = m_history.value() ? *m_history.value() : History();
  std::ranges::sort(versions, std::ranges::greater(), &Catalog::MapVersionInfo::version);
  for (const auto& info : versions) {
    const QVariant number(static_cast<qlonglong>(info.version));
    const bool inForce = info.version == facts->map->version();
    m_version->addItem(inForce ? tr("v%1, in force").arg(info.version) : tr("v%1, %2").arg(info.version).arg(timeText(info.at)), number);
    const QString tip = plainTip(tr("%1\n%2\nby %3").arg(fullTimeText(info.at), said(info.cause), text(info.actor)));
    m_version->setItemData(m_version->count() - 1, tip, Qt::ToolTipRole);
    if (info.version != shown) m_before->addItem(tr("with v%1").arg(info.version), number);
  }
  m_version->setCurrentIndex(std::max(0, m_version->findData(QVariant(static_cast<qlonglong>(shown)))));
  m_before->setCurrentIndex(std::max(0, m_before->findData(QVariant(static_cast<qlonglong>(before)))));
  m_before->setEnabled(m_before->count() > 1);
  m_before->setToolTip(m_before->count() > 1 ? tr("Earlier version to compare with") : tr("There is only one version of this map so far."));
  m_version->setEnabled(m_version->count() > 1);
  m_version->setToolTip(m_version->count() > 1 ? tr("Version of the map that is shown") : tr("There is only one version of this map so far."));
}

// An earlier version is shown with what the samples of the last day say of its ranges.
void MapPage::askVersion(MapVersion version) {
  const KeyspaceFacts* const facts = keyspace();
  if (facts == nullptr) return;
  if (version == facts->map->version()) {
    m_askShown.drop();
    m_older.reset();
    drawVersions();
    draw();
    return;
  }
  m_askShown.start(
      Lane::Catalog, tr("Read map v%1").arg(version),
      [name = facts->keyspace.name, version, since = session().now() - day](ShardManager& manager, Job&) -> Result<Shown> {
        Shown shown;
        shown.map = TRY(manager.maps().show(name, version));
        const auto samples = TRY(manager.load().samples(name, since));
        shown.loads = std::make_shared<const RangeLoads>(loadsUnder(*shown.map, samples));
        return shown;
      },
      [this](Result<Shown> answer) {
        if (answer) m_older = *std::move(answer);
        drawVersions();
        draw();
      });
}

void MapPage::askBefore(MapVersion version) {
  const KeyspaceFacts* const facts = keyspace();
  if (facts == nullptr) return;
  if (version == 0) {
    m_askBefore.drop();
    m_beforeMap.reset();
    if (m_colourBefore >= 0) m_colour->setCurrentIndex(std::exchange(m_colourBefore, -1));
    draw();
    return;
  }
  m_askBefore.start(
      Lane::Catalog, tr("Read map v%1").arg(version), [name = facts->keyspace.name, version](ShardManager& manager, Job&) { return manager.maps().show(name, version); },
      [this](Result<std::shared_ptr<const ShardMap>> answer) {
        if (answer) {
          m_beforeMap = *std::move(answer);
          if (m_colourBefore < 0) m_colourBefore = m_colour->currentIndex();
          m_colour->setCurrentIndex(3);
        }
        drawVersions();
        draw();
      });
}

}  // namespace shardwright::ui
