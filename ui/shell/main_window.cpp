#include "ui/shell/main_window.h"

#include <QCloseEvent>
#include <QGuiApplication>
#include <QScreen>
#include <QSettings>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/bridge/source.h"
#include "ui/shell/activity_panel.h"
#include "ui/shell/context_bar.h"
#include "ui/shell/navigation_rail.h"
#include "ui/shell/palette.h"
#include "ui/shell/status_line.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr int narrowBelow = 1100;  // width of the window at which the rail gives up its words
constexpr std::size_t rememberedPlaces = 100;

}  // namespace

MainWindow::MainWindow(Session& session, Options options) : m_session(session), m_options(std::move(options)) {
  setObjectName(QStringLiteral("shell"));
  setWindowTitle(tr("%1 – Shardwright").arg(session.clusterName()));
  setWindowIcon(QIcon(QStringLiteral(":/icons/shardwright.svg")));
  setMinimumSize(860, 560);
  resize(1280, 820);
  m_rail = new NavigationRail(allPages());
  m_context = new ContextBar(session);
  m_stack = new QStackedWidget;
  m_stack->setContentsMargins(grid::xl, grid::l, grid::xl, grid::l);
  m_activity = new ActivityPanel(session.activity());
  m_activity->setFixedHeight(210);
  m_activity->hide();
  auto* const status = new StatusLine(session);

  auto* const middle = new QWidget;
  auto* const row = new QHBoxLayout(middle);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  row->addWidget(m_rail);
  auto* const column = new QVBoxLayout;
  column->setSpacing(0);
  column->addWidget(m_context);
  column->addWidget(m_stack, 1);
  column->addWidget(m_activity);
  column->addWidget(status);
  row->addLayout(column, 1);
  setCentralWidget(middle);

  connect(&m_navigator, &Navigator::asked, this, &MainWindow::go);
  connect(m_rail, &NavigationRail::chosen, this, [this](const QString& page) { go({page, {}, {}}); });
  connect(m_context, &ContextBar::backAsked, this, &MainWindow::back);
  connect(m_context, &ContextBar::forwardAsked, this, &MainWindow::forward);
  connect(m_context, &ContextBar::modeAsked, this, &MainWindow::switchMode);
  connect(&Theme::instance(), &Theme::changed, this, [this] { m_context->setMode(Theme::instance().isDark()); });
  connect(status, &StatusLine::activityAsked, this, [this] { m_activity->setVisible(!m_activity->isVisible()); });
  connect(&session.facts(), &SourceBase::changed, this, &MainWindow::drawFacts);
  m_palette = new Palette(session, middle);
  connect(m_palette, &Palette::chosen, this, &MainWindow::goTo);
  connect(m_context, &ContextBar::searchAsked, m_palette, &Palette::open);
  addShortcuts();
  m_context->setMode(Theme::instance().isDark());
  go({allPages().front().id, {}, {}});
}

MainWindow::~MainWindow() = default;

void MainWindow::addShortcuts() {
  const auto add = [this](const QKeySequence& keys, auto does) {
    auto* const shortcut = new QShortcut(keys, this);
    connect(shortcut, &QShortcut::activated, this, does);
  };
  add(QKeySequence(Qt::ALT | Qt::Key_Left), [this] { back(); });
  add(QKeySequence(Qt::ALT | Qt::Key_Right), [this] { forward(); });
  add(QKeySequence(Qt::CTRL | Qt::Key_K), [this] { m_palette->open(); });
  add(QKeySequence(Qt::Key_F5), [this] {
    m_session.refreshAll();
    if (current() != nullptr) current()->refresh();
  });
}

Page* MainWindow::page(const QString& id) {
  if (const auto at = m_pages.find(id); at != m_pages.end()) return at->second;
  const PageInfo* const info = pageInfo(id);
  if (info == nullptr) return nullptr;
  Page* const made = info->make(m_session, m_navigator);
  made->setObjectName(id);
  m_pages[id] = made;
  m_stack->addWidget(made);
  if (m_restored && !m_options.settings.isEmpty())
    made->restore(QSettings(m_options.settings, QSettings::IniFormat).value(key(QStringLiteral("page/") + id)).toMap());
  return made;
}

Page* MainWindow::current() const { return qobject_cast<Page*>(m_stack->currentWidget()); }

void MainWindow::go(const Place& place) {
  if (pageInfo(place.page) == nullptr) return;
  if (m_history.empty() || !m_history[m_at].isSame(place)) {
    if (!m_history.empty()) m_history.resize(m_at + 1);
    if (m_history.size() >= rememberedPlaces) m_history.erase(m_history.begin());
    m_history.push_back({place.page, place.item, {}});
    m_at = m_history.size() - 1;
  }
  show(place);
}

void MainWindow::back() {
  if (m_at == 0) return;
  show(m_history[--m_at]);
}

void MainWindow::forward() {
  if (m_at + 1 >= m_history.size()) return;
  show(m_history[++m_at]);
}

void MainWindow::show(const Place& place) {
  Page* const next = page(place.page);
  Page* const before = current();
  m_stack->setCurrentWidget(next);
  if (before != next) {
    if (before != nullptr) before->shown(false);
    next->shown(true);
  }
  next->open(place);
  m_rail->mark(place.page);
  m_context->setHistory(m_at > 0, m_at + 1 < m_history.size());
  Q_EMIT pageChanged();
}

void MainWindow::switchMode() {
  Theme::instance().setMode(Theme::instance().isDark() ? Theme::Mode::Light : Theme::Mode::Dark);
}

void MainWindow::goTo(const Hit& hit) {
  Selection& selection = m_session.selection();
  if (hit.keyspace) selection.setKeyspace(*hit.keyspace);
  if (hit.shard) selection.setShards({*hit.shard});
  go(hit.place);
}

void MainWindow::drawFacts() {
  const auto& facts = m_session.facts().value();
  if (!facts) return;
  m_rail->showBadges(*facts);
  if (!m_restored) restoreArrangement();
}

QString MainWindow::key(const QString& name) const { return text(m_session.facts().value()->uuid) + QLatin1Char('/') + name; }

// Once the catalog has said which cluster this is.
void MainWindow::restoreArrangement() {
  m_restored = true;
  if (m_options.settings.isEmpty()) return;
  QSettings settings(m_options.settings, QSettings::IniFormat);
  const QString mode = settings.value(QStringLiteral("mode")).toString();
  Theme::instance().setMode(mode == QStringLiteral("light") ? Theme::Mode::Light : mode == QStringLiteral("dark") ? Theme::Mode::Dark : Theme::Mode::System);
  const KeyspaceName keyspace(settings.value(key(QStringLiteral("keyspace"))).toString().toStdString());
  if (m_session.facts().value()->keyspace(keyspace) != nullptr) m_session.selection().setKeyspace(keyspace);
  const QRect place = settings.value(key(QStringLiteral("geometry"))).toRect();
  // A screen of last time may be gone.
  if (place.isValid() && QGuiApplication::screenAt(place.center()) != nullptr) setGeometry(place);
  m_activity->setVisible(settings.value(key(QStringLiteral("activity"))).toBool());
  for (const auto& [id, page] : m_pages) page->restore(settings.value(key(QStringLiteral("page/") + id)).toMap());
  const QString page = settings.value(key(QStringLiteral("page"))).toString();
  if (m_history.size() == 1 && page != currentId()) go({page, {}, {}});
}

void MainWindow::keepArrangement() {
  if (m_options.settings.isEmpty() || !m_restored) return;
  QSettings settings(m_options.settings, QSettings::IniFormat);
  const Theme::Mode mode = Theme::instance().mode();
  settings.setValue(QStringLiteral("mode"), mode == Theme::Mode::Light ? QStringLiteral("light") : mode == Theme::Mode::Dark ? QStringLiteral("dark") : QStringLiteral("system"));
  settings.setValue(key(QStringLiteral("keyspace")), text(m_session.selection().keyspace().text()));
  settings.setValue(key(QStringLiteral("geometry")), geometry());
  settings.setValue(key(QStringLiteral("activity")), m_activity->isVisible());
  settings.setValue(key(QStringLiteral("page")), currentId());
  for (const auto& [id, page] : m_pages) settings.setValue(key(QStringLiteral("page/") + id), page->state());
}

void MainWindow::closeEvent(QCloseEvent* event) {
  keepArrangement();
  QMainWindow::closeEvent(event);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  m_rail->setNarrow(width() < narrowBelow);
}

}  // namespace shardwright::ui
