// The machine on which everything runs - catalog, shards, executor, application - loses its power at a sync of a move; what
// no sync has made durable is lost, kept, or torn. After it comes back the plan is carried out to its end, every write that
// was acknowledged before is there, and no decision has gone.
//
// With SHARDWRIGHT_TRUST set every sync is hit in every way; else a share of them.
#include <QtTest>

#include <algorithm>
#include <limits>
#include <map>

#include "tests/rebalance/cluster_check.h"
#include "tests/rebalance/crash_case.h"
#include "tests/support/power_loss_vfs.h"
#include "tests/support/random_seed.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

constexpr auto limit = std::chrono::seconds(20);
constexpr std::array survivals = {Survival::Kind::Nothing, Survival::Kind::Everything, Survival::Kind::Prefix, Survival::Kind::Subset,
                                  Survival::Kind::Torn};

struct Cut {
  std::uint64_t sync = 0;  // 0: none
  PowerLossVfs::Instant instant = PowerLossVfs::Instant::BeforeSync;
  Survival::Kind survival = Survival::Kind::Nothing;

  std::string text() const {
    return "sync " + std::to_string(sync) + (instant == PowerLossVfs::Instant::BeforeSync ? " before" : " after") + ", survival " +
           std::to_string(static_cast<int>(survival));
  }
};

// A cluster on a disk, as files, and its ledger, which no power loss reaches.
struct Image {
  std::map<std::string, std::string> files;
  std::string ledger;
};

Decision decisionOf(Verb verb) {
  switch (verb) {
    case Verb::Run: return Decision::Flip;
    case Verb::RollBack: return Decision::Back;
    case Verb::Cancel: return Decision::Abort;
    case Verb::CleanUp: break;
  }
  return Decision::None;
}

// One machine with a cluster; the ledger is in a folder of the real disk.
class Machine {
 public:
  explicit Machine(Verb verb) : m_verb(verb), m_vfs("power-loss-of-moves") {
    m_vfs.whenPowerGoes([this] { m_stop.request_stop(); });
  }

  void make() {
    MoveCluster::create("/disk", Moved::Range, {.vfs = m_vfs.name(), .ledger = ledger()});
    MoveCluster cluster = here({});
    leadTo(cluster, m_verb);
  }
  void load(const Image& image) {
    for (const auto& [path, content] : image.files) m_vfs.put(path, content);
    QFile file(QString::fromStdString(ledger()));
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(image.ledger)) < 0) qFatal("no ledger");
  }
  Image image() const {
    Image image;
    for (const std::string& path : m_vfs.paths()) image.files[path] = m_vfs.content(path);
    QFile file(QString::fromStdString(ledger()));
    if (!file.open(QIODevice::ReadOnly)) qFatal("no ledger");
    image.ledger = file.readAll().toStdString();
    return image;
  }

  // The verb under an application, with one power cut; what is wrong at the end.
  std::vector<std::string> live(const Cut& cut) {
    std::vector<std::string> faults;
    auto script = std::make_shared<Script>();
    bool decided = false;
    script->afterCommitOf("catalog/catalog.decide." + std::string(decisionName(decisionOf(m_verb))), [&] { decided = true; });
    auto writer = need(LiveWriter::start(application()));
    if (!writer->waitForWrites(5, limit)) faults.push_back("the writer did not get going");
    if (cut.sync > 0) m_vfs.failAt(cut.sync, cut.instant);
    const std::uint64_t before = m_vfs.syncs();
    {
      MoveCluster cluster = here(script);
      const auto outcome = perform(cluster, m_verb, {}, m_stop.get_token());
      if (!outcome && m_vfs.isOn()) faults.push_back(outcome.error().message());
    }
    m_syncs = m_vfs.syncs() - before;
    m_wasCut = !m_vfs.isOn();
    if (cut.sync > 0) {
      m_vfs.powerOff();  // at last
      writer->stop();
      m_acknowledged += writer->figures().acknowledged;
      m_vfs.powerOn({cut.survival, randomSeed() + cut.sync});
      MoveCluster cluster = here({});
      const Decision decision = need(cluster.catalog().moves(MoveCluster::planId)).empty()
                                    ? Decision::None : need(cluster.catalog().move(MoveCluster::planId, MoveId("m1"))).decision;
      if (decided && decision != decisionOf(m_verb)) faults.push_back("the decision has gone");
      writer = need(LiveWriter::start(application()));
      const PlanState state = need(cluster.catalog().planRecord(MoveCluster::planId)).state;
      if (state != endOf(m_verb))
        if (const auto outcome = perform(cluster, m_verb); !outcome) faults.push_back("after the power loss: " + outcome.error().message());
    }
    if (!writer->waitForWrites(5, limit)) faults.push_back("the application is refused for ever");
    writer->stop();
    m_acknowledged += writer->figures().acknowledged;
    MoveCluster cluster = here({});
    if (need(cluster.catalog().planRecord(MoveCluster::planId)).state != endOf(m_verb)) faults.push_back("the plan has not come to its end");
    for (std::string& fault : faultsOf(cluster, 10)) faults.push_back(std::move(fault));
    return faults;
  }

  std::uint64_t syncs() const { return m_syncs; }  // of the verb
  bool wasCut() const { return m_wasCut; }
  std::int64_t acknowledged() const { return m_acknowledged; }

 private:
  std::string ledger() const { return m_folder.path() + "/ledger"; }
  MoveCluster here(std::shared_ptr<Script> watch) const {
    return MoveCluster("/disk", Moved::Range, {.vfs = m_vfs.name(), .watch = std::move(watch), .ledger = ledger()});
  }
  WriterSetup application() const {
    WriterSetup setup = here({}).writer(1);
    setup.perSecond = 500;
    setup.watched = {};
    return setup;
  }

  const Verb m_verb;
  ScratchFolder m_folder;
  PowerLossVfs m_vfs;
  std::stop_source m_stop;
  std::uint64_t m_syncs = 0;
  std::int64_t m_acknowledged = 0;
  bool m_wasCut = false;
};

bool isLongForm() { return qEnvironmentVariableIsSet("SHARDWRIGHT_TRUST"); }

// All ways at every sync; or the syncs in steps, each in one way, the next in the next.
std::vector<Cut> cuts(std::uint64_t syncs, std::size_t most) {
  std::vector<Cut> all;
  for (std::uint64_t sync = 1; sync <= syncs; ++sync)
    for (const auto instant : {PowerLossVfs::Instant::BeforeSync, PowerLossVfs::Instant::AfterSync})
      for (const Survival::Kind survival : survivals) all.push_back({sync, instant, survival});
  if (isLongForm() || all.size() <= most) return all;
  std::vector<Cut> some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(all[i * all.size() / most]);
  return some;
}

}  // namespace

class TestPowerLoss : public QObject {
  Q_OBJECT
 private slots:
  void aMoveSurvivesPowerLossAtAnySync_data() {
    QTest::addColumn<int>("verb");
    for (const Verb verb : allVerbs) QTest::newRow(std::string(verbName(verb)).c_str()) << int(verb);
  }
  void aMoveSurvivesPowerLossAtAnySync() {
    QFETCH(int, verb);
    const Verb what = static_cast<Verb>(verb);
    Image image;
    {
      Machine machine(what);
      machine.make();
      image = machine.image();
    }
    // The application's own syncs are among them, the more the slower the machine is just now: the least of three counts.
    std::uint64_t syncs = std::numeric_limits<std::uint64_t>::max();
    for (int pass = 0; pass < 3; ++pass) {
      Machine dry(what);
      dry.load(image);
      QCOMPARE(dry.live({}), std::vector<std::string>());
      syncs = std::min(syncs, dry.syncs());
    }
    QVERIFY(syncs >= 15);
    std::int64_t hit = 0, acknowledged = 0;
    const auto chosen = cuts(syncs, what == Verb::Run ? 63 : 21);
    for (const Cut& cut : chosen) {
      Machine machine(what);
      machine.load(image);
      const auto faults = machine.live(cut);
      for (const std::string& fault : faults) qWarning("%s: %s", cut.text().c_str(), fault.c_str());
      QVERIFY(faults.empty());
      hit += machine.wasCut();
      acknowledged += machine.acknowledged();
    }
    qInfo("%s: %lld syncs, %zu cuts (%lld hit the verb), %lld acknowledged writes", std::string(verbName(what)).c_str(),
          static_cast<long long>(syncs), chosen.size(), static_cast<long long>(hit), static_cast<long long>(acknowledged));
    QVERIFY(hit * 10 >= static_cast<std::int64_t>(chosen.size()) * 8);
  }
};

QTEST_APPLESS_MAIN(TestPowerLoss)
#include "tst_power_loss.moc"
