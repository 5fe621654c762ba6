// crash_runner FOLDER MOVED VERB ORDER RECORD [RULE]: carries out the plan of a MoveCluster as the product would, under a
// crash order, and ends like the command line: 0, or 4 with the reason. VERB: run, rollback, cleanup, cancel. RULE: the one rule
// of the protocol that this executor breaks; the product has no such switch.
#include <cstdio>
#include <string>

#include "tests/rebalance/crash_case.h"
#include "tests/rebalance/rule_names.h"

using namespace shardwright;
using namespace shardwright::test;

int main(int count, char** words) {
  if (count != 6 && count != 7) return 2;
  const auto moved = parseMoved(words[2]);
  const auto verb = parseVerb(words[3]);
  const auto order = parseCrashOrder(words[4]);
  const auto rules = rulesWithout(count == 7 ? words[6] : "");
  if (!moved || !verb || !order || !rules) return 2;
  MoveCluster cluster(words[1], *moved, {.watch = std::make_shared<CrashPoints>(*order, words[5])});
  const auto outcome = perform(cluster, *verb, *rules);
  if (!outcome) {
    std::printf("%s\n", outcome.error().message().c_str());
    return 4;
  }
  std::printf("%s\n", std::string(planStateName(outcome->state)).c_str());
  return 0;
}
