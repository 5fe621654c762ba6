#include <QtTest>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/architecture/include_rules.h"

namespace fs = std::filesystem;
using namespace shardwright;

namespace {

const fs::path root = SHARDWRIGHT_SOURCE_DIR;

std::vector<std::string> sourceFiles() {
  std::vector<std::string> files;
  for (const char* top : {"core", "app", "ui", "tests"}) {
    if (!fs::exists(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const auto extension = entry.path().extension();
      if (extension == ".h" || extension == ".cpp") files.push_back(fs::relative(entry.path(), root).generic_string());
    }
  }
  std::ranges::sort(files);
  return files;
}

std::string textOf(const std::string& file) {
  std::ifstream in(root / file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

QString describe(const Include& include, const std::string& why) {
  return QString::fromStdString(include.file + ":" + std::to_string(include.line) + " includes " + include.target + ": " +
                                why);
}

}  // namespace

class TestArchitecture : public QObject {
  Q_OBJECT
 private slots:
  void everyIncludeFollowsTheTable();
  void everyQuotedIncludeNamesAFile();
  void aForbiddenIncludeIsFound_data();
  void aForbiddenIncludeIsFound();
  void anAllowedIncludePasses_data();
  void anAllowedIncludePasses();
  void includesAreReadAsTheCompilerReadsThem();
  void theTableHasNoCircle();
};

void TestArchitecture::everyIncludeFollowsTheTable() {
  QStringList broken;
  std::size_t read = 0;
  for (const std::string& file : sourceFiles()) {
    for (const Include& include : includesOf(file, textOf(file))) {
      ++read;
      if (const auto why = violation(include)) broken << describe(include, *why);
    }
  }
  QVERIFY2(broken.empty(), qPrintable(broken.join('\n')));
  QVERIFY2(read > 100, "hardly any include was found: the sources are not where they should be");
}

void TestArchitecture::everyQuotedIncludeNamesAFile() {
  QStringList missing;
  for (const std::string& file : sourceFiles()) {
    for (const Include& include : includesOf(file, textOf(file))) {
      const bool generated = include.target.ends_with(".moc");
      if (include.quoted && !generated && !fs::exists(root / include.target)) missing << describe(include, "no such file");
    }
  }
  QVERIFY2(missing.empty(), qPrintable(missing.join('\n')));
}

void TestArchitecture::aForbiddenIncludeIsFound_data() {
  QTest::addColumn<QString>("file");
  QTest::addColumn<QString>("line");
  QTest::newRow("upwards") << "core/map/x.h" << "#include \"core/plan/plan.h\"";
  QTest::newRow("sideways") << "core/load/x.h" << "#include \"core/db/url.h\"";
  QTest::newRow("the pure half reaching for a database") << "core/plan/x.cpp" << "#include <sqlite3.h>";
  QTest::newRow("an engine by name under the manager") << "core/run/x.cpp" << "#include \"core/engines/sqlite/engine.h\"";
  QTest::newRow("the catalog and the engine proper") << "core/catalog/x.cpp" << "#include \"core/engines/sqlite/predicate.h\"";
  QTest::newRow("Qt in core") << "core/base/x.h" << "#include <QString>";
  QTest::newRow("Qt module in the command line") << "app/cli/x.h" << "#include <QtCore/QString>";
  QTest::newRow("the option parser in core") << "core/manager/x.h" << "#  include <CLI/CLI.hpp>";
  QTest::newRow("tests in the product") << "core/move/x.cpp" << "#include \"tests/support/ledger.h\"";
  QTest::newRow("the window in the command line") << "app/cli/x.cpp" << "#include \"ui/pages/map.h\"";
  QTest::newRow("a path beside the file") << "core/map/x.cpp" << "#include \"shard_map.h\"";
  QTest::newRow("a floor nobody knows") << "core/misc/x.cpp" << "#include <vector>";
}

void TestArchitecture::aForbiddenIncludeIsFound() {
  QFETCH(QString, file);
  QFETCH(QString, line);
  const auto includes = includesOf(file.toStdString(), line.toStdString());
  QCOMPARE(includes.size(), std::size_t{1});
  QVERIFY(violation(includes[0]).has_value());
}

void TestArchitecture::anAllowedIncludePasses_data() {
  QTest::addColumn<QString>("file");
  QTest::addColumn<QString>("line");
  QTest::newRow("own floor") << "core/map/x.cpp" << "#include \"core/map/shard_map.h\"";
  QTest::newRow("two floors down") << "core/map/x.cpp" << "#include \"core/domain/key.h\"";
  QTest::newRow("the catalog's own file") << "core/catalog/x.cpp" << "#include \"core/engines/sqlite/database.h\"";
  QTest::newRow("an engine and its library") << "core/engines/sqlite/x.cpp" << "#include <sqlite3.h>";
  QTest::newRow("the manager and an engine") << "core/manager/x.cpp" << "#include \"core/engines/sqlite/engine.h\"";
  QTest::newRow("Qt in a test") << "tests/map/x.cpp" << "#include <QtTest>";
  QTest::newRow("the standard library") << "core/base/x.cpp" << "#include <vector>";
}

void TestArchitecture::anAllowedIncludePasses() {
  QFETCH(QString, file);
  QFETCH(QString, line);
  const auto includes = includesOf(file.toStdString(), line.toStdString());
  QCOMPARE(includes.size(), std::size_t{1});
  QCOMPARE(violation(includes[0]).value_or("").c_str(), "");
}

void TestArchitecture::includesAreReadAsTheCompilerReadsThem() {
  const auto includes = includesOf("core/map/x.cpp", "// #include <a>\n #include\t<b>\n#define include\n# include \"c\" // d");
  QCOMPARE(includes.size(), std::size_t{2});
  QCOMPARE(includes[0].target, std::string("b"));
  QCOMPARE(includes[0].line, 2);
  QVERIFY(!includes[0].quoted);
  QCOMPARE(includes[1].target, std::string("c"));
  QVERIFY(includes[1].quoted);
}

void TestArchitecture::theTableHasNoCircle() {
  for (const std::string& floor : floorsOfTable()) {
    for (const std::string& under : reachOf(floor)) {
      QVERIFY2(under == floor || !reachOf(under).contains(floor), qPrintable(QString::fromStdString(floor + " and " + under)));
    }
  }
}

QTEST_APPLESS_MAIN(TestArchitecture)
#include "tst_architecture.moc"
