#include <fmt/format.h>

#include <cmath>

#include "app/cli/spans.h"
#include "app/cli/table.h"
#include "app/cli/verb.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/domain/value.h"

namespace shardwright::cli {

namespace {

struct Ask {
  std::string keyspace;
  std::optional<std::string> table, key, range, columns, aggregate, groupBy;
  std::vector<std::string> orderBy;  // a column, and perhaps a direction
  std::optional<std::int64_t> limit;
  double deadline = 5;  // seconds
  bool explain = false, partialOk = false;
};

std::vector<std::string> names(const std::optional<std::string>& list) {
  return list ? splitText(*list, ',') : std::vector<std::string>();
}

Result<std::optional<OrderBy>> orderOf(const Ask& arguments) {
  if (arguments.orderBy.empty()) return std::nullopt;
  OrderBy order{arguments.orderBy[0], false};
  if (arguments.orderBy.size() == 1) return order;
  const std::string& direction = arguments.orderBy[1];
  if (direction != "asc" && direction != "desc") {
    return invalidInput(fmt::format("--order-by takes a column and perhaps asc or desc, not \"{}\".", direction));
  }
  order.descending = direction == "desc";
  return order;
}

Result<decltype(Query::what)> shapeOf(const Ask& arguments, KeyType keyType) {
  const auto order = TRY(orderOf(arguments));
  if (arguments.groupBy && !arguments.aggregate) return invalidInput("--group-by goes with --aggregate only.");
  if (arguments.columns && arguments.aggregate) return invalidInput("--columns does not go with --aggregate.");
  KeySpan span;
  if (arguments.range) span = TRY(parseKeySpan(keyType, *arguments.range));
  if (arguments.key) {
    if (arguments.range || arguments.aggregate) return invalidInput("--key stands alone, without --range and --aggregate.");
    auto key = TRY(Key::parse(keyType, *arguments.key));
    return PointQuery{std::move(key), names(arguments.columns), order, arguments.limit};
  }
  if (arguments.aggregate) {
    auto aggregates = TRY(parseAggregates(*arguments.aggregate));
    return AggregateQuery{std::move(span), std::move(aggregates), names(arguments.groupBy), order, arguments.limit};
  }
  if (arguments.range) return RangeQuery{std::move(span), names(arguments.columns), order, arguments.limit};
  return invalidInput("say what to ask: --key K, --range LO..HI (\"..\" is everything) or --aggregate \"COUNT(*)\".");
}

void printAnswer(const Terminal& terminal, const QueryAnswer& answer) {
  std::vector<Table::Column> columns;
  for (const std::string& name : answer.columns) columns.push_back({printable(name)});
  columns.push_back({"shard"});
  Table table(std::move(columns));
  for (const AnswerRow& row : answer.rows) {
    std::vector<std::string> cells;
    for (const Value& value : row.values) cells.push_back(describe(value));
    cells.push_back(row.shard ? row.shard->text() : "merged");
    table.add(std::move(cells));
  }
  terminal.print(table.text());
  terminal.remark(fmt::format("{} {} from {} {} in {}", formatCount(std::ssize(answer.rows)),
                              answer.rows.size() == 1 ? "row" : "rows", answer.shards.size(),
                              answer.shards.size() == 1 ? "shard" : "shards", formatDuration(answer.seconds)));
}

// Said on stderr whatever --quiet says: a partial answer must never be taken for a whole one.
void warnOfMissing(const Terminal& terminal, const QueryAnswer& answer) {
  for (const ShardShare& share : answer.shards) {
    if (!share.missing) continue;
    terminal.failure(unavailable(fmt::format("PARTIAL ANSWER: shard {} is missing: {}", share.shard.text(), share.missing->message())));
  }
}

Result<Exit> ask(Session& session, const Ask& arguments) {
  if (!(arguments.deadline > 0) || arguments.deadline > 86'400) return invalidInput("--deadline takes seconds, above 0 and at most 86400.");
  auto manager = TRY(openManager(session));
  const KeyspaceName keyspace(arguments.keyspace);
  const auto map = TRY(manager.maps().show(keyspace));
  auto shape = TRY(shapeOf(arguments, map->strategy().keyType()));
  const Query query{arguments.table, std::move(shape)};
  const Terminal& terminal = session.terminal;
  if (arguments.explain) {
    const auto plan = TRY(manager.queries().explain(keyspace, query));
    if (terminal.json) terminal.document(toJson(plan, map->strategy()));
    if (!terminal.json) terminal.print(formatQueryPlan(plan, map->strategy()));
    return Exit::Done;
  }
  QueryRouter::Options options;
  options.deadline = std::chrono::milliseconds(std::llround(arguments.deadline * 1000));
  options.partialOk = arguments.partialOk;
  const auto answer = TRY(manager.executeQuery(keyspace, query, options, session.stop));
  if (terminal.json) terminal.document(toJson(answer, map->strategy()));
  if (!terminal.json) printAnswer(terminal, answer);
  warnOfMissing(terminal, answer);
  return Exit::Done;
}

void declare(Command& command, Ask& a) {
  command.option("KEYSPACE", a.keyspace, "The keyspace").required();
  command.option("--table", a.table, "A table of the keyspace; default its first").placeholder("TABLE");
  command.option("--key", a.key, "The rows of one key").placeholder("K");
  command.option("--range", a.range, "The rows of keys from LO until HI (excluded); a side may be left out").placeholder("LO..HI");
  command.option("--columns", a.columns, "Default: all").placeholder("C,...");
  command.option("--order-by", a.orderBy, "A column, and desc for the other way round").values(1, 2).placeholder("C [desc]");
  command.option("--limit", a.limit, "At most so many rows").placeholder("N");
  command.option("--aggregate", a.aggregate, "COUNT(*), SUM(c), AVG(c), MIN(c), MAX(c), separated by commas").placeholder("LIST");
  command.option("--group-by", a.groupBy, "One row for each value of these columns").placeholder("C,...");
  command.option("--deadline", a.deadline, "Seconds that each shard has; default 5").placeholder("S");
  command.flag("--explain", a.explain, "Says which shards would be asked, why, and what is merged where");
  command.flag("--partial-ok", a.partialOk, "Answers without the shards that fail, and says so");
}

}  // namespace

void addQueryCommands(Command& root, Session& session) {
  addVerb<Ask>(root, session, "query", "Asks a keyspace, whichever shards hold the answer", declare, ask);
}

}  // namespace shardwright::cli
