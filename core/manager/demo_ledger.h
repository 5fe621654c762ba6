// DemoLedger: what the demo's ledger consists of - names, sizes, who owns what - as pure functions of a few numbers, so
// that the writer finds what createDemo made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/domain/keyspace.h"
#include "core/map/shard_map.h"

namespace shardwright {

// What a demo is made from; stands beside its catalog as demo.json.
struct DemoShape {
  int shards = 4;
  std::int64_t rows = 200'000;
  std::uint64_t seed = 7;
  double skew = 1.1;
  friend bool operator==(const DemoShape&, const DemoShape&) = default;
};

Json toJson(const DemoShape& shape);
Result<DemoShape> demoShapeFromJson(const Json& json);

// A stream of numbers that can be entered anywhere: the same (seed, stream, index) gives the same number for ever.
std::uint64_t demoNumber(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);
double demoShare(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);  // in [0, 1)

// Ranks 0, 1, 2, ... of which the first come most often: P(rank) ~ 1 / (rank + 1)^exponent.
class ZipfRanks {
 public:
  ZipfRanks(std::size_t count, double exponent);
  std::size_t rankAt(double share) const;  // share in [0, 1), evenly drawn
  double shareOf(std::size_t rank) const;

 private:
  std::vector<double> m_upTo;  // sums of shares
};

struct DemoAccount {
  std::string address;
  std::int64_t balance = 0;
  std::string_view memo;
};

struct DemoBlock {
  std::int64_t height = 0;
  std::string hash, producer;
  std::int64_t transactions = 0;
  std::string_view payload;
};

struct DemoContract {
  std::string owner;
  std::int64_t id = 0;  // 1, 2, ... of its owner
  std::string kind;
  std::string_view storage;
};

class DemoLedger {
 public:
  explicit DemoLedger(DemoShape shape);

  const DemoShape& shape() const { return m_shape; }
  ShardId shard(int index) const;  // north, east, south, west; beyond four north-01, east-01, ...

  std::int64_t accounts() const { return m_accounts; }
  std::int64_t blocks() const { return m_blocks; }
  std::int64_t contracts() const { return m_contracts; }

  std::string address(std::int64_t index) const;
  DemoAccount account(std::int64_t index) const;
  DemoBlock block(std::int64_t index) const;  // heights 1, 2, ...
  // In turn: each needs to know how many its owner has already. Call it with 0, 1, 2, ...
  std::size_t ownerOfContract(std::int64_t index) const;
  DemoContract contract(std::int64_t index, std::size_t owner, std::int64_t id) const;
  const std::vector<std::string>& owners() const { return m_owners; }  // sorted
  std::size_t hotOwner() const { return m_hotOwner; }

  static Keyspace accountsKeyspace();
  static Keyspace blocksKeyspace();
  static Keyspace contractsKeyspace();
  static std::string_view tablesSql();

  // Version 1 of each keyspace's map.
  Result<ShardMap> accountsMap() const;
  Result<ShardMap> blocksMap() const;
  Result<ShardMap> contractsMap() const;

  std::int64_t hotHeight() const;  // from here on blocks are hot

 private:
  std::int64_t heightOfBound(int range) const;
  std::string_view filler(std::uint64_t number, std::size_t length) const;

  DemoShape m_shape;
  std::int64_t m_accounts, m_blocks, m_contracts;
  std::vector<std::string> m_owners;
  std::size_t m_hotOwner = 0;
  ZipfRanks m_ownerRanks;
  std::string m_filler;  // rows take pieces of it
};

}  // namespace shardwright
