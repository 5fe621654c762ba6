#include "app/window/arguments.h"

#include <QCommandLineParser>
#include <string_view>

#include "ui/pages/page_list.h"

namespace shardwright::ui {

namespace {

constexpr int smallest = 320, largest = 8192;  // pixels

Result<QSize> parseSize(const QString& text) {
  const QStringList sides = text.split(QLatin1Char('x'));
  bool wide = false, high = false;
  const QSize size(sides.value(0).toInt(&wide), sides.value(1).toInt(&high));
  const auto fits = [](int side) { return side >= smallest && side <= largest; };
  if (sides.size() != 2 || !wide || !high || !fits(size.width()) || !fits(size.height()))
    return invalidInput("\"" + text.toStdString() + "\" is no size; write WIDTHxHEIGHT, each from 320 to 8192, such as 1440x900.");
  return size;
}

Result<Theme::Mode> parseMode(const QString& text) {
  if (text == QStringLiteral("light")) return Theme::Mode::Light;
  if (text == QStringLiteral("dark")) return Theme::Mode::Dark;
  return invalidInput("\"" + text.toStdString() + "\" is no theme; choose light or dark.");
}

Done checkPicture(const PictureRequest& picture) {
  if (pageInfo(picture.place.page) == nullptr) {
    QStringList ids;
    for (const PageInfo& info : allPages()) ids << info.id;
    return notFound("there is no page \"" + picture.place.page.toStdString() + "\"; choose one of " + ids.join(QStringLiteral(", ")).toStdString() + ".");
  }
  for (const char* ending : {".png", ".svg", ".pdf"})
    if (picture.file.endsWith(QLatin1String(ending), Qt::CaseInsensitive)) return {};
  return invalidInput("\"" + picture.file.toStdString() + "\" must end in .png, .svg or .pdf.");
}

Result<PictureRequest> readPicture(const QCommandLineParser& parser) {
  const QStringList words = parser.positionalArguments();
  if (words.size() != 3) return invalidInput("write: picture PAGE FILE.png|svg|pdf");
  PictureRequest picture;
  picture.place = {words[1], parser.value(QStringLiteral("item")), {}};
  picture.file = words[2];
  picture.keyspace = parser.value(QStringLiteral("keyspace")).toStdString();
  if (parser.isSet(QStringLiteral("size"))) picture.size = TRY(parseSize(parser.value(QStringLiteral("size"))));
  if (parser.isSet(QStringLiteral("scale"))) picture.scale = parser.value(QStringLiteral("scale")).toInt();
  if (picture.scale < 1 || picture.scale > 4) return invalidInput("--scale is a whole number from 1 to 4.");
  TRY(checkPicture(picture));
  return picture;
}

}  // namespace

bool WindowArguments::needsNoDisplay(int argc, const char* const* argv) {
  for (int at = 1; at < argc; ++at)
    if (std::string_view(argv[at]) == "picture" || std::string_view(argv[at]) == "--pages") return true;
  return false;
}

Result<WindowArguments> WindowArguments::read(const QStringList& arguments) {
  QCommandLineParser parser;
  for (const char* name : {"catalog", "actor", "theme", "keyspace", "item", "size", "scale"})
    parser.addOption({QString::fromLatin1(name), QString(), QString::fromLatin1(name)});
  for (const char* name : {"pages", "say-when-painted"}) parser.addOption(QCommandLineOption(QString::fromLatin1(name)));
  if (!parser.parse(arguments)) return invalidInput(parser.errorText().toStdString());
  WindowArguments out;
  out.listsPages = parser.isSet(QStringLiteral("pages"));
  if (out.listsPages) return out;
  out.saysWhenPainted = parser.isSet(QStringLiteral("say-when-painted"));
  out.catalog = parser.value(QStringLiteral("catalog")).toStdString();
  if (out.catalog.empty()) return invalidInput("--catalog FILE names the cluster.");
  if (parser.isSet(QStringLiteral("actor"))) out.actor = parser.value(QStringLiteral("actor")).toStdString();
  if (parser.isSet(QStringLiteral("theme"))) out.mode = TRY(parseMode(parser.value(QStringLiteral("theme"))));
  const QStringList words = parser.positionalArguments();
  if (words.isEmpty()) return out;
  if (words.front() != QStringLiteral("picture")) return invalidInput("\"" + words.front().toStdString() + "\" is not understood here.");
  out.picture = TRY(readPicture(parser));
  return out;
}

}  // namespace shardwright::ui
