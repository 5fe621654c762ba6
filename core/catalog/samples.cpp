// Load samples, kept the more thinly the older they are.
#include <fmt/format.h>

#include "core/catalog/state.h"

namespace shardwright {

namespace {

constexpr UnixSeconds minute = 60, hour = 3600, day = 24 * hour;

}  // namespace

Done Catalog::addLoadSample(const LoadSampleRow& sample) { return addLoadSamples({&sample, 1}); }

Done Catalog::addLoadSamples(std::span<const LoadSampleRow> samples) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.sample.add"));
  for (const auto& sample : samples) {
    TRY(catalog::keyspaceNumber(file, sample.keyspace));
    TRY(file.run("INSERT INTO load_samples(keyspace, at, generated, document) VALUES (?, ?, ?, CAST(? AS BLOB))",
                 sample.keyspace.text(), sample.at, sample.generated, sample.document));
  }
  return file.commit(change);
}

Result<std::vector<LoadSampleRow>> Catalog::loadSamples(const KeyspaceName& name, UnixSeconds from, UnixSeconds until) {
  const auto read = [](const sqlite::Statement& row) {
    return LoadSampleRow{KeyspaceName(row.text(0)), row.integer(1), row.text(2), row.integer(3) != 0};
  };
  return m_state->file.all(
      "SELECT keyspace, at, document, generated FROM load_samples WHERE keyspace = ? AND at >= ? AND at < ? ORDER BY at, id", read,
      name.text(), from, until);
}

// The last sample of each minute or hour stays; measured and generated ones are thinned apart.
Done Catalog::thinLoadSamples(const KeyspaceName& name) {
  auto& file = m_state->file;
  auto change = TRY(file.begin("catalog.sample.thin"));
  const auto thin = [&](UnixSeconds from, UnixSeconds until, UnixSeconds bucket) {
    return file.run(
        "DELETE FROM load_samples WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
        "(PARTITION BY generated, at / ?4 ORDER BY at DESC, id DESC) AS place FROM load_samples "
        "WHERE keyspace = ?1 AND at >= ?2 AND at < ?3) WHERE place > 1)",
        name.text(), from, until, bucket);
  };
  const UnixSeconds now = file.now();
  TRY(thin(now - day, now - hour, minute));
  TRY(thin(0, now - day, hour));
  return file.commit(change);
}

}  // namespace shardwright
