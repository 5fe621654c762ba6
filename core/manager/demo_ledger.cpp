#include "core/manager/demo_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/base/bytes.h"
#include "core/base/json.h"

namespace shardwright {

namespace {

// Streams of numbers, one a purpose.
enum Stream : std::uint64_t {
  AddressStream = 1, BalanceStream, MemoStream, HashStream, ProducerStream, PayloadStream,
  OwnerStream, OwnerOrderStream, KindStream, StorageStream, SlotStream, FillerStream,
};

constexpr int rangesPerShard = 16;       // of the accounts
constexpr int heightRangesPerShard = 4;  // of the blocks
constexpr int ownerRangesPerShard = 3;   // of the contracts
constexpr double hotOwnerShare = 0.3;    // of the contracts
constexpr std::string_view hotOwnerName = "harbour-exchange";

constexpr std::array stems = {"amber", "birch",  "cobalt", "delta",  "ember", "fjord",  "garnet", "hazel", "iris",
                              "jade",  "kelp",   "lotus",  "maple",  "nickel", "ochre", "pearl",  "quartz", "rowan",
                              "slate", "thistle", "umber", "violet", "willow", "xenon", "yarrow", "zinc"};
constexpr std::array kinds = {"token", "escrow", "auction", "vault", "vote"};

std::vector<std::string> ownerNames(std::size_t count) {
  std::vector<std::string> out{std::string(hotOwnerName)};
  for (std::size_t i = 0; out.size() < count; ++i)
    out.push_back(fmt::format("{}-{:03}", stems[i % stems.size()], i / stems.size() + 1));
  std::ranges::sort(out);
  return out;
}

std::size_t ownerCount(const DemoShape& shape) {
  return std::max<std::size_t>(static_cast<std::size_t>(shape.shards) * ownerRangesPerShard * 3,
                               static_cast<std::size_t>(shape.rows / 200));
}

// `parts` things over `shards` by a Zipf law, at least one each.
std::vector<int> unevenParts(int parts, int shards, double skew) {
  const ZipfRanks law(static_cast<std::size_t>(shards), skew);
  std::vector<int> out;
  int left = parts - shards;
  for (int i = 0; i < shards; ++i) {
    const int more = std::min(left, static_cast<int>(std::lround(law.shareOf(static_cast<std::size_t>(i)) * (parts - shards))));
    out.push_back(1 + more);
    left -= more;
  }
  out.front() += left;  // what rounding left over
  return out;
}

Result<ShardMap> mapOf(const Keyspace& keyspace, const std::vector<std::pair<Token, std::optional<ShardId>>>& ranges) {
  MapBuilder builder(keyspace.name, TRY(ShardingStrategy::make(keyspace.strategy)));
  for (const auto& [from, shard] : ranges) TRY(builder.append(from, shard));
  return builder.build(1);
}

}  // namespace

Json toJson(const DemoShape& shape) {
  return {{"schema", "shardwright.demo/1"}, {"shards", shape.shards}, {"rows", shape.rows},
          {"seed", std::to_string(shape.seed)}, {"skew", shape.skew}};
}

Result<DemoShape> demoShapeFromJson(const Json& json) {
  const auto wrong = [] { return invalidInput("demo.json is not as the demo wrote it; make the demo anew"); };
  if (!json.is_object() || json.value("schema", Json()) != "shardwright.demo/1") return wrong();
  const Json shards = json.value("shards", Json()), rows = json.value("rows", Json()), skew = json.value("skew", Json());
  const Json seed = json.value("seed", Json());
  if (!shards.is_number_integer() || !rows.is_number_integer() || !skew.is_number() || !seed.is_string()) return wrong();
  DemoShape shape{shards.get<int>(), rows.get<std::int64_t>(), 0, skew.get<double>()};
  const auto& digits = seed.get_ref<const std::string&>();
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), shape.seed);
  if (failed != std::errc() || end != digits.data() + digits.size()) return wrong();
  if (shape.shards < 2 || shape.shards > 256 || shape.rows < 0 || !(shape.skew >= 0)) return wrong();
  return shape;
}

std::uint64_t demoNumber(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  // splitmix64 (Steele, Lea, Flood 2014), entered at a point that the three numbers name.
  const auto mixed = [](std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  };
  return mixed(mixed(seed + stream * 0xd1b54a32d192ed03ULL) + (index + 1) * 0x9e3779b97f4a7c15ULL);
}

double demoShare(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return static_cast<double>(demoNumber(seed, stream, index) >> 11) * 0x1p-53;
}

ZipfRanks::ZipfRanks(std::size_t count, double exponent) {
  double sum = 0;
  m_upTo.reserve(count);
  for (std::size_t i = 0; i < count; ++i) m_upTo.push_back(sum += std::pow(static_cast<double>(i + 1), -exponent));
  for (auto& upTo : m_upTo) upTo /= sum;
}

std::size_t ZipfRanks::rankAt(double share) const {
  const auto at = std::ranges::upper_bound(m_upTo, share);
  return std::min(static_cast<std::size_t>(at - m_upTo.begin()), m_upTo.empty() ? 0 : m_upTo.size() - 1);
}

double ZipfRanks::shareOf(std::size_t rank) const { return m_upTo[rank] - (rank == 0 ? 0 : m_upTo[rank - 1]); }

DemoLedger::DemoLedger(DemoShape shape)
    : m_shape(shape),
      m_accounts(shape.rows / 2),
      m_blocks(shape.rows * 3 / 10),
      m_contracts(shape.rows - m_accounts - m_blocks),
      m_owners(ownerNames(ownerCount(shape))),
      m_ownerRanks(m_owners.size(), shape.skew) {
  m_hotOwner = static_cast<std::size_t>(std::ranges::lower_bound(m_owners, hotOwnerName) - m_owners.begin());
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789      ";
  m_filler.reserve(1 << 16);
  for (std::uint64_t i = 0; m_filler.size() < (1 << 16); ++i)
    m_filler += letters[demoNumber(shape.seed, FillerStream, i) % letters.size()];
}

ShardId DemoLedger::shard(int index) const {
  constexpr std::array names = {"north", "east", "south", "west"};
  if (m_shape.shards <= static_cast<int>(names.size())) return ShardId(names[static_cast<std::size_t>(index)]);
  return ShardId(fmt::format("{}-{:02}", names[static_cast<std::size_t>(index) % names.size()],
                             static_cast<std::size_t>(index) / names.size() + 1));
}

std::string_view DemoLedger::filler(std::uint64_t number, std::size_t length) const {
  return std::string_view(m_filler).substr(number % (m_filler.size() - length), length);
}

std::string DemoLedger::address(std::int64_t index) const {
  const auto i = static_cast<std::uint64_t>(index) * 3;
  const auto part = [&](std::uint64_t n) { return demoNumber(m_shape.seed, AddressStream, i + n); };
  return fmt::format("0x{:016x}{:016x}{:08x}", part(0), part(1), part(2) & 0xffffffff);
}

DemoAccount DemoLedger::account(std::int64_t index) const {
  const auto i = static_cast<std::uint64_t>(index);
  const auto number = demoNumber(m_shape.seed, MemoStream, i);
  // One in fifty is a fat row: 1 to 5 kB instead of 20 to 80 bytes.
  const std::size_t length = number % 50 == 0 ? 1000 + (number >> 8) % 4000 : 20 + (number >> 8) % 60;
  return {address(index), static_cast<std::int64_t>(demoNumber(m_shape.seed, BalanceStream, i) % 1'000'000'000),
          filler(number >> 20, length)};
}

DemoBlock DemoLedger::block(std::int64_t index) const {
  const auto i = static_cast<std::uint64_t>(index);
  const auto number = demoNumber(m_shape.seed, PayloadStream, i);
  // Blocks grow with the height, as the ledger's use did.
  const std::size_t length = 20 + static_cast<std::size_t>(400 * index / std::max<std::int64_t>(m_blocks, 1)) + number % 40;
  const auto hash = [&](std::uint64_t n) { return demoNumber(m_shape.seed, HashStream, i * 2 + n); };
  return {index + 1, fmt::format("{:016x}{:016x}", hash(0), hash(1)),
          fmt::format("validator-{:02}", demoNumber(m_shape.seed, ProducerStream, i) % 24),
          static_cast<std::int64_t>(1 + length / 20), filler(number >> 20, length)};
}

std::size_t DemoLedger::ownerOfContract(std::int64_t index) const {
  const auto i = static_cast<std::uint64_t>(index);
  if (demoShare(m_shape.seed, OwnerStream, i * 2) < hotOwnerShare) return m_hotOwner;
  // The ranks are scattered over the names: who is big has nothing to do with the alphabet.
  const auto rank = m_ownerRanks.rankAt(demoShare(m_shape.seed, OwnerStream, i * 2 + 1));
  return (rank * 7919 + demoNumber(m_shape.seed, OwnerOrderStream, 0)) % m_owners.size();
}

DemoContract DemoLedger::contract(std::int64_t index, std::size_t owner, std::int64_t id) const {
  const auto number = demoNumber(m_shape.seed, StorageStream, static_cast<std::uint64_t>(index));
  const std::size_t length = owner == m_hotOwner ? 150 + number % 250 : 40 + number % 120;
  return {m_owners[owner], id, kinds[demoNumber(m_shape.seed, KindStream, static_cast<std::uint64_t>(index)) % kinds.size()],
          filler(number >> 20, length)};
}

// ---- keyspaces and maps

Keyspace DemoLedger::accountsKeyspace() {
  return {KeyspaceName("accounts"), {StrategyKind::Hash, KeyType::Text, "md5-64", {}}, KeyForm::Native,
          {{"", "accounts", "address", {}}}};
}

Keyspace DemoLedger::blocksKeyspace() {
  return {KeyspaceName("blocks"), {StrategyKind::Range, KeyType::Int, "", {}}, KeyForm::Native,
          {{"", "blocks", "height", {}}}};
}

Keyspace DemoLedger::contractsKeyspace() {
  return {KeyspaceName("contracts"), {StrategyKind::Directory, KeyType::Text, "", {}}, KeyForm::Native,
          {{"", "contracts", "owner", {}}}};
}

std::string_view DemoLedger::tablesSql() {
  return "CREATE TABLE accounts(address TEXT NOT NULL PRIMARY KEY, balance INTEGER NOT NULL, memo TEXT NOT NULL,"
         " version INTEGER NOT NULL DEFAULT 1);"
         "CREATE TABLE blocks(height INTEGER NOT NULL PRIMARY KEY, hash TEXT NOT NULL, producer TEXT NOT NULL,"
         " transactions INTEGER NOT NULL, payload TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1);"
         "CREATE TABLE contracts(owner TEXT NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, storage TEXT NOT NULL,"
         " version INTEGER NOT NULL DEFAULT 1, PRIMARY KEY(owner, id));";
}

Result<ShardMap> DemoLedger::accountsMap() const {
  const int parts = rangesPerShard * m_shape.shards;
  std::vector<int> owners;
  const auto uneven = unevenParts(parts, m_shape.shards, m_shape.skew);
  for (int shard = 0; shard < m_shape.shards; ++shard)
    owners.insert(owners.end(), static_cast<std::size_t>(uneven[static_cast<std::size_t>(shard)]), shard);
  for (std::size_t i = owners.size(); i > 1; --i)
    std::swap(owners[i - 1], owners[demoNumber(m_shape.seed, SlotStream, i) % i]);
  std::vector<std::pair<Token, std::optional<ShardId>>> ranges;
  const std::uint64_t width = (std::uint64_t{0} - static_cast<std::uint64_t>(parts)) / static_cast<std::uint64_t>(parts) + 1;  // 2^64 / parts
  for (int i = 0; i < parts; ++i) {
    const auto from = width * static_cast<std::uint64_t>(i);
    ranges.emplace_back(i == 0 ? Token::beginning() : Token{bigEndian64(from)}, shard(owners[static_cast<std::size_t>(i)]));
  }
  return mapOf(accountsKeyspace(), ranges);
}

std::int64_t DemoLedger::heightOfBound(int range) const {
  const std::int64_t parts = heightRangesPerShard * m_shape.shards;
  return std::max(m_blocks, parts) * range / parts + 1;
}

std::int64_t DemoLedger::hotHeight() const { return heightOfBound(heightRangesPerShard * m_shape.shards - 1); }

Result<ShardMap> DemoLedger::blocksMap() const {
  const auto strategy = TRY(ShardingStrategy::make(blocksKeyspace().strategy));
  std::vector<std::pair<Token, std::optional<ShardId>>> ranges;
  for (int i = 0; i < heightRangesPerShard * m_shape.shards; ++i) {
    const auto from = TRY(strategy.tokenOf(Key::ofInt(heightOfBound(i))));
    ranges.emplace_back(i == 0 ? Token::beginning() : from, shard(i / heightRangesPerShard));
  }
  return mapOf(blocksKeyspace(), ranges);
}

Result<ShardMap> DemoLedger::contractsMap() const {
  const auto strategy = TRY(ShardingStrategy::make(contractsKeyspace().strategy));
  const int parts = ownerRangesPerShard * m_shape.shards;
  std::vector<std::pair<Token, std::optional<ShardId>>> ranges;
  for (int i = 0; i < parts; ++i) {
    const auto& first = m_owners[m_owners.size() * static_cast<std::size_t>(i) / static_cast<std::size_t>(parts)];
    const auto key = TRY(Key::ofText(first));
    const auto from = TRY(strategy.tokenOf(key));
    ranges.emplace_back(i == 0 ? Token::beginning() : from, shard(i % m_shape.shards));
  }
  // After the last letter nothing has been given to anybody.
  const auto end = TRY(Key::ofText("{"));
  const auto from = TRY(strategy.tokenOf(end));
  ranges.emplace_back(from, std::nullopt);
  return mapOf(contractsKeyspace(), ranges);
}

}  // namespace shardwright
