// What an operator should know about a shard before its rows may move.
#include <fmt/format.h>
#include <sys/statfs.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/engines/sqlite/identity.h"
#include "core/engines/sqlite/keyed_table.h"
#include "core/engines/sqlite/native_key.h"
#include "core/engines/sqlite/schema_reader.h"
#include "core/engines/sqlite/sqlite_session.h"
#include "core/engines/sqlite/stop_listener.h"

namespace shardwright::sqlite {

namespace {

// From statfs(2): file systems that another machine may write to.
bool isOnNetwork(const std::string& path) {
  constexpr std::array<std::uint64_t, 4> magics = {0x6969, 0xff534d42, 0xfe534d42, 0x517b};  // NFS, CIFS, SMB2, SMB
  struct statfs status {};
  if (statfs(path.c_str(), &status) != 0) return false;
  const auto magic = static_cast<std::uint64_t>(status.f_type) & 0xffffffff;
  return std::ranges::find(magics, magic) != magics.end();
}

// What stays after clean-up; anything else of ours belongs to a move.
bool staysForGood(std::string_view object) {
  return object.starts_with("shardwright_guard") || object.starts_with("shardwright_map") || object == "shardwright_meta";
}

// One kind of row that cannot be moved, counted, with the first few as examples.
class BadRows {
 public:
  BadRows(std::string sentence, std::string remedy) : m_sentence(std::move(sentence)), m_remedy(std::move(remedy)) {}

  template <class Describe>
  void add(std::int64_t limit, Describe describe) {
    if (m_count++ < limit) m_examples.push_back(describe());
  }

  void report(const std::string& subject, std::vector<Finding>& findings) const {
    if (m_count == 0) return;
    const bool all = m_count == static_cast<std::int64_t>(m_examples.size());
    findings.push_back({subject,
                        fmt::format("{} {} {}: {}{}; {}", formatCount(m_count), m_count == 1 ? "row has" : "rows have", m_sentence,
                                    fmt::join(m_examples, ", "), all ? "" : ", ...", m_remedy)});
  }

 private:
  std::string m_sentence, m_remedy;
  std::int64_t m_count = 0;
  std::vector<std::string> m_examples;
};

// Every row of a table, held against what placement needs. One pass.
class KeyCheck {
 public:
  KeyCheck(const KeyedTable& table, std::int64_t limit)
      : m_table(table),
        m_limit(limit),
        m_class(storageClass(table.keyspace().strategy.keyType, table.keyspace().keyForm)),
        m_null("NULL in the key column " + column(), "nobody owns them: give them a key, or remove them"),
        m_otherClass(fmt::format("a key that is not stored as {} in column {}", m_class, column()),
                     "keys of two kinds cannot be ordered or hashed alike: rewrite them"),
        m_badText(fmt::format("a key that is not valid UTF-8 or has a NUL in it in column {}", column()),
                  "such keys cannot be placed: rewrite them"),
        m_notCanonical(fmt::format("a key in column {} that is not written in the one form of {}", column(), formName()),
                       "another spelling of a key would be placed elsewhere: rewrite them, or declare the form they have"),
        m_token("another value in the token column than their key's token", "the application must keep it: recompute them"),
        m_nullIdentity("NULL in the primary key", "such rows cannot be told apart: give them a value") {}

  // Key, token column where there is one, primary key.
  std::string sql() const {
    std::string columns = m_table.leadingColumns();
    for (const std::string& name : m_table.schema().primaryKey) columns += ", " + quoteName(name);
    return fmt::format("SELECT {} FROM {}", columns, m_table.name());
  }

  void see(const Statement& row) {
    const Value key = row.value(0);
    const auto label = [&] { return describeRow(row); };
    if (primaryKeyHasNull(row)) m_nullIdentity.add(m_limit, label);
    if (std::holds_alternative<Null>(key)) return m_null.add(m_limit, label);
    const auto decoded = keyOfValue(key, m_table.keyspace().strategy.keyType, m_table.keyspace().keyForm);
    if (!decoded) return seeBad(key, label);
    if (m_table.ref().tokenColumn && m_table.tokenAt(row) != tokenOf(*decoded)) m_token.add(m_limit, label);
  }

  void report(std::vector<Finding>& findings) const {
    for (const BadRows* rows : {&m_null, &m_otherClass, &m_badText, &m_notCanonical, &m_token, &m_nullIdentity})
      rows->report(m_table.schema().name, findings);
  }

 private:
  std::string column() const { return printable(m_table.ref().keyColumn, 80); }
  std::string formName() const {
    const KeyForm form = m_table.keyspace().keyForm;
    return std::string(form == KeyForm::Native ? keyTypeName(m_table.keyspace().strategy.keyType) : keyFormName(form));
  }
  std::optional<Token> tokenOf(const Key& key) const {
    auto token = m_table.strategy().tokenOf(key);
    return token ? std::optional(*std::move(token)) : std::nullopt;
  }

  bool primaryKeyHasNull(const Statement& row) const {
    for (int i = m_table.leadingCount(); i < row.columns(); ++i)
      if (row.isNull(i)) return true;
    return false;
  }

  template <class Describe>
  void seeBad(const Value& key, Describe describe) {
    const auto* text = std::get_if<std::string>(&key);
    const std::string_view held = text ? "text" : std::holds_alternative<Blob>(key) ? "blob"
                                              : std::holds_alternative<double>(key) ? "real" : "integer";
    if (held != m_class) return m_otherClass.add(m_limit, describe);
    if (text && (!isUtf8(*text) || text->find('\0') != std::string::npos)) return m_badText.add(m_limit, describe);
    m_notCanonical.add(m_limit, describe);
  }

  // The way to the row: its primary key, else its shard key.
  std::string describeRow(const Statement& row) const {
    constexpr std::size_t most = 60;
    std::string out;
    for (int i = m_table.leadingCount(); i < row.columns(); ++i)
      out += fmt::format("{}{} = {}", out.empty() ? "" : " and ",
                         printable(m_table.schema().primaryKey[static_cast<std::size_t>(i - m_table.leadingCount())], most),
                         printable(describe(row.value(i)), most));
    return out.empty() ? printable(describe(row.value(0)), most) : out;
  }

  const KeyedTable& m_table;
  std::int64_t m_limit;
  std::string_view m_class;
  BadRows m_null, m_otherClass, m_badText, m_notCanonical, m_token, m_nullIdentity;
};

// Asks SQLite itself whether a stretch of the line is found by an index.
Result<bool> indexServes(Database& db, const KeyedTable& table) {
  auto plan = TRY(db.prepare(fmt::format("EXPLAIN QUERY PLAN SELECT 1 FROM {} WHERE {} >= ? AND {} < ?", table.name(),
                                         table.tokenOrder(), table.tokenOrder())));
  constexpr int detail = 3;
  while (TRY(plan.step())) {
    const std::string step = plan.text(detail);
    if (step.starts_with("SEARCH") && step.find("ANY(") == std::string::npos) return true;
  }
  return false;
}

Finding noIndex(const KeyedTable& table) {
  const bool hash = !table.strategy().keepsOrder();
  const std::string column = hash && table.ref().tokenColumn ? *table.ref().tokenColumn : table.ref().keyColumn;
  const auto declared = std::ranges::find(table.schema().columns, column, &ColumnSchema::name);
  const bool otherOrder = !hash && table.strategy().keyType() == KeyType::Text && declared->collation != "BINARY";
  const std::string& subject = table.schema().name;
  const std::string remedy = fmt::format("CREATE INDEX ... ON {}({}{})", quoteName(subject), quoteName(column),
                                         otherOrder ? " COLLATE BINARY" : "");
  if (otherOrder)
    return {subject, fmt::format("column {} is collated {} and no index keeps its keys in the order of bytes, in which they are "
                                 "placed; make one: {}",
                                 printable(column, 80), printable(declared->collation, 40), printable(remedy))};
  if (hash && !table.ref().tokenColumn)
    return {subject, "no column keeps the tokens, so every chunk of a move scans the whole table and every application needs the "
                     "function shardwright_token; a token column with an index spares both", false};
  return {subject, fmt::format("no index leads with column {}, so every chunk of a move scans the whole table; make one: {}",
                               printable(column, 80), printable(remedy)), false};
}

void findForeignCollations(const TableSchema& schema, std::vector<Finding>& findings) {
  constexpr std::array<std::string_view, 3> builtIn = {"BINARY", "NOCASE", "RTRIM"};
  for (const IndexSchema& index : schema.indexes)
    for (const std::string& collation : index.collations)
      if (std::ranges::find(builtIn, collation) == builtIn.end())
        findings.push_back({schema.name, fmt::format("index {} is ordered by the collation {}, which only the application's own "
                                                     "connections know: its rows cannot be written by anyone else",
                                                     printable(index.name, 80), printable(collation, 40))});
}

}  // namespace

Done SqliteSession::findLeftovers(std::vector<Finding>& findings) {
  auto list = TRY(m_db.prepare("SELECT type, name FROM main.sqlite_schema WHERE substr(name, 1, 12) = 'shardwright_' ORDER BY name"));
  while (TRY(list.step())) {
    const std::string name = list.text(1);
    if (staysForGood(name) || list.text(0) == "index") continue;
    findings.push_back({printable(name, 120), fmt::format("this {} belongs to a move: one that is under way, or one that left it "
                                                          "behind; doctor tells which, and doctor --fix removes what was left",
                                                          list.text(0)), false});
  }
  return {};
}

Done SqliteSession::findSettings(std::vector<Finding>& findings) {
  const auto setting = [&](std::string_view name) -> Result<std::string> {
    auto read = TRY(m_db.prepare(fmt::format("PRAGMA main.{}", name)));
    TRY(read.step());
    return read.text(0);
  };
  if (sqlite3_db_readonly(m_db.handle(), "main") == 1)
    findings.push_back({"file", "the file cannot be written by this user; give the right to write to it and to its folder"});
  if (const auto mode = TRY(setting("journal_mode")); mode != "wal")
    findings.push_back({"journal_mode", fmt::format("the journal mode is {}, in which readers stop the writer; switch it on once with: "
                                                    "PRAGMA journal_mode=WAL", mode)});
  if (const auto encoding = TRY(setting("encoding")); encoding != "UTF-8")
    findings.push_back({"encoding", fmt::format("texts are stored in {}, which orders keys differently than UTF-8; dump the database "
                                                "into one made with PRAGMA encoding='UTF-8'", encoding)});
  if (const auto size = parseInt64(TRY(setting("page_size"))); size && *size < 1024)
    findings.push_back({"page_size", fmt::format("pages of {} bytes make every copy slow; PRAGMA page_size=4096 and VACUUM, outside WAL "
                                                 "mode, make them larger", *size), false});
  if (isOnNetwork(m_db.path()))
    findings.push_back({"file", "the file lies on a network file system, where WAL mode loses writes; move it to a disk of the machine"});
  return {};
}

Done SqliteSession::findIdentity(std::vector<Finding>& findings) {
  const auto planted = TRY(plantedIdentity(m_db));
  if (planted) {
    if (const auto identity = identityOf(m_db); !identity)
      findings.push_back({"identity", identity.error().message()});
    else if (!m_shard.identity.empty() && *identity != m_shard.identity)
      findings.push_back({"identity", fmt::format("this is another database ({}) than the one that was added as shard {} ({})", *identity,
                                                  printable(m_shard.id.text(), 80), printable(m_shard.identity, 80))});
    if (!m_catalogUuid.empty() && planted->catalogUuid && *planted->catalogUuid != m_catalogUuid)
      findings.push_back({"identity", fmt::format("another catalog ({}) manages this database, or the one it was copied from; remove the "
                                                  "shard there first, or add this one anew",
                                                  printable(*planted->catalogUuid, 60))});
  } else if (!m_shard.identity.empty()) {
    findings.push_back({"identity", "the database has lost its identity: another file has taken its place, or shardwright_meta was dropped"});
  }
  return {};
}

Result<std::vector<Finding>> SqliteSession::databaseFindings() {
  std::vector<Finding> findings;
  TRY(findSettings(findings));
  TRY(findIdentity(findings));
  TRY(findLeftovers(findings));
  return findings;
}

Result<std::vector<Finding>> SqliteSession::checkDatabase() { return here(databaseFindings()); }

Result<std::vector<Finding>> SqliteSession::keyFindings(const Keyspace& keyspace, const TableRef& ref, std::int64_t limit) {
  const KeyedTable table = TRY(KeyedTable::read(m_db, keyspace, ref));
  std::vector<Finding> findings;
  if (table.schema().primaryKey.empty())
    findings.push_back({table.schema().name, "the table has no primary key, so its rows cannot be told apart; give it one"});
  if (!TRY(indexServes(m_db, table))) findings.push_back(noIndex(table));
  findForeignCollations(table.schema(), findings);

  KeyCheck check(table, limit);
  auto rows = TRY(m_db.prepare(check.sql()));
  while (TRY(rows.step())) check.see(rows);
  check.report(findings);
  return findings;
}

Result<std::vector<Finding>> SqliteSession::checkKeys(const Keyspace& keyspace, const TableRef& table, std::int64_t limit,
                                                      std::stop_token stop) {
  const StopListener listener(m_db, stop);
  const auto check = [&]() -> Result<std::vector<Finding>> {
    TRY(listener.check());
    return keyFindings(keyspace, table, limit);
  };
  return here(check());
}

}  // namespace shardwright::sqlite
