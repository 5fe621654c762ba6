#include "ui/shell/search.h"

#include <QCoreApplication>
#include <algorithm>
#include <tuple>

#include "ui/pages/page_list.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("search", words); }

// 0: it begins so; 1: one of its words does; 2: it is in there; none: it is not.
std::optional<int> rankOf(const QString& name, const QString& words) {
  const qsizetype at = name.indexOf(words, 0, Qt::CaseInsensitive);
  if (at < 0) return std::nullopt;
  if (at == 0) return 0;
  return name[at - 1].isLetterOrNumber() ? 2 : 1;
}

struct Ranked {
  int rank;
  Hit hit;
};

// The page if this build has it; else the overview, which every build has.
Place placeOr(const QString& page, const QString& item = {}) {
  return pageInfo(page) == nullptr ? Place{QStringLiteral("overview"), {}, {}} : Place{page, item, {}};
}

class Search {
 public:
  Search(const ClusterFacts& facts, QString words) : m_facts(facts), m_words(std::move(words)) {}

  std::vector<Ranked> run(const KeyspaceName& keyspace) {
    pages();
    if (m_words.isEmpty()) return std::move(m_found);
    keyspaces();
    shards();
    plans();
    key(keyspace);
    std::ranges::stable_sort(m_found, {}, &Ranked::rank);
    return std::move(m_found);
  }

 private:
  void add(const QString& name, Hit hit) {
    if (const auto rank = rankOf(name, m_words)) m_found.push_back({*rank, std::move(hit)});
  }

  void pages() {
    for (const PageInfo& info : allPages())
      if (info.under.isEmpty()) add(info.title, {QStringLiteral("page ") + info.id, info.icon, info.title, tr("page"), false, {info.id, {}, {}}, {}, {}});
  }

  void keyspaces() {
    for (const KeyspaceFacts& one : m_facts.keyspaces) {
      const QString name = text(one.keyspace.name.text());
      const QString detail = tr("keyspace, %1").arg(counted(static_cast<std::int64_t>(one.map->rangeCount()), tr("range"), tr("ranges")));
      add(name, {QStringLiteral("keyspace ") + name, QStringLiteral("key"), name, detail, false, placeOr(QStringLiteral("map")), one.keyspace.name, {}});
    }
  }

  void shards() {
    for (const Shard& shard : m_facts.shards) {
      const QString name = text(shard.id.text());
      add(name, {QStringLiteral("shard ") + name, QStringLiteral("dot"), name, tr("shard, %1").arg(text(shardStateName(shard.state))), false,
                 placeOr(QStringLiteral("map")), {}, shard.id});
    }
  }

  void plans() {
    for (const PlanRecord& plan : m_facts.plans) {
      const QString name = text(plan.id.text());
      add(name, {QStringLiteral("plan ") + name, QStringLiteral("plans"), name, tr("plan, %1").arg(text(planStateName(plan.state))), false,
                 placeOr(QStringLiteral("plan"), name), {}, {}});
    }
  }

  // Anything may be a key where keys are text: then it comes last.
  void key(const KeyspaceName& name) {
    const KeyspaceFacts* const keyspace = m_facts.keyspace(name);
    if (keyspace == nullptr) return;
    const ShardMap& map = *keyspace->map;
    const auto key = Key::parse(map.strategy().keyType(), m_words.toStdString());
    if (!key) return;
    const auto placement = map.placementOf(*key);
    if (!placement) return;
    const QString owner = placement->shard ? tr("on %1").arg(text(placement->shard->text())) : tr("nobody's");
    const QString why = placement->reason == Placement::Reason::Pin ? tr(", pinned") : QString();
    const QString detail = tr("key of %1, %2%3").arg(text(name.text()), owner, why);
    m_found.push_back({map.strategy().keyType() == KeyType::Text ? 3 : 0, {QStringLiteral("key"), QStringLiteral("query"), m_words, detail, true,
                                                                           placeOr(QStringLiteral("query"), m_words), name, placement->shard}});
  }

  const ClusterFacts& m_facts;
  QString m_words;
  std::vector<Ranked> m_found;
};

}  // namespace

bool operator==(const Hit& a, const Hit& b) {
  const auto shown = [](const Hit& hit) { return std::tie(hit.id, hit.icon, hit.title, hit.detail, hit.titleIsCode); };
  return shown(a) == shown(b);
}

std::vector<Hit> hitsOf(const ClusterFacts& facts, const KeyspaceName& keyspace, const QString& words, std::size_t most) {
  std::vector<Hit> hits;
  for (Ranked& found : Search(facts, words.trimmed()).run(keyspace)) {
    if (hits.size() == most) break;
    hits.push_back(std::move(found.hit));
  }
  return hits;
}

}  // namespace shardwright::ui
