// Three shards that are SQLite files, and a catalog; one keyspace of two tables whose rows are all on the first.
#pragma once

// Before Qt, whose macro `slots` would change what a strategy has.
#include "core/engines/sqlite/database.h"

#include <QTemporaryDir>
#include <QtTest>
#include <string>

#include "tests/app/program.h"

namespace shardwright {

class SampleCluster {
 public:
  // `rows` keys 1, 2, ... on shard a, by range; two rows of each key. 0: the tables are empty, and no keyspace is made.
  explicit SampleCluster(int rows = 0) : run((m_folder.path() + "/catalog.sw").toStdString()) {
    succeed({"init"});
    for (const char* name : {"a", "b", "c"}) {
      execute(name, "PRAGMA journal_mode=WAL; CREATE TABLE blocks(height INTEGER PRIMARY KEY, body TEXT NOT NULL);"
                    "CREATE TABLE entries(id INTEGER PRIMARY KEY, height INTEGER NOT NULL, note TEXT);"
                    "CREATE INDEX entries_height ON entries(height)");
      succeed({"shard", "add", name, url(name)});
    }
    if (rows == 0) return;
    execute("a", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(rows) +
                 ") INSERT INTO blocks SELECT i, hex(randomblob(40)) FROM n;"
                 "INSERT INTO entries SELECT height * 10, height, 'x' FROM blocks");
    succeed({"keyspace", "create", "blocks", "--strategy", "range", "--key-type", "int", "--table", "blocks:height",
             "entries:height", "--adopt"});
  }

  std::string file(const std::string& shard) const { return (m_folder.path() + "/").toStdString() + shard + ".db"; }
  QString url(const std::string& shard) const { return QString::fromStdString("sqlite://" + file(shard)); }
  QString path(const QString& name) const { return m_folder.path() + "/" + name; }

  void execute(const std::string& shard, const std::string& sql) const { executeIn(file(shard), sql); }
  static void executeIn(const std::string& path, const std::string& sql) {
    auto db = sqlite::Database::open(path, {.mode = sqlite::Database::Mode::Create, .role = "test", .vfs = {}, .watch = {}});
    if (!db) qFatal("%s", db.error().message().c_str());
    if (const Done done = db->execute(sql); !done) qFatal("%s", done.error().message().c_str());
  }
  std::int64_t count(const std::string& shard, const std::string& sql) const {
    auto db = sqlite::Database::open(file(shard), {.mode = sqlite::Database::Mode::ReadWrite, .role = "test", .vfs = {}, .watch = {}});
    if (!db) qFatal("%s", db.error().message().c_str());
    return db->singleInteger(sql).value();
  }
  QString write(const QString& name, const QByteArray& text) const {
    QFile out(path(name));
    if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size()) qFatal("the test's file could not be written");
    return path(name);
  }

  // Runs what must work; the test ends where it does not.
  Said succeed(const QStringList& arguments) const {
    Said said = run(arguments);
    if (said.exit != 0) qFatal("%s: exit %d: %s", qPrintable(arguments.join(' ')), said.exit, said.err.c_str());
    return said;
  }

  // A draft, and its fingerprint.
  QString planned(const QStringList& goal) const {
    QStringList arguments{"--quiet", "plan", "create", "blocks"};
    return QString::fromStdString(succeed(arguments + goal).out).trimmed();
  }
  QString fingerprint(const QString& plan) const {
    return QString::fromStdString(succeed({"--json", "plan", "show", plan}).json().at("fingerprint").get<std::string>());
  }
  QString approved(const QStringList& goal) const {
    const QString plan = planned(goal);
    succeed({"plan", "approve", plan, "--fingerprint", fingerprint(plan)});
    return plan;
  }

 private:
  QTemporaryDir m_folder;

 public:
  const Program run;
};

}  // namespace shardwright
