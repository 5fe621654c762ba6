// The arguments of shardwright-window: --catalog FILE [--actor NAME] [--theme light|dark]
//   [picture PAGE FILE.png|svg|pdf [--keyspace KS] [--item ID] [--size WxH] [--scale N]], or --pages: the names of PAGE.
// --say-when-painted: for measuring, a line on standard output when the first page stands there.
#pragma once

#include <QStringList>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "ui/shell/picture.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

struct WindowArguments {
  std::string catalog;
  std::optional<std::string> actor;
  std::optional<Theme::Mode> mode;  // none: the system's, or what was chosen last
  std::optional<PictureRequest> picture;
  bool listsPages = false, saysWhenPainted = false;

  static Result<WindowArguments> read(const QStringList& arguments);  // InvalidInput, naming what is understood
  static bool needsNoDisplay(int argc, const char* const* argv);      // before there is an application's object
};

}  // namespace shardwright::ui
