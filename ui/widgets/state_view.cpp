#include "ui/widgets/state_view.h"

#include <QApplication>
#include <QClipboard>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/bridge/source.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int quietFor = 200, longAfter = 2000;  // milliseconds
constexpr int bigSymbol = 28;

}  // namespace

StateView::StateView(const QString& name, QWidget* content, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  m_stack = new QStackedLayout(this);
  m_page = new QWidget;
  auto* const page = new QVBoxLayout(m_page);
  page->setContentsMargins(0, 0, 0, 0);
  page->setSpacing(grid::m);
  page->addWidget(makeBanner(name));
  page->addWidget(content, 1);
  m_blank = new QWidget;
  m_stack->addWidget(m_blank);
  m_stack->addWidget(m_page);
  m_stack->addWidget(makeMessage(name));
  for (QTimer* timer : {&m_soon, &m_late}) {
    timer->setSingleShot(true);
    connect(timer, &QTimer::timeout, this, &StateView::onTime);
  }
}

QWidget* StateView::makeMessage(const QString& name) {
  m_message = new QWidget;
  auto* const middle = new QVBoxLayout(m_message);
  middle->setSpacing(grid::s);
  m_symbol = new Symbol({}, Ink::Text3, bigSymbol);
  m_title = new Text(Type::Section, Ink::Text);
  m_detail = new Text(Type::Body, Ink::Text2);
  for (Text* text : {m_title, m_detail}) {
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
  }
  m_action = plainButton(name + QStringLiteral(".action"), {});
  m_stop = plainButton(name + QStringLiteral(".stop"), tr("Stop"));
  m_retry = plainButton(name + QStringLiteral(".retry"), tr("Retry"));
  m_copy = plainButton(name + QStringLiteral(".copy"), tr("Copy details"));
  auto* const buttons = new QHBoxLayout;
  buttons->setSpacing(grid::s);
  buttons->addStretch();
  for (QPushButton* button : {m_action, m_stop, m_retry, m_copy}) buttons->addWidget(button);
  buttons->addStretch();
  middle->addStretch(2);
  middle->addWidget(m_symbol, 0, Qt::AlignHCenter);
  middle->addWidget(m_title);
  middle->addWidget(m_detail);
  middle->addLayout(buttons);
  middle->addStretch(3);
  connect(m_action, &QPushButton::clicked, this, &StateView::actionAsked);
  connect(m_stop, &QPushButton::clicked, this, &StateView::stopAsked);
  connect(m_retry, &QPushButton::clicked, this, &StateView::retryAsked);
  connect(m_copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_copied); });
  return m_message;
}

QWidget* StateView::makeBanner(const QString& name) {
  m_banner = new QWidget;
  auto* const line = new QHBoxLayout(m_banner);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::s);
  m_bannerSymbol = new Symbol;
  m_bannerText = new Text(Type::Body, Ink::Warn);
  m_bannerText->setWordWrap(true);
  m_bannerRetry = plainButton(name + QStringLiteral(".again"), tr("Retry"));
  line->addWidget(m_bannerSymbol);
  line->addWidget(m_bannerText, 1);
  line->addWidget(m_bannerRetry);
  connect(m_bannerRetry, &QPushButton::clicked, this, &StateView::retryAsked);
  m_banner->hide();
  return m_banner;
}

void StateView::showLoading(const QString& what) {
  m_what = what;
  if (m_state == State::Loading && (m_soon.isActive() || m_late.isActive() || m_stack->currentWidget() == m_message)) return;
  m_state = State::Loading;
  m_stack->setCurrentWidget(m_blank);
  m_soon.start(quietFor);
  m_late.start(longAfter);
}

void StateView::onTime() {
  if (m_state != State::Loading) return;
  const bool late = !m_late.isActive();
  setMessage(State::Loading, QStringLiteral("waiting"), m_what, late ? tr("This takes longer than usual: a shard may be slow to answer.") : QString());
  m_stop->setVisible(late);
}

void StateView::showContent(const QStringList& missing) {
  m_state = State::Content;
  m_soon.stop();
  m_late.stop();
  if (missing.isEmpty()) m_banner->hide();
  else setBanner(QStringLiteral("partial"), tr("Partial: %1").arg(missing.join(QStringLiteral(" · "))), true);
  m_stack->setCurrentWidget(m_page);
}

void StateView::showEmpty(const QString& sentence, const QString& action) {
  setMessage(State::Empty, QStringLiteral("empty"), sentence, {});
  m_action->setText(action);
  m_action->setAccessibleName(action);
  m_action->setVisible(!action.isEmpty());
}

void StateView::showError(const Error& error, UnixSeconds since, bool keepContent) {
  const QString what = asSentence(error.message());
  m_copied = since == 0 ? what : tr("%1\nLast good answer: %2").arg(what, fullTimeText(since));
  if (keepContent) {
    showContent();
    setBanner(QStringLiteral("error"), tr("Stale since %1: %2").arg(timeText(since), what), true);
    return;
  }
  setMessage(State::Error, QStringLiteral("error"), what, {});
  m_retry->show();
  m_copy->show();
}

bool StateView::follow(const SourceBase& source, bool hasValue, const QString& what) {
  if (source.error() && !source.isAsking()) showError(*source.error(), source.at(), hasValue);
  else if (hasValue) showContent();
  else showLoading(what);
  return hasValue;
}

void StateView::setMessage(State state, const QString& icon, const QString& title, const QString& detail) {
  m_state = state;
  if (state != State::Loading) {
    m_soon.stop();
    m_late.stop();
  }
  m_symbol->show(icon, state == State::Error ? Ink::Danger : Ink::Text3);
  m_title->setText(title);
  m_detail->setText(detail);
  m_detail->setVisible(!detail.isEmpty());
  for (QPushButton* button : {m_action, m_stop, m_retry, m_copy}) button->hide();
  m_stack->setCurrentWidget(m_message);
}

void StateView::setBanner(const QString& icon, const QString& text, bool retry) {
  m_bannerSymbol->show(icon, Ink::Warn);
  m_bannerText->setText(text);
  m_bannerRetry->setVisible(retry);
  m_banner->show();
}

}  // namespace shardwright::ui
