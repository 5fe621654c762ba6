#include "core/manager/demo_writer.h"

#include <fmt/format.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/catalog/catalog.h"
#include "core/engines/sqlite/sqlite_session.h"
#include "core/load/load_sample.h"
#include "core/manager/demo_ledger.h"
#include "core/manager/demo_teller.h"
#include "core/route/query_router.h"

namespace shardwright {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto backOff = std::chrono::milliseconds(1);
constexpr auto sampleEvery = std::chrono::seconds(10);
constexpr std::size_t lostExamplesKept = 5;

// False: stopped before the time came.
bool waitUntil(Clock::time_point when, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, when, [] { return false; });
  return !stop.stop_requested();
}

Result<DemoShape> shapeIn(const std::string& folder) {
  const auto file = (std::filesystem::path(folder) / "demo.json").string();
  std::ifstream in(file, std::ios::binary);
  if (!in) return notFound(fmt::format("{} is not there: make the demo first (demo {})", printable(file), printable(folder)));
  std::ostringstream text;
  text << in.rdbuf();
  const auto json = TRY(parseJson(text.str()));
  return demoShapeFromJson(json);
}

// What the writer does next: deposits to skewed accounts, blocks at the tip, the hot owner's contracts.
class Ideas {
 public:
  Ideas(const DemoLedger& ledger, std::uint64_t seed, std::int64_t tip)
      : m_ledger(ledger), m_seed(seed), m_tip(tip),
        m_accounts(static_cast<std::size_t>(std::min<std::int64_t>(ledger.accounts(), 1'000'000)), ledger.shape().skew) {
    for (std::int64_t i = 0; i < std::min<std::int64_t>(ledger.contracts(), 100'000); ++i) {
      const auto owner = ledger.ownerOfContract(i);
      m_contracts.emplace_back(owner, ++m_ids[owner]);
    }
  }

  DemoWrite next() {
    const auto i = m_count++;
    const auto amount = static_cast<std::int64_t>(demoNumber(m_seed, 101, i) % 1000);
    const double share = demoShare(m_seed, 102, i);
    if (share < 0.55 && m_ledger.accounts() > 0) {
      const auto rank = m_accounts.rankAt(demoShare(m_seed, 103, i));
      return {DemoWrite::Kind::Deposit, m_ledger.address(static_cast<std::int64_t>(rank)), 0, amount};
    }
    if (share < 0.75 && !m_contracts.empty()) {
      const auto& [owner, id] = m_contracts[demoNumber(m_seed, 104, i) % m_contracts.size()];
      return {DemoWrite::Kind::StoreContract, m_ledger.owners()[owner], id, amount};
    }
    const std::int64_t hot = m_tip - m_ledger.hotHeight();
    if (share < 0.9 && hot > 0) {
      const auto back = static_cast<std::int64_t>(demoNumber(m_seed, 105, i) % static_cast<std::uint64_t>(hot));
      return {DemoWrite::Kind::TouchBlock, {}, m_tip - back, amount};
    }
    return {DemoWrite::Kind::AppendBlock, {}, m_tip + 1, amount};
  }

  void appended(std::int64_t height) { m_tip = std::max(m_tip, height); }

 private:
  const DemoLedger& m_ledger;
  std::uint64_t m_seed;
  std::uint64_t m_count = 0;
  std::int64_t m_tip;  // the highest block known
  ZipfRanks m_accounts;
  std::map<std::size_t, std::int64_t> m_ids;
  std::vector<std::pair<std::size_t, std::int64_t>> m_contracts;
};

class Writer {
 public:
  static Result<std::unique_ptr<Writer>> open(const DemoWriterOptions& options) {
    const auto shape = TRY(shapeIn(options.folder));
    const auto file = (std::filesystem::path(options.folder) / "catalog.db").string();
    auto catalog = TRY(Catalog::open(file, {.actor = currentActor("demo-writer"), .clock = systemSeconds, .vfs = {}, .watch = {}}));
    auto writer = std::unique_ptr<Writer>(new Writer(options, shape, std::move(catalog)));
    TRY(writer->connect());
    return writer;
  }

  Result<DemoWriterReport> run(std::stop_token stop) {
    const Stopwatch watch;
    auto due = Clock::now();
    auto told = due, sampled = due;
    while (!stop.stop_requested() && (!m_options.seconds || watch.seconds() < *m_options.seconds)) {
      auto write = m_ideas->next();
      TRY(carryOut(write, stop));
      note(watch);
      const auto now = Clock::now();
      if (m_options.onSecond && now - told >= std::chrono::seconds(1)) {
        told = now;
        m_options.onSecond(m_report);
      }
      if (now - sampled >= sampleEvery) {
        sampled = now;
        keepLoad();
      }
      if (m_options.writesPerSecond > 0) {
        // Short delays are made up for; after a pause the rate goes on, and does not catch up in a burst.
        due = std::max(due + std::chrono::duration_cast<Clock::duration>(
                                 std::chrono::duration<double>(1 / m_options.writesPerSecond)),
                       now - std::chrono::milliseconds(200));
        if (due > now) waitUntil(due, stop);
      }
    }
    note(watch);
    keepLoad();
    TRY(check());
    return std::move(m_report);
  }

 private:
  struct Written {
    KeyspaceName keyspace;
    Key key;
    std::int64_t id;  // of a contract, else 0
    friend auto operator<=>(const Written& a, const Written& b) = default;
  };

  Writer(const DemoWriterOptions& options, const DemoShape& shape, Catalog catalog)
      : m_options(options), m_ledger(shape), m_catalog(std::move(catalog)) {}

  Done connect() {
    for (const auto& shard : TRY(m_catalog.shards())) {
      m_shards.emplace(shard.id, shard);
      auto teller = TRY(DemoTeller::open(shard));
      m_tellers.emplace(shard.id, std::move(teller));
    }
    auto pool = std::make_shared<KeptSessions>([shards = m_shards](const ShardId& id) -> Result<std::unique_ptr<ShardSession>> {
      const auto at = shards.find(id);
      if (at == shards.end()) return notFound("there is no shard " + printable(id.text()));
      return sqlite::SqliteSession::open(at->second, {});
    });
    for (const auto& keyspace : TRY(m_catalog.keyspaces())) {
      auto router = TRY(QueryRouter::make(
          keyspace, [this, name = keyspace.name] { return m_catalog.currentMap(name); }, pool));
      m_routers.emplace(keyspace.name, std::move(router));
    }
    for (const auto& keyspace :
         {DemoLedger::accountsKeyspace(), DemoLedger::blocksKeyspace(), DemoLedger::contractsKeyspace()})
      if (!m_routers.contains(keyspace.name))
        return notFound(fmt::format("the catalog has no keyspace {}: this is no demo any more", keyspace.name.text()));
    m_ideas.emplace(m_ledger, m_options.seed, TRY(tip()));
    return {};
  }

  QueryRouter& router(std::string_view keyspace) { return *m_routers.at(KeyspaceName(std::string(keyspace))); }

  Result<std::int64_t> tip() {
    const Query query{{}, AggregateQuery{{}, {{Aggregate::Function::Max, "height"}}, {}, {}, {}}};
    const auto answer = TRY(router("blocks").run(query, {}));
    const auto* height = std::get_if<std::int64_t>(&answer.rows.front().values.front());
    return height ? *height : 0;
  }

  Result<Written> targetOf(const DemoWrite& write) {
    switch (write.kind) {
      case DemoWrite::Kind::Deposit: return Written{KeyspaceName("accounts"), TRY(Key::ofText(write.text)), 0};
      case DemoWrite::Kind::StoreContract:
        return Written{KeyspaceName("contracts"), TRY(Key::ofText(write.text)), write.number};
      case DemoWrite::Kind::AppendBlock:
      case DemoWrite::Kind::TouchBlock: break;
    }
    return Written{KeyspaceName("blocks"), Key::ofInt(write.number), 0};
  }

  // Until it is acknowledged, found to have no row, or stopped.
  Done carryOut(DemoWrite& write, const std::stop_token& stop) {
    using Outcome = DemoTry::Outcome;
    const Stopwatch watch;
    while (!stop.stop_requested()) {
      const auto target = TRY(targetOf(write));
      auto& router = *m_routers.at(target.keyspace);
      const auto version = router.map()->version();
      const auto placement = TRY(router.placementOf(target.key));
      if (!placement.shard) return refused(fmt::format("key {} belongs to nobody any more", printable(target.key.toText(), 80)));
      const auto teller = m_tellers.find(*placement.shard);
      if (teller == m_tellers.end())
        return refused(fmt::format("shard {} was added after the writer began; start it again", printable(placement.shard->text())));
      const auto tried = TRY(teller->second.attempt(write));
      switch (tried.outcome) {
        case Outcome::Acknowledged:
          router.accesses().count(target.key, placement.token, Access::Write);
          acknowledge(write, target, tried.version, watch.seconds());
          return {};
        case Outcome::NoRow:
        case Outcome::Moved: {
          ++m_report.reloads;
          const auto map = TRY(router.reload());
          if (tried.outcome == Outcome::Moved) {
            ++m_report.moved;
            if (map->version() == version) waitUntil(Clock::now() + backOff, stop);
          } else if (map->version() == version) {
            lose(target, fmt::format("is not on its owner {}", placement.shard->text()));
            return {};
          }
          break;
        }
        case Outcome::Moving:
          ++m_report.moving;
          waitUntil(Clock::now() + backOff, stop);
          break;
        case Outcome::Busy:
          ++m_report.busy;
          waitUntil(Clock::now() + backOff, stop);
          break;
        case Outcome::Taken:  // by another writer
          m_ideas->appended(write.number);
          ++write.number;
          break;
      }
    }
    return {};
  }

  void acknowledge(const DemoWrite& write, const Written& target, std::int64_t version, double seconds) {
    ++m_report.acknowledged;
    if (write.kind == DemoWrite::Kind::AppendBlock) m_ideas->appended(write.number);
    auto& known = m_written[target];
    known = std::max(known, version);
    if (seconds * 1000 <= m_report.longestPauseMs) return;
    m_report.longestPauseMs = seconds * 1000;
    m_report.longestPauseKey = target.keyspace.text() + " " + target.key.toText();
  }

  void lose(const Written& target, const std::string& what) {
    ++m_report.lost;
    if (m_report.lostExamples.size() < lostExamplesKept)
      m_report.lostExamples.push_back(fmt::format("{} {}{}: {}", target.keyspace.text(), printable(target.key.toText(), 80),
                                                  target.id ? fmt::format(" id {}", target.id) : std::string(), what));
  }

  // Samples that cannot be kept, because the catalog is busy, are no reason to stop writing.
  void keepLoad() {
    std::vector<LoadSampleRow> rows;
    for (const auto& [name, router] : m_routers) {
      const auto sample = router->accesses().drain(m_catalog.now());
      rows.push_back({name, sample.at, canonicalJson(loadSampleToJson(sample, router->map()->strategy())), false});
    }
    if (m_catalog.addLoadSamples(rows)) m_report.loadSamples += static_cast<std::int64_t>(rows.size());
  }

  // Every row that was written, read again through the router: not older than acknowledged.
  Done check() {
    for (auto at = m_written.begin(); at != m_written.end();) {
      auto end = at;
      while (end != m_written.end() && end->first.keyspace == at->first.keyspace && end->first.key == at->first.key) ++end;
      TRY(checkKey(at, end));
      at = end;
    }
    return {};
  }

  using WrittenRows = std::map<Written, std::int64_t>;
  Done checkKey(WrittenRows::const_iterator from, WrittenRows::const_iterator until) {
    const auto& first = from->first;
    const bool contract = first.id != 0;
    Query query{{}, PointQuery{first.key, {"version"}, {}, {}}};
    if (contract) std::get<PointQuery>(query.what).columns.push_back("id");
    const auto answer = TRY(m_routers.at(first.keyspace)->run(query, {}));
    std::map<std::int64_t, std::int64_t> found;  // id -> version
    for (const auto& row : answer.rows)
      found[contract ? std::get<std::int64_t>(row.values[1]) : 0] = std::get<std::int64_t>(row.values[0]);
    for (auto at = from; at != until; ++at) {
      ++m_report.checkedRows;
      const auto row = found.find(at->first.id);
      if (row == found.end())
        lose(at->first, "is gone");
      else if (row->second < at->second)
        lose(at->first, fmt::format("has version {}, while {} was acknowledged", row->second, at->second));
    }
    return {};
  }

  void note(const Stopwatch& watch) {
    m_report.seconds = watch.seconds();
    m_report.perSecond = static_cast<std::int64_t>(static_cast<double>(m_report.acknowledged) / std::max(m_report.seconds, 1e-9));
  }

  const DemoWriterOptions& m_options;
  DemoLedger m_ledger;
  Catalog m_catalog;
  std::map<ShardId, Shard> m_shards;
  std::map<ShardId, DemoTeller> m_tellers;
  std::map<KeyspaceName, std::unique_ptr<QueryRouter>> m_routers;
  std::optional<Ideas> m_ideas;
  WrittenRows m_written;  // the newest version that was acknowledged
  DemoWriterReport m_report;
};

}  // namespace

Result<DemoWriterReport> runDemoWriter(const DemoWriterOptions& options, std::stop_token stop) {
  if (!(options.writesPerSecond >= 0)) return invalidInput("a writer's rate is 0 (as fast as it can) or more writes a second");
  const auto writer = TRY(Writer::open(options));
  return writer->run(std::move(stop));
}

std::string formatDemoWriterReport(const DemoWriterReport& report) {
  std::string out = fmt::format("{} writes acknowledged in {:.1f} s: {} a second\n", formatCount(report.acknowledged), report.seconds,
                                formatCount(report.perSecond));
  out += fmt::format("longest pause of one write: {:.1f} ms{}\n", report.longestPauseMs,
                     report.longestPauseKey.empty() ? std::string() : " (" + printable(report.longestPauseKey, 80) + ")");
  out += fmt::format("tried again: {} because the key had moved, {} while its range was cut over, {} because the file was locked; "
                     "map read {} times\n", formatCount(report.moved), formatCount(report.moving), formatCount(report.busy),
                     formatCount(report.reloads));
  out += fmt::format("read again at the end: {} written rows, {} lost\n", formatCount(report.checkedRows), formatCount(report.lost));
  for (const auto& example : report.lostExamples) out += fmt::format("  {}\n", example);
  return out;
}

Json toJson(const DemoWriterReport& report) {
  return {{"seconds", report.seconds},
          {"acknowledged", report.acknowledged},
          {"perSecond", report.perSecond},
          {"longestPauseMs", report.longestPauseMs},
          {"longestPauseKey", report.longestPauseKey},
          {"moved", report.moved},
          {"moving", report.moving},
          {"busy", report.busy},
          {"reloads", report.reloads},
          {"checkedRows", report.checkedRows},
          {"lost", report.lost},
          {"lostExamples", report.lostExamples},
          {"loadSamples", report.loadSamples}};
}

}  // namespace shardwright
