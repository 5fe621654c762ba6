#include "core/catalog/schema.h"

#include <fmt/format.h>

#include <array>

namespace shardwright::catalog {

namespace {

// Who and where: what is known about the cluster. Nothing that was ever published is removed: a keyspace that goes
// keeps its versions under its number.
constexpr std::string_view registry = R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
CREATE TABLE shards (
  name TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  capacity INTEGER,
  weight REAL NOT NULL,
  zone TEXT NOT NULL,
  state TEXT NOT NULL,
  identity TEXT NOT NULL
) STRICT;
CREATE TABLE keyspaces (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  document TEXT NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX keyspaces_by_name ON keyspaces(name) WHERE removed_at IS NULL;
CREATE TABLE map_versions (
  keyspace INTEGER NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  cause TEXT NOT NULL,
  actor TEXT NOT NULL,
  checksum TEXT NOT NULL,
  ranges INTEGER NOT NULL,
  pins INTEGER NOT NULL,
  base INTEGER,  -- NULL: the document is the whole map; else its difference from this version, which is whole
  document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX map_versions_in_order ON map_versions(keyspace, version);
CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  os_user TEXT NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  token INTEGER NOT NULL,
  event TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_subject ON audit(subject, sequence);
)sql";

// Plans and how they are carried out.
constexpr std::string_view execution = R"sql(
CREATE TABLE plans (
  id TEXT PRIMARY KEY,
  keyspace TEXT NOT NULL,
  base_version INTEGER NOT NULL,
  goal TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  state TEXT NOT NULL,
  author TEXT NOT NULL,
  author_os_user TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  reason TEXT NOT NULL,
  document BLOB NOT NULL
) STRICT;
CREATE TABLE approvals (
  id INTEGER PRIMARY KEY,
  plan TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  approver TEXT NOT NULL,
  os_user TEXT NOT NULL,
  comment TEXT NOT NULL,
  at INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  for_cleanup INTEGER NOT NULL,
  event INTEGER NOT NULL  -- its audit event, against which it is held
) STRICT;
CREATE INDEX approvals_of_plan ON approvals(plan);
CREATE TABLE leases (
  plan TEXT PRIMARY KEY,
  token INTEGER NOT NULL,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  pid_space TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_start INTEGER NOT NULL,
  instance TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  heartbeat INTEGER NOT NULL
) STRICT;
CREATE TABLE moves (
  plan TEXT NOT NULL,
  move TEXT NOT NULL,
  position INTEGER NOT NULL,
  phase TEXT NOT NULL,
  decision TEXT CHECK (decision IN ('flip', 'abort', 'back')),
  token INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  rows_total INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  backlog INTEGER NOT NULL,
  pause_ms REAL NOT NULL,
  reason TEXT NOT NULL,
  paused INTEGER NOT NULL,
  held INTEGER NOT NULL,
  throttle INTEGER NOT NULL,
  verified TEXT NOT NULL,
  map_version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (plan, move)
) STRICT;
CREATE TABLE wishes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  plan TEXT NOT NULL,
  move TEXT,
  wish TEXT NOT NULL,
  argument TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  answer TEXT,
  answered_at INTEGER
) STRICT;
CREATE INDEX wishes_open ON wishes(plan, id) WHERE answer IS NULL;
CREATE TABLE objects (
  plan TEXT NOT NULL,
  move TEXT NOT NULL,
  shard TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  resolved INTEGER NOT NULL,
  PRIMARY KEY (plan, move, shard, kind, name)
) STRICT;
CREATE INDEX objects_unresolved ON objects(plan) WHERE resolved = 0;
)sql";

constexpr std::string_view samples = R"sql(
CREATE TABLE load_samples (
  id INTEGER PRIMARY KEY,
  keyspace TEXT NOT NULL,
  at INTEGER NOT NULL,
  generated INTEGER NOT NULL,
  document BLOB NOT NULL
) STRICT;
CREATE INDEX load_samples_in_time ON load_samples(keyspace, at);
)sql";

constexpr std::array<Upgrade, 3> all = {{{1, registry}, {2, execution}, {3, samples}}};

}  // namespace

std::span<const Upgrade> upgrades() { return all; }

int newestVersion() { return all.back().number; }

Done runUpgrades(sqlite::Database& db, int from, int to) {
  for (const Upgrade& upgrade : all) {
    if (upgrade.number <= from || upgrade.number > to) continue;
    TRY(db.execute(upgrade.sql));
    TRY(db.execute(fmt::format("PRAGMA user_version={}", upgrade.number)));
  }
  return {};
}

}  // namespace shardwright::catalog
