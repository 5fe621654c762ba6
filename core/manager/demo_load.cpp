#include "core/manager/demo_load.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/json.h"
#include "core/load/load_sample.h"

namespace shardwright {

namespace {

constexpr double secondsOfDay = 24 * 3600;
constexpr double operationsPerSecond = 400;  // of each keyspace, over the day
constexpr double growthOfDay = 0.08;         // of rows and bytes, until now
constexpr std::size_t rankedKeys = 20'000;   // beyond them a key's share is lost in the rest
constexpr std::size_t hotKeysShown = 16;
constexpr int fewShards = 16;                // with more, a sample is large: one an hour instead of four

// What part of a keyspace's reads and writes goes where.
struct AccessLaw {
  std::vector<double> reads, writes;  // a share for each range
  std::vector<std::pair<Key, double>> hotKeys;
  double writeShare = 0.2;            // of all operations

  explicit AccessLaw(std::size_t ranges) : reads(ranges), writes(ranges) {}
  void add(const ShardMap& map, const Token& token, double share) {
    const auto range = map.indexOf(token);
    reads[range] += share;
    writes[range] += share;
  }
};

Result<AccessLaw> lawOfAccounts(const DemoLedger& ledger, const DemoContent& content) {
  const auto& map = *content.map;
  AccessLaw law(map.rangeCount());
  if (ledger.accounts() == 0) return law;
  const ZipfRanks ranks(static_cast<std::size_t>(ledger.accounts()), ledger.shape().skew);
  const std::size_t ranked = std::min(rankedKeys, static_cast<std::size_t>(ledger.accounts()));
  double rest = 1;
  for (std::size_t rank = 0; rank < ranked; ++rank) {
    auto key = TRY(Key::ofText(ledger.address(static_cast<std::int64_t>(rank))));
    const auto token = TRY(map.strategy().tokenOf(key));
    const double share = ranks.shareOf(rank);
    law.add(map, token, share);
    rest -= share;
    if (rank < hotKeysShown) law.hotKeys.emplace_back(std::move(key), share);
  }
  for (std::size_t i = 0; i < law.reads.size(); ++i) {
    law.reads[i] += std::max(rest, 0.0) / static_cast<double>(law.reads.size());
    law.writes[i] += std::max(rest, 0.0) / static_cast<double>(law.writes.size());
  }
  return law;
}

Result<AccessLaw> lawOfBlocks(const DemoLedger& ledger, const DemoContent& content) {
  const auto& map = *content.map;
  AccessLaw law(map.rangeCount());
  // Readers want the newest blocks; nobody writes anything but them.
  const auto hot = map.indexOf(TRY(map.strategy().tokenOf(Key::ofInt(ledger.hotHeight()))));
  for (std::size_t i = 0; i < law.reads.size(); ++i) law.reads[i] = 0.3 / static_cast<double>(law.reads.size());
  law.reads[hot] += 0.7;
  law.writes[hot] = 1;
  law.writeShare = 0.1;
  return law;
}

Result<AccessLaw> lawOfContracts(const DemoLedger& ledger, const DemoContent& content) {
  const auto& map = *content.map;
  AccessLaw law(map.rangeCount());
  constexpr double hotShare = 0.45;
  auto hot = TRY(Key::ofText(ledger.owners()[ledger.hotOwner()]));
  law.add(map, TRY(map.strategy().tokenOf(hot)), hotShare);
  law.hotKeys.emplace_back(std::move(hot), hotShare);
  for (const auto& owner : ledger.owners()) {
    const auto key = TRY(Key::ofText(owner));
    const auto token = TRY(map.strategy().tokenOf(key));
    law.add(map, token, (1 - hotShare) / static_cast<double>(ledger.owners().size()));
  }
  law.writeShare = 0.35;
  return law;
}

std::int64_t whole(double amount) { return static_cast<std::int64_t>(std::llround(amount)); }

// The busiest hour is the afternoon's; a little noise, the same for the same seed.
double operationsAt(double secondsBack, std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  const double hour = std::fmod(48 * 3600 - secondsBack, secondsOfDay) / 3600;
  const double daily = 1 + 0.6 * std::cos((hour - 20) / 24 * 2 * std::numbers::pi);
  return operationsPerSecond * daily * (0.9 + 0.2 * demoShare(seed, stream, index));
}

LoadSample sampleOf(const DemoContent& content, const AccessLaw& law, double operations, double secondsBack, double seconds) {
  LoadSample sample;
  sample.keyspace = content.keyspace.name;
  sample.mapVersion = content.map->version();
  sample.seconds = seconds;
  sample.source = "demo";
  sample.generated = true;
  const double size = 1 - growthOfDay * secondsBack / secondsOfDay;
  for (std::size_t i = 0; i < content.map->rangeCount(); ++i)
    sample.ranges.push_back({content.map->tokens(i), content.map->owner(i),
                             whole(static_cast<double>(content.ranges[i].rows) * size),
                             whole(static_cast<double>(content.ranges[i].bytes) * size),
                             whole(operations * (1 - law.writeShare) * law.reads[i]),
                             whole(operations * law.writeShare * law.writes[i])});
  for (const auto& [key, share] : law.hotKeys) {
    const auto count = whole(operations * share);
    sample.hotKeys.push_back({key, count, count / 50});
  }
  return sample;
}

}  // namespace

Result<std::int64_t> addGeneratedLoad(Catalog& catalog, const DemoLedger& ledger, const std::vector<DemoContent>& contents) {
  const std::int64_t step = ledger.shape().shards <= fewShards ? 900 : 3600;
  const auto samples = static_cast<std::int64_t>(secondsOfDay) / step;
  const UnixSeconds now = catalog.now();
  std::vector<LoadSampleRow> rows;
  for (const auto& content : contents) {
    const bool blocks = content.keyspace.name == DemoLedger::blocksKeyspace().name;
    const bool accounts = content.keyspace.name == DemoLedger::accountsKeyspace().name;
    const auto law = accounts ? lawOfAccounts(ledger, content) : blocks ? lawOfBlocks(ledger, content) : lawOfContracts(ledger, content);
    if (!law) return law.error();
    for (std::int64_t i = 0; i < samples; ++i) {
      const auto secondsBack = (samples - 1 - i) * step;
      const double operations = operationsAt(static_cast<double>(secondsBack), ledger.shape().seed,
                                             1000 + rows.size() / static_cast<std::size_t>(samples), static_cast<std::uint64_t>(i));
      auto sample = sampleOf(content, *law, operations * static_cast<double>(step), static_cast<double>(secondsBack),
                             static_cast<double>(step));
      sample.at = now - secondsBack;
      rows.push_back({content.keyspace.name, sample.at,
                      canonicalJson(loadSampleToJson(sample, content.map->strategy())), true});
    }
  }
  TRY(catalog.addLoadSamples(rows));
  return static_cast<std::int64_t>(rows.size());
}

}  // namespace shardwright
