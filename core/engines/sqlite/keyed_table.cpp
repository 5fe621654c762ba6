#include "core/engines/sqlite/keyed_table.h"

#include "core/engines/sqlite/native_key.h"
#include "core/engines/sqlite/schema_reader.h"

namespace shardwright::sqlite {

namespace {

// Serial types and integers as in the file format's section 2.1.
std::int64_t varintBytes(std::uint64_t value) {
  std::int64_t bytes = 1;
  for (; value >= 128 && bytes < 9; value >>= 7) ++bytes;
  return bytes;
}

std::int64_t integerBytes(std::int64_t value) {
  if (value == 0 || value == 1) return 0;  // told by the serial type alone
  const std::uint64_t magnitude = static_cast<std::uint64_t>(value < 0 ? ~value : value);
  if (magnitude < (std::uint64_t{1} << 7)) return 1;
  if (magnitude < (std::uint64_t{1} << 15)) return 2;
  if (magnitude < (std::uint64_t{1} << 23)) return 3;
  if (magnitude < (std::uint64_t{1} << 31)) return 4;
  return magnitude < (std::uint64_t{1} << 47) ? 6 : 8;
}

}  // namespace

std::int64_t recordBytes(const Statement& row, int first) {
  sqlite3_stmt* statement = row.handle();
  const int columns = row.columns();
  std::int64_t bytes = 1;  // the header's length
  for (int i = first; i < columns; ++i) {
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_INTEGER: bytes += 1 + integerBytes(sqlite3_column_int64(statement, i)); break;
      case SQLITE_FLOAT: bytes += 1 + 8; break;
      case SQLITE_NULL: bytes += 1; break;
      default: {
        const auto size = sqlite3_column_bytes(statement, i);
        bytes += varintBytes(static_cast<std::uint64_t>(size) * 2 + 13) + size;
      }
    }
  }
  return bytes;
}

Result<KeyedTable> KeyedTable::read(Database& db, const Keyspace& keyspace, const TableRef& ref) {
  KeyedTable table(keyspace, TRY(ShardingStrategy::make(keyspace.strategy)));
  table.m_schema = TRY(readTableSchema(db, ref));
  table.m_ref = {"", table.m_schema.name, TRY(columnNamed(table.m_schema, ref.keyColumn)), {}};
  if (ref.tokenColumn && keyspace.strategy.kind == StrategyKind::Hash)
    table.m_ref.tokenColumn = TRY(columnNamed(table.m_schema, *ref.tokenColumn));
  table.m_name = "main." + quoteName(table.m_schema.name);
  table.m_keyOrder = keyExpression(table.m_ref);
  table.m_tokenOrder = tokenExpression(keyspace, table.m_ref);
  return table;
}

std::string KeyedTable::leadingColumns() const {
  std::string columns = quoteName(m_ref.keyColumn);
  if (m_ref.tokenColumn) columns += ", " + quoteName(*m_ref.tokenColumn);
  return columns;
}

std::optional<Key> KeyedTable::keyAt(const Statement& row) const {
  auto key = keyOfValue(row.value(0), m_keyspace.strategy.keyType, m_keyspace.keyForm);
  if (!key) return std::nullopt;
  return *std::move(key);
}

std::optional<Token> KeyedTable::tokenAt(const Statement& row) const {
  if (m_ref.tokenColumn) {
    Value kept = row.value(1);
    auto* blob = std::get_if<Blob>(&kept);
    if (blob == nullptr || blob->bytes.size() != m_strategy.tokenWidth()) return std::nullopt;
    return Token{std::move(blob->bytes)};
  }
  const auto key = keyAt(row);
  if (!key) return std::nullopt;
  auto token = m_strategy.tokenOf(*key);
  if (!token) return std::nullopt;
  return *std::move(token);
}

std::vector<std::string> KeyedTable::storedColumns() const {
  std::vector<std::string> columns;
  for (const ColumnSchema& column : m_schema.columns)
    if (!column.generated) columns.push_back(quoteName(column.name));
  return columns;
}

}  // namespace shardwright::sqlite
