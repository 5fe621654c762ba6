// CatalogFile: the open file beneath a Catalog - its connection, who works on it, and how its failures are told. Inside
// core/catalog only; the files beside this one are Catalog's verbs by subject.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/catalog/process.h"

namespace shardwright::catalog {

template <class T>
void bindOne(sqlite::Statement& statement, int position, const T& value) {
  if constexpr (std::same_as<T, std::nullopt_t>) {
    statement.bindNull(position);
  } else if constexpr (std::same_as<T, Blob>) {
    statement.bindBlob(position, value.bytes);
  } else if constexpr (std::integral<T>) {
    statement.bind(position, static_cast<std::int64_t>(value));
  } else if constexpr (std::floating_point<T>) {
    statement.bind(position, Value(static_cast<double>(value)));
  } else {
    statement.bind(position, std::string_view(value));
  }
}

template <class T>
void bindOne(sqlite::Statement& statement, int position, const std::optional<T>& value) {
  value ? bindOne(statement, position, *value) : void(statement.bindNull(position));
}

class CatalogFile {
 public:
  CatalogFile(std::string path, sqlite::Database db, Catalog::Options options)
      : m_path(std::move(path)), m_db(std::move(db)), m_options(std::move(options)), m_instance(std::make_unique<Instance>()) {}

  // Reads what does not change over the life of the file.
  Done readIdentity();

  const std::string& path() const { return m_path; }
  const std::string& uuid() const { return m_uuid; }
  Environment environment() const { return m_environment; }
  const Actor& actor() const { return m_options.actor; }
  UnixSeconds now() const { return m_options.clock(); }
  const Instance& instance() const { return *m_instance; }
  sqlite::Database& db() { return m_db; }

  Result<sqlite::Transaction> begin(std::string name);  // a write
  Result<sqlite::Transaction> snapshot();               // a read of several statements at one instant
  Done commit(sqlite::Transaction& change);

  // A failure of the connection just now, as a sentence about this file with the code of the header's contract.
  Error explained(const Error& error) const;

  template <class... Bound>
  Done run(std::string_view sql, const Bound&... bound) {
    auto statement = TRY(prepared(sql, bound...));
    if (auto done = statement.run(); !done) return explained(done.error());
    return {};
  }

  template <class Read, class... Bound>
  auto all(std::string_view sql, Read read, const Bound&... bound)
      -> Result<std::vector<std::invoke_result_t<Read, const sqlite::Statement&>>> {
    auto statement = TRY(prepared(sql, bound...));
    std::vector<std::invoke_result_t<Read, const sqlite::Statement&>> rows;
    while (true) {
      auto row = statement.step();
      if (!row) return explained(row.error());
      if (!*row) return rows;
      rows.push_back(read(statement));
    }
  }

  template <class Read, class... Bound>
  auto one(std::string_view sql, Read read, const Bound&... bound)
      -> Result<std::optional<std::invoke_result_t<Read, const sqlite::Statement&>>> {
    auto statement = TRY(prepared(sql, bound...));
    auto row = statement.step();
    if (!row) return explained(row.error());
    std::optional<std::invoke_result_t<Read, const sqlite::Statement&>> found;
    if (*row) found.emplace(read(statement));
    return found;
  }

  // The first column of the first row; nothing if there is no row or it is NULL.
  template <class... Bound>
  Result<std::optional<std::int64_t>> integer(std::string_view sql, const Bound&... bound) {
    const auto read = [](const sqlite::Statement& row) -> std::optional<std::int64_t> {
      return row.isNull(0) ? std::nullopt : std::optional(row.integer(0));
    };
    auto found = TRY(one(sql, read, bound...));
    return found.value_or(std::nullopt);
  }

  Result<std::string> meta(std::string_view key);
  Done setMeta(std::string_view key, std::string_view value);

 private:
  template <class... Bound>
  Result<sqlite::Statement> prepared(std::string_view sql, const Bound&... bound) {
    auto statement = m_db.prepare(sql);
    if (!statement) return explained(statement.error());
    [[maybe_unused]] int position = 0;
    (bindOne(*statement, ++position, bound), ...);
    return statement;
  }

  std::string m_path;
  sqlite::Database m_db;
  Catalog::Options m_options;
  std::unique_ptr<Instance> m_instance;
  std::string m_uuid;
  Environment m_environment = Environment::Test;
};

std::string folderOf(const std::string& path);
Done syncToDisk(const std::string& path);
Done syncFolderOf(const std::string& path);  // the name of a new file

// Text that other people wrote, as valid UTF-8: it goes into JSON and hashes.
std::string validText(std::string_view text);

// Writes one event at the end of the chain, inside the change it tells of. token: of the executor, if one acts.
Done appendAudit(CatalogFile& file, std::string_view event, std::string_view subject, const Json& detail,
                 FencingToken token = {});
// Its number, for what refers to it.
Result<std::int64_t> lastAuditSequence(CatalogFile& file);
Result<std::optional<AuditEvent>> auditEvent(CatalogFile& file, std::int64_t sequence);
std::string hashOf(const AuditEvent& event);

// The lease is held under this token, now, inside the transaction. Conflict, saying who has it.
Done requireLease(CatalogFile& file, const Lease& lease);

// NotFound, naming those there are.
Result<std::int64_t> keyspaceNumber(CatalogFile& file, const KeyspaceName& name);
Result<MapVersion> versionInForce(CatalogFile& file, std::int64_t keyspace);
Done ownersKnown(CatalogFile& file, const ShardMap& map);  // every owner stands in the registry

Result<PlanRecord> recordOf(CatalogFile& file, const PlanId& id);  // NotFound
Result<MigrationPlan> storedPlan(CatalogFile& file, const PlanRecord& record);  // Corrupt: it was edited
Result<std::vector<PlanRecord>> unfinishedPlans(CatalogFile& file);
Result<std::vector<std::string>> approvalFlaws(CatalogFile& file);  // held against the audit

Result<MoveRow> moveRow(CatalogFile& file, const PlanId& plan, const MoveId& move);  // NotFound

}  // namespace shardwright::catalog
