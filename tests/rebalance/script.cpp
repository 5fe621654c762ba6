#include "tests/rebalance/script.h"

#include <fmt/format.h>

#include "core/db/move_engine.h"

namespace shardwright::test {

namespace {

class ScriptedMove final : public MoveEngine {
 public:
  ScriptedMove(std::unique_ptr<MoveEngine> real, std::shared_ptr<Script> script) : m_real(std::move(real)), m_script(std::move(script)) {}

  Result<PreflightReport> preflight(std::stop_token stop) override { return at("preflight").preflight(stop); }
  Result<std::vector<std::string>> schemaFingerprints(Side side) override { return at("schema", side).schemaFingerprints(side); }
  Result<std::string> identity(Side side) override { return at("identity", side).identity(side); }
  Result<bool> unchanged(Side side) override { return at("unchanged", side).unchanged(side); }
  std::vector<MoveObject> objects() const override { return m_real->objects(); }
  Done takeOver(Side side, FencingToken token) override { return at("take over", side).takeOver(side, token); }
  Result<GateState> state(Side side) override { return at("state", side).state(side); }
  Done arm(Side from) override { return at("arm", from).arm(from); }
  Done disarm(Side from) override { return at("disarm", from).disarm(from); }
  Done closeTarget() override { return at("close target").closeTarget(); }
  Result<CopyStep> copy(std::int64_t rows, std::stop_token stop) override { return at("copy").copy(rows, stop); }
  Result<CopyStep> copied() override { return at("copied").copied(); }
  Done discardCopy(std::stop_token stop) override { return at("discard copy").discardCopy(stop); }
  Result<std::int64_t> backlog(Side from) override { return at("backlog", from).backlog(from); }
  Result<ApplyStep> apply(Side from, std::int64_t keys, std::stop_token stop) override { return at("apply", from).apply(from, keys, stop); }
  Result<VerifyReport> verify(Side from, std::int64_t rows, std::stop_token stop) override {
    return at("verify", from).verify(from, rows, stop);
  }
  Result<VerifyReport> verifyDirty(Side from) override { return at("verify dirty", from).verifyDirty(from); }
  Done fence(Side side) override { return at("fence", side).fence(side); }
  Done unfence(Side side) override { return at("unfence", side).unfence(side); }
  Done open(Side side, const PublishedMap& map) override { return at("open", side).open(side, map); }
  Done close(Side side, const PublishedMap& map) override { return at("close", side).close(side, map); }
  Done proveWayBack() override { return at("prove way back").proveWayBack(); }
  Result<RemoveStep> remove(Side side, std::int64_t rows, std::stop_token stop) override { return at("remove", side).remove(side, rows, stop); }
  Result<std::int64_t> retained(Side side) override { return at("retained", side).retained(side); }
  Done forget(Side side) override { return at("forget", side).forget(side); }
  Result<std::vector<MoveObject>> leftovers(Side side) override { return at("leftovers", side).leftovers(side); }

 private:
  MoveEngine& at(const std::string& step) {
    m_script->reach(step);
    return *m_real;
  }
  MoveEngine& at(std::string_view operation, Side side) { return at(fmt::format("{} {}", operation, sideName(side))); }

  std::unique_ptr<MoveEngine> m_real;
  std::shared_ptr<Script> m_script;
};

class ScriptedEngine final : public Engine {
 public:
  ScriptedEngine(Engine& real, std::shared_ptr<Script> script) : m_real(real), m_script(std::move(script)) {}
  std::string_view name() const override { return m_real.name(); }
  Result<std::unique_ptr<ShardSession>> open(const Shard& shard) override { return m_real.open(shard); }
  Result<std::unique_ptr<MoveEngine>> openMove(const MoveTask& task, const MoveRules& rules) override {
    return std::unique_ptr<MoveEngine>(std::make_unique<ScriptedMove>(TRY(m_real.openMove(task, rules)), m_script));
  }

 private:
  Engine& m_real;
  std::shared_ptr<Script> m_script;
};

std::string pointOf(std::string_view connection, std::string_view transaction) { return fmt::format("{}/{}", connection, transaction); }

}  // namespace

sqlite::TransactionWatch::Outcome Script::beforeCommit(std::string_view connection, std::string_view transaction) {
  return m_lost.play(pointOf(connection, transaction)) ? Outcome::ReplyLost : Outcome::Go;
}

void Script::afterCommit(std::string_view connection, std::string_view transaction) { m_commits.play(pointOf(connection, transaction)); }

void Script::Scenes::add(const std::string& at, int nth, Act act) {
  std::lock_guard lock(m_mutex);
  m_acts[at][nth] = std::move(act);
}

int Script::Scenes::count(const std::string& at) const {
  std::lock_guard lock(m_mutex);
  const auto found = m_count.find(at);
  return found == m_count.end() ? 0 : found->second;
}

bool Script::Scenes::play(const std::string& at) {
  Act act;
  {
    std::lock_guard lock(m_mutex);
    const int nth = ++m_count[at];
    const auto found = m_acts.find(at);
    if (found == m_acts.end() || !found->second.contains(nth)) return false;
    act = found->second.at(nth);
  }
  act();
  return true;
}

std::unique_ptr<Engine> scripted(Engine& real, std::shared_ptr<Script> script) {
  return std::make_unique<ScriptedEngine>(real, std::move(script));
}

}  // namespace shardwright::test
