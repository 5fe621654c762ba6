#include <QDirIterator>
#include <QImage>
#include <QtTest>
#include <cmath>

#include "tests/ui/console.h"
#include "ui/theme/figures.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

using namespace shardwright;
using namespace shardwright::ui;

namespace {

// Relative luminance and contrast as WCAG 2 has them.
double luminance(const QColor& colour) {
  const auto linear = [](double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(const QColor& a, const QColor& b) {
  const double first = luminance(a), second = luminance(b);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

}  // namespace

class TestTheme : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyTextColourIsReadable_data();
  void everyTextColourIsReadable();
  void heatGetsBrighterFromLowToHigh();
  void aDisabledIconCanStillBeMadeOut();
  void everyIconOfTheFolderCanBeDrawn();
  void anIconTakesTheInkOfTheMode();
  void figuresAreEquallyWide();
  void amountsAreWrittenWithThinSpacesAndUnits_data();
  void amountsAreWrittenWithThinSpacesAndUnits();
  void sentencesOfCoreGetThinSpaces();
};

void TestTheme::everyTextColourIsReadable_data() {
  QTest::addColumn<int>("ink");
  QTest::addColumn<int>("ground");
  QTest::addColumn<bool>("dark");
  const std::initializer_list<Ink> texts = {Ink::Text, Ink::Text2, Ink::Text3, Ink::Accent, Ink::Ok, Ink::Warn, Ink::Danger, Ink::Move, Ink::Split, Ink::Removed};
  for (const bool dark : {false, true}) {
    for (const Ink ink : texts)
      for (const Ink ground : {Ink::Background, Ink::Surface, Ink::Sunken})
        QTest::addRow("%d on %d, %s", static_cast<int>(ink), static_cast<int>(ground), dark ? "dark" : "light") << static_cast<int>(ink) << static_cast<int>(ground) << dark;
    QTest::addRow("text on accent, %s", dark ? "dark" : "light") << static_cast<int>(Ink::OnAccent) << static_cast<int>(Ink::Accent) << dark;
    for (const Ink ink : {Ink::Text, Ink::Text2, Ink::Accent})
      QTest::addRow("%d on what is chosen, %s", static_cast<int>(ink), dark ? "dark" : "light") << static_cast<int>(ink) << static_cast<int>(Ink::AccentWeak) << dark;
  }
}

void TestTheme::everyTextColourIsReadable() {
  QFETCH(int, ink);
  QFETCH(int, ground);
  QFETCH(bool, dark);
  const double ratio = contrast(Theme::colour(static_cast<Ink>(ink), dark), Theme::colour(static_cast<Ink>(ground), dark));
  QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("contrast %1").arg(ratio)));
}

void TestTheme::heatGetsBrighterFromLowToHigh() {
  for (int step = 1; step <= 256; ++step)
    QVERIFY2(luminance(Theme::heat(step / 256.0)) > luminance(Theme::heat((step - 1) / 256.0)) - 1e-4, qPrintable(QString::number(step)));
}

void TestTheme::aDisabledIconCanStillBeMadeOut() {
  for (const Theme::Mode mode : {Theme::Mode::Dark, Theme::Mode::Light}) {
    Theme::instance().setMode(mode);
    const double ratio = contrast(Theme::instance().disabledIcon(), inked(Ink::Surface));
    QVERIFY2(ratio >= 3, qPrintable(QStringLiteral("contrast %1").arg(ratio)));
  }
}

void TestTheme::everyIconOfTheFolderCanBeDrawn() {
  int drawn = 0;
  for (QDirIterator icons(QStringLiteral(":/icons")); icons.hasNext();) {
    const QString name = QFileInfo(icons.next()).completeBaseName();
    QImage image(32, 32, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    paintIcon(painter, QRectF(0, 0, 32, 32), name, Qt::black);
    painter.end();
    bool ink = false, room = false;
    for (int y = 0; y < 32; ++y)
      for (int x = 0; x < 32; ++x) (qAlpha(image.pixel(x, y)) > 0 ? ink : room) = true;
    QVERIFY2(ink && room, qPrintable(name));
    ++drawn;
  }
  QVERIFY(drawn > 40);
  QVERIFY(hasIcon(QStringLiteral("overview")) && !hasIcon(QStringLiteral("nothing-of-the-kind")));
}

void TestTheme::anIconTakesTheInkOfTheMode() {
  const auto darkest = [] {
    const QImage image = Theme::instance().icon(QStringLiteral("stop"), Ink::Text).pixmap(16, 16).toImage();
    return image.pixelColor(8, 8);
  };
  Theme::instance().setMode(Theme::Mode::Light);
  QCOMPARE(darkest(), Theme::colour(Ink::Text, false));
  Theme::instance().setMode(Theme::Mode::Dark);
  QCOMPARE(darkest(), Theme::colour(Ink::Text, true));
  Theme::instance().setMode(Theme::Mode::Light);
}

void TestTheme::figuresAreEquallyWide() {
  const QFont font = typeface(Type::Body);
  QCOMPARE(figuresWidth(font, QStringLiteral("111 111")), figuresWidth(font, QStringLiteral("888 888")));
  QVERIFY(figuresWidth(font, QStringLiteral("1111")) > figuresWidth(font, QStringLiteral("888")));
}

void TestTheme::amountsAreWrittenWithThinSpacesAndUnits_data() {
  QTest::addColumn<QString>("written");
  QTest::addColumn<QString>("expected");
  QTest::newRow("count") << countText(1234567) << QStringLiteral("1\u2009234\u2009567");
  QTest::newRow("negative count") << countText(-123456) << QStringLiteral("-123\u2009456");
  QTest::newRow("small count") << countText(812) << QStringLiteral("812");
  QTest::newRow("short count") << shortCount(41'200) << QStringLiteral("41.2\u2009k");
  QTest::newRow("short count near the next unit") << shortCount(999'960) << QStringLiteral("1.0\u2009M");
  QTest::newRow("bytes") << bytesText(1'610'612'736) << QStringLiteral("1.5\u2009GiB");
  QTest::newRow("few bytes") << bytesText(17) << QStringLiteral("17\u2009B");
  QTest::newRow("many of a unit") << bytesText(500LL << 20) << QStringLiteral("500\u2009MiB");
  QTest::newRow("percent") << percentText(0.931) << QStringLiteral("93\u2009%");
  QTest::newRow("duration") << durationText(200) << QStringLiteral("3 min 20 s");
  QTest::newRow("ago") << agoText(1000, 1012) << QStringLiteral("12 s ago");
  QTest::newRow("over") << untilText(1000, 1000) << QString();
}

void TestTheme::amountsAreWrittenWithThinSpacesAndUnits() {
  QFETCH(QString, written);
  QFETCH(QString, expected);
  QCOMPARE(written, expected);
}

void TestTheme::sentencesOfCoreGetThinSpaces() {
  QCOMPARE(said("it has 1 234 567 rows"), QStringLiteral("it has 1\u2009234\u2009567 rows"));
  QCOMPARE(said("map 12 of 345 shards"), QStringLiteral("map 12 of 345 shards"));
  QCOMPARE(asSentence("the catalog cannot be read."), QStringLiteral("The catalog cannot be read."));
  QCOMPARE(asSentence("accounts is balanced."), QStringLiteral("accounts is balanced."));
}

CONSOLE_TEST_MAIN(TestTheme)
#include "tst_theme.moc"
