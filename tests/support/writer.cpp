#include "tests/support/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "core/engines/sqlite/native_key.h"

namespace shardwright::test {

namespace {

enum class Deed { Update, HeldUpdate, Insert, Erase, Replace, Rename, SharedUpdate };

Result<std::vector<Operation>> operationsSoFar(const std::string& path) {
  if (!std::filesystem::exists(path)) return std::vector<Operation>();
  return readLedger(path);
}

std::uint32_t lastNumber(std::span<const Operation> operations, std::uint32_t client) {
  std::uint32_t last = 0;
  for (const Operation& operation : operations)
    if (operation.id.client == client) last = std::max(last, operation.id.number);
  return last;
}

}  // namespace

// One operation, from the choice to the answer.
struct LiveWriter::Attempt {
  Deed deed = Deed::Update;
  OpId op;
  ShardId shard;
  KnownKey first, second;    // second: the loser of a replace, the new key of a rename
  OwnKey* firstOwn = nullptr;
  OwnKey* secondOwn = nullptr;
  std::vector<Effect> effects;
};

Result<std::unique_ptr<LiveWriter>> LiveWriter::start(WriterSetup setup) {
  const auto operations = TRY(operationsSoFar(setup.ledger));
  auto ledger = TRY(Ledger::append(setup.ledger));
  auto map = TRY(setup.map());
  std::unique_ptr<LiveWriter> writer(new LiveWriter(std::move(setup), std::move(ledger), std::move(map)));
  writer->adoptLedger(operations);
  writer->m_thread = std::jthread([raw = writer.get()](std::stop_token stop) { raw->work(stop); });
  return writer;
}

LiveWriter::LiveWriter(WriterSetup setup, Ledger ledger, ClientMap map)
    : m_setup(std::move(setup)), m_ledger(std::move(ledger)), m_map(std::move(map)), m_random(m_setup.seed) {}

LiveWriter::~LiveWriter() = default;

// What earlier writers, or this client's earlier self, did to the own keys.
void LiveWriter::adoptLedger(std::span<const Operation> operations) {
  std::unordered_map<std::string, std::size_t> places;
  for (const Key& key : m_setup.ownKeys) {
    m_own.push_back({{key, 0}, false, true, key.toText()});
    places.emplace(m_own.back().text, m_own.size() - 1);
  }
  for (const Operation& operation : operations)
    for (const Effect& effect : operation.effects) {
      const auto place = places.find(effect.key);
      if (place == places.end() || operation.outcome == Outcome::Fail) continue;
      OwnKey& own = m_own[place->second];
      if (effect.version <= own.known.version) continue;
      if (operation.outcome == Outcome::Unknown) own.settled = false;
      else own.known.version = effect.version, own.alive = effect.kind != WriteKind::Delete;
    }
  m_number = lastNumber(operations, m_setup.client);
}

// ---- The thread

void LiveWriter::work(std::stop_token stop) {
  m_session = std::make_unique<WriteSession>(m_setup.session, stop);
  m_next = std::chrono::steady_clock::now();
  while (pace(stop)) {
    Attempt attempt;
    if (choose(attempt)) perform(attempt);
    else m_session->backOff();
    const std::lock_guard lock(m_mutex);
    if (!m_figures.trouble.empty()) break;
  }
  m_session.reset();
  m_changed.notify_all();
}

// Waits for this writer's next turn; false: it is to stop.
bool LiveWriter::pace(std::stop_token stop) {
  if (m_setup.perSecond <= 0) return !stop.stop_requested();
  const auto now = std::chrono::steady_clock::now();
  const auto interval = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(1 / m_setup.perSecond));
  m_next = std::max(m_next + interval, now - 10 * interval);  // a pause is not made up for by a burst
  std::mutex own;
  std::unique_lock lock(own);
  std::condition_variable_any turn;
  turn.wait_until(lock, stop, m_next, [] { return false; });
  return !stop.stop_requested();
}

LiveWriter::OwnKey* LiveWriter::anyOwn(bool alive, const ShardId* onShard, const OwnKey* butNot) {
  for (int tries = 0; tries < 16 && !m_own.empty(); ++tries) {
    OwnKey& own = m_own[m_random() % m_own.size()];
    if (own.alive != alive || !own.settled || &own == butNot) continue;
    if (onShard == nullptr || m_map.ownerOf(own.known.key) == *onShard) return &own;
  }
  return nullptr;
}

bool LiveWriter::choose(Attempt& attempt) {
  const WriteMix& mix = m_setup.mix;
  const std::array weights = {mix.update, mix.heldUpdate, mix.insert, mix.erase,
                              mix.replace, mix.rename, m_setup.sharedKeys.empty() ? 0u : mix.sharedUpdate};
  std::discrete_distribution<int> deeds(weights.begin(), weights.end());
  attempt.deed = static_cast<Deed>(deeds(m_random));
  if (attempt.deed == Deed::SharedUpdate) return chooseShared(attempt);

  const bool alive = attempt.deed == Deed::Replace ? m_random() % 2 == 0 : attempt.deed != Deed::Insert;
  OwnKey* const own = anyOwn(alive);
  const auto owner = own != nullptr ? m_map.ownerOf(own->known.key) : std::nullopt;
  if (!owner) return false;
  attempt.shard = *owner;
  attempt.first = own->known;
  attempt.firstOwn = own;
  const auto does = [&](WriteKind kind) { attempt.effects = {{kind, own->known.version + 1, own->text}}; };
  switch (attempt.deed) {
    case Deed::Insert: does(WriteKind::Insert); return true;
    case Deed::Erase: does(WriteKind::Delete); return true;
    case Deed::Replace: does(WriteKind::Replace); return addPartner(attempt, true, WriteKind::Delete);
    case Deed::Rename: does(WriteKind::Delete); return addPartner(attempt, false, WriteKind::Insert);
    default: does(WriteKind::Update); return true;
  }
}

// The second key of the statement: one on the same shard, for one statement cannot reach two.
bool LiveWriter::addPartner(Attempt& attempt, bool alive, WriteKind kind) {
  OwnKey* const other = anyOwn(alive, &attempt.shard, attempt.firstOwn);
  if (other == nullptr) return false;
  attempt.second = other->known;
  attempt.secondOwn = other;
  attempt.effects.push_back({kind, other->known.version + 1, other->text});
  return true;
}

bool LiveWriter::chooseShared(Attempt& attempt) {
  const Key& key = m_setup.sharedKeys[m_random() % m_setup.sharedKeys.size()];
  const auto owner = m_map.ownerOf(key);
  if (!owner) return false;
  const auto version = m_session->version(*owner, key);
  if (!version) return false;
  if (!*version) {
    if (const auto newer = reload(); newer && !*newer) surprise(fmt::format("{} is not on {}", key.toText(), owner->text()));
    return false;
  }
  attempt.shard = *owner;
  attempt.first = {key, **version};
  attempt.effects = {{WriteKind::Update, **version + 1, key.toText()}};
  return true;
}

void LiveWriter::perform(Attempt& attempt) {
  attempt.op = {m_setup.client, ++m_number};
  Done kept = m_ledger.invoke(attempt.op, attempt.effects);
  if (kept) {
    Answer answer = send(attempt);
    const bool metNoRow = answer.kind == Answer::Kind::Changed && answer.rows == 0;
    // Another writer of a shared key was first; or this map is old, and the rows have been cleaned up where it points -
    // which is to be supposed, too, if nobody can be asked.
    if (metNoRow && (attempt.firstOwn == nullptr || reload().value_or(true))) answer.kind = Answer::Kind::Busy;
    kept = record(attempt, answer);
    learn(attempt, answer);
    count(attempt, answer);
    if (answer.kind == Answer::Kind::Moved && reload().value_or(false)) return;
    if (answer.kind != Answer::Kind::Changed) m_session->backOff();
  }
  if (kept) return;
  const std::lock_guard lock(m_mutex);
  m_figures.trouble = kept.error().message();
}

Answer LiveWriter::send(const Attempt& attempt) {
  const std::string op = attempt.op.text();
  switch (attempt.deed) {
    case Deed::Update:
    case Deed::SharedUpdate: return m_session->update(attempt.shard, attempt.first, op);
    case Deed::HeldUpdate: return m_session->heldUpdate(attempt.shard, attempt.first, op, m_setup.mix.hold);
    case Deed::Insert: return m_session->insert(attempt.shard, attempt.first, op);
    case Deed::Erase: return m_session->erase(attempt.shard, attempt.first);
    case Deed::Replace: return m_session->replace(attempt.shard, attempt.first, attempt.second, op);
    case Deed::Rename: return m_session->rename(attempt.shard, attempt.first, attempt.second, op);
  }
  return {};
}

Done LiveWriter::record(const Attempt& attempt, const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::Changed: return m_ledger.ok(attempt.op, answer.rows);
    case Answer::Kind::Unknown: return m_ledger.unknown(attempt.op);
    default: return m_ledger.fail(attempt.op);
  }
}

void LiveWriter::learn(const Attempt& attempt, const Answer& answer) {
  const bool changed = answer.kind == Answer::Kind::Changed && answer.rows > 0;
  OwnKey* const owns[] = {attempt.firstOwn, attempt.secondOwn};
  for (std::size_t i = 0; i < attempt.effects.size(); ++i) {
    if (owns[i] == nullptr) continue;
    if (answer.kind == Answer::Kind::Unknown || (answer.kind == Answer::Kind::Changed && !changed)) owns[i]->settled = false;
    if (!changed) continue;
    owns[i]->known.version = attempt.effects[i].version;
    owns[i]->alive = attempt.effects[i].kind != WriteKind::Delete;
  }
}

void LiveWriter::count(const Attempt& attempt, const Answer& answer) {
  const bool watched = isWatched(attempt.first.key) || (attempt.secondOwn != nullptr && isWatched(attempt.second.key));
  if (answer.kind == Answer::Kind::Rejected) surprise(answer.message);
  if (answer.kind == Answer::Kind::Changed && answer.rows == 0)
    surprise(fmt::format("{} met no row of {} on {}", attempt.op.text(), attempt.first.key.toText(), attempt.shard.text()));
  const std::lock_guard lock(m_mutex);
  const bool refused = answer.kind == Answer::Kind::Moving || answer.kind == Answer::Kind::Moved;
  if (refused && !watched) ++m_figures.refusedUnwatched;
  switch (answer.kind) {
    case Answer::Kind::Moving: ++m_figures.moving; return;
    case Answer::Kind::Moved: ++m_figures.moved; return;
    case Answer::Kind::Busy: ++m_figures.busy; return;
    case Answer::Kind::Unknown: ++m_figures.unknown; return;
    case Answer::Kind::Rejected: return;
    case Answer::Kind::Changed: break;
  }
  ++m_figures.acknowledged;
  if (watched) {
    ++m_figures.watched;
    const std::int64_t now = monotonicNanoseconds();
    if (m_lastWatched != 0)
      m_figures.longestGapMs = std::max(m_figures.longestGapMs, static_cast<double>(now - m_lastWatched) / 1e6);
    m_lastWatched = now;
  }
  m_changed.notify_all();
}

Result<bool> LiveWriter::reload() {
  auto map = TRY(m_setup.map());
  if (map.version <= m_map.version) return false;
  m_map = std::move(map);
  const std::lock_guard lock(m_mutex);
  ++m_figures.reloads;
  return true;
}

void LiveWriter::surprise(std::string what) {
  const std::lock_guard lock(m_mutex);
  if (m_figures.surprises++ == 0) m_figures.surprise = std::move(what);
}

// ---- What others see

WriterFigures LiveWriter::figures() const {
  const std::lock_guard lock(m_mutex);
  return m_figures;
}

bool LiveWriter::waitForWrites(std::int64_t more, std::chrono::milliseconds limit, bool watched) {
  std::unique_lock lock(m_mutex);
  const auto so = [&] { return watched ? m_figures.watched : m_figures.acknowledged; };
  const std::int64_t enough = so() + more;
  m_changed.wait_for(lock, limit, [&] { return so() >= enough || !m_figures.trouble.empty(); });
  return so() >= enough;
}

WriterFigures LiveWriter::stop() {
  if (m_thread.joinable()) {
    m_thread.request_stop();
    m_thread.join();
  }
  return figures();
}

Done plantRows(const WriterSetup& setup, std::span<const Key> keys) {
  const auto before = TRY(operationsSoFar(setup.ledger));
  auto ledger = TRY(Ledger::append(setup.ledger));
  const ClientMap map = TRY(setup.map());
  std::uint32_t number = lastNumber(before, 0);
  for (const ShardFile& shard : setup.session.shards) {
    auto db = TRY(openShard(shard, setup.session.vfs, setup.session.prepare));
    const WitnessTable& table = setup.session.table;
    auto transaction = TRY(sqlite::Transaction::write(db, "application"));
    auto insert = TRY(db.prepare(fmt::format("INSERT INTO {}({}, v, hist, tag) VALUES(?, 1, ?, ?)",
                                             sqlite::quoteName(table.name), sqlite::quoteName(table.keyColumn))));
    std::vector<OpId> planted;
    for (const Key& key : keys) {
      if (map.ownerOf(key) != shard.id) continue;
      const OpId op{0, ++number};
      const std::vector<Effect> effect = {{WriteKind::Insert, 1, key.toText()}};
      TRY(ledger.invoke(op, effect));
      insert.bind(1, sqlite::nativeValue(key, table.keyForm)).bind(2, op.text() + ",").bind(3, op.text());
      TRY(insert.run());
      planted.push_back(op);
    }
    TRY(transaction.commit());
    for (const OpId& op : planted) TRY(ledger.ok(op, 1));
  }
  return {};
}

}  // namespace shardwright::test
