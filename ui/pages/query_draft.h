// QueryDraft: a query as a person types it, whether it makes sense yet or not - the same parts as `shardwright query`
// takes. Plain values: kept per cluster, turned into a Query or into a sentence for each field that is wrong.
#pragma once

#include <QString>
#include <QStringList>
#include <QVariantMap>
#include <map>
#include <optional>

#include "core/domain/key.h"
#include "core/route/query_router.h"

namespace shardwright::ui {

struct QueryDraft {
  enum class Kind { Key, Range, Aggregate };
  QString keyspace, table;
  Kind kind = Kind::Key;
  QString key;                  // Key
  QString from, until;          // Range, Aggregate: keys; empty: open
  QString columns;              // Key, Range: separated by commas; empty: all
  QString aggregates, groupBy;  // Aggregate
  QString orderBy;
  bool descending = false;
  QString limit = QStringLiteral("1000");
  QString deadline = QStringLiteral("5");  // seconds a shard
  bool partialOk = false;

  QVariantMap toMap() const;
  static QueryDraft fromMap(const QVariantMap& map);
  friend bool operator==(const QueryDraft&, const QueryDraft&) = default;
};

enum class DraftField { Key, From, Until, Aggregates, Limit, Deadline };

// What a draft comes to.
struct ReadDraft {
  std::optional<Query> query;              // none: it is not complete, or something is wrong
  QueryRouter::Options options;
  std::map<DraftField, QString> problems;  // a sentence beside the field
  bool isIncomplete = false;               // nothing is wrong, but something is still to be typed
};

ReadDraft readDraft(const QueryDraft& draft, KeyType keyType);

QStringList commandWords(const QueryDraft& draft);  // query KS --key K ...
QString draftTitle(const QueryDraft& draft);        // accounts: key 0x12 · accounts: COUNT(*) by kind

// Questions to begin with, of the keyspace's own tables.
std::vector<QueryDraft> exampleDrafts(const Keyspace& keyspace);

}  // namespace shardwright::ui
