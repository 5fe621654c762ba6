#include "core/manager/shard_manager.h"

#include <fmt/format.h>

#include <filesystem>

namespace shardwright {

namespace {

Catalog::Options catalogOptions(const ShardManager::Options& options) {
  Catalog::Options made;
  made.actor = currentActor(options.actor);
  made.clock = options.clock;
  return made;
}

// A catalog that is no catalog is no argument that can be corrected: everything depends on it.
Error asUnusable(const Error& error, const std::string& file) {
  if (error.code() == ErrorCode::NotFound) {
    return unavailable(fmt::format("there is no catalog {}. Make one with: shardwright --catalog {} init, or a sample "
                                   "cluster with: shardwright demo DIR",
                                   file, file));
  }
  if (error.code() == ErrorCode::InvalidInput) return unavailable(error.message());
  return error;
}

// Who may read the catalog is the user alone, so is who may read its folder.
Done makeFolderOf(const std::string& file) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(file).parent_path();
  std::error_code problem;
  if (folder.empty() || fs::exists(folder, problem)) return {};
  fs::create_directories(folder, problem);
  if (!problem) fs::permissions(folder, fs::perms::owner_all, problem);
  if (problem) return unavailable(fmt::format("the folder {} cannot be made: {}", folder.string(), problem.message()));
  return {};
}

}  // namespace

Result<ShardManager> ShardManager::create(const Options& options, Environment environment) {
  TRY(makeFolderOf(options.catalog));
  const Catalog::Options made = catalogOptions(options);
  auto catalog = TRY(Catalog::create(options.catalog, environment, made));
  return ShardManager(std::make_unique<Workspace>(std::move(catalog), made));
}

Result<ShardManager> ShardManager::open(const Options& options) {
  const Catalog::Options made = catalogOptions(options);
  auto catalog = Catalog::open(options.catalog, made);
  if (!catalog) return asUnusable(catalog.error(), options.catalog);
  return ShardManager(std::make_unique<Workspace>(*std::move(catalog), made));
}

Result<Placement> ShardManager::determineShard(const KeyspaceName& keyspace, std::string_view key) {
  const auto map = TRY(m_workspace->catalog().currentMap(keyspace));
  const auto parsed = TRY(Key::parse(map->strategy().keyType(), key));
  return map->placementOf(parsed);
}

Result<QueryAnswer> ShardManager::executeQuery(const KeyspaceName& keyspace, const Query& query,
                                               const QueryRouter::Options& options, std::stop_token stop) {
  return queries().execute(keyspace, query, options, std::move(stop));
}

}  // namespace shardwright
