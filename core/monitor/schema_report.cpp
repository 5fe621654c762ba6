#include "core/monitor/schema_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace shardwright {

namespace {

std::string namesOf(const std::vector<ShardId>& shards) {
  constexpr std::size_t most = 5;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < shards.size() && i < most; ++i) names.push_back(printable(shards[i].text(), 60));
  const std::string more = shards.size() > most ? fmt::format(" and {} more", shards.size() - most) : "";
  return fmt::format("{} {}{}", shards.size() == 1 ? "shard" : "shards", fmt::join(names, ", "), more);
}

}  // namespace

TableReport compareTable(const TableRef& table, std::vector<ReadSchema> read) {
  TableReport report;
  report.table = table;
  for (ReadSchema& one : read) {
    if (!one.schema) {
      report.problems.push_back({one.shard, one.schema.error()});
      continue;
    }
    const std::string fingerprint = one.schema->fingerprint();
    auto variant = std::ranges::find(report.variants, fingerprint, &SchemaVariant::fingerprint);
    if (variant == report.variants.end())
      variant = report.variants.insert(report.variants.end(), {*std::move(one.schema), fingerprint, {}, {}});
    variant->shards.push_back(one.shard);
  }
  std::ranges::stable_sort(report.variants, [](const SchemaVariant& a, const SchemaVariant& b) {
    return a.shards.size() != b.shards.size() ? a.shards.size() > b.shards.size() : a.shards.front() < b.shards.front();
  });
  for (SchemaVariant& variant : report.variants)
    if (variant.fingerprint != report.variants.front().fingerprint)
      variant.differences = compareSchemas(report.variants.front().schema, variant.schema);
  return report;
}

bool SchemaReport::alike() const { return std::ranges::all_of(tables, &TableReport::alike); }

std::vector<std::string> SchemaReport::sentences() const {
  std::vector<std::string> out;
  for (const TableReport& table : tables) {
    for (const SchemaVariant& variant : table.variants)
      for (const std::string& difference : variant.differences)
        out.push_back(fmt::format("{} against {}: {}", namesOf(variant.shards), namesOf(table.variants.front().shards), difference));
    for (const TableReport::Problem& problem : table.problems) out.push_back(problem.error.message());
  }
  return out;
}

}  // namespace shardwright
