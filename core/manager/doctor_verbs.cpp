#include "core/manager/doctor_verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "core/base/json.h"
#include "core/manager/move_task.h"
#include "core/manager/open_moves.h"
#include "core/move/data_mover.h"

namespace shardwright {

namespace {

// A move of a plan, with all that says where it stands.
struct KnownMove {
  Keyspace keyspace;
  PlanId plan;
  MoveRow row;
  PlannedMove move;
  PlacedPart part;
  bool executed = false;  // a living process works on its plan
};

bool isHalfDone(Phase phase) {
  return phase == Phase::CutOver || phase == Phase::Decided || phase == Phase::RollBack || phase == Phase::BackDecided;
}

bool isOurs(const std::string& name) { return name.starts_with("shardwright_"); }

class Examination {
 public:
  Examination(Workspace& workspace, bool fix) : m_workspace(workspace), m_fix(fix) {}

  Result<std::vector<DoctorFinding>> run(const std::stop_token& stop);

 private:
  void add(std::string subject, std::string sentence) { m_findings.push_back({std::move(subject), std::move(sentence), false, false}); }
  // Mends, where that is asked for; the sentence says what is done then.
  void addFixable(std::string subject, std::string sentence, const std::function<Done()>& mend);

  Done readMoves();
  void judgePlans();
  Done examineShard(const Shard& shard);
  void judgeMaps(const Shard& shard, ShardSession& session, const ShardMarks& marks);
  bool isMoved(const KeyspaceName& keyspace, const ShardMarks& marks) const;
  Done judgeGuards(const Shard& shard, ShardSession& session, const ShardMarks& marks);
  void judgeClosedParts(const Shard& shard, const ShardMarks& marks);
  void judgeMarks(const Shard& shard, const ShardMarks& marks);
  Done judgeLeftovers(const Shard& shard, const std::set<std::string>& names);
  Result<std::set<std::string>> objectsOf(const KnownMove& known, const ShardId& shard);
  Done settle(const KnownMove& known);

  Workspace& m_workspace;
  bool m_fix;
  std::vector<DoctorFinding> m_findings;
  std::vector<KnownMove> m_moves;
  std::vector<Keyspace> m_keyspaces;
};

void Examination::addFixable(std::string subject, std::string sentence, const std::function<Done()>& mend) {
  DoctorFinding finding{std::move(subject), std::move(sentence), true, false};
  if (m_fix) {
    const Done done = mend();
    finding.fixed = done.has_value();
    if (!done) finding.sentence += " It could not be mended: " + done.error().message();
  }
  m_findings.push_back(std::move(finding));
}

Done Examination::readMoves() {
  Catalog& catalog = m_workspace.catalog();
  m_keyspaces = TRY(catalog.keyspaces());
  const auto plans = TRY(catalog.plans());
  for (const PlanRecord& record : plans) {
    const auto keyspace = std::ranges::find(m_keyspaces, record.keyspace, &Keyspace::name);
    const auto rows = TRY(catalog.moves(record.id));
    if (rows.empty() || keyspace == m_keyspaces.end()) continue;
    const auto plan = TRY(catalog.plan(record.id));
    const auto base = TRY(catalog.mapAt(record.keyspace, record.baseVersion));
    const auto executor = TRY(catalog.leaseHolder(record.id));
    for (const MoveRow& row : rows) {
      const auto move = std::ranges::find(plan.moves, row.move, &PlannedMove::id);
      if (move == plan.moves.end()) continue;
      m_moves.push_back({*keyspace, record.id, row, *move, partOf(*base, *move), executor.has_value()});
    }
  }
  return {};
}

void Examination::judgePlans() {
  for (const KnownMove& known : m_moves) {
    if (known.executed || isFinal(known.row.phase) || known.row.phase == Phase::Watching) continue;
    const std::string what = isHalfDone(known.row.phase) ? "stopped in the middle of its cut-over" : "stopped half way";
    add("plan " + known.plan.text(), fmt::format("move {} {} ({}) and nobody executes it. Go on with: resume {}", known.move.id.text(),
                                                 what, phaseName(known.row.phase), known.plan.text()));
  }
}

void Examination::judgeMaps(const Shard& shard, ShardSession& session, const ShardMarks& marks) {
  for (const Keyspace& keyspace : m_keyspaces) {
    const auto map = m_workspace.catalog().currentMap(keyspace.name);
    if (!map) continue;  // the catalog's own check says so
    const auto there = std::ranges::find(marks.maps, keyspace.name, &PublishedMap::keyspace);
    const MapVersion version = there == marks.maps.end() ? 0 : there->version;
    if (version == (*map)->version()) continue;
    const std::string subject = "shard " + shard.id.text();
    if (version > (*map)->version()) {
      add(subject, fmt::format("it holds version {} of the map of {}, and the catalog knows no later one than {}: the catalog is older than "
                               "the databases. Change nothing; find the newer catalog, or a newer backup of it.",
                               version, keyspace.name.text(), (*map)->version()));
      continue;
    }
    addFixable(subject, fmt::format("it holds version {} of the map of {}, and version {} is in force.", version, keyspace.name.text(), (*map)->version()),
               [&] { return session.publishMap(publishedForm(**map)); });
  }
}

// Whether a move, of this catalog or of another, has a say in the guard of a keyspace.
bool Examination::isMoved(const KeyspaceName& keyspace, const ShardMarks& marks) const {
  return std::ranges::any_of(marks.moves, [&](const auto& mark) { return mark.keyspace == keyspace; }) ||
         std::ranges::any_of(m_moves, [&](const KnownMove& known) { return known.keyspace.name == keyspace && !isFinal(known.row.phase); });
}

// Without a move a guard says what the map says; another answer is what an import of a map left that did not end.
Done Examination::judgeGuards(const Shard& shard, ShardSession& session, const ShardMarks& marks) {
  for (const Keyspace& keyspace : m_keyspaces) {
    const auto map = m_workspace.catalog().currentMap(keyspace.name);
    if (!map || isMoved(keyspace.name, marks)) continue;
    const auto there = std::ranges::find(marks.maps, keyspace.name, &PublishedMap::keyspace);
    if (there != marks.maps.end() && there->version > (*map)->version()) continue;
    const ShardPlacement owned = placementOn(**map, shard.id);
    if (TRY(session.isPlacedBy(keyspace, owned))) continue;
    addFixable("shard " + shard.id.text(), fmt::format("its guard does not say of {} what version {} of the map says.", keyspace.name.text(),
                                                       (*map)->version()),
               [&] { return session.placeBy(keyspace, owned, publishedForm(**map)); });
  }
  return {};
}

void Examination::judgeClosedParts(const Shard& shard, const ShardMarks& marks) {
  for (const auto& closed : marks.closed) {
    const bool ours = std::ranges::any_of(m_keyspaces, [&](const Keyspace& keyspace) { return keyspace.name == closed.keyspace; });
    if (!closed.moving || (ours && !isMoved(closed.keyspace, marks))) continue;  // else the guard as a whole is told of
    const bool worked = std::ranges::any_of(m_moves, [&](const KnownMove& known) {
      return known.executed && known.keyspace.name == closed.keyspace && (known.move.source == shard.id || known.move.target == shard.id);
    });
    if (worked) continue;
    add("shard " + shard.id.text(), fmt::format("{} of {} is closed for a cut-over, and nobody works on it; the plan named here goes on with "
                                                "resume. With no plan to resume: doctor --shard {} prints the statements that open it.",
                                                closed.part, closed.keyspace.text(), shard.url));
  }
}

void Examination::judgeMarks(const Shard& shard, const ShardMarks& marks) {
  for (const auto& mark : marks.moves) {
    const std::string subject = "shard " + shard.id.text();
    if (mark.catalogUuid != m_workspace.catalog().uuid()) {
      add(subject, fmt::format("move {} there belongs to another catalog ({}).", mark.move, mark.catalogUuid));
      continue;
    }
    const auto known = std::ranges::find_if(m_moves, [&](const KnownMove& k) { return k.plan.text() + "/" + k.move.id.text() == mark.move; });
    if (known == m_moves.end()) {
      add(subject, fmt::format("the catalog knows no move {}: the catalog is older than the databases. Change nothing; find the newer "
                               "catalog, or a newer backup of it.", mark.move));
    } else if (mark.token > known->row.token && !known->executed) {
      add(subject, fmt::format("move {} was last worked on with token {}, and the catalog knows none above {}: it is older than the "
                               "databases, or the range was opened by hand.", mark.move, mark.token.value, known->row.token.value));
    }
  }
}

Result<std::set<std::string>> Examination::objectsOf(const KnownMove& known, const ShardId& shard) {
  auto move = TRY(openMoveOf(m_workspace, known.keyspace, known.plan, known.move, known.part));
  std::set<std::string> names;
  for (const MoveObject& object : move->objects()) {
    const ShardId& where = object.side == Side::Source ? known.move.source : known.move.target;
    if (where == shard) names.insert(object.name);
  }
  return names;
}

// Gives up what an ended move still has in its two databases.
Done Examination::settle(const KnownMove& known) {
  Catalog& catalog = m_workspace.catalog();
  const auto lease = TRY(catalog.takeLease(known.plan));
  const auto away = [&]() -> Done {
    auto move = TRY(openMoveOf(m_workspace, known.keyspace, known.plan, known.move, known.part));
    for (const Side side : {Side::Source, Side::Target}) {
      TRY(move->takeOver(side, lease.token));
      TRY(move->forget(side));
      TRY(catalog.resolveObjects(lease, known.move.id, (side == Side::Source ? known.move.source : known.move.target).text()));
    }
    return {};
  }();
  TRY(catalog.releaseLease(lease));
  return away;
}

Done Examination::judgeLeftovers(const Shard& shard, const std::set<std::string>& names) {
  std::set<std::string> unexplained = names;
  for (const KnownMove& known : m_moves) {
    if (unexplained.empty()) return {};
    if (known.move.source != shard.id && known.move.target != shard.id) continue;
    const auto objects = TRY(objectsOf(known, shard.id));
    const bool any = std::ranges::any_of(objects, [&](const std::string& name) { return unexplained.contains(name); });
    for (const std::string& name : objects) unexplained.erase(name);
    if (!any || !isFinal(known.row.phase)) continue;
    addFixable("shard " + shard.id.text(), fmt::format("move {} of plan {} has ended ({}) and left objects behind.", known.move.id.text(),
                                                       known.plan.text(), phaseName(known.row.phase)),
               [&] { return settle(known); });
  }
  for (const std::string& name : unexplained) {
    add("shard " + shard.id.text(), fmt::format("{} belongs to no move that this catalog knows; another catalog, or a lost one, made it.", name));
  }
  return {};
}

Done Examination::examineShard(const Shard& shard) {
  auto session = TRY(m_workspace.open(shard));
  const auto findings = TRY(session->checkDatabase());
  const auto marks = TRY(session->marks());
  std::set<std::string> leftovers;
  for (const Finding& finding : findings) {
    if (isOurs(finding.subject)) leftovers.insert(finding.subject);
    else add("shard " + shard.id.text(), finding.subject + ": " + finding.sentence);
  }
  judgeMaps(shard, *session, marks);
  TRY(judgeGuards(shard, *session, marks));
  judgeClosedParts(shard, marks);
  judgeMarks(shard, marks);
  return judgeLeftovers(shard, leftovers);
}

Result<std::vector<DoctorFinding>> Examination::run(const std::stop_token& stop) {
  const auto sentences = TRY(m_workspace.catalog().check());
  for (const std::string& sentence : sentences) add("catalog", sentence);
  TRY(readMoves());
  judgePlans();
  const auto shards = TRY(m_workspace.catalog().shards());
  for (const Shard& shard : shards) {
    if (stop.stop_requested()) return cancelled("stopped before every shard was looked at.");
    if (const Done done = examineShard(shard); !done) add("shard " + shard.id.text(), done.error().message());
  }
  return std::move(m_findings);
}

}  // namespace

Result<std::vector<DoctorFinding>> DoctorVerbs::examine(bool fix, std::stop_token stop) {
  auto findings = TRY(Examination(m_workspace, fix).run(stop));
  const auto fixed = std::ranges::count_if(findings, &DoctorFinding::fixed);
  if (fixed > 0) TRY(m_workspace.catalog().audit("doctor.fixed", "catalog", Json{{"findings", fixed}}));
  return findings;
}

std::vector<MarkedShard> marksOf(const std::vector<std::string>& urls) {
  const EngineSet engines = EngineSet::ofThisBuild("");
  std::vector<MarkedShard> all;
  for (const std::string& url : urls) {
    const auto look = [&]() -> Result<ShardMarks> {
      Shard shard;
      shard.id = ShardId(url);
      shard.url = url;
      auto* engine = TRY(engines.engineOf(shard));
      auto session = TRY(engine->open(shard));
      return session->marks();
    };
    all.push_back({url, look()});
  }
  return all;
}

}  // namespace shardwright
