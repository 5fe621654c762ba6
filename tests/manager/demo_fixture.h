// What the tests of the demo share: a small demo in a temporary folder, and its catalog and files.
#pragma once

#include <QTemporaryDir>
#include <filesystem>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/engines/sqlite/database.h"
#include "core/manager/demo.h"

namespace shardwright {

template <class T>
T must(Result<T> result) {
  if (!result) qFatal("%s", result.error().message().c_str());
  return *std::move(result);
}

inline void must(Done done) {
  if (!done) qFatal("%s", done.error().message().c_str());
}

inline DemoOptions optionsFor(const QTemporaryDir& folder, int shards = 3, std::int64_t rows = 2000) {
  DemoOptions options;
  options.folder = folder.filePath("demo").toStdString();
  options.shards = shards;
  options.rows = rows;
  options.actor = {"tester", "tester"};
  options.clock = [] { return UnixSeconds{1'790'000'000}; };
  return options;
}

inline Catalog catalogOf(const DemoReport& report) {
  Catalog::Options options;
  options.actor = {"tester", "tester"};
  return must(Catalog::open(report.catalogFile, std::move(options)));
}

inline sqlite::Database fileOf(const std::string& path) { return must(sqlite::Database::open(path, {})); }

}  // namespace shardwright
