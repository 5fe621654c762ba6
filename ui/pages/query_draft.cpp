#include "ui/pages/query_draft.h"

#include <QCoreApplication>
#include <cmath>

#include "core/base/text.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr double longestDeadline = 86'400;  // seconds; as the command line

QString tr(const char* words) { return QCoreApplication::translate("query", words); }

std::vector<std::string> names(const QString& list) {
  std::vector<std::string> out;
  for (const QString& name : list.split(QLatin1Char(','), Qt::SkipEmptyParts))
    if (!name.trimmed().isEmpty()) out.push_back(name.trimmed().toStdString());
  return out;
}

// One field after another, each with its own sentence.
class Reader {
 public:
  Reader(const QueryDraft& draft, KeyType keyType) : m_draft(draft), m_keyType(keyType) {}

  ReadDraft read() {
    readOptions();
    const auto limit = readLimit();
    const auto order = m_draft.orderBy.trimmed().isEmpty() ? std::nullopt : std::optional(OrderBy{m_draft.orderBy.trimmed().toStdString(), m_draft.descending});
    switch (m_draft.kind) {
      case QueryDraft::Kind::Key:
        if (auto key = readKey(m_draft.key, DraftField::Key)) m_shape = PointQuery{*std::move(key), names(m_draft.columns), order, limit};
        else m_out.isIncomplete = m_out.problems.empty();
        break;
      case QueryDraft::Kind::Range: m_shape = RangeQuery{readSpan(), names(m_draft.columns), order, limit}; break;
      case QueryDraft::Kind::Aggregate:
        m_shape = AggregateQuery{readSpan(), readAggregates(), names(m_draft.groupBy), order, limit};
        m_out.isIncomplete = m_out.problems.empty() && m_draft.aggregates.trimmed().isEmpty();
        break;
    }
    if (m_shape && m_out.problems.empty() && !m_out.isIncomplete) {
      const auto table = m_draft.table.isEmpty() ? std::nullopt : std::optional(m_draft.table.toStdString());
      m_out.query = Query{table, *std::move(m_shape)};
    }
    return std::move(m_out);
  }

 private:
  void complain(DraftField field, const std::string& sentence) { m_out.problems[field] = asSentence(sentence); }

  std::optional<Key> readKey(const QString& typed, DraftField field) {
    if (typed.isEmpty()) return std::nullopt;
    auto key = Key::parse(m_keyType, typed.toStdString());
    if (key) return *std::move(key);
    complain(field, key.error().message());
    return std::nullopt;
  }

  KeySpan readSpan() {
    KeySpan span{readKey(m_draft.from, DraftField::From), readKey(m_draft.until, DraftField::Until)};
    if (span.from && span.until && *span.until < *span.from) complain(DraftField::Until, "this lies before where the range begins.");
    return span;
  }

  std::vector<Aggregate> readAggregates() {
    if (m_draft.aggregates.trimmed().isEmpty()) return {};
    auto aggregates = parseAggregates(m_draft.aggregates.toStdString());
    if (aggregates) return *std::move(aggregates);
    complain(DraftField::Aggregates, aggregates.error().message());
    return {};
  }

  std::optional<std::int64_t> readLimit() {
    if (m_draft.limit.trimmed().isEmpty()) return std::nullopt;
    const auto limit = parseInt64(m_draft.limit.trimmed().toStdString());
    if (!limit || *limit < 0) complain(DraftField::Limit, "a whole number of rows, 0 or more; empty for all.");
    return limit;
  }

  void readOptions() {
    bool isNumber = false;
    const double seconds = m_draft.deadline.trimmed().toDouble(&isNumber);
    if (!isNumber || !(seconds > 0) || seconds > longestDeadline) complain(DraftField::Deadline, "seconds, above 0 and at most 86400.");
    else m_out.options.deadline = std::chrono::milliseconds(std::max(1LL, std::llround(seconds * 1000)));
    m_out.options.partialOk = m_draft.partialOk;
  }

  const QueryDraft& m_draft;
  KeyType m_keyType;
  ReadDraft m_out;
  std::optional<decltype(Query::what)> m_shape;
};

// What begins with a dash would be taken for an option.
void addOption(QStringList& words, const QString& name, const QString& value) {
  if (value.startsWith(QLatin1Char('-'))) words << name + QLatin1Char('=') + value;
  else words << name << value;
}

QString spanWords(const QueryDraft& draft) { return draft.from + QStringLiteral("..") + draft.until; }

}  // namespace

QVariantMap QueryDraft::toMap() const {
  return {{QStringLiteral("keyspace"), keyspace}, {QStringLiteral("table"), table},           {QStringLiteral("kind"), static_cast<int>(kind)},
          {QStringLiteral("key"), key},           {QStringLiteral("from"), from},             {QStringLiteral("until"), until},
          {QStringLiteral("columns"), columns},   {QStringLiteral("aggregates"), aggregates}, {QStringLiteral("groupBy"), groupBy},
          {QStringLiteral("orderBy"), orderBy},   {QStringLiteral("descending"), descending}, {QStringLiteral("limit"), limit},
          {QStringLiteral("deadline"), deadline}, {QStringLiteral("partialOk"), partialOk}};
}

QueryDraft QueryDraft::fromMap(const QVariantMap& map) {
  const auto words = [&](const char* name) { return map.value(QString::fromLatin1(name)).toString(); };
  QueryDraft draft;
  draft.keyspace = words("keyspace");
  draft.table = words("table");
  draft.kind = static_cast<Kind>(std::clamp(map.value(QStringLiteral("kind")).toInt(), 0, 2));
  draft.key = words("key");
  draft.from = words("from");
  draft.until = words("until");
  draft.columns = words("columns");
  draft.aggregates = words("aggregates");
  draft.groupBy = words("groupBy");
  draft.orderBy = words("orderBy");
  draft.descending = map.value(QStringLiteral("descending")).toBool();
  draft.limit = words("limit");
  draft.deadline = words("deadline");
  draft.partialOk = map.value(QStringLiteral("partialOk")).toBool();
  return draft;
}

ReadDraft readDraft(const QueryDraft& draft, KeyType keyType) { return Reader(draft, keyType).read(); }

QStringList commandWords(const QueryDraft& draft) {
  QStringList words{QStringLiteral("query"), draft.keyspace};
  if (!draft.table.isEmpty()) addOption(words, QStringLiteral("--table"), draft.table);
  const bool isAggregate = draft.kind == QueryDraft::Kind::Aggregate;
  if (draft.kind == QueryDraft::Kind::Key) {
    addOption(words, QStringLiteral("--key"), draft.key);
  } else if (!isAggregate || spanWords(draft) != QStringLiteral("..")) {
    addOption(words, QStringLiteral("--range"), spanWords(draft));
  }
  if (isAggregate) {
    addOption(words, QStringLiteral("--aggregate"), draft.aggregates.trimmed());
    if (!draft.groupBy.trimmed().isEmpty()) addOption(words, QStringLiteral("--group-by"), draft.groupBy.trimmed());
  } else if (!draft.columns.trimmed().isEmpty()) {
    addOption(words, QStringLiteral("--columns"), draft.columns.trimmed());
  }
  if (!draft.orderBy.trimmed().isEmpty()) {
    addOption(words, QStringLiteral("--order-by"), draft.orderBy.trimmed());
    if (draft.descending) words << QStringLiteral("desc");
  }
  if (!draft.limit.trimmed().isEmpty()) addOption(words, QStringLiteral("--limit"), draft.limit.trimmed());
  if (draft.deadline.trimmed() != QStringLiteral("5")) addOption(words, QStringLiteral("--deadline"), draft.deadline.trimmed());
  if (draft.partialOk) words << QStringLiteral("--partial-ok");
  return words;
}

QString draftTitle(const QueryDraft& draft) {
  const QString where = draft.table.isEmpty() ? draft.keyspace : draft.table;
  switch (draft.kind) {
    case QueryDraft::Kind::Key: return tr("%1: key %2").arg(where, draft.key);
    case QueryDraft::Kind::Range: return tr("%1: range %2").arg(where, spanWords(draft));
    case QueryDraft::Kind::Aggregate: break;
  }
  QString what = draft.aggregates.trimmed();
  if (!draft.groupBy.trimmed().isEmpty()) what += tr(" by %1").arg(draft.groupBy.trimmed());
  if (spanWords(draft) != QStringLiteral("..")) what += tr(" in %1").arg(spanWords(draft));
  return tr("%1: %2").arg(where, what);
}

std::vector<QueryDraft> exampleDrafts(const Keyspace& keyspace) {
  std::vector<QueryDraft> drafts;
  for (const TableRef& table : keyspace.tables) {
    QueryDraft count;
    count.keyspace = text(keyspace.name.text());
    count.table = text(table.name);
    count.kind = QueryDraft::Kind::Aggregate;
    count.aggregates = QStringLiteral("COUNT(*)");
    drafts.push_back(count);
    QueryDraft first = count;
    first.kind = QueryDraft::Kind::Range;
    first.aggregates.clear();
    first.orderBy = text(table.keyColumn);
    first.limit = QStringLiteral("100");
    drafts.push_back(first);
  }
  return drafts;
}

}  // namespace shardwright::ui
