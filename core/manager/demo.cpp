#include "core/manager/demo.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <unordered_map>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/db/url.h"
#include "core/engines/sqlite/sqlite_session.h"
#include "core/manager/demo_file.h"
#include "core/manager/demo_ledger.h"
#include "core/manager/demo_load.h"
#include "core/map/map_json.h"

namespace shardwright {

namespace {

namespace fs = std::filesystem;

// The files of a demo in the making; removed again unless they are kept.
class Making {
 public:
  ~Making() {
    std::error_code ignored;
    for (const auto& file : m_files)
      for (const char* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(file + suffix, ignored);
    if (m_folder) fs::remove(*m_folder, ignored);  // only if it is empty
  }
  void madeFolder(std::string folder) { m_folder = std::move(folder); }
  void makes(std::string file) { m_files.push_back(std::move(file)); }
  void keep() {
    m_files.clear();
    m_folder.reset();
  }

 private:
  std::vector<std::string> m_files;
  std::optional<std::string> m_folder;
};

Done checkOptions(const DemoOptions& options) {
  if (options.folder.empty()) return invalidInput("name a folder for the demo");
  if (options.shards < 2 || options.shards > 256)
    return invalidInput(fmt::format("a demo has 2 to 256 shards, not {}", options.shards));
  if (options.rows < 0 || options.rows > 100'000'000)
    return invalidInput(fmt::format("a demo has 0 to 100 000 000 rows, not {}", options.rows));
  if (!(options.skew >= 0 && options.skew <= 10))
    return invalidInput(fmt::format("the skew of a demo is 0 (even) to 10, not {}", options.skew));
  return {};
}

struct Place {
  std::string folder;  // absolute
  std::string catalog, shape;
  std::vector<std::string> shards;
};

Result<Place> prepareFolder(const DemoOptions& options, const DemoLedger& ledger, Making& making) {
  std::error_code failed;
  const fs::path folder = fs::absolute(options.folder, failed);
  if (failed) return unavailable(fmt::format("{}: {}", printable(options.folder), failed.message()));
  if (fs::create_directories(folder, failed)) making.madeFolder(folder.string());
  if (failed) return unavailable(fmt::format("{}: the folder cannot be made: {}", printable(folder.string()), failed.message()));
  Place place{folder.string(), (folder / "catalog.db").string(), (folder / "demo.json").string(), {}};
  for (int i = 0; i < ledger.shape().shards; ++i)
    place.shards.push_back((folder / (ledger.shard(i).text() + ".db")).string());
  std::vector<std::string> files = place.shards;
  files.push_back(place.catalog);
  files.push_back(place.shape);
  for (const auto& file : files)
    if (fs::exists(file, failed))
      return refused(fmt::format("{} is there already; choose an empty folder for the demo, or remove the old one",
                                 printable(file)));
  for (const auto& file : files) making.makes(file);
  return place;
}

// The three keyspaces with their first maps, in the order in which rows are made.
Result<std::vector<DemoContent>> contentsOf(const DemoLedger& ledger) {
  std::vector<DemoContent> contents;
  const auto add = [&](Keyspace keyspace, Result<ShardMap> map) -> Done {
    if (!map) return map.error();
    const auto ranges = map->rangeCount();
    contents.push_back({std::move(keyspace), std::make_shared<const ShardMap>(*std::move(map)), std::vector<RangeCount>(ranges)});
    return {};
  };
  TRY(add(DemoLedger::accountsKeyspace(), ledger.accountsMap()));
  TRY(add(DemoLedger::blocksKeyspace(), ledger.blocksMap()));
  TRY(add(DemoLedger::contractsKeyspace(), ledger.contractsMap()));
  return contents;
}

// Where the ledger's rows go: each to the file that the map names; what each range gets is counted.
class Filling {
 public:
  static Result<Filling> begin(const DemoLedger& ledger, std::vector<DemoContent>& contents, const Place& place) {
    Filling filling(ledger, contents);
    for (const auto& path : place.shards) {
      auto file = TRY(DemoFile::create(path));
      filling.m_files.push_back(std::move(file));
    }
    return filling;
  }

  Done fill() {
    for (std::int64_t i = 0; i < m_ledger.accounts(); ++i) {
      const auto account = m_ledger.account(i);
      const auto key = TRY(Key::ofText(account.address));
      TRY(put(0, key, account, account.address.size() + account.memo.size() + 8));
    }
    for (std::int64_t i = 0; i < m_ledger.blocks(); ++i) {
      const auto block = m_ledger.block(i);
      TRY(put(1, Key::ofInt(block.height), block, 8 + block.hash.size() + block.producer.size() + block.payload.size()));
    }
    std::vector<std::int64_t> ids(m_ledger.owners().size());
    for (std::int64_t i = 0; i < m_ledger.contracts(); ++i) {
      const auto owner = m_ledger.ownerOfContract(i);
      const auto contract = m_ledger.contract(i, owner, ++ids[owner]);
      const auto key = TRY(Key::ofText(contract.owner));
      TRY(put(2, key, contract, contract.owner.size() + 8 + contract.kind.size() + contract.storage.size()));
    }
    for (auto& file : m_files) TRY(file.close());
    return {};
  }

  const std::vector<DemoFile>& files() const { return m_files; }

 private:
  Filling(const DemoLedger& ledger, std::vector<DemoContent>& contents) : m_ledger(ledger), m_contents(contents) {
    for (int i = 0; i < ledger.shape().shards; ++i) m_fileOf.emplace(ledger.shard(i), static_cast<std::size_t>(i));
  }

  template <class Row>
  Done put(std::size_t keyspace, const Key& key, const Row& row, std::size_t bytes) {
    auto& content = m_contents[keyspace];
    const auto token = TRY(content.map->strategy().tokenOf(key));
    const auto range = content.map->indexOf(token);
    const auto shard = content.map->owner(range);
    if (!shard) return corrupt(fmt::format("key {} of the demo belongs to nobody", key.toText()));
    ++content.ranges[range].rows;
    content.ranges[range].bytes += static_cast<std::int64_t>(bytes);
    return m_files[m_fileOf.at(*shard)].add(row);
  }

  const DemoLedger& m_ledger;
  std::vector<DemoContent>& m_contents;
  std::unordered_map<ShardId, std::size_t> m_fileOf;
  std::vector<DemoFile> m_files;
};

// A round size, the same for all, that leaves the fullest shard some room.
std::int64_t capacityFor(const std::vector<DemoShard>& shards) {
  std::int64_t most = 0;
  for (const auto& shard : shards) most = std::max(most, shard.bytes);
  constexpr std::int64_t mebibyte = 1 << 20;
  return (most * 4 / 3 / mebibyte + 1) * mebibyte;
}

Done registerShard(Catalog& catalog, const std::vector<DemoContent>& contents, const DemoShard& demoShard, std::int64_t capacity) {
  Shard shard;
  shard.id = demoShard.shard;
  DatabaseUrl url;
  url.engine = "sqlite";
  url.path = demoShard.file;
  shard.url = formatDatabaseUrl(url);
  shard.capacity = capacity;
  auto session = TRY(sqlite::SqliteSession::open(shard, {.catalogUuid = catalog.uuid(), .vfs = {}, .watch = {}}));
  shard.identity = TRY(session->plantIdentity(catalog.uuid()));
  for (const auto& content : contents)
    TRY(session->publishMap({content.keyspace.name, content.map->version(), mapToJson(*content.map), content.map->checksum()}));
  return catalog.addShard(shard);
}

Done writeShape(const std::string& file, const DemoShape& shape) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << toJson(shape).dump(2) << '\n';
  out.flush();
  if (!out) return unavailable(printable(file) + ": cannot be written");
  return {};
}

DemoReport reportOf(const DemoLedger& ledger, const Place& place, const std::vector<DemoFile>& files) {
  DemoReport report;
  report.catalogFile = place.catalog;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& rows = files[i].rows();
    std::error_code failed;
    const auto size = fs::file_size(place.shards[i], failed);
    report.shards.push_back({ledger.shard(static_cast<int>(i)), place.shards[i], rows.accounts, rows.blocks, rows.contracts,
                             failed ? 0 : static_cast<std::int64_t>(size)});
    report.rows += rows.accounts + rows.blocks + rows.contracts;
    report.bytes += report.shards.back().bytes;
  }
  return report;
}

}  // namespace

Result<DemoReport> createDemo(const DemoOptions& options) {
  const Stopwatch watch;
  TRY(checkOptions(options));
  const DemoLedger ledger({options.shards, options.rows, options.seed, options.skew});
  Making making;
  const auto place = TRY(prepareFolder(options, ledger, making));
  auto contents = TRY(contentsOf(ledger));

  DemoReport report;
  {
    auto filling = TRY(Filling::begin(ledger, contents, place));
    TRY(filling.fill());
    report = reportOf(ledger, place, filling.files());
  }  // the files are closed before anybody else opens them

  Catalog::Options catalogOptions;
  catalogOptions.actor = options.actor.osUser.empty() ? currentActor(std::nullopt) : options.actor;
  catalogOptions.clock = options.clock;
  auto catalog = TRY(Catalog::create(place.catalog, options.environment, std::move(catalogOptions)));
  const auto capacity = capacityFor(report.shards);
  for (const auto& shard : report.shards) TRY(registerShard(catalog, contents, shard, capacity));
  for (const auto& content : contents) TRY(catalog.addKeyspace(content.keyspace, *content.map));
  report.loadSamples = TRY(addGeneratedLoad(catalog, ledger, contents));
  TRY(writeShape(place.shape, ledger.shape()));

  making.keep();
  report.seconds = watch.seconds();
  return report;
}

std::string formatDemoReport(const DemoReport& report) {
  std::string out = fmt::format("{} rows in {} shards, {}, made in {}\n", formatCount(report.rows), report.shards.size(),
                                formatBytes(report.bytes), formatDuration(report.seconds));
  std::size_t width = 5;
  for (const auto& shard : report.shards) width = std::max(width, shard.shard.text().size());
  out += fmt::format("{:<{}}  {:>10}  {:>10}  {:>10}  {:>10}\n", "shard", width, "accounts", "blocks", "contracts", "bytes");
  for (const auto& shard : report.shards)
    out += fmt::format("{:<{}}  {:>10}  {:>10}  {:>10}  {:>10}\n", shard.shard.text(), width, formatCount(shard.accounts),
                       formatCount(shard.blocks), formatCount(shard.contracts), formatBytes(shard.bytes));
  out += fmt::format("{} load samples, generated\ncatalog: {}\n", formatCount(report.loadSamples),
                     printable(report.catalogFile));
  return out;
}

Json toJson(const DemoReport& report) {
  Json shards = Json::array();
  for (const auto& shard : report.shards)
    shards.push_back({{"shard", shard.shard.text()}, {"file", shard.file},         {"accounts", shard.accounts},
                      {"blocks", shard.blocks},      {"contracts", shard.contracts}, {"bytes", shard.bytes}});
  return {{"catalog", report.catalogFile}, {"rows", report.rows},       {"bytes", report.bytes},
          {"shards", std::move(shards)},   {"loadSamples", report.loadSamples}, {"loadSamplesGenerated", true},
          {"seconds", report.seconds}};
}

}  // namespace shardwright
