// StateView: the four states of anything that is loaded, drawn alike everywhere.
//   loading  quiet for 200 ms, then said; after 2 s that it may take long, with Stop
//   empty    why there is nothing, and what to do
//   partial  the content, with a line above it that names what is missing
//   error    what, since when, Retry and Copy; content that is known already stays, with the line above it
// A page puts its content in, and tells what is so with show().
#pragma once

#include <QStackedLayout>
#include <QTimer>
#include <QWidget>
#include <functional>
#include <optional>

#include "core/base/clock.h"
#include "core/base/result.h"

class QPushButton;

namespace shardwright::ui {

class SourceBase;
class Text;

class StateView : public QWidget {
  Q_OBJECT

 public:
  // `name` begins the object names of what is in it: overview.state
  StateView(const QString& name, QWidget* content, QWidget* parent = nullptr);

  void showLoading(const QString& what);
  void showContent(const QStringList& missing = {});                   // not empty: partial
  void showEmpty(const QString& sentence, const QString& action = {});  // with an action: a button, see actionAsked
  void showError(const Error& error, UnixSeconds since, bool keepContent);
  // By the state of a source: loading until there is a value, then content; errors as they come. True: content is shown.
  bool follow(const SourceBase& source, bool hasValue, const QString& what);

  // Real data, or a final state that waits for nobody.
  bool isSettled() const { return m_state != State::Loading; }

 Q_SIGNALS:
  void retryAsked();
  void stopAsked();
  void actionAsked();

 private:
  enum class State { Loading, Content, Empty, Error };
  QWidget* makeMessage(const QString& name);
  QWidget* makeBanner(const QString& name);
  void setMessage(State state, const QString& icon, const QString& title, const QString& detail);
  void setBanner(const QString& icon, const QString& text, bool retry);
  void onTime();

  State m_state = State::Loading;
  QStackedLayout* m_stack;
  QWidget *m_page, *m_message, *m_banner, *m_blank;
  class Symbol* m_symbol;
  class Symbol* m_bannerSymbol;
  Text *m_title, *m_detail, *m_bannerText;
  QPushButton *m_action, *m_stop, *m_retry, *m_copy, *m_bannerRetry;
  QTimer m_soon, m_late;
  QString m_what, m_copied;
};

}  // namespace shardwright::ui
